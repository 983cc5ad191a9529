// SPDX-License-Identifier: LGPL-2.1-or-later
// How much a film's sound has to be changed so that it is as loud as it should be. Voices have
// their level from the start; what music and effects add is only known when all of it was heard.
#pragma once

#include <stop_token>

#include "base/cache.h"
#include "script/scene.h"
#include "speech/narrator.h"

namespace talkie {

// Linear. Goes through the whole film: what it has spoken and heard is in the options' cache after
// that, so that making the film does not cost it again. 1 where a scene cannot be spoken: who makes
// the film says why. The gain has steps of a quarter of a decibel, so that a changed word hardly
// ever changes it, and with it the sound of all scenes.
double film_gain(const Script& script, const NarratorOptions& options, const std::stop_token& stop);

}  // namespace talkie
