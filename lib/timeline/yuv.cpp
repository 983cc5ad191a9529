// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/yuv.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "timeline/rows.h"

namespace talkie {

namespace {

constexpr int kOpaque = 255;

// Cb and Cr of two rows of pixels, with one more on either side: at the picture's border a pixel
// counts for its missing neighbour.
class ChromaLine {
 public:
  explicit ChromaLine(int width)
      : width_(width), cb_(static_cast<size_t>(width) + 2), cr_(static_cast<size_t>(width) + 2) {}

  void convert(const uint8_t* upper, const uint8_t* lower, uint8_t* cb, uint8_t* cr) {
    chroma_sums(cb_.data() + 1, cr_.data() + 1, upper, lower, Alpha::opaque, width_);
    for (std::vector<int32_t>* sums : {&cb_, &cr_}) {
      sums->front() = *(sums->begin() + 1);
      sums->back() = *(sums->end() - 2);
    }
    constexpr int kShift = bt709::kShift + bt709::kFilterShift;
    filter_row(cb, cb_.data(), kShift, (width_ + 1) / 2);
    filter_row(cr, cr_.data(), kShift, (width_ + 1) / 2);
  }

 private:
  int width_;
  std::vector<int32_t> cb_;
  std::vector<int32_t> cr_;
};

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
  if (width == 0 || height == 0) return;
  // Chroma: filter [1 2 1] around the even columns, where it is sited, and the mean of two rows.
  ChromaLine chroma(width);
  for (int y = 0; y < height; y += 2) {
    const int below = std::min(y + 1, height - 1);
    for (int line = y; line <= below; ++line)
      luma_row(row_of(target, 0, line), row(line), Alpha::opaque, width);
    chroma.convert(row(y), row(below), row_of(target, 1, y / 2), row_of(target, 2, y / 2));
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
  bytes_ = std::make_unique_for_overwrite<uint8_t[]>(luma + 2 * chroma);
}

Planes Canvas::planes() {
  Planes planes;
  planes.size = size_;
  planes.stride[0] = size_.width;
  planes.stride[1] = planes.stride[2] = (size_.width + 1) / 2;
  planes.data[0] = bytes_.get();
  planes.data[1] = planes.data[0] + static_cast<ptrdiff_t>(size_.width) * size_.height;
  planes.data[2] =
      planes.data[1] + static_cast<ptrdiff_t>(planes.stride[1]) * ((size_.height + 1) / 2);
  return planes;
}

}  // namespace talkie
