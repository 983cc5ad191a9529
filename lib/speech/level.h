// SPDX-License-Identifier: LGPL-2.1-or-later
// Which gain brings a voice to a loudness, where the limiter takes some of it away again.
#pragma once

#include <vector>

#include "speech/recording.h"

namespace talkie {

// In dB, for all that one voice says in a scene: one gain for all of it, so that what it says
// softly stays soft. 0 where there is nothing to hear. The limiter is not run for it: what it will
// do is worked out from how high the sound is in each millisecond, to a quarter of a decibel.
double level_for(const std::vector<const Recording*>& recordings, double loudness);

}  // namespace talkie
