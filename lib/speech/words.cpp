// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/words.h"

#include <glib.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "script/characters.h"

namespace talkie {

namespace {

struct Character {
  gunichar code = 0;
  size_t offset = 0;
  size_t end = 0;
};

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> characters;
  for (size_t at = 0; at < text.size();) {
    const char* here = text.data() + at;
    const size_t next = at + static_cast<size_t>(g_utf8_next_char(here) - here);
    characters.push_back({g_utf8_get_char(here), at, std::min(next, text.size())});
    at = next;
  }
  return characters;
}

bool is_space(gunichar c) {
  return g_unichar_isspace(c) || g_unichar_iscntrl(c) || c == 0x200B;
}

bool is_dash(gunichar c) {
  return (c >= 0x2012 && c <= 0x2015) || c == 0x2026;  // dashes longer than a hyphen; ellipsis
}

// What belongs to the character before it.
bool is_attached(gunichar c) {
  return g_unichar_ismark(c) || c == 0x200D || c == 0x30FC || (c >= 0x1F3FB && c <= 0x1F3FF);
}

// Whether a word can consist of it: letters, digits, and signs that are read aloud.
bool is_said(gunichar c) {
  if (g_unichar_isalnum(c) || g_unichar_ismark(c)) return true;
  switch (g_unichar_type(c)) {
    case G_UNICODE_CURRENCY_SYMBOL:
    case G_UNICODE_MATH_SYMBOL:
    case G_UNICODE_OTHER_SYMBOL:
    case G_UNICODE_OTHER_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
      return true;
    default:
      return c == '&' || c == '@' || c == '%' || c == '#' || c == 0xA7;
  }
}

// Adds the word of characters [first, last), less the punctuation around it.
void add_word(const std::vector<Character>& all, size_t first, size_t last,
              std::vector<TextWord>& words) {
  while (first < last && !is_said(all[first].code))
    ++first;
  while (last > first && !is_said(all[last - 1].code) && !is_attached(all[last - 1].code))
    --last;
  if (first == last) return;
  const size_t offset = all[first].offset;
  words.push_back({offset, all[last - 1].end - offset, 0, 0});
}

void add_token(const std::vector<Character>& all, size_t first, size_t last,
               std::vector<TextWord>& words) {
  const size_t before = words.size();
  size_t start = first;
  for (size_t i = first; i < last; ++i) {
    if (is_dash(all[i].code)) {
      add_word(all, start, i, words);
      start = i + 1;
    } else if (is_spaceless(all[i].code)) {
      size_t end = i + 1;
      while (end < last && is_attached(all[end].code))
        ++end;
      add_word(all, start, i, words);
      add_word(all, i, end, words);
      start = end;
      i = end - 1;
    }
  }
  add_word(all, std::min(start, last), last, words);
  for (size_t i = before; i < words.size(); ++i) {
    words[i].token = all[first].offset;
    words[i].token_end = all[last - 1].end;
  }
}

// Which word an engine's event is about; nothing where it is about none (a dash that is read).
std::optional<size_t> word_at(std::span<const TextWord> words, size_t offset) {
  const auto after = std::upper_bound(words.begin(), words.end(), offset,
                                      [](size_t at, const TextWord& w) { return at < w.offset; });
  if (after != words.begin() && offset < (after - 1)->token_end)
    return static_cast<size_t>(after - 1 - words.begin());
  if (after != words.end() && offset >= after->token)
    return static_cast<size_t>(after - words.begin());
  return {};
}

// A run of words of which only the first one's beginning is known.
struct Group {
  size_t first = 0;
  int64_t begin = 0;
  int64_t end = 0;
};

std::vector<Group> groups_of(std::span<const TextWord> words, std::span<const WordEvent> events,
                             int64_t length) {
  std::vector<WordEvent> sorted(events.begin(), events.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.sample < b.sample; });
  std::vector<Group> groups;
  for (const WordEvent& event : sorted) {
    const int64_t sample = std::clamp<int64_t>(event.sample, 0, length);
    const auto word = word_at(words, event.offset);
    const bool is_next = word && (groups.empty() || *word > groups.back().first);
    // What is said between two words ends the first of them.
    if (!groups.empty() && groups.back().end == length && (is_next || !word))
      groups.back().end = sample;
    if (is_next) groups.push_back({*word, sample, length});
  }
  if (groups.empty())
    groups.push_back({0, 0, length});
  else
    groups.front().first = 0;
  return groups;
}

// What is heard for a moment only, at a span's very edge and far from the rest, is the neighbour's.
constexpr ptrdiff_t kMoment = 3;  // steps
constexpr ptrdiff_t kFar = 6;

// Moves `edge` inwards over silence and over a moment of the neighbour's sound.
template <typename Iterator>
Iterator heard_edge(Iterator edge, Iterator other) {
  const Iterator sound = std::find(edge, other, true);
  const Iterator silence = std::find(sound, other, false);
  const Iterator rest = std::find(silence, other, true);
  const bool is_neighbours =
      sound == edge && silence - sound <= kMoment && rest - silence >= kFar && rest != other;
  return is_neighbours ? rest : sound;
}

// Leaves off the silence at both ends.
WordSpan heard_part(WordSpan span, const Loudness& loud) {
  const auto steps = static_cast<int64_t>(loud.size());
  const auto begin = loud.begin() + std::min(span.begin / kLoudnessStep, steps);
  const auto end = loud.begin() + std::min((span.end + kLoudnessStep - 1) / kLoudnessStep, steps);
  const auto head = heard_edge(begin, end);
  if (head == end) return span;
  const auto tail = heard_edge(std::make_reverse_iterator(end), std::make_reverse_iterator(head));
  return {std::max(span.begin, (head - loud.begin()) * kLoudnessStep),
          std::min(span.end, (tail.base() - loud.begin()) * kLoudnessStep)};
}

}  // namespace

std::vector<TextWord> find_words(std::string_view text) {
  const std::vector<Character> all = characters_of(text);
  std::vector<TextWord> words;
  for (size_t i = 0; i < all.size();) {
    size_t end = i;
    while (end < all.size() && !is_space(all[end].code))
      ++end;
    if (end > i) add_token(all, i, end, words);
    i = end + 1;
  }
  return words;
}

std::vector<WordSpan> place_words(std::span<const TextWord> words,
                                  std::span<const WordEvent> events, const Loudness& loud,
                                  int64_t length) {
  std::vector<WordSpan> spans;
  if (words.empty()) return spans;
  const std::vector<Group> groups = groups_of(words, events, length);
  for (size_t g = 0; g < groups.size(); ++g) {
    const size_t end = g + 1 < groups.size() ? groups[g + 1].first : words.size();
    const WordSpan span = heard_part({groups[g].begin, groups[g].end}, loud);
    size_t weight = 0;
    for (size_t i = groups[g].first; i < end; ++i)
      weight += words[i].length;
    size_t before = 0;
    const auto part = [&](size_t bytes) {
      return span.begin +
             (span.end - span.begin) * static_cast<int64_t>(bytes) / static_cast<int64_t>(weight);
    };
    for (size_t i = groups[g].first; i < end; ++i) {
      spans.push_back({part(before), part(before + words[i].length)});
      before += words[i].length;
    }
  }
  return spans;
}

}  // namespace talkie
