// SPDX-License-Identifier: LGPL-2.1-or-later
// A bitmap with alpha at a place in the frame, converted once and then blended into I420.
#pragma once

#include <cstdint>
#include <vector>

#include "timeline/yuv.h"
#include "visual/visual.h"

namespace talkie {

class Sprite {
 public:
  Sprite() = default;
  // `bitmap` (premultiplied) with its top left corner at x, y of a frame of `frame` size; may lie
  // outside. What is transparent all around is cut off.
  Sprite(const Bitmap& bitmap, int x, int y, Size frame);

  // The pixels it covers when it stands `drop` (1/256 of a pixel) below its place.
  [[nodiscard]] Rect rect(int drop = 0) const;
  // Blends the part inside `clip`, scaled by `opacity` (0 to 256).
  void blend(const Planes& target, const Rect& clip, int opacity, int drop = 0) const;

 private:
  struct Plane {
    int width = 0;
    int height = 0;
    std::vector<uint8_t> samples;
    [[nodiscard]] const uint8_t* row(int y) const {
      return samples.data() + static_cast<ptrdiff_t>(width) * y;
    }
    [[nodiscard]] uint8_t* row(int y) { return samples.data() + static_cast<ptrdiff_t>(width) * y; }
  };

  void convert(const Bitmap& bitmap, int x, int y, int frame_width);
  void convert_chroma(const uint8_t* upper, const uint8_t* lower, int row);
  void blend_plane(const Planes& target, int index, const Rect& clip, int opacity, int drop) const;

  Size frame_;
  Rect rect_;                   // even on all sides
  Plane colour_[3];             // premultiplied, with the offsets of 16 and 128 premultiplied too
  Plane alpha_;                 // one sample a pixel
  Plane chroma_alpha_;          // filtered as the chroma is
  std::vector<uint8_t> clear_;  // a row of nothing, for above and below
};

}  // namespace talkie
