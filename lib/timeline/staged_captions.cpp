// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/staged_captions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "timeline/captions.h"
#include "visual/painter.h"

namespace talkie {

void StagedCaptions::place(const SceneTiming& timing, const SceneClock& clock) {
  CaptionLimits limits;
  limits.line_width = style_.max_width_px;
  limits.measure = [this](const std::string& text) { return caption_width(text, style_); };
  for (const Caption& caption : captions_of(timing, limits)) {
    const int64_t first = std::max(clock.first(), nearest(caption.start, clock.rate()));
    const int64_t end =
        std::min(clock.end(), nearest(caption.start + caption.duration, clock.rate()));
    if (first < end) captions_.push_back({first, end, caption.text});
  }
}

void StagedCaptions::clear() {
  captions_.clear();
  for (PaintedCaption& painted : painted_)
    painted = {};
}

const StagedCaption* StagedCaptions::at(int64_t frame) const {
  const auto after = std::upper_bound(
      captions_.begin(), captions_.end(), frame,
      [](int64_t value, const StagedCaption& caption) { return value < caption.first; });
  if (after == captions_.begin()) return nullptr;
  const StagedCaption& caption = *std::prev(after);
  return frame < caption.end ? &caption : nullptr;
}

int64_t StagedCaptions::next_change(int64_t frame) const {
  int64_t next = kNever;
  for (const StagedCaption& caption : captions_) {
    if (caption.first > frame) next = std::min(next, caption.first);
    if (caption.end > frame) next = std::min(next, caption.end);
  }
  return next;
}

const Sprite& StagedCaptions::sprite(const StagedCaption& caption) {
  PaintedCaption& latest = painted_[0];
  PaintedCaption& older = painted_[1];
  if (latest.caption == &caption) return latest.sprite;
  if (older.caption != &caption) {
    const CaptionPicture picture = paint_caption(caption.text, style_, size_);
    older = {&caption, Sprite(picture.bitmap, picture.x, picture.y, size_)};
  }
  std::swap(latest, older);
  return latest.sprite;
}

}  // namespace talkie
