// SPDX-License-Identifier: LGPL-2.1-or-later
// When each step of a slide comes in: when the voice speaks of it.
#pragma once

#include <vector>

#include "speech/timing.h"
#include "visual/visual.h"

namespace talkie {

// A step that was there before its scene began.
inline constexpr Time kFromTheStart{-1};

// Steps that come in together follow each other by this much.
inline constexpr Time kSiblingDelay{90'000'000};

// One time for each step, relative to the scene's start, never falling but for cues. A step comes
// in with the words that speak of it; one that nothing speaks of, evenly between its neighbours;
// none before the narration step it stands behind in the script, all by the end of the speech.
// Without any speech all are kFromTheStart. A step with a cue comes in exactly then, `cues` being
// the times of Visual::cues; the others keep their order around it.
std::vector<Time> reveal_times(const std::vector<Step>& steps, const std::vector<Time>& cues,
                               const SceneTiming& timing);

}  // namespace talkie
