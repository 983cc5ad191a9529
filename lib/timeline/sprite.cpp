// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/sprite.h"

#include <algorithm>

#include "timeline/rows.h"

namespace talkie {

namespace {

constexpr int kSubPixel = 256;

int floor_even(int value) {
  return value & ~1;
}

// The part of a bitmap that is not wholly transparent.
Rect visible_part(const Bitmap& bitmap) {
  Rect part{bitmap.width, bitmap.height, 0, 0};
  for (int y = 0; y < bitmap.height; ++y) {
    const uint8_t* const row = bitmap.row(y);
    int first = 0;
    while (first < bitmap.width && row[4 * first + 3] == 0)
      ++first;
    if (first == bitmap.width) continue;
    int last = bitmap.width - 1;
    while (row[4 * last + 3] == 0)
      --last;
    part = {std::min(part.x0, first), std::min(part.y0, y), std::max(part.x1, last + 1), y + 1};
  }
  return part;
}

// Copies pixels. Premultiplied colour is never above alpha; where it is, it would overflow when
// blended.
void copy_pixels(const uint8_t* source, uint8_t* target, int count) {
  for (int i = 0; i < count; ++i, source += 4, target += 4) {
    for (int channel = 0; channel < 3; ++channel)
      target[channel] = std::min(source[channel], source[3]);
    target[3] = source[3];
  }
}

}  // namespace

Sprite::Sprite(const Bitmap& bitmap, int x, int y, Size frame) : frame_(frame) {
  const Rect part = visible_part(bitmap);
  // Nothing moves sideways, so columns outside of the frame are never seen. Rows may be: a sprite
  // that rises begins lower.
  const int left = std::max(x + part.x0, 0);
  const int right = std::min(x + part.x1, frame.width);
  if (left >= right || part.empty()) return;
  // A chroma sample reaches one pixel to each side of its even column.
  rect_ = {floor_even(left), floor_even(y + part.y0), floor_even(right) + 2,
           floor_even(y + part.y1 + 1)};
  convert(bitmap, x, y, frame.width);
}

void Sprite::convert(const Bitmap& bitmap, int x, int y, int frame_width) {
  const int width = rect_.x1 - rect_.x0;
  const int height = rect_.y1 - rect_.y0;
  const auto make = [](int plane_width, int plane_height) {
    return Plane{
        plane_width, plane_height,
        std::vector<uint8_t>(static_cast<size_t>(plane_width) * static_cast<size_t>(plane_height))};
  };
  colour_[0] = make(width, height);
  alpha_ = make(width, height);
  colour_[1] = make(width / 2, height / 2);
  colour_[2] = make(width / 2, height / 2);
  chroma_alpha_ = make(width / 2, height / 2);
  clear_.assign(static_cast<size_t>(width), 0);

  // Two rows of the frame at a time, from the column before rect_ to the one after it; what the
  // bitmap does not cover is clear. At the frame's left and right the border's pixel counts for
  // its missing neighbour, as it does in the picture below.
  std::vector<uint8_t> lines[2];
  const int before = rect_.x0 - 1;
  const int first = std::max({x, before, 0});
  const int last = std::min({x + bitmap.width, rect_.x1 + 1, frame_width});
  const auto pixel = [&](int line, int column) {
    return lines[line].data() + size_t{4} * static_cast<size_t>(column - before);
  };
  for (int row = 0; row < height; row += 2) {
    for (int line : {0, 1}) {
      lines[line].assign(size_t{4} * static_cast<size_t>(width + 2), 0);
      const int bitmap_row = rect_.y0 + row + line - y;
      if (bitmap_row < 0 || bitmap_row >= bitmap.height) continue;
      copy_pixels(bitmap.row(bitmap_row) + size_t{4} * static_cast<size_t>(first - x),
                  pixel(line, first), last - first);
      if (before < 0) std::copy_n(pixel(line, 0), 4, pixel(line, -1));
      if (rect_.x1 > frame_width)
        std::copy_n(pixel(line, frame_width - 1), 4, pixel(line, frame_width));
    }
    for (int line : {0, 1}) {
      const uint8_t* const pixels = pixel(line, rect_.x0);
      luma_row(colour_[0].row(row + line), pixels, Alpha::as_it_is, width);
      for (int column = 0; column < width; ++column)
        alpha_.row(row + line)[column] = pixels[4 * column + 3];
    }
    convert_chroma(pixel(0, before), pixel(1, before), row / 2);
  }
}

// The pointers stand one pixel before the first column.
void Sprite::convert_chroma(const uint8_t* upper, const uint8_t* lower, int row) {
  const int count = chroma_alpha_.width;
  const int pixels = 2 * count + 1;
  std::vector<int32_t> cb(static_cast<size_t>(pixels));
  std::vector<int32_t> cr(static_cast<size_t>(pixels));
  chroma_sums(cb.data(), cr.data(), upper, lower, Alpha::as_it_is, pixels);
  filter_row(colour_[1].row(row), cb.data(), bt709::kShift + bt709::kFilterShift, count);
  filter_row(colour_[2].row(row), cr.data(), bt709::kShift + bt709::kFilterShift, count);
  alpha_sums(cb.data(), upper, lower, pixels);
  filter_row(chroma_alpha_.row(row), cb.data(), bt709::kFilterShift, count);
}

Rect Sprite::rect(int drop) const {
  if (rect_.empty()) return {};
  Rect moved = rect_;
  // Two rows of pixels share one of chroma, so both ends stay even.
  moved.y0 += floor_even(drop / kSubPixel);
  moved.y1 += floor_even((drop + 2 * kSubPixel - 1) / kSubPixel);
  return intersect(moved, whole(frame_));
}

void Sprite::blend(const Planes& target, const Rect& clip, int opacity, int drop) const {
  const Rect part = intersect(rect(drop), clip);
  if (part.empty() || opacity <= 0) return;
  for (int plane = 0; plane < 3; ++plane)
    blend_plane(target, plane, part, opacity, drop);
}

void Sprite::blend_plane(const Planes& target, int index, const Rect& clip, int opacity,
                         int drop) const {
  const Plane& colour = colour_[index];
  const Plane& alpha = index == 0 ? alpha_ : chroma_alpha_;
  const PlaneRect part = in_plane(clip, index);
  const int scale = index == 0 ? 1 : 2;
  const int left = part.x - rect_.x0 / scale;
  const int top = rect_.y0 / scale;
  const auto row_or_clear = [&](const Plane& plane, int row) {
    return (row >= 0 && row < plane.height ? plane.row(row) : clear_.data()) + left;
  };
  std::vector<uint8_t> between(drop == 0 ? 0 : size_t{2} * static_cast<size_t>(part.width));
  for (int y = part.y; y < part.y + part.height; ++y) {
    // Where this row was before the sprite moved down: between two of its rows.
    const int position = (y - top) * kSubPixel - drop / scale;
    const int row =
        position >= 0 ? position / kSubPixel : -((kSubPixel - 1 - position) / kSubPixel);
    const int weight = position - row * kSubPixel;
    const uint8_t* colour_row = row_or_clear(colour, row);
    const uint8_t* alpha_row = row_or_clear(alpha, row);
    if (weight != 0) {
      lerp_row(between.data(), colour_row, row_or_clear(colour, row + 1), weight, part.width);
      lerp_row(between.data() + part.width, alpha_row, row_or_clear(alpha, row + 1), weight,
               part.width);
      colour_row = between.data();
      alpha_row = between.data() + part.width;
    }
    blend_row(row_of(target, index, y) + part.x, colour_row, alpha_row, opacity, part.width);
  }
}

}  // namespace talkie
