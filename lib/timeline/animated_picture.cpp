// SPDX-License-Identifier: LGPL-2.1-or-later
// What an animation shows, converted as it changes.
#include <algorithm>
#include <cmath>
#include <utility>

#include "timeline/layer_picture.h"
#include "timeline/sprite.h"

namespace talkie {

namespace {

// The size at which it is shown: a page that is looked at closely has it larger.
Size shown_size(const Layer& layer, double scale) {
  if (layer.view_size.width > 0) return layer.view_size;
  if (layer.bitmap.width > 0) return {layer.bitmap.width, layer.bitmap.height};
  const auto scaled = [&](int length) { return static_cast<int>(std::lround(length * scale)); };
  const Size size = layer.animation->size();
  return {scaled(size.width), scaled(size.height)};
}

class AnimatedPicture : public LayerPicture {
 public:
  AnimatedPicture(const Layer& layer, const SceneClock& clock, const PageScale& page)
      : animation_(layer.animation),
        clock_(clock),
        begins_(std::max(clock.time_of(layer.begins), Time{})),
        player_(animation_->play(clock.timing_from(begins_))) {
    const Size size = animation_->size();
    const Size shown = shown_size(layer, page.scale);
    place_ =
        box_of(View{double(layer.x), double(layer.y), double(shown.width), double(shown.height)});
    // As large as it is, it stands on the frame's own pixels; else it is a picture for itself.
    const bool is_scaled = shown != size;
    sprite_ = Sprite(player_->at(Time{}), is_scaled ? 0 : layer.x, is_scaled ? 0 : layer.y,
                     is_scaled ? size : page.size, Sprite::Part::whole);
    seen_ = box_of(sprite_.content());
    seen_.x -= sprite_.even_rect().x0 * Box::kPixel;
    seen_.y -= sprite_.even_rect().y0 * Box::kPixel;
  }

  [[nodiscard]] Box place() const override { return place_; }
  [[nodiscard]] Box seen(int64_t) override { return seen_; }
  [[nodiscard]] Texture texture(int64_t frame) override {
    const Time time = time_at(frame);
    if (const Rect rect = changed_pixels(held_, time); !rect.empty()) {
      sprite_.update(player_->at(time), rect);
      held_ = time;
    }
    return sprite_.texture();
  }

  [[nodiscard]] int64_t next_change(int64_t frame) override {
    const Time next = player_->next_change(time_at(frame));
    if (next >= clock_.time_at(clock_.end()) - begins_) return kNever;
    const int64_t at = clock_.first_at_or_after(begins_ + next);
    return at < clock_.end() ? std::max(at, frame + 1) : kNever;
  }

  [[nodiscard]] Box changed(int64_t from, int64_t to) override {
    const Rect rect = changed_pixels(time_at(from), time_at(to));
    if (rect.empty()) return {};
    // Every pixel reaches to its neighbours.
    const double across = double(place_.width) / seen_.width;
    const double down = double(place_.height) / seen_.height;
    const double origin_x = double(place_.x) / Box::kPixel;
    const double origin_y = double(place_.y) / Box::kPixel;
    return box_of(View{origin_x + (rect.x0 - 2) * across - 1, origin_y + (rect.y0 - 2) * down - 1,
                       (rect.x1 - rect.x0 + 4) * across + 2, (rect.y1 - rect.y0 + 4) * down + 2});
  }

 private:
  // After the scene's last frame it stands still.
  [[nodiscard]] Time time_at(int64_t frame) const {
    const int64_t last = std::max(clock_.end() - 1, clock_.first());
    return std::max(clock_.time_at(std::min(frame, last)) - begins_, Time{});
  }

  [[nodiscard]] Rect changed_pixels(Time from, Time to) {
    if (from > to) std::swap(from, to);
    if (from == to || player_->next_change(from) > to) return {};
    const View view = player_->changed(from, to);
    const Size size = animation_->size();
    return intersect(
        Rect{static_cast<int>(std::floor(view.x)), static_cast<int>(std::floor(view.y)),
             static_cast<int>(std::ceil(view.x + view.width)),
             static_cast<int>(std::ceil(view.y + view.height))},
        whole(size));
  }

  std::shared_ptr<const Animation> animation_;
  SceneClock clock_;
  Time begins_;
  std::unique_ptr<Animation::Player> player_;
  Box place_;
  Box seen_;
  Sprite sprite_;
  Time held_{};  // of what the sprite shows
};

}  // namespace

std::unique_ptr<LayerPicture> make_animated_picture(const Layer& layer, const SceneClock& clock,
                                                    const PageScale& page) {
  return std::make_unique<AnimatedPicture>(layer, clock, page);
}

}  // namespace talkie
