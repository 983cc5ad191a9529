// SPDX-License-Identifier: LGPL-2.1-or-later
// A bitmap with alpha at a place in the frame, converted once and then blended into I420.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "timeline/texture.h"
#include "visual/visual.h"

namespace talkie {

// How far something is from its place, in 1/256 of a pixel to the right and down.
struct Offset {
  int x = 0;
  int y = 0;
  bool operator==(const Offset&) const = default;
};

class Sprite {
 public:
  // What of a bitmap is kept. `seen`: not what is transparent all around, and not the columns
  // outside of the frame, for what never moves sideways.
  enum class Part { seen, visible, whole };

  Sprite() = default;
  // `bitmap` (premultiplied) with its top left corner at x, y of a frame of `frame` size; may lie
  // outside.
  Sprite(const Bitmap& bitmap, int x, int y, Size frame, Part part = Part::seen);
  // The bitmap is another one inside of `changed`, in its pixels.
  void update(const Bitmap& bitmap, const Rect& changed);

  // The pixels it covers when it stands so far from its place.
  [[nodiscard]] Rect rect(Offset offset = {}) const;
  // The part of the bitmap that it holds, in the frame.
  [[nodiscard]] const Rect& content() const { return content_; }
  // Blends the part inside `clip`, scaled by `opacity` (0 to 256); of it what is `visible`.
  void blend(const Planes& target, const Rect& clip, int opacity, Offset offset = {},
             const std::optional<Box>& visible = {}) const;
  // The same as a texture, which begins at even_rect()'s corner.
  [[nodiscard]] Texture texture() const;
  [[nodiscard]] const Rect& even_rect() const { return rect_; }

 private:
  struct Plane {
    int width = 0;
    int height = 0;
    std::vector<uint8_t> samples;
    [[nodiscard]] uint8_t* row(int y) { return samples.data() + static_cast<ptrdiff_t>(width) * y; }
    [[nodiscard]] PlaneView view() const { return {samples.data(), width, width, height}; }
  };

  void convert(const Bitmap& bitmap, const Rect& part);
  void convert_chroma(const uint8_t* upper, const uint8_t* lower, int row, int column, int count);

  Size frame_;
  int x_ = 0;
  int y_ = 0;
  Rect content_;
  Rect rect_;           // even on all sides
  Plane colour_[3];     // premultiplied, with the offsets of 16 and 128 premultiplied too
  Plane alpha_;         // one sample a pixel
  Plane chroma_alpha_;  // filtered as the chroma is
};

}  // namespace talkie
