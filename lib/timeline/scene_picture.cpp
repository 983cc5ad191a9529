// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/scene_picture.h"

#include <algorithm>
#include <cmath>

namespace talkie {

namespace {

// Only a camera that moves looks at the fine page.
const Visual::Fine* fine_of(const Visual& visual) {
  return visual.camera.empty() ? nullptr : visual.fine.get();
}

StagedPage stage_page(const BitmapView& frame, const Visual& visual, const SceneClock& clock,
                      Size size) {
  const Visual::Fine* const fine = fine_of(visual);
  if (!fine) return {frame, visual.layers, clock, {size, 1}};
  const Bitmap& bitmap = fine->frame;
  const Size fine_size{bitmap.width, bitmap.height};
  return {{fine_size, bitmap.bgra.data(), ptrdiff_t{4} * bitmap.width},
          fine->layers,
          clock,
          {fine_size, fine->scale}};
}

}  // namespace

ScenePicture::ScenePicture(const BitmapView& frame, const Visual& visual, const SceneClock& clock,
                           Size size)
    : size_(size),
      scale_(fine_of(visual) ? fine_of(visual)->scale : 1),
      page_(stage_page(frame, visual, clock, size)) {
  const View everything{0, 0, double(size.width), double(size.height)};
  if (!visual.camera.empty()) camera_ = view_track(everything, visual.camera, size, clock);
}

Box ScenePicture::seen(int64_t frame) const {
  return box_of(camera_->at(frame), scale_);
}

int64_t ScenePicture::next_change(int64_t frame) const {
  const int64_t next = page_.next_change(frame);
  return camera_ ? std::min(next, camera_->next_change(frame)) : next;
}

bool ScenePicture::looks_same(int64_t a, int64_t b) const {
  std::vector<Rect> changes;
  collect_changes(a, b, changes);
  return changes.empty();
}

void ScenePicture::collect_changes(int64_t from, int64_t to, std::vector<Rect>& changes) const {
  if (!camera_) return page_.collect_changes(from, to, changes);
  const Box view = seen(to);
  if (seen(from) != view) {
    changes.push_back(whole(size_));
    return;
  }
  std::vector<Rect> in_page;
  page_.collect_changes(from, to, in_page);
  const double across = double(size_.width) * Box::kPixel / view.width;
  const double down = double(size_.height) * Box::kPixel / view.height;
  for (const Rect& rect : in_page) {
    // A pixel of the page reaches to as many others as are made one, and to its neighbours.
    const double x = rect.x0 - double(view.x) / Box::kPixel - 3;
    const double y = rect.y0 - double(view.y) / Box::kPixel - 3;
    const View shown{x * across - 3, y * down - 3, (rect.x1 - rect.x0 + 6) * across + 6,
                     (rect.y1 - rect.y0 + 6) * down + 6};
    const Rect pixels = pixels_of(box_of(shown), size_);
    if (!pixels.empty()) changes.push_back(pixels);
  }
}

void ScenePicture::paint(int64_t frame, const Rect& rect, const Planes& target) {
  if (!camera_) return page_.paint(frame, rect, target);
  const Placement placement{seen(frame), box_of(whole(size_))};
  paint_texture(texture_of(page_.picture(frame)), placement, rect, target);
}

std::optional<Planes> ScenePicture::plain(int64_t frame, const Rect& rect) {
  if (camera_ || page_.shows_layers(frame, rect)) return {};
  return page_.ground();
}

Planes ScenePicture::whole_picture(int64_t frame) {
  if (!camera_) return page_.picture(frame);
  if (!through_camera_) through_camera_.emplace(size_);
  if (held_ != frame) paint(frame, whole(size_), through_camera_->planes());
  held_ = frame;
  return through_camera_->planes();
}

}  // namespace talkie
