// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/text_script.h"

#include "base/text.h"
#include "script/limits.h"
#include "script/scene_builder.h"
#include "script/source.h"

namespace talkie {

namespace {

constexpr size_t kMaxStatementCharacters = 140;

// Where the first sentence ends: behind a full stop, question or exclamation mark with space after
// it, or behind an ideographic one. A stop after a single letter is an abbreviation's.
size_t sentence_end(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    for (const std::string_view mark : {"。", "！", "？"})
      if (text.substr(i).starts_with(mark)) return i + mark.size();
    if (text[i] != '.' && text[i] != '!' && text[i] != '?') continue;
    const bool abbreviation = text[i] == '.' && (i < 2 || text[i - 2] == ' ' || text[i - 2] == '.');
    if (!abbreviation && i + 1 < text.size() && text[i + 1] == ' ') return i + 1;
  }
  return text.size();
}

// What of a paragraph is shown: its first sentence, cut at a word where that is long.
std::string statement_of(std::string_view paragraph) {
  const std::string_view sentence = paragraph.substr(0, sentence_end(paragraph));
  if (count_characters(sentence) <= kMaxStatementCharacters) return std::string(sentence);
  size_t end = 0;
  for (size_t characters = 0; characters < kMaxStatementCharacters; ++characters)
    do
      ++end;
    while (end < sentence.size() && (static_cast<unsigned char>(sentence[end]) & 0xC0) == 0x80);
  if (const size_t space = sentence.rfind(' ', end); space != std::string_view::npos && space > 0)
    end = space;
  return std::string(sentence.substr(0, end)) + "…";
}

}  // namespace

std::vector<Scene> read_text_script(std::string text, const std::string& file, const Header& header,
                                    Findings& findings) {
  const Source source(std::move(text), file);
  SceneBuilder builder(header, false, findings);
  std::string paragraph;
  Place where;
  const auto end_paragraph = [&] {
    if (paragraph.empty()) return;
    builder.separate();
    builder.show(Label{Label::Role::statement, {{statement_of(paragraph)}}}, where);
    builder.say(std::exchange(paragraph, {}), where);
  };
  bool has_title = false;
  for (int number = 1; number <= source.line_count() && !builder.is_full(); ++number) {
    const std::string_view line = source.line(number);
    const std::string_view words = trim(line);
    if (words.empty()) {
      end_paragraph();
      continue;
    }
    const Place start = source.place(number, static_cast<int>(words.data() - line.data()) + 1);
    if (!std::exchange(has_title, true)) {
      if (count_characters(words) > kMaxHeadingCharacters)
        findings.fail(ErrorKind::too_large, start,
                      "the first line is the film's title and has more than " +
                          std::to_string(kMaxHeadingCharacters) + " characters; shorten it");
      builder.show(Heading{1, {{std::string(words)}}}, start);
      builder.say(std::string(words), start);
      continue;
    }
    if (paragraph.empty()) where = start;
    paragraph += (paragraph.empty() ? "" : " ") + std::string(words);
  }
  end_paragraph();
  return builder.finish();
}

}  // namespace talkie
