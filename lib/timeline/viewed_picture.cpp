// SPDX-License-Identifier: LGPL-2.1-or-later
// A bitmap that is larger than its place, and a camera that moves over it.
#include <algorithm>
#include <optional>

#include "timeline/layer_picture.h"
#include "timeline/sprite.h"
#include "timeline/view_track.h"

namespace talkie {

namespace {

bool is_opaque(const Bitmap& bitmap) {
  for (size_t i = 3; i < bitmap.bgra.size(); i += 4)
    if (bitmap.bgra[i] != 255) return false;
  return true;
}

// Half as large each way: the mean of two by two pixels.
Bitmap halved(const Bitmap& bitmap) {
  Bitmap half;
  half.width = bitmap.width / 2;
  half.height = bitmap.height / 2;
  half.bgra.resize(size_t{4} * static_cast<size_t>(half.width) * static_cast<size_t>(half.height));
  for (int y = 0; y < half.height; ++y) {
    const uint8_t* const upper = bitmap.row(2 * y);
    const uint8_t* const lower = bitmap.row(2 * y + 1);
    uint8_t* const row = half.row(y);
    for (ptrdiff_t i = 0; i < ptrdiff_t{4} * half.width; ++i) {
      const ptrdiff_t at = i / 4 * 8 + i % 4;
      row[i] =
          static_cast<uint8_t>((upper[at] + upper[at + 4] + lower[at] + lower[at + 4] + 2) / 4);
    }
  }
  return half;
}

class ViewedPicture : public LayerPicture {
 public:
  ViewedPicture(const Layer& layer, const SceneClock& clock)
      : place_{layer.x * Box::kPixel, layer.y * Box::kPixel, layer.view_size.width * Box::kPixel,
               layer.view_size.height * Box::kPixel},
        views_(view_track(layer.views.front().to, {layer.views.begin() + 1, layer.views.end()},
                          {layer.bitmap.width, layer.bitmap.height}, clock)) {
    keep(layer.bitmap, layer.view_size);
  }

  [[nodiscard]] Box place() const override { return place_; }
  [[nodiscard]] Texture texture(int64_t) override {
    return opaque_ ? texture_of(opaque_->planes()) : sprite_.texture();
  }
  [[nodiscard]] Box seen(int64_t frame) override { return box_of(views_.at(frame), scale_); }
  [[nodiscard]] int64_t next_change(int64_t frame) override { return views_.next_change(frame); }
  [[nodiscard]] Box changed(int64_t from, int64_t to) override {
    return seen(from) == seen(to) ? Box{} : place_;
  }

 private:
  // No more pixels than the closest view shows: one for each of the place's, up to two.
  void keep(const Bitmap& bitmap, Size place) {
    double closest = views_.at(kSettled).width;
    views_.visit([&](const View& view) { closest = std::min(closest, view.width); });
    std::optional<Bitmap> smaller;
    while (closest * scale_ >= 2.0 * place.width && bitmap.height * scale_ >= 4) {
      smaller = halved(smaller ? *smaller : bitmap);
      scale_ /= 2;
    }
    const Bitmap& kept = smaller ? *smaller : bitmap;
    const Size size{kept.width, kept.height};
    if (is_opaque(kept)) {
      opaque_.emplace(size);
      convert({size, kept.bgra.data(), ptrdiff_t{4} * kept.width}, opaque_->planes());
    } else {
      sprite_ = Sprite(kept, 0, 0, size, Sprite::Part::whole);
    }
  }

  Box place_;
  Track<View> views_;
  double scale_ = 1;  // of what is kept
  std::optional<Canvas> opaque_;
  Sprite sprite_;
};

}  // namespace

std::unique_ptr<LayerPicture> make_viewed_picture(const Layer& layer, const SceneClock& clock) {
  return std::make_unique<ViewedPicture>(layer, clock);
}

}  // namespace talkie
