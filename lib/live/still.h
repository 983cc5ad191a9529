// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes out while nothing happens: a picture that stays, and silence. A second of each costs
// nothing, since both are encoded once and sent again and again.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "render/preset.h"
#include "render/segment.h"
#include "speech/timing.h"
#include "visual/visual.h"

namespace talkie {

// The scene's picture at frame `frame` of it, without the transition into it, for `length` frames:
// one closed group of pictures. `timing` is the scene's, from 0 on.
Result<Segment> still_picture(const Preset& preset, const Painted& scene, SceneTiming timing,
                              int64_t frame, int64_t length);

// One grey picture: what the stream will be like, before there is a scene.
Result<Segment> blank_picture(const Preset& preset, Size size, Rate rate);

// One packet of silence, which may follow itself.
Result<Segment> silent_packet(const Preset& preset, int packet, int channels);

}  // namespace talkie
