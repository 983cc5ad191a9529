// SPDX-License-Identifier: LGPL-2.1-or-later
// How long encoders alone take for pictures and sound that wait in memory.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "gst/owned.h"
#include "script/scene.h"

namespace talkie::bench {

// A piece of a film in memory: each distinct picture once, as I420 with its time and duration.
struct Material {
  Size size;
  Rate rate;
  std::vector<Owned<GstBuffer>> pictures;
  std::span<const int16_t> samples;  // 48 kHz, mono
};

struct Setup {
  int encoders = 1;  // side by side, each with its own part of the pictures; 0: no video
  int threads = 1;   // of each
  int sounds = 1;    // audio encoders side by side, each with its own part of the sound
};

struct Cost {
  double wall = 0;  // seconds
  double cpu = 0;
};

// Encodes with the encoders of the preset "mp4" and throws the result away. The clock runs from the
// first picture until all encoders have said that they are done.
Result<Cost> encode(const Material& material, const Setup& setup);

}  // namespace talkie::bench
