// SPDX-License-Identifier: LGPL-2.1-or-later
// A film's sound in GStreamer's memory: 48 kHz, mono or stereo, signed 16 bits.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <span>

#include "gst/owned.h"

namespace talkie {

Owned<GstCaps> sound_caps(int channels = 1);
// A copy of the samples, which are interleaved; `first` is the number of the first one on the
// film's line, of each channel.
Owned<GstBuffer> sound_buffer(std::span<const int16_t> samples, int64_t first, int channels = 1);

}  // namespace talkie
