// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/picture_runs.h"

#include <algorithm>
#include <utility>

namespace talkie {

PictureRun PictureRuns::next(const Stage& stage, int64_t frame) {
  PictureRun run{frame, 0, !begun_ || frame >= held_until_, false};
  if (run.changed) held_until_ = stage.next_change(frame);
  run.end = held_until_;
  const bool is_first = !std::exchange(begun_, true);
  if (interval_ <= 0) return run;
  run.key_unit = is_first || frame - key_unit_ >= interval_;
  // What repeats a key unit can do so by itself; only a hold that began without one is cut.
  if (run.key_unit)
    key_unit_ = frame + (run.end - frame - 1) / interval_ * interval_;
  else
    run.end = std::min(run.end, key_unit_ + interval_);
  return run;
}

}  // namespace talkie
