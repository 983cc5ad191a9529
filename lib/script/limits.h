// SPDX-License-Identifier: LGPL-2.1-or-later
// How much of everything a script may have. docs/script.md names these numbers.
#pragma once

#include <cstddef>

namespace talkie {

inline constexpr size_t kMaxBlockCharacters = 40'000;      // without an empty line between
inline constexpr size_t kMaxParagraphCharacters = 10'000;  // spoken in one paragraph
inline constexpr size_t kMaxSpokenCharacters = 15'000;     // in one scene: some fifteen minutes
inline constexpr size_t kMaxHeadingCharacters = 300;
inline constexpr size_t kMaxLabelCharacters = 300;
inline constexpr size_t kMaxParts = 5'000;  // items, cells, spans, paragraphs of one scene
inline constexpr int kMaxNesting = 100;     // of quotes and lists

}  // namespace talkie
