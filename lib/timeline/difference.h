// SPDX-License-Identifier: LGPL-2.1-or-later
// Where two pictures differ: slides share their ground, and often more.
#pragma once

#include <vector>

#include "timeline/yuv.h"

namespace talkie {

// Rectangles, which may overlap, outside of which two pictures of one size are equal in all
// planes. Few and large enough that going through them costs less than what they leave out.
std::vector<Rect> differences(const Planes& first, const Planes& second);

}  // namespace talkie
