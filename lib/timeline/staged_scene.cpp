// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/staged_scene.h"

#include <cmath>

#include "timeline/difference.h"
#include "timeline/easing.h"
#include "timeline/rows.h"

namespace talkie {

namespace {

constexpr Time kFadeOut{600'000'000};

void fade(const Planes& target, const Rect& rect, Yuv colour, int amount) {
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      lerp_row(row_of(target, plane, y) + part.x, colour.plane(plane), amount, part.width);
  }
}

// The last frame of a fade-out is the ground alone, so it moves until one frame before the end.
FrameSpan fade_out_span(const Visual& visual, int64_t first, int64_t end, Rate frame_rate) {
  if (!visual.fade_out || end <= first) return {kNever / 2, 0};
  const int64_t frames = std::min(nearest(kFadeOut, frame_rate), (end - first) / 2);
  return {end - std::max<int64_t>(frames, 1), std::max<int64_t>(frames - 1, 0)};
}

}  // namespace

StagedScene::StagedScene(const BitmapView& picture, const Visual& visual, const SceneTiming& timing,
                         const SceneOverrides& overrides, Size size, Rate frame_rate,
                         const StagedScene* before)
    : size_(size),
      transition_(overrides.transition.value_or(visual.transition)),
      ground_(to_yuv(visual.ground)),
      captions_(visual.caption_style, size) {
  const SceneClock clock(visual, timing, frame_rate);
  first_ = clock.first();
  end_ = clock.end();
  picture_.emplace(picture, visual, clock, size);
  if (visual.without_parts && !picture_->has_camera()) parts_.emplace(visual, picture_->page());
  // Pages that are not there in their parts cannot morph.
  if (transition_.kind == Transition::Kind::morph && !(parts_ && before && before->parts_))
    transition_.kind = Transition::Kind::crossfade;
  painter_ = TransitionPainter(transition_, size);
  const bool is_cut = transition_.kind == Transition::Kind::cut || !before;
  const int64_t length = is_cut ? 0 : nearest(transition_.length, frame_rate);
  entry_ = {first_, std::min(length, end_ - first_)};
  exit_ = fade_out_span(visual, first_, end_, frame_rate);
  captions_.place(timing, clock, overrides.captions.value_or(visual.captions));
}

int StagedScene::position_of_transition(int64_t frame) const {
  if (!needs_before(frame)) return transition_end(transition_, size_);
  return transition_position(transition_, size_, entry_.share(frame));
}

int StagedScene::darkness(int64_t frame) const {
  return static_cast<int>(std::lround(ease_in_out(exit_.share(frame)) * kOne));
}

bool StagedScene::needs_before(int64_t frame) const {
  return frame >= first_ && frame < entry_.first + entry_.count;
}

bool StagedScene::looks_same(int64_t a, int64_t b) const {
  return darkness(a) == darkness(b) && captions_.at(a) == captions_.at(b) &&
         position_of_transition(a) == position_of_transition(b) &&
         (!picture_ || picture_->looks_same(a, b));
}

int64_t StagedScene::next_change(int64_t frame) const {
  for (int64_t at = frame;;) {
    int64_t next =
        std::min({entry_.next_change(at), exit_.next_change(at), captions_.next_change(at)});
    if (picture_) next = std::min(next, picture_->next_change(at));
    if (next >= end_) return end_;
    if (!looks_same(frame, next)) return next;
    at = next;
  }
}

Morph& StagedScene::morph_from(StagedScene& before) {
  if (!morph_) morph_.emplace(*before.parts_, *parts_, entry_.first + entry_.count);
  return *morph_;
}

// What a transition that mixes the two pictures changes between two of its positions, the second
// one that of `frame`. What looks different in the two is the caller's.
void StagedScene::collect_mixed(int from, int to, int64_t frame, StagedScene* before,
                                std::vector<Rect>& changes) {
  const Rect change = transition_change(transition_, size_, from, to);
  if (change.empty()) return;
  if (!picture_ || picture_->has_camera() || !stays_in_place(transition_.kind)) {
    changes.push_back(change);
    return;
  }
  StagedPage& page = picture_->page();
  if (!apart_ && before) apart_ = differences(before->final_picture(), page.ground());
  if (!apart_) {
    changes.push_back(change);
    return;
  }
  for (const Rect& rect : *apart_)
    changes.push_back(intersect(change, rect));
  for (const StagedLayer& layer : page.layers())
    changes.push_back(intersect(change, layer.rect(frame)));
}

void StagedScene::collect_morph(int64_t from, int from_position, int64_t to, int to_position,
                                StagedScene* before, std::vector<Rect>& changes) {
  const int end = transition_end(transition_, size_);
  if (from_position == end && to_position == end) return;
  const auto is_between = [&](int position) { return position > 0 && position < end; };
  // The ends are painted whole, as they are.
  if (!before || !is_between(from_position) || !is_between(to_position))
    changes.push_back(whole(size_));
  else
    morph_from(*before).collect_changes(from, from_position, to, to_position, size_, changes);
}

void StagedScene::collect_transition(int64_t from, int from_position, int64_t to,
                                     StagedScene* before, std::vector<Rect>& changes) {
  const int to_position = position_of_transition(to);
  if (transition_.kind == Transition::Kind::morph)
    return collect_morph(from, from_position, to, to_position, before, changes);
  // What changes on a page that is elsewhere changes there.
  const bool elsewhere =
      moves_pictures(transition_.kind) && to_position != transition_end(transition_, size_);
  if (elsewhere && picture_ && from != to && !picture_->looks_same(from, to))
    changes.push_back(whole(size_));
  collect_mixed(from_position, to_position, to, before, changes);
}

void StagedScene::collect_caption(int64_t frame, std::vector<Rect>& changes) {
  if (const StagedCaption* caption = captions_.at(frame))
    changes.push_back(captions_.sprite(*caption).rect());
}

void StagedScene::collect_changes(int64_t from, int64_t to, StagedScene* before,
                                  std::vector<Rect>& changes) {
  if (is_final_only_ || darkness(from) != darkness(to)) changes.push_back(whole(size_));
  collect_transition(from, position_of_transition(from), to, before, changes);
  if (picture_) picture_->collect_changes(from, to, changes);
  captions_.collect_changes(from, to, changes);
}

// What differs between a frame and final_picture().
void StagedScene::collect_to_final(int64_t from, std::vector<Rect>& changes) {
  if (is_final_only_ || darkness(from) != 0 || needs_before(from))
    changes.push_back(whole(size_));
  else
    picture_->collect_changes(from, kSettled, changes);
  collect_caption(from, changes);
}

void StagedScene::collect_entry(int64_t from, int64_t to, StagedScene& before,
                                std::vector<Rect>& changes) {
  before.collect_to_final(from, changes);
  collect_transition(to, 0, to, &before, changes);
  collect_caption(to, changes);
  if (darkness(to) != 0) changes.push_back(whole(size_));
}

void StagedScene::paint_page(int64_t frame, const Rect& rect, StagedScene* before,
                             const Planes& target) {
  if (!picture_) return copy_rect(final_picture(), target, rect);
  if (!before) return picture_->paint(frame, rect, target);
  const int position = position_of_transition(frame);
  const Planes old = before->final_picture();
  const bool is_between = position > 0 && position < transition_end(transition_, size_);
  if (transition_.kind == Transition::Kind::morph && is_between)
    return morph_from(*before).paint(frame, position, rect, target);
  if (moves_pictures(transition_.kind))
    return painter_.mix(position, old, picture_->whole_picture(frame), target, rect);
  if (const auto plain = picture_->plain(frame, rect))
    return painter_.mix(position, old, *plain, target, rect);
  if (position == 0) return copy_rect(old, target, rect);
  picture_->paint(frame, rect, target);
  painter_.mix(position, old, target, rect);
}

void StagedScene::paint(int64_t frame, const Rect& rect, StagedScene* before,
                        const Planes& target) {
  if (!before) painter_.rest();
  paint_page(frame, rect, before, target);
  if (const StagedCaption* caption = captions_.at(frame))
    captions_.sprite(*caption).blend(target, rect, kOne);
  if (const int amount = darkness(frame)) fade(target, rect, ground_, amount);
}

Planes StagedScene::final_picture() {
  if (final_) return final_->planes();
  if (const auto plain = picture_->plain(kSettled, whole(size_))) return *plain;
  final_.emplace(size_);
  picture_->paint(kSettled, whole(size_), final_->planes());
  return final_->planes();
}

void StagedScene::keep_final_picture_only() {
  final_picture();
  is_final_only_ = true;
  captions_.clear();
  painter_.rest();
  morph_.reset();
  if (final_ && !parts_) picture_.reset();
}

std::optional<Error> StagedScene::failure() const {
  return picture_ ? picture_->failure() : std::nullopt;
}

}  // namespace talkie
