// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/staged_layer.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "timeline/rows.h"

namespace talkie {

Look mix(const Look& from, const Look& to, double share) {
  return {std::lerp(from.opacity, to.opacity, share), std::lerp(from.dx, to.dx, share),
          std::lerp(from.dy, to.dy, share)};
}

namespace {

int fixed(double pixels) {
  return static_cast<int>(std::lround(pixels * Box::kPixel));
}

std::optional<Box> both(const std::optional<Box>& a, const std::optional<Box>& b) {
  if (!a || !b) return a ? a : b;
  return intersect(*a, *b);
}

FrameSpan entry_of(const Layer& layer, const SceneClock& clock) {
  const Time from = layer.step < 0 ? Time{-1} : clock.time_of({When::Kind::step, layer.step});
  return clock.span(from, layer.enter.kind == Enter::Kind::none ? Time{} : layer.enter.length);
}

Track<Look> moves_of(const Layer& layer, const SceneClock& clock) {
  std::vector<std::pair<FrameSpan, const Move*>> spans;
  for (const Move& move : layer.moves)
    spans.emplace_back(clock.span(clock.time_of(move.when), move.length), &move);
  std::stable_sort(spans.begin(), spans.end(),
                   [](const auto& a, const auto& b) { return a.first.first < b.first.first; });
  Track<Look> track(Look{});
  for (const auto& [span, move] : spans)
    track.move(span, move->to, move->ease);
  return track;
}

}  // namespace

StagedLayer::StagedLayer(const Layer& layer, const SceneClock& clock, const PageScale& page)
    : page_(page.size),
      picture_(make_layer_picture(layer, clock, page)),
      enter_(layer.enter),
      entry_(entry_of(layer, clock)),
      moves_(moves_of(layer, clock)),
      part_(layer.part) {
  if (layer.leaves) leave_ = clock.span(clock.time_of(*layer.leaves), layer.leave_length);
  if (layer.window) window_ = box_of(*layer.window);
}

// What has grown of it so far.
std::optional<Box> StagedLayer::grown(double share, const LayerLook& look) const {
  if (share >= 1) return {};
  Box box = picture_->content();
  if (enter_.kind == Enter::Kind::grow_up) {
    const int height = static_cast<int>(std::lround(box.height * share));
    box.y += box.height - height;
    box.height = height;
  } else if (enter_.kind == Enter::Kind::grow_right) {
    box.width = static_cast<int>(std::lround(box.width * share));
  } else {
    return {};
  }
  return moved(box, look);
}

const StagedLayer::Seen& StagedLayer::seen(int64_t frame) const {
  if (seen_[0].frame == frame) return seen_[0];
  if (seen_[1].frame == frame) return seen_[1];
  Seen& seen = seen_[frame & 1];
  seen = {frame, find_look(frame), {}};
  seen.rect = rect_of(seen.look);
  return seen;
}

const LayerLook& StagedLayer::look(int64_t frame) const {
  return seen(frame).look;
}

Rect StagedLayer::rect(int64_t frame) const {
  return seen(frame).rect;
}

LayerLook StagedLayer::find_look(int64_t frame) const {
  const double here = ease_out(entry_.share(frame));
  const double gone = leave_ ? ease_in_out(leave_->share(frame)) : 0;
  const Look stand = moves_.at(frame);
  const bool grows = enter_.kind == Enter::Kind::grow_up || enter_.kind == Enter::Kind::grow_right;
  const double shown = grows && here > 0 ? 1 : here;
  LayerLook look;
  look.opacity = static_cast<int>(
      std::lround(shown * (1 - gone) * std::clamp(stand.opacity, 0.0, 1.0) * kOne));
  if (look.opacity == 0) return look;
  look.offset = {fixed(stand.dx), fixed(stand.dy)};
  if (enter_.kind == Enter::Kind::rise)
    look.offset.y = fixed(stand.dy + std::max(enter_.distance_px, 0.0) * (1 - here));
  look.visible = both(grown(here, look), window_);
  return look;
}

Box StagedLayer::moved(Box box, const LayerLook& look) {
  box.x += look.offset.x;
  box.y += look.offset.y;
  return box;
}

std::optional<Box> StagedLayer::visible_part(const LayerLook& look) const {
  if (!picture_->is_cut()) return look.visible;
  return both(moved(picture_->place(), look), look.visible);
}

Rect StagedLayer::rect_of(const LayerLook& look) const {
  if (look.opacity == 0) return {};
  const Box place = moved(picture_->place(), look);
  const Rect whole_place = picture_->is_cut() ? touched_by(place, page_) : pixels_of(place, page_);
  return look.visible ? intersect(whole_place, touched_by(*look.visible, page_)) : whole_place;
}

bool StagedLayer::covers(int64_t frame, const Rect& rect) const {
  if (!picture_->is_cut() || look(frame).opacity != kOne) return false;
  const Box all = box_of(rect);
  return intersect(*visible_part(look(frame)), all) == all && picture_->texture(frame).is_opaque();
}

int64_t StagedLayer::next_change(int64_t frame) const {
  int64_t next = std::min(entry_.next_change(frame), moves_.next_change(frame));
  if (leave_) next = std::min(next, leave_->next_change(frame));
  return std::min(next, picture_->next_change(frame));
}

Rect StagedLayer::change(int64_t from, int64_t to) const {
  const Seen first = seen(from);
  const Seen second = seen(to);
  if (first.look != second.look) return unite(first.rect, second.rect);
  if (first.look.opacity == 0) return {};
  const Box changed = moved(picture_->changed(from, to), first.look);
  return intersect(touched_by(changed, page_), first.rect);
}

void StagedLayer::paint(int64_t frame, const Rect& rect, const Planes& target, int share) const {
  const Rect part = intersect(rect, this->rect(frame));
  if (part.empty()) return;
  const LayerLook& look = this->look(frame);
  const Placement placement{picture_->seen(frame), moved(picture_->place(), look),
                            visible_part(look), (look.opacity * share + kOne / 2) / kOne};
  paint_texture(picture_->texture(frame), placement, part, target);
}

}  // namespace talkie
