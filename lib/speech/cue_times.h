// SPDX-License-Identifier: LGPL-2.1-or-later
// When the words are said that make something happen.
#pragma once

#include <vector>

#include "script/scene.h"
#include "speech/timing.h"

namespace talkie {

// When narration step `step` begins, in the scene's time; a pause begins where the words before it
// end, and so does what comes after all that is said.
Time begin_of(int step, const SceneTiming& timing);

// One time for each cue: when its word begins. Without any speech they are spread evenly over the
// scene.
std::vector<Time> cue_times(const std::vector<WordPlace>& cues, const SceneTiming& timing);

}  // namespace talkie
