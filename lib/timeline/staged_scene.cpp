// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/staged_scene.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "timeline/difference.h"
#include "timeline/easing.h"
#include "timeline/reveal.h"
#include "timeline/rows.h"
#include "timeline/transition.h"
#include "visual/painter.h"

namespace talkie {

namespace {

constexpr Time kFadeOut{600'000'000};
constexpr double kSubPixel = 256;

void fade(const Planes& target, const Rect& rect, Yuv colour, int amount) {
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      lerp_row(row_of(target, plane, y) + part.x, colour.plane(plane), amount, part.width);
  }
}

}  // namespace

double LayerMotion::share(int64_t frame) const {
  if (frame < first) return 0;
  if (frame >= first + count) return 1;
  return static_cast<double>(frame - first + 1) / static_cast<double>(count + 1);
}

int64_t LayerMotion::next_change(int64_t frame) const {
  if (frame < first) return first;
  if (frame < first + count) return frame + 1;
  return std::numeric_limits<int64_t>::max();
}

StagedScene::StagedScene(const BitmapView& picture, const Visual& visual, const SceneTiming& timing,
                         const SceneOverrides& overrides, Size size, Rate frame_rate,
                         bool has_before)
    : size_(size),
      first_(nearest(timing.start, frame_rate)),
      end_(std::max(first_, nearest(timing.start + timing.duration, frame_rate))),
      base_(size),
      transition_(overrides.transition.value_or(visual.transition)),
      ground_(to_yuv(visual.ground)),
      caption_style_(visual.caption_style) {
  convert(picture, base_.planes());
  const bool is_cut = transition_.kind == Transition::Kind::cut || !has_before;
  const int64_t length = is_cut ? 0 : nearest(transition_.length, frame_rate);
  entry_ = {first_, std::min(length, end_ - first_)};
  // The last frame of a fade-out is the ground alone, so the motion ends one frame before the end.
  if (visual.fade_out && end_ > first_) {
    const int64_t frames = std::min(nearest(kFadeOut, frame_rate), (end_ - first_) / 2);
    exit_ = {end_ - std::max<int64_t>(frames, 1), std::max<int64_t>(frames - 1, 0)};
  } else {
    exit_ = {std::numeric_limits<int64_t>::max() / 2, 0};
  }
  place_layers(visual, timing, frame_rate);
  if (overrides.captions.value_or(visual.captions) == CaptionMode::burned)
    place_captions(timing, frame_rate);
}

void StagedScene::place_layers(const Visual& visual, const SceneTiming& timing, Rate frame_rate) {
  const std::vector<Time> times = reveal_times(visual.steps, timing);
  for (const Layer& layer : visual.layers) {
    const auto step = static_cast<size_t>(layer.step);
    const Time time = step < times.size() ? times[step] : kFromTheStart;
    StagedLayer staged{Sprite(layer.bitmap, layer.x, layer.y, size_), layer.enter, {}};
    if (time < Time{}) {
      staged.motion = {first_, 0};
    } else {
      staged.motion.first = std::max(first_, nearest(timing.start + time, frame_rate));
      if (layer.enter.kind != Enter::Kind::none)
        staged.motion.count = nearest(layer.enter.length, frame_rate);
    }
    layers_.push_back(std::move(staged));
  }
}

void StagedScene::place_captions(const SceneTiming& timing, Rate frame_rate) {
  CaptionLimits limits;
  limits.line_width = caption_style_.max_width_px;
  limits.measure = [this](const std::string& text) { return caption_width(text, caption_style_); };
  for (const Caption& caption : captions_of(timing, limits)) {
    const int64_t first = std::max(first_, nearest(caption.start, frame_rate));
    const int64_t end = std::min(end_, nearest(caption.start + caption.duration, frame_rate));
    if (first < end) captions_.push_back({first, end, caption.text});
  }
}

StagedScene::LayerLook StagedScene::look_of(const StagedLayer& layer, int64_t frame) {
  const double share = ease_out(layer.motion.share(frame));
  LayerLook look;
  look.opacity = static_cast<int>(std::lround(share * kOne));
  if (look.opacity > 0 && layer.enter.kind == Enter::Kind::rise)
    look.drop = static_cast<int>(
        std::lround(std::max(layer.enter.distance_px, 0.0) * (1 - share) * kSubPixel));
  return look;
}

int StagedScene::position_of_transition(int64_t frame) const {
  if (!needs_before(frame)) return transition_end(transition_, size_);
  return transition_position(transition_, size_, entry_.share(frame));
}

int StagedScene::darkness(int64_t frame) const {
  return static_cast<int>(std::lround(ease_in_out(exit_.share(frame)) * kOne));
}

const StagedScene::StagedCaption* StagedScene::caption_at(int64_t frame) const {
  const auto after = std::upper_bound(
      captions_.begin(), captions_.end(), frame,
      [](int64_t value, const StagedCaption& caption) { return value < caption.first; });
  if (after == captions_.begin()) return nullptr;
  const StagedCaption& caption = *std::prev(after);
  return frame < caption.end ? &caption : nullptr;
}

const Sprite& StagedScene::sprite_of(const StagedCaption& caption) {
  PaintedCaption& latest = painted_captions_[0];
  PaintedCaption& older = painted_captions_[1];
  if (latest.caption == &caption) return latest.sprite;
  if (older.caption != &caption) {
    const CaptionPicture picture = paint_caption(caption.text, caption_style_, size_);
    older = {&caption, Sprite(picture.bitmap, picture.x, picture.y, size_)};
  }
  std::swap(latest, older);
  return latest.sprite;
}

bool StagedScene::needs_before(int64_t frame) const {
  return frame >= first_ && frame < entry_.first + entry_.count;
}

bool StagedScene::looks_same(int64_t a, int64_t b) const {
  return darkness(a) == darkness(b) && caption_at(a) == caption_at(b) &&
         position_of_transition(a) == position_of_transition(b) &&
         std::all_of(layers_.begin(), layers_.end(), [&](const StagedLayer& layer) {
           return look_of(layer, a) == look_of(layer, b);
         });
}

int64_t StagedScene::next_change(int64_t frame) const {
  for (int64_t at = frame;;) {
    int64_t next = std::min(entry_.next_change(at), exit_.next_change(at));
    for (const StagedLayer& layer : layers_)
      next = std::min(next, layer.motion.next_change(at));
    for (const StagedCaption& caption : captions_) {
      if (caption.first > at) next = std::min(next, caption.first);
      if (caption.end > at) next = std::min(next, caption.end);
    }
    if (next >= end_) return end_;
    if (!looks_same(frame, next)) return next;
    at = next;
  }
}

// What the transition changes between two of its positions, the second one that of `frame`. Layers
// that look different in the two are the caller's.
void StagedScene::collect_transition(int from, int to, int64_t frame, StagedScene* before,
                                     std::vector<Rect>& changes) {
  const Rect change = transition_change(transition_, size_, from, to);
  if (change.empty()) return;
  if (!apart_ && before) apart_ = differences(before->final_picture(), base_.planes());
  if (!apart_) {
    changes.push_back(change);
    return;
  }
  for (const Rect& rect : *apart_)
    changes.push_back(intersect(change, rect));
  for (const StagedLayer& layer : layers_) {
    const LayerLook look = look_of(layer, frame);
    if (look.opacity > 0) changes.push_back(intersect(change, layer.sprite.rect(look.drop)));
  }
}

void StagedScene::collect_changes(int64_t from, int64_t to, StagedScene* before,
                                  std::vector<Rect>& changes) {
  if (is_final_only_ || darkness(from) != darkness(to)) changes.push_back(whole(size_));
  collect_transition(position_of_transition(from), position_of_transition(to), to, before, changes);
  for (const StagedLayer& layer : layers_) {
    const LayerLook looks[] = {look_of(layer, from), look_of(layer, to)};
    if (looks[0] == looks[1]) continue;
    Rect rect;
    for (const LayerLook& look : looks)
      if (look.opacity > 0) rect = unite(rect, layer.sprite.rect(look.drop));
    changes.push_back(rect);
  }
  const StagedCaption* const captions[] = {caption_at(from), caption_at(to)};
  if (captions[0] == captions[1]) return;
  for (const StagedCaption* caption : captions)
    if (caption) changes.push_back(sprite_of(*caption).rect());
}

// What differs between a frame and final_picture().
void StagedScene::collect_to_final(int64_t from, std::vector<Rect>& changes) {
  if (is_final_only_ || darkness(from) != 0 || needs_before(from)) changes.push_back(whole(size_));
  for (const StagedLayer& layer : layers_) {
    const LayerLook look = look_of(layer, from);
    if (look != LayerLook{kOne, 0})
      changes.push_back(unite(layer.sprite.rect(), layer.sprite.rect(look.drop)));
  }
  if (const StagedCaption* caption = caption_at(from))
    changes.push_back(sprite_of(*caption).rect());
}

void StagedScene::collect_entry(int64_t from, int64_t to, StagedScene& before,
                                std::vector<Rect>& changes) {
  before.collect_to_final(from, changes);
  collect_transition(0, position_of_transition(to), to, &before, changes);
  if (const StagedCaption* caption = caption_at(to)) changes.push_back(sprite_of(*caption).rect());
  if (darkness(to) != 0) changes.push_back(whole(size_));
}

bool StagedScene::shows_layers(int64_t frame, const Rect& rect) const {
  return std::any_of(layers_.begin(), layers_.end(), [&](const StagedLayer& layer) {
    const LayerLook look = look_of(layer, frame);
    return look.opacity > 0 && !intersect(layer.sprite.rect(look.drop), rect).empty();
  });
}

void StagedScene::paint_layers(int64_t frame, const Rect& rect, const Planes& target) const {
  for (const StagedLayer& layer : layers_) {
    const LayerLook look = look_of(layer, frame);
    layer.sprite.blend(target, rect, look.opacity, look.drop);
  }
}

void StagedScene::paint(int64_t frame, const Rect& rect, StagedScene* before,
                        const Planes& target) {
  const int position = position_of_transition(frame);
  if (before && !shows_layers(frame, rect)) {
    mix_transition(transition_, position, before->final_picture(), base_.planes(), target, rect);
  } else {
    copy_rect(base_.planes(), target, rect);
    paint_layers(frame, rect, target);
    if (before) mix_transition(transition_, position, before->final_picture(), target, rect);
  }
  if (const StagedCaption* caption = caption_at(frame))
    sprite_of(*caption).blend(target, rect, kOne);
  if (const int amount = darkness(frame)) fade(target, rect, ground_, amount);
}

Planes StagedScene::final_picture() {
  if (layers_.empty() && !final_) return base_.planes();
  if (!final_) {
    final_.emplace(size_);
    copy_rect(base_.planes(), final_->planes(), whole(size_));
    for (const StagedLayer& layer : layers_)
      layer.sprite.blend(final_->planes(), whole(size_), kOne);
  }
  return final_->planes();
}

void StagedScene::keep_final_picture_only() {
  final_picture();
  if (final_) base_ = std::move(*final_);
  final_.reset();
  is_final_only_ = true;
  layers_.clear();
  captions_.clear();
  for (PaintedCaption& painted : painted_captions_)
    painted = {};
}

}  // namespace talkie
