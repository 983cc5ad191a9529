// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/staged_captions.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace talkie {

namespace {

// How long a word stays lit in silence; where the next one comes, or the caption ends, within twice
// that, the light stays until then.
constexpr Time kAfterglow{400'000'000};

Rect in_bitmap(const PixelBox& box) {
  return {box.x, box.y, box.x + box.width, box.y + box.height};
}

// A chroma sample reaches one pixel to each side of its even column.
Rect in_frame(const PixelBox& box, const CaptionPicture& picture, const Rect& within) {
  const int x = picture.x + box.x;
  const int y = picture.y + box.y;
  return intersect({(x & ~1) - 2, y & ~1, x + box.width + 2, y + box.height + 1}, within);
}

}  // namespace

void StagedCaptions::place(const SceneTiming& timing, const SceneClock& clock, CaptionMode mode) {
  if (mode == CaptionMode::none) return;
  CaptionLimits limits;
  limits.line_width = style_.max_width_px;
  limits.measure = [this](const std::string& text) { return caption_width(text, style_); };
  for (const Caption& caption : captions_of(timing, limits)) {
    const StagedCaption whole{
        std::max(clock.first(), nearest(caption.start, clock.rate())),
        std::min(clock.end(), nearest(caption.start + caption.duration, clock.rate())),
        texts_.size(),
        {}};
    if (whole.first >= whole.end) continue;
    texts_.push_back(caption.text);
    if (mode == CaptionMode::words)
      place_words(caption, whole, clock.rate());
    else
      captions_.push_back(whole);
  }
}

void StagedCaptions::place_words(const Caption& caption, const StagedCaption& whole, Rate rate) {
  const Time caption_end = caption.start + caption.duration;
  int64_t now = whole.first;
  const auto stand_until = [&](int64_t end, ByteSpan lit) {
    end = std::min(end, whole.end);
    if (now >= end) return;
    captions_.push_back({now, end, whole.index, lit});
    now = end;
  };
  for (auto word = caption.words.begin(); word != caption.words.end(); ++word) {
    const auto next = std::next(word);
    const Time next_start = next == caption.words.end() ? caption_end : next->start;
    const Time dark = word->end + kAfterglow;
    const Time end = next_start <= dark + kAfterglow ? next_start : dark;
    stand_until(nearest(word->start, rate), {});
    stand_until(nearest(end, rate), {word->begin, word->length});
  }
  stand_until(whole.end, {});
}

void StagedCaptions::clear() {
  texts_.clear();
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
  if (const StagedCaption* caption = at(frame)) return caption->end;
  const auto next = std::upper_bound(
      captions_.begin(), captions_.end(), frame,
      [](int64_t value, const StagedCaption& caption) { return value < caption.first; });
  return next == captions_.end() ? kNever : next->first;
}

void StagedCaptions::collect_changes(int64_t from, int64_t to, std::vector<Rect>& changes) {
  const StagedCaption* const old_one = at(from);
  const StagedCaption* const new_one = at(to);
  if (old_one == new_one) return;
  if (old_one && new_one && old_one->index == new_one->index) {
    const PaintedCaption& caption = painted(new_one->index);
    for (const ByteSpan& lit : {old_one->lit, new_one->lit})
      if (lit.length > 0)
        changes.push_back(in_frame(caption.painter->place_of(lit), caption.painter->picture(),
                                   caption.sprite.rect()));
    return;
  }
  for (const StagedCaption* caption : {old_one, new_one})
    if (caption) changes.push_back(painted(caption->index).sprite.rect());
}

StagedCaptions::PaintedCaption& StagedCaptions::painted(size_t index) {
  PaintedCaption& latest = painted_[0];
  PaintedCaption& older = painted_[1];
  const auto holds = [&](const PaintedCaption& one) { return one.painter && one.index == index; };
  if (holds(latest)) return latest;
  if (!holds(older)) {
    older = {index, CaptionPainter(texts_[index], style_, size_), {}};
    const CaptionPicture& picture = older.painter->picture();
    older.sprite = Sprite(picture.bitmap, picture.x, picture.y, size_);
  }
  std::swap(latest, older);
  return latest;
}

const Sprite& StagedCaptions::sprite(const StagedCaption& caption) {
  PaintedCaption& one = painted(caption.index);
  CaptionPainter& painter = *one.painter;
  const ByteSpan before = painter.lit();
  painter.light(caption.lit);
  if (before != caption.lit)
    for (const ByteSpan& changed : {before, caption.lit})
      one.sprite.update(painter.picture().bitmap, in_bitmap(painter.place_of(changed)));
  return one.sprite;
}

}  // namespace talkie
