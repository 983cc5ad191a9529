// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/morph.h"

#include <algorithm>
#include <cmath>

#include "timeline/difference.h"
#include "timeline/rows.h"
#include "timeline/transition.h"
#include "timeline/transition_moves.h"

namespace talkie {

namespace {

int weight_at(int position) {
  return static_cast<int>(int64_t{position} * kOne / kFineSteps);
}

Box between(const Box& from, const Box& to, int position) {
  const auto at = [&](int a, int b) {
    return a + static_cast<int>(int64_t{b - a} * position / kFineSteps);
  };
  return {at(from.x, to.x), at(from.y, to.y), at(from.width, to.width), at(from.height, to.height)};
}

// The pixels that a picture of clear edges reaches when it is scaled to a place.
Rect reach_of(const Box& seen, const Box& place, Size frame) {
  const double scale = std::max({1.0, double(place.width) / std::max(seen.width, 1),
                                 double(place.height) / std::max(seen.height, 1)});
  const int around = static_cast<int>(std::ceil(2 + 2 * scale)) * Box::kPixel;
  return pixels_of(
      {place.x - around, place.y - around, place.width + 2 * around, place.height + 2 * around},
      frame);
}

}  // namespace

MorphPage::MorphPage(const Visual& visual, StagedPage& page) : page_(page), ground_(page.size()) {
  const Bitmap& bitmap = *visual.without_parts;
  convert({{bitmap.width, bitmap.height}, bitmap.bgra.data(), ptrdiff_t{4} * bitmap.width},
          ground_.planes());
  parts_.reserve(visual.parts.size());
  for (const MorphPart& part : visual.parts)
    parts_.push_back(
        {part.name, Sprite(part.bitmap, part.x, part.y, page.size(), Sprite::Part::whole)});
}

std::vector<MorphPage::Part> MorphPage::parts(int64_t frame) const {
  std::vector<Part> parts;
  for (const NamedSprite& part : parts_)
    if (!part.sprite.content().empty()) parts.push_back({part.name, &part.sprite});
  for (const StagedLayer& layer : page_.layers())
    if (!layer.part().empty() && layer.look(frame).opacity > 0)
      parts.push_back({layer.part(), nullptr, &layer});
  return parts;
}

void MorphPage::paint_ground(int64_t frame, const Rect& rect, const Planes& target) {
  copy_rect(ground_.planes(), target, rect);
  for (const StagedLayer& layer : page_.layers())
    if (layer.part().empty()) layer.paint(frame, rect, target);
}

void MorphPage::collect_ground_changes(int64_t from, int64_t to, std::vector<Rect>& changes) const {
  for (const StagedLayer& layer : page_.layers())
    if (layer.part().empty()) changes.push_back(layer.change(from, to));
}

void MorphPage::collect_ground_layers(int64_t frame, std::vector<Rect>& rects) const {
  for (const StagedLayer& layer : page_.layers())
    if (layer.part().empty()) rects.push_back(layer.rect(frame));
}

bool MorphPage::shows_ground_layers(int64_t frame, const Rect& rect) const {
  return std::any_of(page_.layers().begin(), page_.layers().end(), [&](const StagedLayer& layer) {
    return layer.part().empty() && !intersect(layer.rect(frame), rect).empty();
  });
}

Planes MorphPage::settled_ground() {
  if (!settled_) {
    settled_.emplace(page_.size());
    paint_ground(kSettled, whole(page_.size()), settled_->planes());
  }
  return settled_->planes();
}

Morph::Morph(MorphPage& before, MorphPage& after, int64_t end)
    : before_(before), after_(after), end_(end) {
  std::vector<MorphPage::Part> old_parts = before.parts(kSettled);
  std::vector<Pair> pairs;
  for (const MorphPage::Part& part : after.parts(end)) {
    const auto same = std::find_if(old_parts.begin(), old_parts.end(),
                                   [&](const auto& old) { return old.name == part.name; });
    Pair pair{{}, part};
    if (same != old_parts.end()) {
      pair.before = *same;
      old_parts.erase(same);
    }
    pairs.push_back(std::move(pair));
  }
  // What goes is below what stays and what comes.
  for (const MorphPage::Part& part : old_parts)
    pairs_.push_back({part, {}});
  pairs_.insert(pairs_.end(), pairs.begin(), pairs.end());
}

Morph::Side Morph::side_of(const MorphPage::Part& part, int64_t frame) {
  Side side;
  Box all;
  if (part.sprite) {
    side.texture = part.sprite->texture();
    all = box_of(part.sprite->even_rect());
    side.place = box_of(part.sprite->content());
    side.seen = {0, 0, all.width, all.height};
  } else {
    LayerPicture& picture = part.layer->picture();
    side.texture = picture.texture(frame);
    all = picture.place();
    side.place = picture.content();
    side.seen = picture.seen(frame);
    side.is_cut = picture.is_cut();
    side.opacity = part.layer->look(frame).opacity;
  }
  // Only what it holds: bitmaps are kept with a margin.
  if (side.place != all)
    side.seen = {side.seen.x + side.place.x - all.x, side.seen.y + side.place.y - all.y,
                 side.place.width, side.place.height};
  if (part.layer) {
    const Offset offset = part.layer->look(frame).offset;
    side.place.x += offset.x;
    side.place.y += offset.y;
  }
  return side;
}

Rect Morph::rect_of(const MorphPage::Part& part, int64_t frame) {
  return part.sprite ? part.sprite->rect() : part.layer->rect(frame);
}

Rect Morph::rect_of(const Pair& pair, int64_t frame, int position, Size size) const {
  if (!pair.before) return rect_of(*pair.after, frame);
  if (!pair.after) return rect_of(*pair.before, kSettled);
  const Side before = side_of(*pair.before, kSettled);
  const Side after = side_of(*pair.after, end_);
  const Box place = between(before.place, after.place, position);
  return unite(reach_of(before.seen, place, size), reach_of(after.seen, place, size));
}

void Morph::fade(const MorphPage::Part& part, int64_t frame, int share, const Rect& rect,
                 const Planes& target) {
  if (part.sprite)
    part.sprite->blend(target, rect, share);
  else
    part.layer->paint(frame, rect, target, share);
}

void Morph::move(const Pair& pair, int position, const Rect& rect, const Planes& target) const {
  const Side before = side_of(*pair.before, kSettled);
  const Side after = side_of(*pair.after, end_);
  const int weight = weight_at(position);
  Placement placement{before.seen, between(before.place, after.place, position)};
  if (before.is_cut || after.is_cut) placement.visible = placement.place;
  placement.opacity = before.opacity + (after.opacity - before.opacity) * weight / kOne;
  const Admixture other{after.texture, after.seen, weight};
  const Rect reach = unite(reach_of(before.seen, placement.place, target.size),
                           reach_of(after.seen, placement.place, target.size));
  paint_texture(before.texture, placement, intersect(rect, reach), target, &other);
}

void Morph::paint(int64_t frame, int position, const Rect& rect, const Planes& target) {
  const int weight = weight_at(position);
  TransitionPainter crossfade(Transition{Transition::Kind::crossfade}, target.size);
  if (after_.shows_ground_layers(frame, rect)) {
    after_.paint_ground(frame, rect, target);
    crossfade.mix(weight, before_.settled_ground(), target, rect);
  } else {
    crossfade.mix(weight, before_.settled_ground(), after_.ground(), target, rect);
  }
  for (const Pair& pair : pairs_) {
    if (!pair.before)
      fade(*pair.after, frame, weight, rect, target);
    else if (!pair.after)
      fade(*pair.before, kSettled, kOne - weight, rect, target);
    else
      move(pair, position, rect, target);
  }
}

void Morph::collect_changes(int64_t from, int from_position, int64_t to, int to_position, Size size,
                            std::vector<Rect>& changes) {
  after_.collect_ground_changes(from, to, changes);
  if (from_position != to_position) {
    if (!apart_) apart_ = differences(before_.settled_ground(), after_.ground());
    changes.insert(changes.end(), apart_->begin(), apart_->end());
    after_.collect_ground_layers(to, changes);
  }
  for (const Pair& pair : pairs_) {
    const bool comes_by_itself = !pair.before && pair.after->layer;
    if (from_position != to_position || comes_by_itself)
      changes.push_back(
          unite(rect_of(pair, from, from_position, size), rect_of(pair, to, to_position, size)));
  }
}

}  // namespace talkie
