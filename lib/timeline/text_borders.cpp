// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/text_borders.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <memory>
#include <string_view>

namespace talkie {

namespace {

struct IcuClose {
  void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
  void operator()(UText* text) const { utext_close(text); }
};

// One flag for each place. Without ICU's data there are borders at the text's ends only, and after
// spaces.
std::vector<bool> borders_of(const std::string& text, UBreakIteratorType type,
                             const std::string& locale) {
  std::vector<bool> borders(text.size() + 1, false);
  borders.front() = borders.back() = true;
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UText, IcuClose> bytes(
      utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &error));
  const std::unique_ptr<UBreakIterator, IcuClose> iterator(
      ubrk_open(type, locale.c_str(), nullptr, 0, &error));
  if (U_SUCCESS(error)) ubrk_setUText(iterator.get(), bytes.get(), &error);
  if (U_FAILURE(error)) {
    for (size_t at = 1; at < text.size(); ++at)
      borders[at] = text[at - 1] == ' ';
    return borders;
  }
  for (int32_t at = ubrk_first(iterator.get()); at != UBRK_DONE; at = ubrk_next(iterator.get()))
    borders[static_cast<size_t>(at)] = true;
  return borders;
}

// Between phrases, but not in verbs that ICU has cut: 引っ|張る, 作りま|しょう.
std::vector<bool> japanese_words(const std::string& text, const std::string& language) {
  std::vector<bool> borders = borders_of(text, UBRK_LINE, language + "@lb=strict;lw=phrase");
  for (size_t at = 1; at < text.size(); ++at) {
    const std::string_view before = std::string_view(text).substr(0, at);
    const std::string_view after = std::string_view(text).substr(at);
    if (before.ends_with("っ") || before.ends_with("ッ") || after.starts_with("しょう"))
      borders[at] = false;
  }
  return borders;
}

}  // namespace

// lb and lw are CSS's line-break and word-break (Unicode TR 35, part 1, section 3.6.1): small kana
// and the like begin no line.
TextBorders::TextBorders(const std::string& text, const std::string& language)
    : lines_(borders_of(text, UBRK_LINE, language + "@lb=strict")),
      words_(language.starts_with("ja") ? japanese_words(text, language)
                                        : borders_of(text, UBRK_WORD, language)) {}

}  // namespace talkie
