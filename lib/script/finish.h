// SPDX-License-Identifier: LGPL-2.1-or-later
// What remains when all scenes are there: names, numbers, the silence around the words.
#pragma once

#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// Stands for a lead or tail that the script does not say.
inline constexpr Time kNotSaid{-1};

// Makes every scene complete: id, index, count, the film with its title, lead, tail, fade.
void finish_scenes(Script& script, Findings& findings);

// "How tides work!" -> "how-tides-work"
std::string slug(std::string_view text);

}  // namespace talkie
