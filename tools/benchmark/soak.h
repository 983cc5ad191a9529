// SPDX-License-Identifier: LGPL-2.1-or-later
// Hours of a show on a clock that does not wait for anybody: what drifts, and what grows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace talkie::bench {

struct SoakOptions {
  std::filesystem::path script;  // shown again and again
  std::filesystem::path folder;  // an empty one, for the cache
  std::filesystem::path hls;     // the muxer: empty: FLV; else HLS, its segments in this folder
  Time length = std::chrono::hours(24);  // of timeline
  std::vector<Time> marks;               // where the memory is looked at
};

// What came out of the muxer. FLV has whole milliseconds; of HLS the muxer's input is looked at.
struct SoakReport {
  struct Memory {
    Time at{};
    int64_t bytes = 0;  // resident
  };
  Time length{};       // of timeline
  double seconds = 0;  // that it took
  int rounds = 0;      // that were finished
  int64_t pictures = 0;
  int64_t sounds = 0;    // packets of sound
  int64_t late = 0;      // pictures
  int64_t bytes = 0;     // that the muxer wrote
  Time picture_drift{};  // how far a picture was from its number times its length, at the most
  Time sound_drift{};    // the same of packets of sound
  Time gap_at_end{};     // between the end of the pictures and the end of the sound
  // A picture and a packet of sound that come once in every round, found again by their bytes: how
  // much the time between them differed from the first round's, at the most.
  int landmarks = 0;  // rounds in which both were found
  Time landmark_drift{};
  std::vector<Memory> memory;
};

// start_gstreamer() comes first.
Result<SoakReport> soak(const SoakOptions& options);

}  // namespace talkie::bench
