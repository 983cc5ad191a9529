// SPDX-License-Identifier: LGPL-2.1-or-later
// What remains when all scenes are there: names, numbers, the silence around the words.
#pragma once

#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// Stands for a lead or tail that the script does not say.
inline constexpr Time kNotSaid{-1};

// Makes every scene complete: id, index, count, the film with its title, lead, tail, fade, and what
// its sound needs to know of its neighbours.
void finish_scenes(Script& script, Findings& findings);

// A recording without words is an error: captions and cues need them.
void check_recording(const Scene& scene, Findings& findings);

// "How tides work!" -> "how-tides-work"
std::string slug(std::string_view text);

}  // namespace talkie
