// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a text may be broken in lines, and how good each place is.
#pragma once

#include <string>
#include <vector>

namespace talkie {

// What stands at the end of a piece, from the best place to break to the worst.
enum class Boundary { sentence, clause, comma, conjunction, plain, tight };

// A part of a text that no line break divides: bytes begin to end, without the spaces after it.
struct SpeechPiece {
  size_t begin = 0;
  size_t end = 0;
  bool space_after = false;
  Boundary after = Boundary::plain;  // sentence for the last one
};

// The pieces of `text` (valid UTF-8) by the rules of Unicode's annex 14, in reading order. No word
// is divided, in scripts without spaces neither.
std::vector<SpeechPiece> pieces_of(const std::string& text, const std::string& language);

}  // namespace talkie
