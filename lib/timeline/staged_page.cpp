// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/staged_page.h"

#include <algorithm>
#include <iterator>

namespace talkie {

StagedPage::StagedPage(const BitmapView& picture, const std::vector<Layer>& layers,
                       const SceneClock& clock, const PageScale& page)
    : size_(page.size), ground_(page.size) {
  convert(picture, ground_.planes());
  layers_.reserve(layers.size());
  for (const Layer& layer : layers)
    layers_.emplace_back(layer, clock, page);
}

int64_t StagedPage::next_change(int64_t frame) const {
  int64_t next = kNever;
  for (const StagedLayer& layer : layers_)
    next = std::min(next, layer.next_change(frame));
  return next;
}

void StagedPage::collect_changes(int64_t from, int64_t to, std::vector<Rect>& changes) const {
  for (const StagedLayer& layer : layers_)
    if (const Rect change = layer.change(from, to); !change.empty()) changes.push_back(change);
}

bool StagedPage::shows_layers(int64_t frame, const Rect& rect) const {
  return std::any_of(layers_.begin(), layers_.end(), [&](const StagedLayer& layer) {
    return !intersect(layer.rect(frame), rect).empty();
  });
}

void StagedPage::paint(int64_t frame, const Rect& rect, const Planes& target) {
  // What a layer covers wholly need not be painted.
  const auto cover = std::find_if(layers_.rbegin(), layers_.rend(), [&](const StagedLayer& layer) {
    return layer.covers(frame, rect);
  });
  if (cover == layers_.rend()) copy_rect(ground_.planes(), target, rect);
  const auto first = cover == layers_.rend() ? layers_.begin() : std::prev(cover.base());
  for (auto layer = first; layer != layers_.end(); ++layer)
    layer->paint(frame, rect, target);
}

Planes StagedPage::picture(int64_t frame) {
  if (layers_.empty()) return ground_.planes();
  if (!picture_) {
    picture_.emplace(size_);
    paint(frame, whole(size_), picture_->planes());
  } else {
    std::vector<Rect> changes;
    collect_changes(held_, frame, changes);
    for (const Rect& rect : changes)
      paint(frame, rect, picture_->planes());
  }
  held_ = frame;
  return picture_->planes();
}

std::optional<Error> StagedPage::failure() const {
  for (const StagedLayer& layer : layers_)
    if (auto failure = layer.picture().failure()) return failure;
  return {};
}

}  // namespace talkie
