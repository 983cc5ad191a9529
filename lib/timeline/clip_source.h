// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the pictures of a video come from. This room knows no decoder: one is set from outside.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.h"
#include "timeline/stage.h"
#include "visual/visual.h"

namespace talkie {

// A clip as frames of the film, from Clip::start to Clip::end (or its own end), at its own speed.
// Belongs to one thread.
class ClipSource {
 public:
  virtual ~ClipSource() = default;
  // How many frames it lasts: 1 or more.
  [[nodiscard]] virtual int64_t frames() = 0;
  // Frame `n` (from 0; the last one for all after it), of the box's size, in the colours of Planes;
  // valid until the next call. Quick for the frame after the last one asked for, right for any.
  [[nodiscard]] virtual Result<Planes> frame(int64_t n) = 0;
  // The first frame after `n` whose picture may differ from it: n + 1 unless the clip's own frames
  // are fewer than the film's. At or after frames() where none does.
  [[nodiscard]] virtual int64_t next_frame_change(int64_t n) = 0;
};

// Opens a clip so that ClipLayer::seen of its pictures fills a box of this size.
using ClipOpener = std::function<Result<std::unique_ptr<ClipSource>>(const ClipLayer& layer,
                                                                     Size box, Rate frame_rate)>;

// For scenes added to any Stage from now on; without one, clips show their layers' bitmaps. May be
// called from any thread; the opener may be, too.
void set_clip_opener(ClipOpener opener);
ClipOpener clip_opener();

}  // namespace talkie
