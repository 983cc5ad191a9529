// SPDX-License-Identifier: LGPL-2.1-or-later
// What the narration makes the page do: a scene's cues become steps, moves and a camera.
#pragma once

#include "visual/layout.h"

namespace talkie {

// `piece` is the whole page, where everything has its place. A cue that names nothing on it is an
// error at its place.
Result<void> follow_cues(const Page& page, Piece& piece, SlidePlan& plan);

// The slow movement of the whole page that a scene may ask for.
void move_camera(const Page& page, SlidePlan& plan);
// The same of one picture: views in shares of its width and height. `seen` is what its place shows
// of it when it stands still.
std::vector<ViewMove> movement_views(Movement movement, const View& seen, bool rtl);

}  // namespace talkie
