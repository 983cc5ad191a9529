// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenes on one timeline, painted frame by frame: a pure function of the frame's number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/time.h"
#include "speech/timing.h"
#include "visual/visual.h"

namespace talkie {

// A picture in I420: BT.709, limited range, chroma sited left (MPEG-2). Borrowed memory.
struct Planes {
  Size size;
  uint8_t* data[3] = {};
  int stride[3] = {};
};

// Memory for one picture, which holds anything at first.
class Canvas {
 public:
  explicit Canvas(Size size);
  [[nodiscard]] Planes planes();

 private:
  Size size_;
  std::unique_ptr<uint8_t[]> bytes_;
};

// Back to BGRA, for looking at a frame.
Bitmap to_bitmap(const Planes& planes);

// A Bitmap in memory of somebody else: BGRA, premultiplied; `stride` bytes from row to row.
struct BitmapView {
  Size size;
  const uint8_t* bgra = nullptr;
  ptrdiff_t stride = 0;
};

// What is decided elsewhere than in the scene itself.
struct SceneOverrides {
  std::optional<Transition> transition = {};
  std::optional<CaptionMode> captions = {};
};

// Whether the picture that a scene ends with depends on its timing: an animation or a video is in
// it. All others come to rest.
bool ends_by_timing(const Visual& visual);

// Belongs to one thread.
class Stage {
 public:
  Stage(Size size, Rate frame_rate);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Scenes are added in order and without gaps: timing.start is where the last one ended; the first
  // one's may be negative, where only its end is needed. The pictures are converted to YUV here,
  // once.
  void add_scene(const Painted& painted, const SceneTiming& timing);
  // The same with a borrowed picture of the stage's size; it is not needed after the call.
  void add_scene(const BitmapView& frame, const Visual& visual, const SceneTiming& timing,
                 const SceneOverrides& overrides = {});
  // The last scene stays until `end` at least: for a picture whose sound has no known length.
  void extend(Time end);
  // Lets go of scenes that no frame from `frame` on shows.
  void forget_before(int64_t frame);

  // One past the last frame that can be painted.
  [[nodiscard]] int64_t end_frame() const;
  // The next frame after `frame` whose picture may differ from it; at most end_frame().
  [[nodiscard]] int64_t next_change(int64_t frame) const;

  // Paints frame `frame` into `target`, whole.
  void paint(int64_t frame, Planes target);
  // The same, where `target` already holds frame `held`: touches only what differs.
  void repaint(int64_t held, int64_t frame, Planes target);
  // The same into memory that holds nothing yet: `picture` is frame `held`, and stays as it is.
  void paint_from(int64_t held, Planes picture, int64_t frame, Planes target);

  // Why a picture could not be made as it should be: a video that cannot be decoded. Until then,
  // and instead, its bitmap shows. To be looked at after painting.
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace talkie
