// SPDX-License-Identifier: LGPL-2.1-or-later
// One scene on the stage: what it shows in which frame, as whole numbers, so that two frames can be
// compared without painting them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "timeline/morph.h"
#include "timeline/scene_picture.h"
#include "timeline/stage.h"
#include "timeline/staged_captions.h"
#include "timeline/transition.h"
#include "timeline/yuv.h"

namespace talkie {

class StagedScene {
 public:
  // The times are the film's; `first` and `end` its frames. `before`: the scene before it, or null.
  StagedScene(const BitmapView& picture, const Visual& visual, const SceneTiming& timing,
              const SceneOverrides& overrides, Size size, Rate frame_rate,
              const StagedScene* before);
  // Its parts point to each other.
  StagedScene(const StagedScene&) = delete;
  StagedScene& operator=(const StagedScene&) = delete;

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
  // Nothing but final_picture(), and what a morph takes from it, is needed from now on.
  void keep_final_picture_only();

  [[nodiscard]] std::optional<Error> failure() const;

 private:
  [[nodiscard]] int position_of_transition(int64_t frame) const;
  [[nodiscard]] int darkness(int64_t frame) const;  // of the fade-out, 0 to 256
  [[nodiscard]] bool looks_same(int64_t a, int64_t b) const;
  void collect_caption(int64_t frame, std::vector<Rect>& changes);
  void collect_to_final(int64_t from, std::vector<Rect>& changes);
  void collect_mixed(int from, int to, int64_t frame, StagedScene* before,
                     std::vector<Rect>& changes);
  void collect_morph(int64_t from, int from_position, int64_t to, int to_position,
                     StagedScene* before, std::vector<Rect>& changes);
  // From one frame of this scene, or from the scene before as it ends (`from` kSettled, position
  // 0).
  void collect_transition(int64_t from, int from_position, int64_t to, StagedScene* before,
                          std::vector<Rect>& changes);
  Morph& morph_from(StagedScene& before);
  void paint_page(int64_t frame, const Rect& rect, StagedScene* before, const Planes& target);

  Size size_;
  int64_t first_ = 0;
  int64_t end_ = 0;
  std::optional<ScenePicture> picture_;  // none when only the final one is kept
  std::optional<MorphPage> parts_;       // where the page is there in its parts
  std::optional<Canvas> final_;          // made when the next scene needs it
  bool is_final_only_ = false;           // what earlier frames showed is not known any more
  Transition transition_;
  TransitionPainter painter_;
  FrameSpan entry_;  // the transition
  FrameSpan exit_;   // the fade-out
  std::optional<std::vector<Rect>>
      apart_;  // where the ground is not what the scene before ends with
  std::optional<Morph> morph_;
  Yuv ground_;
  StagedCaptions captions_;
};

}  // namespace talkie
