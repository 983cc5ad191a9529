// SPDX-License-Identifier: LGPL-2.1-or-later
// Transitions in which whole pictures go somewhere.
#pragma once

#include "script/scene.h"
#include "timeline/yuv.h"

namespace talkie {

// Positions of what grows: as many as it takes to be smooth.
inline constexpr int kFineSteps = 1 << 16;

// Fills the `rect` of `target` in the middle of a slide, push, reveal or zoom. The position is the
// way gone in 1/256 of a pixel; of a zoom, in 1 / kFineSteps.
void paint_moving(const Transition& transition, int position, const Planes& before,
                  const Planes& after, const Planes& target, const Rect& rect);

}  // namespace talkie
