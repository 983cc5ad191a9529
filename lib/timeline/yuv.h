// SPDX-License-Identifier: LGPL-2.1-or-later
// BGRA to I420 (ITU-R BT.709, limited range, chroma sited left) and rectangles of it.
#pragma once

#include <cstdint>

#include "timeline/stage.h"
#include "visual/visual.h"

namespace talkie {

// Pixels x0 <= x < x1, y0 <= y < y1. x0 and y0 are even, so that a rectangle is whole in the
// chroma planes too.
struct Rect {
  int x0 = 0;
  int y0 = 0;
  int x1 = 0;
  int y1 = 0;
  [[nodiscard]] bool empty() const { return x0 >= x1 || y0 >= y1; }
  [[nodiscard]] int64_t area() const { return empty() ? 0 : int64_t{x1 - x0} * (y1 - y0); }
  bool operator==(const Rect&) const = default;
};
Rect intersect(const Rect& a, const Rect& b);
Rect unite(const Rect& a, const Rect& b);  // the smallest one around both; empty ones do not count
Rect whole(Size size);

// One plane's part of a rectangle: plane 0 has a sample for every pixel, 1 and 2 for every two.
struct PlaneRect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};
PlaneRect in_plane(const Rect& rect, int plane);
inline uint8_t* row_of(const Planes& planes, int plane, int y) {
  return planes.data[plane] + static_cast<ptrdiff_t>(planes.stride[plane]) * y;
}

struct Yuv {
  uint8_t y = 16;
  uint8_t u = 128;
  uint8_t v = 128;
  [[nodiscard]] uint8_t plane(int index) const { return index == 0 ? y : index == 1 ? u : v; }
};
Yuv to_yuv(uint32_t rgb);  // 0xRRGGBB; bits above are ignored

// Weighted sums of premultiplied pixels, as the planes keep them: Y', Cb and Cr with their offsets
// scaled by alpha, so that pixels blend as they would before the conversion.
struct PixelSum {
  int b = 0;
  int g = 0;
  int r = 0;
  int a = 0;
};

// ITU-R BT.709-6, section 3: Kr = 0.2126, Kb = 0.0722; Y' takes 219 steps, Cb and Cr 224. In
// 1/65536; the factors of Cb and of Cr add up to nothing, so that greys have no colour at all.
namespace bt709 {
inline constexpr double kKr = 0.2126;
inline constexpr double kKb = 0.0722;
inline constexpr double kLumaScale = 219.0 / 255;
inline constexpr double kChromaScale = 224.0 / 255;
inline constexpr int kShift = 16;
inline constexpr int kFilterShift = 3;  // the chroma filter's weights add up to 8
constexpr int fixed(double value) {
  return static_cast<int>(value * (1 << kShift) + (value < 0 ? -0.5 : 0.5));
}
inline constexpr int kYR = fixed(kKr * kLumaScale);
inline constexpr int kYB = fixed(kKb * kLumaScale);
inline constexpr int kYG = fixed(kLumaScale) - kYR - kYB;
inline constexpr int kYA = fixed(16.0 / 255);
inline constexpr int kUB = fixed(0.5 * kChromaScale);
inline constexpr int kUR = fixed(-0.5 * kKr / (1 - kKb) * kChromaScale);
inline constexpr int kUG = -kUB - kUR;
inline constexpr int kVR = fixed(0.5 * kChromaScale);
inline constexpr int kVB = fixed(-0.5 * kKb / (1 - kKr) * kChromaScale);
inline constexpr int kVG = -kVR - kVB;
inline constexpr int kCA = fixed(128.0 / 255);

constexpr uint8_t rounded(int value, int shift) {
  return static_cast<uint8_t>((value + (1 << (kShift + shift - 1))) >> (kShift + shift));
}
}  // namespace bt709

// `shift`: the weights added up to 1 << shift.
constexpr uint8_t luma_of(const PixelSum& sum, int shift) {
  using namespace bt709;
  return rounded(kYB * sum.b + kYG * sum.g + kYR * sum.r + kYA * sum.a, shift);
}
constexpr uint8_t cb_of(const PixelSum& sum, int shift) {
  using namespace bt709;
  return rounded(kUB * sum.b + kUG * sum.g + kUR * sum.r + kCA * sum.a, shift);
}
constexpr uint8_t cr_of(const PixelSum& sum, int shift) {
  using namespace bt709;
  return rounded(kVB * sum.b + kVG * sum.g + kVR * sum.r + kCA * sum.a, shift);
}

// Converts an opaque picture of the planes' size; alpha is ignored. A picture of another size
// fills what it covers and leaves the rest black.
void convert(const BitmapView& picture, const Planes& target);

void copy_rect(const Planes& source, const Planes& target, const Rect& rect);

}  // namespace talkie
