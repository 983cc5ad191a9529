// SPDX-License-Identifier: LGPL-2.1-or-later
// The video of one scene, encoded for itself: it begins with the transition from the scene before
// and with a key unit, so that segments follow each other in any film.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "base/error.h"
#include "render/encoder.h"
#include "render/preset.h"
#include "render/segment.h"
#include "speech/timing.h"
#include "visual/visual.h"

namespace talkie {

// A picture that is there for less frames than this is part of a movement.
inline constexpr int64_t kStillFrames = 3;

// How pictures become packets.
struct PictureEncoding {
  const Preset* preset = nullptr;
  bool constant = false;  // every frame is encoded, also where the picture holds
  Time key_unit_interval{};
  Encoder::Listener listener = {};  // hears of every packet while others are encoded
};

// The scene whose last picture a transition comes from.
struct SceneBefore {
  const Painted& painted;
  SceneTiming timing;  // starts at 0; only needed where ends_by_timing()
};

// Its packets count in frames. `before` is null for the first scene. `timing` starts at 0.
Result<Segment> encode_pictures(const PictureEncoding& encoding, const Painted& scene,
                                const SceneBefore* before, SceneTiming timing,
                                const std::stop_token& stop);

}  // namespace talkie
