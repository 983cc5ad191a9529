// SPDX-License-Identifier: LGPL-2.1-or-later
// A video in a box, at the time that its scene has come to.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "timeline/clip_source.h"
#include "timeline/layer_picture.h"
#include "timeline/rows.h"
#include "timeline/sprite.h"

namespace talkie {

namespace {

// White with round corners.
Bitmap corner_mask(Size size, double radius) {
  radius = std::min({radius, size.width / 2.0, size.height / 2.0});
  Bitmap mask;
  mask.width = size.width;
  mask.height = size.height;
  mask.bgra.resize(size_t{4} * static_cast<size_t>(size.width) * static_cast<size_t>(size.height));
  const auto into_corner = [&](int at, int length) {
    const double centre = at + 0.5;
    return std::max({radius - centre, centre - (length - radius), 0.0});
  };
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const double distance = std::hypot(into_corner(x, size.width), into_corner(y, size.height));
      const double inside = std::clamp(radius - distance + 0.5, 0.0, 1.0);
      std::memset(mask.row(y) + ptrdiff_t{4} * x, static_cast<int>(std::lround(inside * 255)), 4);
    }
  return mask;
}

// A clip's pictures by the film's frames.
class ClipPlayback {
 public:
  ClipPlayback(std::unique_ptr<ClipSource> source, const Clip& clip, const SceneClock& clock,
               int64_t begins)
      : source_(std::move(source)),
        filling_(clip.filling),
        begins_(begins),
        last_(std::max(clock.end() - 1, clock.first())),
        frames_(std::max<int64_t>(source_->frames(), 1)) {}

  [[nodiscard]] int64_t picture_at(int64_t frame) const {
    const int64_t gone = std::max<int64_t>(std::min(frame, last_) - begins_, 0);
    switch (filling_) {
      case Clip::Filling::freeze:
        break;
      case Clip::Filling::loop:
        return gone % frames_;
      case Clip::Filling::match:
        return std::min(gone * frames_ / std::max<int64_t>(last_ + 1 - begins_, 1), frames_ - 1);
    }
    return std::min(gone, frames_ - 1);
  }

  [[nodiscard]] bool is_same(int64_t a, int64_t b) {
    return a == b || source_->next_frame_change(std::min(a, b)) > std::max(a, b);
  }

  [[nodiscard]] int64_t next_change(int64_t frame) {
    const int64_t picture = picture_at(frame);
    const bool is_over = filling_ != Clip::Filling::loop && picture == frames_ - 1;
    for (int64_t next = frame + 1; next <= last_ && !is_over; ++next)
      if (!is_same(picture, picture_at(next))) return next;
    return kNever;
  }

  [[nodiscard]] Result<Planes> picture(int64_t number) { return source_->frame(number); }

 private:
  std::unique_ptr<ClipSource> source_;
  Clip::Filling filling_;
  int64_t begins_;
  int64_t last_;  // frame of the scene
  int64_t frames_;
};

class ClipPicture : public LayerPicture {
 public:
  ClipPicture(const Layer& layer, const SceneClock& clock, ClipOpener opener,
              std::unique_ptr<LayerPicture> poster)
      : layer_(layer.clip),
        size_(layer.clip_size),
        place_(box_of(Rect{layer.x, layer.y, layer.x + size_.width, layer.y + size_.height})),
        clock_(clock),
        begins_(clock.span(clock.time_of(layer.begins), Time{}).first),
        opener_(std::move(opener)),
        poster_(std::move(poster)),
        picture_(size_) {
    if (layer_->radius > 0)
      mask_.emplace(corner_mask(size_, layer_->radius), 0, 0, size_, Sprite::Part::whole);
  }

  [[nodiscard]] Box place() const override { return failure_ ? poster_->place() : place_; }
  [[nodiscard]] bool is_cut() const override { return failure_ ? poster_->is_cut() : true; }
  [[nodiscard]] Box seen(int64_t frame) override {
    if (failure_) return poster_->seen(frame);
    return {0, 0, place_.width, place_.height};
  }

  [[nodiscard]] Texture texture(int64_t frame) override {
    if (open()) show(playback_->picture_at(frame));
    if (failure_) return poster_->texture(frame);
    Texture texture = texture_of(picture_.planes());
    if (mask_) {
      texture.alpha = mask_->texture().alpha;
      texture.chroma_alpha = mask_->texture().chroma_alpha;
    }
    return texture;
  }

  [[nodiscard]] int64_t next_change(int64_t frame) override {
    return open() ? playback_->next_change(frame) : kNever;
  }
  [[nodiscard]] Box changed(int64_t from, int64_t to) override {
    if (!open()) return {};
    const bool same = playback_->is_same(playback_->picture_at(from), playback_->picture_at(to));
    return same ? Box{} : place_;
  }
  [[nodiscard]] std::optional<Error> failure() const override { return failure_; }

 private:
  // Only when its frames are wanted: a decoder is a heavy thing.
  bool open() {
    if (failure_) return false;
    if (playback_) return true;
    auto source = opener_(*layer_, size_, clock_.rate());
    if (!source) {
      failure_ = source.error();
      return false;
    }
    playback_.emplace(*std::move(source), layer_->clip, clock_, begins_);
    return true;
  }

  void show(int64_t number) {
    if (held_ == number) return;
    const Result<Planes> picture = playback_->picture(number);
    if (!picture) {
      failure_ = picture.error();
      return;
    }
    held_ = number;
    copy_rect(*picture, picture_.planes(), whole(size_));
    if (mask_) cut_corners();
  }

  // Colours are premultiplied: only rows that end in corners change.
  void cut_corners() {
    const Planes planes = picture_.planes();
    const Texture mask = mask_->texture();
    for (int plane = 0; plane < 3; ++plane) {
      const PlaneView& alpha = plane == 0 ? mask.alpha : mask.chroma_alpha;
      const PlaneRect part = in_plane(whole(size_), plane);
      const int corner =
          std::min(static_cast<int>(std::ceil(layer_->radius)) / (plane == 0 ? 1 : 2) + 1,
                   part.height / 2 + 1);
      for (int y = 0; y < part.height; ++y) {
        if (y == corner) y = std::max(part.height - corner, corner);
        if (y < part.height)
          multiply_row(row_of(planes, plane, y), alpha.samples + alpha.stride * y, part.width);
      }
    }
  }

  std::shared_ptr<const ClipLayer> layer_;
  Size size_;
  Box place_;
  SceneClock clock_;
  int64_t begins_;
  ClipOpener opener_;
  std::unique_ptr<LayerPicture> poster_;
  std::optional<ClipPlayback> playback_;
  Canvas picture_;
  int64_t held_ = -1;
  std::optional<Sprite> mask_;
  std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<LayerPicture> make_clip_picture(const Layer& layer, const SceneClock& clock,
                                                std::unique_ptr<LayerPicture> poster) {
  ClipOpener opener = clip_opener();
  if (!opener) return poster;
  return std::make_unique<ClipPicture>(layer, clock, std::move(opener), std::move(poster));
}

}  // namespace talkie
