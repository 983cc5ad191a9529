// SPDX-License-Identifier: LGPL-2.1-or-later
// The ground of a page in pixels, without the bands that 8 bits make of a soft gradient.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "visual/theme.h"
#include "visual/visual.h"

namespace talkie {

// What `ground` is at a point of the frame (fractions of its width and height): red, green, blue,
// 0 to 255, before it is rounded. Glows blend as SVG's radialGradient does: stops interpolated
// without premultiplying, in sRGB, one over the other (SVG 2, sections 14.2 and 14.3).
std::array<double, 3> ground_at(const Ground& ground, double x, double y);

// Fills `target` with the ground, opaque. Values between two levels are dithered; a flat ground
// stays exactly flat. The same in, the same out.
void paint_ground(const Ground& ground, Bitmap& target);

// The same, painted once for all the pages of a film that stand on it: the last few are kept.
// Thread-safe.
std::shared_ptr<const Bitmap> painted_ground(const Ground& ground, Size size);

}  // namespace talkie
