// SPDX-License-Identifier: LGPL-2.1-or-later
// Transitions in which pixel after pixel becomes the new one.
#pragma once

#include "timeline/transition.h"

namespace talkie {

// Numbers of a PixelOrder are below this.
inline constexpr int kOrders = 1 << 14;

// How many of them pass while one pixel goes from the old to the new: a power of two.
int order_softness(Transition::Kind kind);
// For dissolve, circle and radial.
PixelOrder make_order(Transition::Kind kind, Size size);
// What a circle has reached at a position.
Rect circle_reach(Size size, int position);

}  // namespace talkie
