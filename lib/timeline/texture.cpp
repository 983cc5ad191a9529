// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/texture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "timeline/rows.h"

namespace talkie {

namespace {

// Where the samples of a plane lie in a texture's. A picture's pixel `X` (its edge) shows the
// texture's `seen + (X - place) * step`; luma is sited in the middle of pixels, chroma at every
// second one's (across) and between two (down).
enum class Site { luma, chroma_across, chroma_down };
Axis axis_of(int seen, int seen_length, int place, int place_length, Site site) {
  Axis axis;
  axis.step = (int64_t{seen_length} << Axis::kShift) / std::max(place_length, 1);
  const int centre = site == Site::chroma_down ? Box::kPixel : Box::kPixel / 2;
  constexpr int kToAxis = Axis::kShift - 8;  // from 1/256
  axis.start =
      (int64_t{seen - centre} << kToAxis) +
      static_cast<int64_t>((centre - place) * static_cast<double>(axis.step) / Box::kPixel);
  if (site != Site::luma) axis.start /= 2;
  return axis;
}

// How much of each sample of one axis is inside a stretch, 0 to 256, in runs of equal ones.
struct Run {
  int first = 0;
  int count = 0;
  int coverage = kOne;
};

// Of pixel `pixel`; at the frame's border the outermost pixel counts for its missing neighbour.
int coverage_of_pixel(int from, int to, int pixel, int length) {
  pixel = std::clamp(pixel, 0, length - 1) * Box::kPixel;
  return std::clamp(std::min(pixel + Box::kPixel, to) - std::max(pixel, from), 0, kOne);
}

// Chroma covers what its filter takes in: [1 2 1] across, two rows down.
int coverage_of(int from, int to, int sample, int length, int plane, bool is_down) {
  const auto pixel = [&](int at) { return coverage_of_pixel(from, to, at, length); };
  if (plane == 0) return pixel(sample);
  if (is_down) return (pixel(2 * sample) + pixel(2 * sample + 1)) / 2;
  return (pixel(2 * sample - 1) + 2 * pixel(2 * sample) + pixel(2 * sample + 1)) / 4;
}

std::vector<Run> runs_of(int from, int to, int first, int count, int length, int plane) {
  std::vector<Run> runs;
  for (int i = first; i < first + count; ++i) {
    const int coverage = coverage_of(from, to, i, length, plane, false);
    if (!runs.empty() && runs.back().coverage == coverage)
      ++runs.back().count;
    else
      runs.push_back({i, 1, coverage});
  }
  std::erase_if(runs, [](const Run& run) { return run.coverage == 0; });
  return runs;
}

// The rows of one plane of a texture, as they lie in the frame.
class TextureRows {
 public:
  TextureRows(const Texture& texture, const Box& seen, const Box& place, int plane, int first,
              int count) {
    const bool chroma = plane > 0;
    const Axis across = axis_of(seen.x, seen.width, place.x, place.width,
                                chroma ? Site::chroma_across : Site::luma);
    const Axis down = axis_of(seen.y, seen.height, place.y, place.height,
                              chroma ? Site::chroma_down : Site::luma);
    const Edge edge = texture.is_opaque() ? Edge::clamp : Edge::clear;
    colour_.emplace(texture.colour[plane], edge, across, down, first, count);
    if (texture.is_opaque())
      solid_.assign(static_cast<size_t>(count), 255);
    else
      alpha_.emplace(chroma ? texture.chroma_alpha : texture.alpha, edge, across, down, first,
                     count);
  }

  [[nodiscard]] bool is_opaque() const { return !alpha_; }
  const uint8_t* colour(int y) { return colour_->row(y); }
  const uint8_t* alpha(int y) { return alpha_ ? alpha_->row(y) : solid_.data(); }

 private:
  std::optional<PlaneSampler> colour_;
  std::optional<PlaneSampler> alpha_;
  std::vector<uint8_t> solid_;
};

// One plane of a texture, painted.
class PlanePainter {
 public:
  PlanePainter(const Texture& texture, const Placement& placement, int plane, const Rect& clip,
               Size frame, const Admixture* other)
      : placement_(placement), plane_(plane), part_(in_plane(clip, plane)), frame_(frame) {
    if (placement.visible)
      runs_ = runs_of(placement.visible->x, placement.visible->right(), part_.x, part_.width,
                      frame.width, plane);
    else
      runs_ = {{part_.x, part_.width, kOne}};
    if (runs_.empty()) return;
    first_ = runs_.front().first;
    count_ = runs_.back().first + runs_.back().count - first_;
    rows_.emplace(texture, placement.seen, placement.place, plane, first_, count_);
    if (!other) return;
    weight_ = other->weight;
    others_.emplace(other->texture, other->seen, placement.place, plane, first_, count_);
    mixed_colour_.resize(static_cast<size_t>(count_));
    mixed_alpha_.resize(mixed_colour_.size());
  }

  void paint(const Planes& target) {
    if (runs_.empty()) return;
    for (int y = part_.y; y < part_.y + part_.height; ++y) {
      int opacity = placement_.opacity;
      if (const auto& visible = placement_.visible)
        opacity = scaled(
            opacity, coverage_of(visible->y, visible->bottom(), y, frame_.height, plane_, true));
      if (opacity > 0) paint_row(row_of(target, plane_, y), y, opacity);
    }
  }

 private:
  static int scaled(int opacity, int coverage) { return (opacity * coverage + kOne / 2) / kOne; }

  void paint_row(uint8_t* target, int y, int row_opacity) {
    const bool is_opaque = rows_->is_opaque() && (!others_ || others_->is_opaque());
    const uint8_t* colour = rows_->colour(y);
    const uint8_t* alpha = is_opaque ? nullptr : rows_->alpha(y);
    if (others_) {
      lerp_row(mixed_colour_.data(), colour, others_->colour(y), weight_, count_);
      if (alpha) lerp_row(mixed_alpha_.data(), alpha, others_->alpha(y), weight_, count_);
      colour = mixed_colour_.data();
      if (alpha) alpha = mixed_alpha_.data();
    }
    for (const Run& run : runs_) {
      const int opacity = scaled(row_opacity, run.coverage);
      const int at = run.first - first_;
      if (alpha)
        blend_row(target + run.first, colour + at, alpha + at, opacity, run.count);
      else if (opacity == kOne)
        std::memcpy(target + run.first, colour + at, static_cast<size_t>(run.count));
      else
        mix_row(target + run.first, colour + at, kOne - opacity, run.count);
    }
  }

  const Placement& placement_;
  int plane_;
  PlaneRect part_;
  Size frame_;
  std::vector<Run> runs_;
  int first_ = 0;  // sample of a row, and how many from there to the last one
  int count_ = 0;
  std::optional<TextureRows> rows_;
  std::optional<TextureRows> others_;
  int weight_ = 0;
  std::vector<uint8_t> mixed_colour_;
  std::vector<uint8_t> mixed_alpha_;
};

int floor_even(int value) {
  return value & ~1;
}

}  // namespace

Box box_of(const View& view, double scale) {
  const auto fixed = [&](double value) {
    return static_cast<int>(std::lround(value * scale * Box::kPixel));
  };
  return {fixed(view.x), fixed(view.y), fixed(view.width), fixed(view.height)};
}

Box box_of(const Rect& rect) {
  return {rect.x0 * Box::kPixel, rect.y0 * Box::kPixel, (rect.x1 - rect.x0) * Box::kPixel,
          (rect.y1 - rect.y0) * Box::kPixel};
}

Box intersect(const Box& a, const Box& b) {
  const int x = std::max(a.x, b.x);
  const int y = std::max(a.y, b.y);
  return {x, y, std::max(std::min(a.right(), b.right()) - x, 0),
          std::max(std::min(a.bottom(), b.bottom()) - y, 0)};
}

Rect pixels_of(const Box& box, Size frame) {
  if (box.width <= 0 || box.height <= 0) return {};
  const auto floor = [](int value) { return floor_even(value >> 8); };
  const auto ceil = [](int value) { return floor_even(((value + Box::kPixel - 1) >> 8) + 1); };
  return intersect(Rect{floor(box.x), floor(box.y), ceil(box.right()), ceil(box.bottom())},
                   whole(frame));
}

Rect touched_by(const Box& visible, Size frame) {
  if (visible.width <= 0 || visible.height <= 0) return {};
  // A chroma sample reaches one pixel to each side of its even column.
  return pixels_of(
      Box{visible.x - Box::kPixel, visible.y, visible.width + 2 * Box::kPixel, visible.height},
      frame);
}

Texture texture_of(const Planes& planes) {
  Texture texture;
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(whole(planes.size), plane);
    texture.colour[plane] = {planes.data[plane], planes.stride[plane], part.width, part.height};
  }
  return texture;
}

void paint_texture(const Texture& texture, const Placement& placement, const Rect& clip,
                   const Planes& target, const Admixture* other) {
  Rect part = clip;
  if (placement.visible) part = intersect(part, touched_by(*placement.visible, target.size));
  if (part.empty() || placement.opacity <= 0 || texture.colour[0].width == 0) return;
  for (int plane = 0; plane < 3; ++plane)
    PlanePainter(texture, placement, plane, part, target.size, other).paint(target);
}

}  // namespace talkie
