// SPDX-License-Identifier: LGPL-2.1-or-later
// One scene on the stage: what it shows in which frame, as whole numbers, so that two frames can be
// compared without painting them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "timeline/captions.h"
#include "timeline/sprite.h"
#include "timeline/stage.h"
#include "timeline/yuv.h"

namespace talkie {

// Frames [first, first + count) move; before is nothing, after is everything.
struct LayerMotion {
  int64_t first = 0;
  int64_t count = 0;
  // 0 before, 1 after, between them never either: the first frame already shows something new.
  [[nodiscard]] double share(int64_t frame) const;
  // The next frame after `frame` that may differ from it; INT64_MAX where none does.
  [[nodiscard]] int64_t next_change(int64_t frame) const;
};

class StagedScene {
 public:
  // The times are the film's; `first` and `end` its frames. `has_before`: a scene stands before it.
  StagedScene(const BitmapView& picture, const Visual& visual, const SceneTiming& timing,
              const SceneOverrides& overrides, Size size, Rate frame_rate, bool has_before);

  [[nodiscard]] int64_t first() const { return first_; }
  [[nodiscard]] int64_t end() const { return end_; }
  void extend(int64_t end) { end_ = std::max(end_, end); }

  [[nodiscard]] bool needs_before(int64_t frame) const;
  [[nodiscard]] int64_t next_change(int64_t frame) const;
  // Adds the rectangles in which the two frames differ. `before`: the scene before this one, null
  // where it is not there (any more).
  void collect_changes(int64_t from, int64_t to, StagedScene* before, std::vector<Rect>& changes);
  // The same for a frame of the scene before this one and a frame of this one's transition.
  void collect_entry(int64_t from, int64_t to, StagedScene& before, std::vector<Rect>& changes);
  // `before`: the scene before this one, null where needs_before() is false.
  void paint(int64_t frame, const Rect& rect, StagedScene* before, const Planes& target);

  // The picture with everything on it that stays.
  Planes final_picture();
  // Nothing but final_picture() is needed from now on.
  void keep_final_picture_only();

 private:
  struct StagedLayer {
    Sprite sprite;
    Enter enter;
    LayerMotion motion;
  };
  struct LayerLook {
    int opacity = 0;
    int drop = 0;
    bool operator==(const LayerLook&) const = default;
  };
  struct StagedCaption {
    int64_t first = 0;
    int64_t end = 0;
    std::string text;
  };

  void place_layers(const Visual& visual, const SceneTiming& timing, Rate frame_rate);
  void place_captions(const SceneTiming& timing, Rate frame_rate);

  [[nodiscard]] static LayerLook look_of(const StagedLayer& layer, int64_t frame);
  [[nodiscard]] int position_of_transition(int64_t frame) const;
  [[nodiscard]] int darkness(int64_t frame) const;  // of the fade-out, 0 to 256
  [[nodiscard]] const StagedCaption* caption_at(int64_t frame) const;
  const Sprite& sprite_of(const StagedCaption& caption);
  [[nodiscard]] bool looks_same(int64_t a, int64_t b) const;
  void collect_to_final(int64_t from, std::vector<Rect>& changes);
  void collect_transition(int from, int to, int64_t frame, StagedScene* before,
                          std::vector<Rect>& changes);
  [[nodiscard]] bool shows_layers(int64_t frame, const Rect& rect) const;
  void paint_layers(int64_t frame, const Rect& rect, const Planes& target) const;

  Size size_;
  int64_t first_ = 0;
  int64_t end_ = 0;
  Canvas base_;
  std::optional<Canvas> final_;  // made when the next scene needs it; not where it equals base_
  std::optional<std::vector<Rect>> apart_;  // where base_ is not what the scene before ends with
  bool is_final_only_ = false;              // what earlier frames showed is not known any more
  std::vector<StagedLayer> layers_;
  Transition transition_;
  LayerMotion entry_;  // the transition
  LayerMotion exit_;   // the fade-out
  Yuv ground_;
  std::vector<StagedCaption> captions_;
  CaptionStyle caption_style_;
  // The caption on the screen and the one before it; others are painted when they are needed.
  struct PaintedCaption {
    const StagedCaption* caption = nullptr;
    Sprite sprite;
  };
  PaintedCaption painted_captions_[2];
};

}  // namespace talkie
