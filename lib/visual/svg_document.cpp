// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/svg_document.h"

#include <cairo.h>
#include <gio/gio.h>

#include <algorithm>
#include <cmath>

#include "visual/image_info.h"

namespace talkie {
namespace {

constexpr double kPixelsPerInch = 96;  // CSS 2.1, section 4.3.2

struct CairoFree {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, CairoFree>;
using Context = std::unique_ptr<cairo_t, CairoFree>;

// A surface over the bitmap's own memory; must go before the bitmap does.
Surface surface_over(Bitmap& bitmap) {
  return Surface(cairo_image_surface_create_for_data(
      bitmap.bgra.data(), CAIRO_FORMAT_ARGB32, bitmap.width, bitmap.height, 4 * bitmap.width));
}

RsvgRectangle frame_of(Size size) {
  return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
}

// In whole pixels; nothing where a side is none or beyond what can be drawn.
Result<Size> whole_size(double width, double height, const std::string& file) {
  if (!(width > 0 && height > 0))
    return Error{ErrorKind::bad_value,
                 "this SVG has no size: give <svg> a width and a height, or a viewBox",
                 "",
                 {file}};
  if (std::max(width, height) > kMaxImageSide)
    return Error{ErrorKind::too_large,
                 "this SVG is " + std::to_string(std::llround(width)) + " x " +
                     std::to_string(std::llround(height)) + " pixels; a side may have at most " +
                     std::to_string(kMaxImageSide),
                 "",
                 {file}};
  return Size{std::max(1, static_cast<int>(std::lround(width))),
              std::max(1, static_cast<int>(std::lround(height)))};
}

}  // namespace

Bitmap make_bitmap(Size size) {
  const size_t bytes = size_t{4} * static_cast<size_t>(size.width) * size.height;
  return Bitmap{size.width, size.height, std::vector<uint8_t>(bytes)};
}

Error SvgDocument::failure(const std::string& what, GError* error) const {
  Error failed{ErrorKind::failed, what, error ? error->message : "", {file_}};
  if (error) failed.message += ": " + failed.detail;
  g_clear_error(&error);
  return failed;
}

Result<SvgDocument> SvgDocument::parse(std::string_view svg, const std::string& file,
                                       const std::string& folder) {
  // librsvg reads a file only if it is beside or below the base file, which need not exist.
  const std::unique_ptr<GFile, Free> base(
      folder.empty() ? nullptr : g_file_new_build_filename(folder.c_str(), "slide.svg", nullptr));
  const std::unique_ptr<GInputStream, Free> stream(
      g_memory_input_stream_new_from_data(svg.data(), static_cast<gssize>(svg.size()), nullptr));
  GError* error = nullptr;
  SvgDocument document(Handle(rsvg_handle_new_from_stream_sync(
                           stream.get(), base.get(), RSVG_HANDLE_FLAGS_NONE, nullptr, &error)),
                       file);
  if (!document.handle_) return document.failure("this SVG cannot be read", error);
  rsvg_handle_set_dpi(document.handle_.get(), kPixelsPerInch);
  return document;
}

Result<Size> SvgDocument::size() const {
  double width = 0;
  double height = 0;
  if (rsvg_handle_get_intrinsic_size_in_pixels(handle_.get(), &width, &height))
    return whole_size(width, height, file_);
  gboolean has_box = FALSE;
  RsvgRectangle box = {};
  rsvg_handle_get_intrinsic_dimensions(handle_.get(), nullptr, nullptr, nullptr, nullptr, &has_box,
                                       &box);
  if (has_box) return whole_size(box.width, box.height, file_);
  GError* error = nullptr;
  constexpr RsvgRectangle kDefault{0, 0, 300, 150};  // CSS 2.1, section 10.3.2
  RsvgRectangle ink = {};
  if (!rsvg_handle_get_geometry_for_layer(handle_.get(), nullptr, &kDefault, &ink, nullptr, &error))
    return failure("this SVG cannot be measured", error);
  return whole_size(ink.x + ink.width, ink.y + ink.height, file_);
}

Result<void> SvgDocument::add_style(const std::string& css) {
  GError* error = nullptr;
  if (!rsvg_handle_set_stylesheet(handle_.get(), reinterpret_cast<const guint8*>(css.data()),
                                  css.size(), &error))
    return failure("the style sheet of this SVG cannot be read", error);
  return {};
}

Result<void> SvgDocument::draw(Bitmap& target, const std::string& id) const {
  const Surface surface = surface_over(target);
  const Context context(cairo_create(surface.get()));
  const RsvgRectangle frame = frame_of({target.width, target.height});
  GError* error = nullptr;
  const std::string element = "#" + id;
  if (!rsvg_handle_render_layer(handle_.get(), context.get(),
                                id.empty() ? nullptr : element.c_str(), &frame, &error))
    return failure("this SVG cannot be drawn", error);
  return {};
}

Result<void> SvgDocument::draw_fitted(Bitmap& target) const {
  const auto own = size();
  if (!own) return own.error();
  const double scale = std::min(static_cast<double>(target.width) / own->width,
                                static_cast<double>(target.height) / own->height);
  const double width = scale * own->width;
  const double height = scale * own->height;
  return draw_at(target, {(target.width - width) / 2, (target.height - height) / 2, width, height});
}

Result<void> SvgDocument::draw_at(Bitmap& target, const View& place,
                                  const std::vector<std::string>& ids) const {
  const auto own = size();
  if (!own) return own.error();
  const Surface surface = surface_over(target);
  const Context context(cairo_create(surface.get()));
  cairo_translate(context.get(), place.x, place.y);
  cairo_scale(context.get(), place.width / own->width, place.height / own->height);
  const RsvgRectangle frame = frame_of(*own);
  GError* error = nullptr;
  bool drawn = ids.empty()
                   ? rsvg_handle_render_document(handle_.get(), context.get(), &frame, &error)
                   : true;
  for (size_t i = 0; i < ids.size() && drawn; ++i)
    drawn = rsvg_handle_render_layer(handle_.get(), context.get(), ("#" + ids[i]).c_str(), &frame,
                                     &error);
  if (!drawn) return failure("this SVG cannot be drawn", error);
  return {};
}

std::optional<View> SvgDocument::place_of(const std::string& id) const {
  const auto own = size();
  if (!own) return {};
  const RsvgRectangle frame = frame_of(*own);
  RsvgRectangle ink = {};
  if (!rsvg_handle_get_geometry_for_layer(handle_.get(), ("#" + id).c_str(), &frame, &ink, nullptr,
                                          nullptr) ||
      !(ink.width > 0 || ink.height > 0))
    return {};
  return View{ink.x / own->width, ink.y / own->height, ink.width / own->width,
              ink.height / own->height};
}

}  // namespace talkie
