// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings in a cache: the head is JSON, the body the samples in the machine's order.
#pragma once

#include <optional>
#include <string>

#include "base/cache.h"
#include "speech/recording.h"

namespace talkie {

// `samples`: false for the rest alone, which needs no reading of the sound.
std::optional<Recording> find_recording(const Cache& cache, const std::string& key, bool samples);

// What cannot be kept is spoken again next time; who owns the cache tells the user.
void keep_recording(const Cache& cache, const Recording& recording);

}  // namespace talkie
