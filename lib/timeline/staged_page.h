// SPDX-License-Identifier: LGPL-2.1-or-later
// A page of a scene: its first frame with the layers over it, as they are in each frame.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "timeline/staged_layer.h"
#include "timeline/yuv.h"

namespace talkie {

class StagedPage {
 public:
  // `scale`: how many of its pixels make one of the film's.
  StagedPage(const BitmapView& picture, const std::vector<Layer>& layers, const SceneClock& clock,
             const PageScale& page);

  [[nodiscard]] Size size() const { return size_; }
  [[nodiscard]] const std::vector<StagedLayer>& layers() const { return layers_; }
  [[nodiscard]] Planes ground() { return ground_.planes(); }

  [[nodiscard]] int64_t next_change(int64_t frame) const;
  // Adds the rectangles in which two frames differ; none where they do not.
  void collect_changes(int64_t from, int64_t to, std::vector<Rect>& changes) const;
  // Whether anything lies over the ground there.
  [[nodiscard]] bool shows_layers(int64_t frame, const Rect& rect) const;
  void paint(int64_t frame, const Rect& rect, const Planes& target);
  // The page in one piece, kept and painted on as it changes; valid until the next call.
  Planes picture(int64_t frame);

  [[nodiscard]] std::optional<Error> failure() const;

 private:
  Size size_;
  Canvas ground_;
  std::vector<StagedLayer> layers_;
  std::optional<Canvas> picture_;
  int64_t held_ = 0;  // the frame that it shows
};

}  // namespace talkie
