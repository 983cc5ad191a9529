// SPDX-License-Identifier: LGPL-2.1-or-later
// When music makes way for voices. From the times of the words: nothing listens.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace talkie {

// A value that changes in straight lines between its points; constant before and after them. All
// times are samples of the scene, and may lie outside of it.
struct Polyline {
  struct Point {
    int64_t sample = 0;
    double value = 0;
  };
  std::vector<Point> points;
  [[nodiscard]] double at(double sample) const;  // 0 where there are no points
};

struct VoiceSpan {
  int64_t begin = 0;
  int64_t end = 0;
};

// What a scene leaves to the next one.
struct DuckingState {
  Polyline line{{{0, 0}}};             // up to sample 0, and a little of how it got there
  std::optional<int64_t> quiet_since;  // when the last voice ended
};

// How far the music is down in a scene of so many samples: 0 not at all, 1 by all of its ducking.
// It is down 50 ms before a voice begins, after a ramp of 0.4 s; stays down where the next one
// comes within 1.5 s; and comes up over 0.8 s, from 0.2 s after the last word on. Where a scene
// begins later than a ramp should, the ramp is steeper. `voices` are in their order; `next` is when
// the next scene's first one comes. `state` is what the scene before has left, and becomes what
// this one leaves: at the border the lines meet.
Polyline duck(std::span<const VoiceSpan> voices, std::optional<int64_t> next, int64_t samples,
              DuckingState& state);

}  // namespace talkie
