// SPDX-License-Identifier: LGPL-2.1-or-later
// I420 back to BGRA, for people who look at one frame.
#include <algorithm>
#include <cmath>
#include <vector>

#include "timeline/yuv.h"

namespace talkie {

namespace {

// A chroma plane's row of the picture's height and width: rows sit between two rows of luma,
// columns on the even columns.
std::vector<double> chroma_row(const Planes& planes, int plane, int y) {
  const int width = (planes.size.width + 1) / 2;
  const int height = (planes.size.height + 1) / 2;
  const int near = y / 2;
  const int far = std::clamp(y % 2 == 0 ? near - 1 : near + 1, 0, height - 1);
  const uint8_t* const near_row = row_of(planes, plane, near);
  const uint8_t* const far_row = row_of(planes, plane, far);
  std::vector<double> row(static_cast<size_t>(planes.size.width));
  for (int x = 0; x < planes.size.width; ++x) {
    const int left = x / 2;
    const int right = std::min(x % 2 == 0 ? left : left + 1, width - 1);
    const double upper = (near_row[left] + near_row[right]) / 2.0;
    const double lower = (far_row[left] + far_row[right]) / 2.0;
    row[static_cast<size_t>(x)] = (3 * upper + lower) / 4;
  }
  return row;
}

uint8_t to_byte(double value) {
  return static_cast<uint8_t>(std::clamp(std::lround(value * 255), 0L, 255L));
}

}  // namespace

Bitmap to_bitmap(const Planes& planes) {
  Bitmap bitmap;
  bitmap.width = planes.size.width;
  bitmap.height = planes.size.height;
  bitmap.bgra.resize(size_t{4} * static_cast<size_t>(bitmap.width) *
                     static_cast<size_t>(bitmap.height));
  for (int y = 0; y < bitmap.height; ++y) {
    const std::vector<double> cb_row = chroma_row(planes, 1, y);
    const std::vector<double> cr_row = chroma_row(planes, 2, y);
    const uint8_t* const luma_row = row_of(planes, 0, y);
    uint8_t* pixel = bitmap.row(y);
    for (size_t x = 0; x < cb_row.size(); ++x, pixel += 4) {
      // ITU-R BT.709-6, section 3, solved for R'G'B'.
      const double luma = (luma_row[x] - 16) / 219.0;
      const double cb = (cb_row[x] - 128) / 224.0;
      const double cr = (cr_row[x] - 128) / 224.0;
      pixel[0] = to_byte(luma + 1.8556 * cb);
      pixel[1] = to_byte(luma - (0.0722 * 1.8556 * cb + 0.2126 * 1.5748 * cr) / 0.7152);
      pixel[2] = to_byte(luma + 1.5748 * cr);
      pixel[3] = 255;
    }
  }
  return bitmap;
}

}  // namespace talkie
