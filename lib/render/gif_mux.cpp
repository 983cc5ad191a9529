// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/gif_mux.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "render/gif_file.h"

namespace talkie {

namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

Result<std::vector<Colour>> decode_png(std::string_view bytes, Size size) {
  const std::unique_ptr<GdkPixbufLoader, Unref> loader(gdk_pixbuf_loader_new());
  const bool taken = gdk_pixbuf_loader_write(
      loader.get(), reinterpret_cast<const guchar*>(bytes.data()), bytes.size(), nullptr);
  const bool closed = gdk_pixbuf_loader_close(loader.get(), nullptr);
  GdkPixbuf* picture = taken && closed ? gdk_pixbuf_loader_get_pixbuf(loader.get()) : nullptr;
  if (!picture || gdk_pixbuf_get_width(picture) != size.width ||
      gdk_pixbuf_get_height(picture) != size.height)
    return Error{ErrorKind::failed, "a picture for the GIF is no PNG of the film's size"};
  std::vector<Colour> pixels;
  pixels.reserve(static_cast<size_t>(size.width) * static_cast<size_t>(size.height));
  const ptrdiff_t step = gdk_pixbuf_get_n_channels(picture);
  for (int y = 0; y < size.height; ++y) {
    const guchar* at =
        gdk_pixbuf_read_pixels(picture) + ptrdiff_t{gdk_pixbuf_get_rowstride(picture)} * y;
    for (int x = 0; x < size.width; ++x, at += step)
      pixels.push_back(Colour{at[0]} << 16 | Colour{at[1]} << 8 | at[2]);
  }
  return pixels;
}

// A short GIF is silent: nobody waits for the words that a picture holds for.
constexpr Time kLongestHold = std::chrono::milliseconds(1000);

class GifMux : public FilmMux {
 public:
  GifMux(const std::string& path, Size size, Time most)
      : file_(path, size), size_(size), most_(most) {}

  Result<void> add_video(const Segment& segment, int64_t first, Rate rate) override {
    std::string_view bytes = segment.bytes;
    for (const Packet& packet : segment.packets) {
      if (is_full()) return {};
      auto pixels = decode_png(bytes.substr(0, packet.bytes), size_);
      if (!pixels) return pixels.error();
      bytes.remove_prefix(packet.bytes);
      const int64_t start = first + packet.start;
      if (auto added =
              add(*std::move(pixels), time_of(start, rate), time_of(start + packet.length, rate));
          !added)
        return added;
    }
    return {};
  }
  // It is silent.
  Result<void> add_sound(const Segment&, size_t, int64_t) override { return {}; }
  Result<void> add_samples(std::span<const int16_t>, int64_t) override { return {}; }

  Result<void> settle(const std::stop_token&) override { return {}; }
  Result<void> finish(const std::stop_token&) override { return file_.finish(); }
  [[nodiscard]] int priming() const override { return 0; }
  [[nodiscard]] bool is_full() const override { return is_short() && end_ >= most_; }

 private:
  [[nodiscard]] bool is_short() const { return most_ > Time{0}; }

  Result<void> add(std::vector<Colour> pixels, Time start, Time end) {
    if (!is_short()) return file_.add(std::move(pixels), start, end);
    const Time begin =
        std::exchange(end_, std::min(end_ + std::min(end - start, kLongestHold), most_));
    return file_.add(std::move(pixels), begin, end_);
  }

  GifFile file_;
  Size size_;
  Time most_;
  Time end_{};  // of a short one, so far
};

}  // namespace

Result<std::unique_ptr<FilmMux>> begin_gif(const FilmMuxOptions& options) {
  if (!options.video_caps.starts_with("image/png"))
    return Error{ErrorKind::unsupported,
                 "GIFs are made of PNG pictures; the preset's 'video' has to end with pngenc"};
  return std::unique_ptr<FilmMux>(
      std::make_unique<GifMux>(options.path, options.film->size, options.gif_length));
}

}  // namespace talkie
