// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames of a constant rate, counted from the time of the first picture.
#pragma once

#include <algorithm>
#include <optional>

#include "base/time.h"

namespace talkie {

// Every time is computed from its frame's number, so that nothing adds up: 24000/1001 frames a
// second stay exact for as long as the film is.
class FrameGrid {
 public:
  explicit FrameGrid(Rate rate) : rate_(rate) {}

  [[nodiscard]] Rate rate() const { return rate_; }
  void begin(Time origin) { origin_ = origin; }
  [[nodiscard]] bool begun() const { return origin_.has_value(); }

  // These are for a grid that has begun.
  [[nodiscard]] Time time_of(int64_t frame) const {
    return *origin_ + talkie::time_of(frame, rate_);
  }
  [[nodiscard]] Time duration_of(int64_t frame) const {
    return time_of(frame + 1) - time_of(frame);
  }
  // The frame nearest to a time; the first for any time before.
  [[nodiscard]] int64_t frame_at(Time time) const {
    return nearest(std::max(time - *origin_, Time::zero()), rate_);
  }

 private:
  Rate rate_;
  std::optional<Time> origin_;
};

}  // namespace talkie
