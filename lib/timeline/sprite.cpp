// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/sprite.h"

#include <algorithm>
#include <vector>

#include "timeline/rows.h"

namespace talkie {

namespace {

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

Sprite::Sprite(const Bitmap& bitmap, int x, int y, Size frame, Part part)
    : frame_(frame), x_(x), y_(y) {
  content_ = part == Part::whole ? Rect{0, 0, bitmap.width, bitmap.height} : visible_part(bitmap);
  if (content_.empty()) return;
  content_ = {x + content_.x0, y + content_.y0, x + content_.x1, y + content_.y1};
  // Columns outside of the frame are never seen of what does not move sideways. Rows may be: a
  // sprite that rises begins lower.
  if (part == Part::seen) {
    content_.x0 = std::max(content_.x0, 0);
    content_.x1 = std::min(content_.x1, frame.width);
    if (content_.empty()) return;
  }
  // A chroma sample reaches one pixel to each side of its even column.
  rect_ = {floor_even(content_.x0), floor_even(content_.y0), floor_even(content_.x1) + 2,
           floor_even(content_.y1 + 1)};
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
  convert(bitmap, rect_);
}

void Sprite::update(const Bitmap& bitmap, const Rect& changed) {
  const Rect part{floor_even(x_ + changed.x0), floor_even(y_ + changed.y0),
                  floor_even(x_ + changed.x1) + 2, floor_even(y_ + changed.y1 + 1)};
  if (!changed.empty()) convert(bitmap, intersect(part, rect_));
}

// The part of rect_ that `part` is, which is even on all sides.
void Sprite::convert(const Bitmap& bitmap, const Rect& part) {
  // Two rows of the frame at a time, from the column before the part to the one after it; what the
  // bitmap does not cover is clear. At the frame's left and right the border's pixel counts for
  // its missing neighbour, as it does in the picture below.
  std::vector<uint8_t> lines[2];
  const int width = part.x1 - part.x0;
  const int before = part.x0 - 1;
  const int first = std::max({x_, before, content_.x0});
  const int last = std::min({x_ + bitmap.width, part.x1 + 1, content_.x1});
  const bool begins_at_border = before == -1 && content_.x0 == 0;
  const bool ends_at_border = part.x1 > frame_.width && content_.x1 == frame_.width;
  const auto pixel = [&](int line, int column) {
    return lines[line].data() + size_t{4} * static_cast<size_t>(column - before);
  };
  for (int y = part.y0; y < part.y1; y += 2) {
    for (int line : {0, 1}) {
      lines[line].assign(size_t{4} * static_cast<size_t>(width + 2), 0);
      const int bitmap_row = y + line - y_;
      if (bitmap_row < 0 || bitmap_row >= bitmap.height || first >= last) continue;
      copy_pixels(bitmap.row(bitmap_row) + size_t{4} * static_cast<size_t>(first - x_),
                  pixel(line, first), last - first);
      if (begins_at_border) std::copy_n(pixel(line, 0), 4, pixel(line, -1));
      if (ends_at_border) std::copy_n(pixel(line, frame_.width - 1), 4, pixel(line, frame_.width));
    }
    for (int line : {0, 1}) {
      const uint8_t* const pixels = pixel(line, part.x0);
      const int row = y + line - rect_.y0;
      luma_row(colour_[0].row(row) + (part.x0 - rect_.x0), pixels, Alpha::as_it_is, width);
      uint8_t* const alpha = alpha_.row(row) + (part.x0 - rect_.x0);
      for (int column = 0; column < width; ++column)
        alpha[column] = pixels[4 * column + 3];
    }
    convert_chroma(pixel(0, before), pixel(1, before), (y - rect_.y0) / 2, (part.x0 - rect_.x0) / 2,
                   width / 2);
  }
}

// The pointers stand one pixel before the first column.
void Sprite::convert_chroma(const uint8_t* upper, const uint8_t* lower, int row, int column,
                            int count) {
  const int pixels = 2 * count + 1;
  std::vector<int32_t> cb(static_cast<size_t>(pixels));
  std::vector<int32_t> cr(static_cast<size_t>(pixels));
  chroma_sums(cb.data(), cr.data(), upper, lower, Alpha::as_it_is, pixels);
  constexpr int kShift = bt709::kShift + bt709::kFilterShift;
  filter_row(colour_[1].row(row) + column, cb.data(), kShift, count);
  filter_row(colour_[2].row(row) + column, cr.data(), kShift, count);
  alpha_sums(cb.data(), upper, lower, pixels);
  filter_row(chroma_alpha_.row(row) + column, cb.data(), bt709::kFilterShift, count);
}

Rect Sprite::rect(Offset offset) const {
  Box box = box_of(rect_);
  box.x += offset.x;
  box.y += offset.y;
  return pixels_of(box, frame_);
}

Texture Sprite::texture() const {
  Texture texture;
  for (int plane = 0; plane < 3; ++plane)
    texture.colour[plane] = colour_[plane].view();
  texture.alpha = alpha_.view();
  texture.chroma_alpha = chroma_alpha_.view();
  return texture;
}

void Sprite::blend(const Planes& target, const Rect& clip, int opacity, Offset offset,
                   const std::optional<Box>& visible) const {
  const Rect part = intersect(rect(offset), clip);
  if (part.empty() || opacity <= 0) return;
  const Box seen{0, 0, (rect_.x1 - rect_.x0) * Box::kPixel, (rect_.y1 - rect_.y0) * Box::kPixel};
  Box place = box_of(rect_);
  place.x += offset.x;
  place.y += offset.y;
  paint_texture(texture(), {seen, place, visible, opacity}, part, target);
}

}  // namespace talkie
