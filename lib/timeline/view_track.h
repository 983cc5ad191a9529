// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera's way over a picture.
#pragma once

#include <vector>

#include "timeline/scene_clock.h"
#include "timeline/track.h"
#include "visual/visual.h"

namespace talkie {

// Between two views: as sizes differ, by the same factor in equal times, so that a zoom looks even.
View mix(const View& from, const View& to, double share);

// A view as large as fits into a picture, and inside of it.
View inside(View view, Size picture);

// From `start` on by `moves`, each of them inside of the picture.
Track<View> view_track(const View& start, const std::vector<ViewMove>& moves, Size picture,
                       const SceneClock& clock);

}  // namespace talkie
