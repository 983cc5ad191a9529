// SPDX-License-Identifier: LGPL-2.1-or-later
// Code that becomes other code: what is in both moves to its new place, the rest goes and comes.
#pragma once

#include <vector>

#include "visual/layouts/code_lines.h"

namespace talkie {

// One step for each text after the first; `after` is of each text's block. All of them have their
// top left corner at x, y.
void add_magic_move(Piece& piece, const std::vector<CodeText>& texts, const std::vector<int>& after,
                    double x, double y);

}  // namespace talkie
