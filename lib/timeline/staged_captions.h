// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene's burned-in captions: which one is on the screen, which of its words is lit, and the
// picture of that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "speech/timing.h"
#include "timeline/captions.h"
#include "timeline/scene_clock.h"
#include "timeline/sprite.h"
#include "visual/painter.h"

namespace talkie {

// A caption as it stands for some frames.
struct StagedCaption {
  int64_t first = 0;
  int64_t end = 0;
  size_t index = 0;  // of the scene's captions
  ByteSpan lit;
};

class StagedCaptions {
 public:
  StagedCaptions(const CaptionStyle& style, Size size) : style_(style), size_(size) {}
  void place(const SceneTiming& timing, const SceneClock& clock, CaptionMode mode);
  void clear();

  [[nodiscard]] const StagedCaption* at(int64_t frame) const;
  [[nodiscard]] int64_t next_change(int64_t frame) const;
  // Adds the rectangles in which the two frames' captions differ.
  void collect_changes(int64_t from, int64_t to, std::vector<Rect>& changes);
  const Sprite& sprite(const StagedCaption& caption);

 private:
  struct PaintedCaption {
    size_t index = 0;
    std::optional<CaptionPainter> painter;  // none: nothing has been painted
    Sprite sprite;
  };

  void place_words(const Caption& caption, const StagedCaption& whole, Rate rate);
  PaintedCaption& painted(size_t index);

  CaptionStyle style_;
  Size size_;
  std::vector<std::string> texts_;
  std::vector<StagedCaption> captions_;
  // The caption on the screen and the one before it; others are painted when they are needed.
  PaintedCaption painted_[2];
};

}  // namespace talkie
