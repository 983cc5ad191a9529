// SPDX-License-Identifier: LGPL-2.1-or-later
// What a layer shows at its place: a bitmap, a view of one, an animation, a video.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/error.h"
#include "timeline/scene_clock.h"
#include "timeline/texture.h"
#include "visual/visual.h"

namespace talkie {

class LayerPicture {
 public:
  LayerPicture() = default;
  LayerPicture(const LayerPicture&) = delete;
  LayerPicture& operator=(const LayerPicture&) = delete;
  virtual ~LayerPicture() = default;

  // Where it stands in the frame, before anything moves it, and what of that can be seen.
  [[nodiscard]] virtual Box place() const = 0;
  [[nodiscard]] virtual Box content() const { return place(); }
  // Whether it ends with its place, and not by being clear.
  [[nodiscard]] virtual bool is_cut() const { return true; }

  // What is at its place: a part of a texture, which is valid until the next call.
  [[nodiscard]] virtual Texture texture(int64_t frame) = 0;
  [[nodiscard]] virtual Box seen(int64_t frame) = 0;

  // The next frame after `frame` in which that may be something else.
  [[nodiscard]] virtual int64_t next_change(int64_t /*frame*/) { return kNever; }
  // Where two frames differ, in the frame; of no width where they are equal.
  [[nodiscard]] virtual Box changed(int64_t /*from*/, int64_t /*to*/) { return {}; }

  // Why it could not show what it should: a video that cannot be decoded.
  [[nodiscard]] virtual std::optional<Error> failure() const { return {}; }
};

// The pixels that a page is painted with: `scale` times as many each way as the film has.
struct PageScale {
  Size size;
  double scale = 1;
};

std::unique_ptr<LayerPicture> make_layer_picture(const Layer& layer, const SceneClock& clock,
                                                 const PageScale& page);

// One for each kind.
std::unique_ptr<LayerPicture> make_still_picture(const Layer& layer, Size page);
std::unique_ptr<LayerPicture> make_viewed_picture(const Layer& layer, const SceneClock& clock);
std::unique_ptr<LayerPicture> make_animated_picture(const Layer& layer, const SceneClock& clock,
                                                    const PageScale& page);
// Shows `poster` where the clip cannot be opened.
std::unique_ptr<LayerPicture> make_clip_picture(const Layer& layer, const SceneClock& clock,
                                                std::unique_ptr<LayerPicture> poster);

}  // namespace talkie
