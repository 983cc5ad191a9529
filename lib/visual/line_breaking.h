// SPDX-License-Identifier: LGPL-2.1-or-later
// Where lines end: arithmetic on widths, without any font.
#pragma once

#include <cstddef>
#include <vector>

namespace talkie {

// A piece of text that stays in one line.
struct Chunk {
  double width = 0;  // without the white space after it
  double space = 0;  // that white space's width; gone at a line's end
  // How bad it is to end a line after this chunk: 0 neutral, below it good (after a comma), above
  // it bad (after an article, or inside of a word).
  double penalty = 0;
  int characters = 0;
};

// The index after the last chunk of every line. `balanced` makes lines of like length; otherwise
// lines are filled. No more lines than a greedy filling needs, no short chunk alone on the last
// line where that can be helped. A chunk wider than `max_width` has a line to itself.
std::vector<size_t> break_lines(const std::vector<Chunk>& chunks, double max_width, bool balanced);

}  // namespace talkie
