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

// No true peak (ITU-R BS.1770-4, annex 2) of a film's sound is higher, so that it is under -1 dBTP
// after an encoder has added its errors, too.
inline constexpr float kCeiling = 0.794F;  // -2 dBTP

// Keeps true peaks under the ceiling: where they are over it, all channels of the interleaved sound
// go down and come back over 5 ms; the rest stays as it is, to the bit.
void limit(std::span<float> samples, int channels);
// What becomes of a frame depends on so many frames before and after it: sound may be limited in
// blocks that overlap.
inline constexpr size_t kLimiterReach = 512;

// Adds the sound to the end of `target`, rounded.
void to_samples(std::span<const float> sound, std::vector<int16_t>& target);

// Adds `recording` (mono) times `gain`, limited, to the end of `target`. Both ends are faded over
// 5 ms, so that cut sound does not click.
void lay(std::span<const int16_t> recording, double gain, std::vector<int16_t>& target,
         const std::stop_token& stop);

}  // namespace talkie
