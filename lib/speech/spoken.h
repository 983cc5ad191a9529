// SPDX-License-Identifier: LGPL-2.1-or-later
// When a place in a spoken text is said.
#pragma once

#include "speech/timing.h"

namespace talkie {

// When the voice reaches byte `offset` of the utterance's text, in the scene's time. Between words
// it is the next one's start; without words the utterance's time is shared out evenly.
Time said_at(const SpokenUtterance& utterance, size_t offset);

// When the last word that begins before byte `offset` has been said.
Time said_until(const SpokenUtterance& utterance, size_t offset);

}  // namespace talkie
