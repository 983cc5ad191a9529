// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/phrases.h"

#include <glib.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "script/characters.h"
#include "timeline/function_words.h"
#include "timeline/text_borders.h"

namespace talkie {

namespace {

constexpr std::string_view kSentenceEnds[] = {".",  "!", "?", "…", "。", "！",
                                              "？", "؟", "۔", "।", "។",  "။"};
constexpr std::string_view kClauseEnds[] = {";", ":", "—", "–", "；", "：", "؛"};
constexpr std::string_view kCommas[] = {",", "،", "、", "，", "၊"};
constexpr std::string_view kClosing[] = {"\"", "'", "”", "’", "»", ")", "]", "」", "』", "）", "*"};

// Chinese words that belong to what is before them.
constexpr std::string_view kParticles[] = {"的", "了", "着", "们", "吗", "呢", "吧", "地", "得"};

template <size_t N>
bool ends_with_any(std::string_view text, const std::string_view (&ends)[N]) {
  for (const std::string_view end : ends)
    if (text.ends_with(end)) return true;
  return false;
}

std::string_view without_closing(std::string_view text) {
  bool again = true;
  while (again) {
    again = false;
    for (const std::string_view mark : kClosing)
      if (text.size() > mark.size() && text.ends_with(mark)) {
        text.remove_suffix(mark.size());
        again = true;
      }
  }
  return text;
}

gunichar first_letter(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end; p = g_utf8_next_char(p))
    if (g_unichar_isalnum(g_utf8_get_char(p))) return g_utf8_get_char(p);
  return 0;
}

// The word in a piece, in lower case and without the punctuation around it.
std::string bare_word(std::string_view text) {
  std::string word;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (!g_unichar_isalnum(c)) continue;
    char bytes[6];
    word.append(bytes, static_cast<size_t>(g_unichar_to_utf8(g_unichar_tolower(c), bytes)));
  }
  return word;
}

// "Dr.", "St.", "A.", "z.": a point that ends no sentence though a capital may follow.
bool is_abbreviation(std::string_view piece) {
  if (!piece.ends_with('.')) return false;
  piece.remove_suffix(1);
  if (piece.find('.') != std::string_view::npos) return true;  // "e.g", "U.S"
  const auto letters = g_utf8_strlen(piece.data(), static_cast<gssize>(piece.size()));
  if (letters == 1) return g_unichar_isalpha(g_utf8_get_char(piece.data()));
  return letters <= 2 && g_unichar_isupper(g_utf8_get_char(piece.data()));
}

Boundary boundary_between(std::string_view piece, std::string_view next,
                          const std::string& language) {
  const std::string_view core = without_closing(piece);
  if (ends_with_any(core, kSentenceEnds)) {
    if (is_abbreviation(core)) return Boundary::tight;
    if (!g_unichar_islower(first_letter(next))) return Boundary::sentence;
  }
  if (ends_with_any(core, kClauseEnds)) return Boundary::clause;
  if (ends_with_any(core, kCommas)) return Boundary::comma;
  if (ends_with_any(next, kClauseEnds)) return Boundary::tight;  // a dash that stands alone
  if (is_conjunction(bare_word(next), language)) return Boundary::conjunction;
  if (std::ranges::find(kParticles, bare_word(next)) != std::end(kParticles))
    return Boundary::tight;
  const std::string word = bare_word(piece);
  if (is_leading_word(word, language) || is_conjunction(word, language)) return Boundary::tight;
  if (g_unichar_isdigit(first_letter(piece)) && next.size() <= 4)
    return Boundary::tight;  // a number and its unit
  return Boundary::plain;
}

// Where a space stands between two words of a script that writes none between words, it is what a
// comma is elsewhere.
bool is_spaceless_on_both_sides(std::string_view piece, std::string_view next) {
  const char* const last = g_utf8_find_prev_char(piece.data(), piece.data() + piece.size());
  return last && is_spaceless(g_utf8_get_char(last)) && is_spaceless(g_utf8_get_char(next.data()));
}

// Between words, as a space, and not seen.
bool is_white(gunichar c) {
  return g_unichar_isspace(c) || c == 0x200B;
}

// The stretches of text between places where a line may end, without white space around them.
std::vector<SpeechPiece> stretches_of(const std::string& text, const TextBorders& borders) {
  std::vector<SpeechPiece> pieces;
  const char* const end = text.data() + text.size();
  SpeechPiece piece;
  bool has_ink = false;
  for (const char* p = text.data();; p = g_utf8_next_char(p)) {
    const auto at = static_cast<size_t>(p - text.data());
    if (has_ink && (p >= end || borders.may_break(at))) {
      pieces.push_back(piece);
      has_ink = false;
    }
    if (p >= end) return pieces;
    if (const gunichar c = g_utf8_get_char(p); is_white(c)) {
      if (!has_ink && pieces.empty()) continue;
      SpeechPiece& before = has_ink ? piece : pieces.back();
      before.space_after |= c != 0x200B;
      continue;
    }
    if (!has_ink) piece = SpeechPiece{at, at, false, Boundary::plain};
    has_ink = true;
    piece.end = static_cast<size_t>(g_utf8_next_char(p) - text.data());
    piece.space_after = false;
  }
}

}  // namespace

std::vector<SpeechPiece> pieces_of(const std::string& text, const std::string& language) {
  const TextBorders borders(text, language);
  std::vector<SpeechPiece> pieces = stretches_of(text, borders);
  const auto text_of = [&](const SpeechPiece& p) {
    return std::string_view(text).substr(p.begin, p.end - p.begin);
  };
  for (size_t i = 0; i < pieces.size(); ++i) {
    SpeechPiece& piece = pieces[i];
    if (i + 1 == pieces.size()) {
      piece.after = Boundary::sentence;
      break;
    }
    const std::string_view next = text_of(pieces[i + 1]);
    piece.after = boundary_between(text_of(piece), next, language);
    if (piece.after == Boundary::plain && piece.space_after &&
        is_spaceless_on_both_sides(text_of(piece), next))
      piece.after = Boundary::comma;
  }
  return pieces;
}

}  // namespace talkie
