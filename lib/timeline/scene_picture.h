// SPDX-License-Identifier: LGPL-2.1-or-later
// What a scene shows apart from captions and transitions: its page as it is, or through a camera.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "timeline/staged_page.h"
#include "timeline/view_track.h"

namespace talkie {

class ScenePicture {
 public:
  ScenePicture(const BitmapView& frame, const Visual& visual, const SceneClock& clock, Size size);

  [[nodiscard]] bool has_camera() const { return camera_.has_value(); }
  [[nodiscard]] StagedPage& page() { return page_; }

  [[nodiscard]] int64_t next_change(int64_t frame) const;
  [[nodiscard]] bool looks_same(int64_t a, int64_t b) const;
  // Adds the rectangles in which two frames differ; none where they do not.
  void collect_changes(int64_t from, int64_t to, std::vector<Rect>& changes) const;
  void paint(int64_t frame, const Rect& rect, const Planes& target);
  // Without painting: what is there in one piece already, where it shows nothing else inside
  // `rect`.
  [[nodiscard]] std::optional<Planes> plain(int64_t frame, const Rect& rect);
  // In one piece; valid until the next call.
  Planes whole_picture(int64_t frame);

  [[nodiscard]] std::optional<Error> failure() const { return page_.failure(); }

 private:
  [[nodiscard]] Box seen(int64_t frame) const;

  Size size_;
  double scale_;
  StagedPage page_;
  std::optional<Track<View>> camera_;
  std::optional<Canvas> through_camera_;
  std::optional<int64_t> held_;  // the frame that it shows
};

}  // namespace talkie
