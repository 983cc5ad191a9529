// SPDX-License-Identifier: LGPL-2.1-or-later
// Arithmetic on samples: an engine's sound becomes part of a film's. All of it works in blocks of a
// second at most and gives up when it is asked to stop.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/error.h"
#include "speech/words.h"

namespace talkie {

// Full scale is 1. To kSampleRate, linear phase: an onset stays where it was.
Result<std::vector<float>> resample(std::span<const int16_t> samples, int rate,
                                    const std::stop_token& stop);

// What can be heard: within 46 dB of the loudest sample.
Loudness loudness_of(std::span<const float> samples);

// Adds `samples` times `gain` to the end of `target`. Peaks are kept under -1 dBFS by a look-ahead
// limiter (5 ms), which leaves everything else as it is; both ends are faded over 5 ms, so that cut
// sound does not click.
void append(std::span<const float> samples, double gain, std::vector<int16_t>& target,
            const std::stop_token& stop);
inline constexpr float kCeiling = 0.891F;  // -1 dBFS

}  // namespace talkie
