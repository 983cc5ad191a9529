// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures painted anywhere in a frame: moved by parts of a pixel, scaled, cut off, see-through.
#pragma once

#include <optional>

#include "timeline/sampling.h"
#include "timeline/yuv.h"

namespace talkie {

// A rectangle in 1/256 of a pixel.
struct Box {
  static constexpr int kPixel = 256;
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  [[nodiscard]] int right() const { return x + width; }
  [[nodiscard]] int bottom() const { return y + height; }
  bool operator==(const Box&) const = default;
};
Box box_of(const View& view, double scale = 1);  // rounded to nearest
Box box_of(const Rect& rect);
Box intersect(const Box& a, const Box& b);  // of no width or height where they do not meet
// The pixels that it touches, on even ones, inside of a frame.
Rect pixels_of(const Box& box, Size frame);

// A picture in I420, borrowed: opaque, or premultiplied with alpha. Outside of it an opaque one
// goes on with its border, one with alpha is clear.
struct Texture {
  PlaneView colour[3];
  PlaneView alpha;  // one sample a pixel; none where the picture is opaque
  PlaneView chroma_alpha;
  [[nodiscard]] bool is_opaque() const { return alpha.samples == nullptr; }
};
Texture texture_of(const Planes& planes);

// How a picture stands in a frame.
struct Placement {
  Box seen;                         // the part of the picture, in its pixels
  Box place;                        // where that part comes to lie in the frame
  std::optional<Box> visible = {};  // only what is inside of it, with soft edges, is painted
  int opacity = 256;
};

// The pixels that a picture may touch of which `visible` is seen.
Rect touched_by(const Box& visible, Size frame);

// Another picture that is mixed with the first one, seen in the same place: `weight` of 256.
struct Admixture {
  Texture texture;
  Box seen;
  int weight = 0;
};

// Paints what of it is inside `clip`. Whole pixels at their own size are copied as they are.
void paint_texture(const Texture& texture, const Placement& placement, const Rect& clip,
                   const Planes& target, const Admixture* other = nullptr);

}  // namespace talkie
