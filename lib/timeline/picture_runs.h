// SPDX-License-Identifier: LGPL-2.1-or-later
// A film as its distinct pictures, each with the frames it holds for.
#pragma once

#include <cstdint>

#include "timeline/stage.h"

namespace talkie {

// Frames [first, end) show the same picture.
struct PictureRun {
  int64_t first = 0;
  int64_t end = 0;
  bool changed = true;    // differs from the run before
  bool key_unit = false;  // is to be decodable by itself
};

// Walks a stage from run to run. Counted in pictures, an encoder's own key frames would be minutes
// apart; here they come by time: as the first one that changes after `interval` frames, and where a
// picture holds for longer, inside the hold.
class PictureRuns {
 public:
  // `interval` 0: key units only where somebody else asks for them.
  explicit PictureRuns(int64_t interval) : interval_(interval) {}

  // The run that begins at `frame`: the first one anywhere, the others where the last one ended.
  PictureRun next(const Stage& stage, int64_t frame);
  void reset() { *this = PictureRuns(interval_); }

 private:
  int64_t interval_;
  bool begun_ = false;
  int64_t key_unit_ = 0;    // the frame of the last one
  int64_t held_until_ = 0;  // the picture stays as it is up to here
};

}  // namespace talkie
