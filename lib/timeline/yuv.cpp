// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/yuv.h"

#include <algorithm>
#include <cstring>

namespace talkie {

namespace {

constexpr int kOpaque = 255;

void convert_luma_row(const uint8_t* bgra, uint8_t* target, int width) {
  for (int x = 0; x < width; ++x, bgra += 4)
    target[x] = luma_of({bgra[0], bgra[1], bgra[2], kOpaque}, 0);
}

// Filter [1 2 1] around the even columns, where chroma is sited, and the mean of two rows: weights
// add up to 8. The picture's border counts twice where a neighbour is missing.
void convert_chroma_rows(const uint8_t* upper, const uint8_t* lower, uint8_t* cb, uint8_t* cr,
                         int width) {
  for (int x = 0; x < width; x += 2) {
    const size_t left = size_t{4} * std::max(x - 1, 0);
    const size_t centre = size_t{4} * x;
    const size_t right = size_t{4} * std::min(x + 1, width - 1);
    PixelSum sum;
    for (const uint8_t* row : {upper, lower}) {
      sum.add(row + left, 1);
      sum.add(row + centre, 2);
      sum.add(row + right, 1);
    }
    sum.a = 8 * kOpaque;
    cb[x / 2] = cb_of(sum, 3);
    cr[x / 2] = cr_of(sum, 3);
  }
}

void fill(const Planes& target, Yuv colour) {
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(whole(target.size), plane);
    for (int y = 0; y < part.height; ++y)
      std::memset(row_of(target, plane, y), colour.plane(plane), static_cast<size_t>(part.width));
  }
}

}  // namespace

Rect intersect(const Rect& a, const Rect& b) {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}

Rect unite(const Rect& a, const Rect& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

Rect whole(Size size) {
  return {0, 0, size.width, size.height};
}

PlaneRect in_plane(const Rect& rect, int plane) {
  if (plane == 0) return {rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0};
  const int x = rect.x0 / 2;
  const int y = rect.y0 / 2;
  return {x, y, (rect.x1 + 1) / 2 - x, (rect.y1 + 1) / 2 - y};
}

Yuv to_yuv(uint32_t rgb) {
  const PixelSum pixel{static_cast<int>(rgb & 255), static_cast<int>(rgb >> 8 & 255),
                       static_cast<int>(rgb >> 16 & 255), kOpaque};
  return {luma_of(pixel, 0), cb_of(pixel, 0), cr_of(pixel, 0)};
}

void convert(const BitmapView& picture, const Planes& target) {
  const int width = std::min(picture.size.width, target.size.width);
  const int height = std::min(picture.size.height, target.size.height);
  if (picture.size != target.size) fill(target, to_yuv(0x000000));
  const auto row = [&](int y) { return picture.bgra + picture.stride * y; };
  for (int y = 0; y < height; y += 2) {
    const int below = std::min(y + 1, height - 1);
    convert_luma_row(row(y), row_of(target, 0, y), width);
    if (below != y) convert_luma_row(row(below), row_of(target, 0, below), width);
    convert_chroma_rows(row(y), row(below), row_of(target, 1, y / 2), row_of(target, 2, y / 2),
                        width);
  }
}

void copy_rect(const Planes& source, const Planes& target, const Rect& rect) {
  if (rect.empty()) return;
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      std::memcpy(row_of(target, plane, y) + part.x, row_of(source, plane, y) + part.x,
                  static_cast<size_t>(part.width));
  }
}

Canvas::Canvas(Size size) : size_(size) {
  const size_t luma = static_cast<size_t>(size.width) * static_cast<size_t>(size.height);
  const size_t chroma =
      static_cast<size_t>((size.width + 1) / 2) * static_cast<size_t>((size.height + 1) / 2);
  bytes_.resize(luma + 2 * chroma);
}

Planes Canvas::planes() {
  Planes planes;
  planes.size = size_;
  planes.stride[0] = size_.width;
  planes.stride[1] = planes.stride[2] = (size_.width + 1) / 2;
  planes.data[0] = bytes_.data();
  planes.data[1] = planes.data[0] + static_cast<ptrdiff_t>(size_.width) * size_.height;
  planes.data[2] =
      planes.data[1] + static_cast<ptrdiff_t>(planes.stride[1]) * ((size_.height + 1) / 2);
  return planes;
}

}  // namespace talkie
