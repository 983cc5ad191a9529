// SPDX-License-Identifier: LGPL-2.1-or-later
// A layer's bitmap as it is.
#include <algorithm>

#include "timeline/clip_source.h"
#include "timeline/layer_picture.h"
#include "timeline/sprite.h"

namespace talkie {

namespace {

class StillPicture : public LayerPicture {
 public:
  StillPicture(const Layer& layer, Size page, Sprite::Part part)
      : sprite_(layer.bitmap, layer.x, layer.y, page, part) {}

  [[nodiscard]] Box place() const override { return box_of(sprite_.even_rect()); }
  [[nodiscard]] Box content() const override { return box_of(sprite_.content()); }
  [[nodiscard]] bool is_cut() const override { return false; }
  [[nodiscard]] Texture texture(int64_t) override { return sprite_.texture(); }
  [[nodiscard]] Box seen(int64_t) override {
    Box all = place();
    all.x = all.y = 0;
    return all;
  }

 private:
  Sprite sprite_;
};

}  // namespace

std::unique_ptr<LayerPicture> make_still_picture(const Layer& layer, Size page) {
  const bool moves_sideways = std::any_of(layer.moves.begin(), layer.moves.end(),
                                          [](const Move& move) { return move.to.dx != 0; });
  // A morph takes its parts anywhere, by the size they were painted in.
  const auto part = !layer.part.empty() ? Sprite::Part::whole
                    : moves_sideways    ? Sprite::Part::visible
                                        : Sprite::Part::seen;
  return std::make_unique<StillPicture>(layer, page, part);
}

std::unique_ptr<LayerPicture> make_layer_picture(const Layer& layer, const SceneClock& clock,
                                                 const PageScale& page) {
  if (layer.clip) return make_clip_picture(layer, clock, make_still_picture(layer, page.size));
  if (layer.animation) return make_animated_picture(layer, clock, page);
  if (!layer.views.empty()) return make_viewed_picture(layer, clock);
  return make_still_picture(layer, page.size);
}

}  // namespace talkie
