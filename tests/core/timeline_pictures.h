// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures for the tests of the timeline.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "timeline/stage.h"
#include "visual/visual.h"

namespace talkie {

inline Bitmap filled(int width, int height, uint32_t argb) {
  Bitmap bitmap;
  bitmap.width = width;
  bitmap.height = height;
  const unsigned alpha = argb >> 24;
  for (int i = 0; i < width * height; ++i) {
    for (const int shift : {0, 8, 16})
      bitmap.bgra.push_back(static_cast<uint8_t>(((argb >> shift & 255) * alpha + 127) / 255));
    bitmap.bgra.push_back(static_cast<uint8_t>(alpha));
  }
  return bitmap;
}

// Noise of every alpha (or opaque), premultiplied.
inline Bitmap noise(int width, int height, bool opaque, std::mt19937& random) {
  Bitmap bitmap;
  bitmap.width = width;
  bitmap.height = height;
  for (int i = 0; i < width * height; ++i) {
    const unsigned alpha = opaque ? 255 : random() % 256;
    for (int channel = 0; channel < 3; ++channel)
      bitmap.bgra.push_back(static_cast<uint8_t>(random() % (alpha + 1)));
    bitmap.bgra.push_back(static_cast<uint8_t>(alpha));
  }
  return bitmap;
}

// Every byte of a picture, plane after plane, without what is between the rows.
inline std::string bytes_of(const Planes& planes) {
  std::string bytes;
  for (int plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? planes.size.width : (planes.size.width + 1) / 2;
    const int height = plane == 0 ? planes.size.height : (planes.size.height + 1) / 2;
    for (int y = 0; y < height; ++y)
      bytes.append(reinterpret_cast<const char*>(planes.data[plane] + planes.stride[plane] * y),
                   static_cast<size_t>(width));
  }
  return bytes;
}

inline std::string painted(Stage& stage, Size size, int64_t frame) {
  Canvas canvas(size);
  std::memset(canvas.planes().data[0], 77, 64);  // whatever was there before
  stage.paint(frame, canvas.planes());
  return bytes_of(canvas.planes());
}

inline BitmapView view_of(const Bitmap& bitmap) {
  return {{bitmap.width, bitmap.height}, bitmap.bgra.data(), ptrdiff_t{4} * bitmap.width};
}

}  // namespace talkie
