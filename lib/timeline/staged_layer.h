// SPDX-License-Identifier: LGPL-2.1-or-later
// One layer of a page: how it looks in which frame, as whole numbers, so that two frames can be
// compared without painting them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "timeline/layer_picture.h"
#include "timeline/sprite.h"

namespace talkie {

struct LayerLook {
  int opacity = 0;                  // 0 to 256; nothing else counts where it is 0
  Offset offset;                    // from its place
  std::optional<Box> visible = {};  // only what is inside of it, in the frame
  bool operator==(const LayerLook&) const = default;
};

class StagedLayer {
 public:
  StagedLayer(const Layer& layer, const SceneClock& clock, const PageScale& page);

  [[nodiscard]] const LayerLook& look(int64_t frame) const;
  // The pixels that it touches in a frame.
  [[nodiscard]] Rect rect(int64_t frame) const;
  // Whether nothing below it can be seen inside `rect`.
  [[nodiscard]] bool covers(int64_t frame, const Rect& rect) const;
  // The next frame after `frame` that may differ from it.
  [[nodiscard]] int64_t next_change(int64_t frame) const;
  // Where two frames differ; empty where they do not.
  [[nodiscard]] Rect change(int64_t from, int64_t to) const;
  // `share`: of its opacity, 0 to 256.
  void paint(int64_t frame, const Rect& rect, const Planes& target, int share = 256) const;

  // What it is in a morph; empty for a layer that belongs to the page.
  [[nodiscard]] const std::string& part() const { return part_; }
  // What it shows, for those who paint it elsewhere.
  [[nodiscard]] LayerPicture& picture() const { return *picture_; }

 private:
  // How it looks in a frame, kept for those who ask again: two frames at a time are compared.
  struct Seen {
    int64_t frame = kNever;
    LayerLook look;
    Rect rect;
  };
  [[nodiscard]] const Seen& seen(int64_t frame) const;
  [[nodiscard]] LayerLook find_look(int64_t frame) const;
  [[nodiscard]] static Box moved(Box box, const LayerLook& look);
  [[nodiscard]] std::optional<Box> grown(double share, const LayerLook& look) const;
  [[nodiscard]] std::optional<Box> visible_part(const LayerLook& look) const;
  [[nodiscard]] Rect rect_of(const LayerLook& look) const;

  Size page_;
  std::unique_ptr<LayerPicture> picture_;
  Enter enter_;
  FrameSpan entry_;
  std::optional<FrameSpan> leave_;
  Track<Look> moves_;
  std::optional<Box> window_;
  std::string part_;
  mutable Seen seen_[2];
};

}  // namespace talkie
