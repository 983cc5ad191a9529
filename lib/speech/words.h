// SPDX-License-Identifier: LGPL-2.1-or-later
// The author's words in a text, and when each is said.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace talkie {

struct TextWord {
  size_t offset = 0;  // bytes
  size_t length = 0;
  size_t token = 0;      // where the stretch without white space that the word is in begins, …
  size_t token_end = 0;  // … and ends
};

// Words are what stands between white space and dashes, without the punctuation around it. Signs
// that are spoken ("&", "5%", "$", emoji) are words or parts of them. In scripts that write no
// spaces (Han, kana, Thai, Lao, Khmer, Burmese) each character, with its marks, is one.
std::vector<TextWord> find_words(std::string_view text);

// An engine's word: something that is said at `sample` for the character at `offset`.
struct WordEvent {
  size_t offset = 0;
  int64_t sample = 0;
};

struct WordSpan {
  int64_t begin = 0;  // samples
  int64_t end = 0;
};

// Where sound is: one entry every kLoudnessStep samples, true where it can be heard.
inline constexpr int64_t kLoudnessStep = 240;  // 5 ms at 48 kHz
using Loudness = std::vector<bool>;

// One span for each word, in order, not overlapping. A word begins with its first event and ends
// where the next one begins, or sooner where it falls silent. Words without events share the span
// of the one before by their length.
std::vector<WordSpan> place_words(std::span<const TextWord> words,
                                  std::span<const WordEvent> events, const Loudness& loud,
                                  int64_t length);

}  // namespace talkie
