// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene's burned-in captions: which one is on the screen, and its picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "speech/timing.h"
#include "timeline/scene_clock.h"
#include "timeline/sprite.h"
#include "visual/visual.h"

namespace talkie {

struct StagedCaption {
  int64_t first = 0;
  int64_t end = 0;
  std::string text;
};

class StagedCaptions {
 public:
  StagedCaptions(const CaptionStyle& style, Size size) : style_(style), size_(size) {}
  void place(const SceneTiming& timing, const SceneClock& clock);
  void clear();

  [[nodiscard]] const StagedCaption* at(int64_t frame) const;
  [[nodiscard]] int64_t next_change(int64_t frame) const;
  const Sprite& sprite(const StagedCaption& caption);

 private:
  CaptionStyle style_;
  Size size_;
  std::vector<StagedCaption> captions_;
  // The caption on the screen and the one before it; others are painted when they are needed.
  struct PaintedCaption {
    const StagedCaption* caption = nullptr;
    Sprite sprite;
  };
  PaintedCaption painted_[2];
};

}  // namespace talkie
