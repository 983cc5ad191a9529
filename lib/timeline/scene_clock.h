// SPDX-License-Identifier: LGPL-2.1-or-later
// One scene's moments as frames of the film.
#pragma once

#include <cstdint>
#include <vector>

#include "speech/timing.h"
#include "timeline/track.h"
#include "visual/visual.h"

namespace talkie {

class SceneClock {
 public:
  SceneClock(const Visual& visual, const SceneTiming& timing, Rate rate);

  [[nodiscard]] int64_t first() const { return first_; }
  [[nodiscard]] int64_t end() const { return end_; }  // one past the last frame
  [[nodiscard]] Rate rate() const { return rate_; }

  // Negative for what was there, or had happened, before the scene began.
  [[nodiscard]] Time time_of(const When& when) const;
  // The time of the scene (not of the film) at which a frame begins.
  [[nodiscard]] Time time_at(int64_t frame) const;
  [[nodiscard]] int64_t first_at_or_after(Time time) const;
  // Frames that move from a moment on for `length`; what happened before the scene takes none.
  [[nodiscard]] FrameSpan span(Time from, Time length) const;
  [[nodiscard]] FrameSpan span_to_end(Time from) const;
  [[nodiscard]] FrameSpan span(const ViewMove& move) const;
  // What an animation that begins at `begins` is told.
  [[nodiscard]] Animation::Timing timing_from(Time begins) const;

 private:
  Rate rate_;
  Time start_;
  Time duration_;
  Time speech_end_{};
  int64_t first_;
  int64_t end_;
  std::vector<Time> cues_;
  std::vector<Time> steps_;
};

}  // namespace talkie
