// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/cover.h"

#include <chrono>
#include <memory>
#include <utility>

#include "base/text.h"
#include "render/page_pixbuf.h"
#include "timeline/stage.h"
#include "visual/image_info.h"
#include "visual/painter.h"

namespace talkie {

namespace {

constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kJpegMagic = "\xff\xd8\xff";
constexpr Size kSquare{kCoverSide, kCoverSide};

Result<Cover> read_cover(const std::string& path) {
  auto bytes = read_file(path, kMaxCoverBytes);
  if (!bytes) return bytes.error();
  const bool is_png = bytes->starts_with(kPngMagic);
  if (!is_png && !bytes->starts_with(kJpegMagic))
    return Error{ErrorKind::unsupported,
                 "the cover '" + path +
                     "' is no JPEG and no PNG, which are what players show; "
                     "save it as one of these"};
  const auto size = raster_size(*bytes, path);
  if (!size) return size.error();
  return Cover{*std::move(bytes), is_png, *size};
}

// The page when everything on it has come in, in as much of that size as there is.
Result<Bitmap> paint_alone(Scene scene, SceneTiming timing, Size size) {
  scene.film.size = size;
  scene.film.captions = CaptionMode::none;
  scene.transition = {Transition::Kind::cut};
  scene.morphs = false;
  scene.fade_out = false;
  timing.start = Time{0};
  timing.last = true;
  Problems ignored;  // the author has not asked for this page
  const auto painted = paint_scene(scene, size, ignored);
  if (!painted) return painted.error();
  Stage stage(size, scene.film.frame_rate);
  stage.add_scene(*painted, timing);
  Canvas canvas(size);
  stage.paint(stage.end_frame() - 1, canvas.planes());
  if (auto failure = stage.failure()) return *failure;
  return to_bitmap(canvas.planes());
}

// A page with the film's title and its author.
Scene title_page(const Script& script) {
  const auto plain = [](const std::string& text) { return RichText{{.text = text}}; };
  Scene page;
  page.film = script.film;
  page.theme = script.scenes.front().theme;
  page.blocks.push_back({Heading{1, plain(script.film.title)}, 0, {}, {}});
  if (!script.film.author.empty())
    page.blocks.push_back({Label{Label::Role::subtitle, plain(script.film.author)}, 0, {}, {}});
  return page;
}

struct JpegFree {
  void operator()(char* bytes) const { g_free(bytes); }
  void operator()(GError* error) const { g_error_free(error); }
};

Result<std::string> to_jpeg(GdkPixbuf* pixbuf, int quality) {
  char* raw = nullptr;
  gsize size = 0;
  GError* failure = nullptr;
  gdk_pixbuf_save_to_buffer(pixbuf, &raw, &size, "jpeg", &failure, "quality",
                            std::to_string(quality).c_str(), nullptr);
  const std::unique_ptr<char, JpegFree> bytes(raw);
  const std::unique_ptr<GError, JpegFree> error(failure);
  if (error) return Error{ErrorKind::failed, "the cover cannot be written as JPEG", error->message};
  return std::string(bytes.get(), size);
}

// As good as it may be large.
Result<Cover> to_cover(const Bitmap& page) {
  const Pixbuf pixbuf = to_pixbuf(page);
  if (!pixbuf) return Error{ErrorKind::failed, "there is no memory for the cover"};
  constexpr int kBest = 92;
  constexpr int kWorst = 32;
  for (int quality = kBest;; quality -= 10) {
    auto bytes = to_jpeg(pixbuf.get(), quality);
    if (!bytes) return bytes.error();
    if (bytes->size() < kMaxPaintedCoverBytes || quality <= kWorst)
      return Cover{*std::move(bytes), false, {page.width, page.height}};
  }
}

Result<std::optional<Cover>> given(Result<Cover> cover) {
  if (!cover) return cover.error();
  return std::optional(*std::move(cover));
}

Result<std::optional<Cover>> paint_cover(const Script& script, const SceneTiming& first,
                                         Size size) {
  const Scene& scene = script.scenes.front();
  if (!scene.blocks.empty() || !scene.background.empty())
    if (const auto page = paint_alone(scene, first, size)) return given(to_cover(*page));
  if (script.film.title.empty()) return std::optional<Cover>();
  SceneTiming timing;
  timing.duration = std::chrono::seconds(3);  // all is there by then
  const auto page = paint_alone(title_page(script), timing, size);
  // A title that fits on no page is no reason to have no film.
  return page ? given(to_cover(*page)) : std::optional<Cover>();
}

}  // namespace

Result<std::optional<Cover>> make_cover(const Script& script, const SceneTiming& first) {
  if (!script.film.cover.empty()) return given(read_cover(script.film.cover));
  return paint_cover(script, first, kSquare);
}

Result<std::optional<Cover>> make_thumbnail(const Script& script, const SceneTiming& first) {
  return paint_cover(script, first, kThumbnailSize);
}

}  // namespace talkie
