// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/terms.h"

#include <glib.h>

#include <algorithm>
#include <memory>

#include "script/characters.h"
#include "timeline/function_words.h"

namespace talkie {

namespace {

constexpr size_t kStemCharacters = 4;  // what two forms of a word share at least
constexpr size_t kShorterEnding = 2;   // what may follow in the shorter one: "test|s"
constexpr size_t kLongerEnding = 4;    // and in the longer one: "test|ing", "plan|ning"
constexpr double kSameStem = 0.8;

using Utf8 = std::unique_ptr<char, decltype(&g_free)>;

// Marks of Arabic that writers leave out or put in as they like.
bool is_optional_mark(gunichar c) {
  return (c >= 0x064B && c <= 0x065F) || c == 0x0670 || c == 0x0640;
}

bool is_word_character(gunichar c) {
  return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

bool is_apostrophe(gunichar c) {
  return c == '\'' || c == 0x2019;
}

std::string folded(std::string_view word) {
  std::string kept;
  for (const char* p = word.data(); p < word.data() + word.size(); p = g_utf8_next_char(p))
    if (!is_optional_mark(g_utf8_get_char(p)))
      kept.append(p, static_cast<size_t>(g_utf8_next_char(p) - p));
  const Utf8 lower(g_utf8_casefold(kept.data(), static_cast<gssize>(kept.size())), g_free);
  const Utf8 normal(g_utf8_normalize(lower.get(), -1, G_NORMALIZE_ALL_COMPOSE), g_free);
  std::string text = normal ? normal.get() : "";
  // The Arabic article is written as part of the word.
  for (const std::string_view article : {"وال", "بال", "ال", "لل"})
    if (text.starts_with(article) && text.size() >= article.size() + 4)
      return text.substr(article.size());
  return text;
}

size_t length_of(const std::string& text) {
  return static_cast<size_t>(g_utf8_strlen(text.data(), static_cast<gssize>(text.size())));
}

size_t common_prefix(const std::string& a, const std::string& b) {
  const char* p = a.c_str();
  const char* q = b.c_str();
  size_t count = 0;
  while (*p && *q && g_utf8_get_char(p) == g_utf8_get_char(q)) {
    p = g_utf8_next_char(p);
    q = g_utf8_next_char(q);
    ++count;
  }
  return count;
}

bool has_digit(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Pairs of a run of characters; the character itself where it stands alone.
void add_pairs(std::string_view run, size_t offset, std::vector<Term>& terms) {
  const char* const end = run.data() + run.size();
  const char* p = run.data();
  do {
    const char* const second = g_utf8_next_char(p);
    const char* const after = second < end ? g_utf8_next_char(second) : second;
    terms.push_back(
        {std::string(p, after), offset + static_cast<size_t>(p - run.data()), true, false});
    p = second;
  } while (p < end && g_utf8_next_char(p) < end);
}

void add_word(std::string_view word, size_t offset, std::vector<Term>& terms) {
  Term term;
  term.text = folded(word);
  term.offset = offset;
  if (term.text.empty()) return;
  term.is_light = is_function_word(term.text);
  terms.push_back(std::move(term));
}

}  // namespace

std::vector<Term> terms_of(std::string_view text) {
  std::vector<Term> terms;
  const char* const end = text.data() + text.size();
  const char* p = text.data();
  const auto character = [end](const char* at) { return at < end ? g_utf8_get_char(at) : 0; };
  while (p < end) {
    const gunichar c = character(p);
    const char* const begin = p;
    const auto offset = static_cast<size_t>(begin - text.data());
    const auto run = [&] { return std::string_view(begin, static_cast<size_t>(p - begin)); };
    if (is_spaceless(c)) {
      while (p < end && (is_spaceless(character(p)) || g_unichar_ismark(character(p))))
        p = g_utf8_next_char(p);
      add_pairs(run(), offset, terms);
    } else if (is_word_character(c)) {
      while (p < end && !is_spaceless(character(p)) &&
             (is_word_character(character(p)) ||
              (is_apostrophe(character(p)) && g_unichar_isalpha(character(g_utf8_next_char(p))))))
        p = g_utf8_next_char(p);
      add_word(run(), offset, terms);
    } else {
      p = g_utf8_next_char(p);
    }
  }
  return terms;
}

double likeness(const Term& a, const Term& b) {
  if (a.text == b.text) return 1;
  if (a.is_pair || b.is_pair || has_digit(a.text) || has_digit(b.text)) return 0;
  const size_t shared = common_prefix(a.text, b.text);
  const size_t longer = std::max(length_of(a.text), length_of(b.text));
  const size_t shorter = std::min(length_of(a.text), length_of(b.text));
  if (shared >= kStemCharacters && shorter - shared <= kShorterEnding &&
      longer - shared <= kLongerEnding)
    return kSameStem;
  // Short words: only an ending of one or two letters, "cat" and "cats".
  if (shared == shorter && shorter >= 3 && longer - shorter <= 1) return kSameStem;
  return 0;
}

}  // namespace talkie
