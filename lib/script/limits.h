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
inline constexpr size_t kMaxCues = 500;     // in one scene
inline constexpr size_t kMaxEffects = 200;  // sounds in one scene
inline constexpr size_t kMaxCodeSteps = 100;
inline constexpr size_t kMaxFormulaLines = 200;  // of a display formula between $$
// What diagrams and charts read from the script's folder: one file, and those of one block.
inline constexpr size_t kMaxDataBytes = 4u << 20;
inline constexpr size_t kMaxBlockDataBytes = 16u << 20;

}  // namespace talkie
