// SPDX-License-Identifier: LGPL-2.1-or-later
// How things move: from a share of the time gone by to a share of the way, both 0 to 1.
#pragma once

#include "visual/visual.h"

namespace talkie {

// Comes in fast and settles: CSS's cubic-bezier(.16, 1, .3, 1).
double ease_out(double share);
// Starts and stops softly: 3 s^2 - 2 s^3.
double ease_in_out(double share);

double eased(Ease ease, double share);

}  // namespace talkie
