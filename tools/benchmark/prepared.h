// SPDX-License-Identifier: LGPL-2.1-or-later
// A film with everything made but its encoding: pages painted, sentences spoken.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "script/script.h"
#include "speech/timing.h"
#include "timeline/stage.h"
#include "visual/visual.h"

namespace talkie::bench {

struct PreparedScene {
  Painted painted;
  SceneTiming timing;
  int64_t first = 0;  // frame of the film
  int64_t frames = 0;
};

struct Prepared {
  Size size;
  Rate rate;
  int64_t frames = 0;
  std::vector<PreparedScene> scenes;
  std::vector<int16_t> samples;  // 48 kHz, mono
};

Result<Prepared> prepare(const std::string& script);

// The film as it is encoded.
void put_on(Stage& stage, const Prepared& film);
// The same with cuts instead of transitions: what somebody who uses another tool would have as
// pictures.
void put_on_without_transitions(Stage& stage, const Prepared& film);

}  // namespace talkie::bench
