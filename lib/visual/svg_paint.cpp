// SPDX-License-Identifier: LGPL-2.1-or-later
// SVG documents that somebody else wrote.
#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "visual/painter.h"
#include "visual/patience.h"
#include "visual/svg_document.h"
#include "visual/svg_safety.h"
#include "visual/svg_steps.h"

namespace talkie {
namespace {

using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;
using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

Surface surface_over(Bitmap& bitmap) {
  return Surface(cairo_image_surface_create_for_data(bitmap.bgra.data(), CAIRO_FORMAT_ARGB32,
                                                     bitmap.width, bitmap.height, 4 * bitmap.width),
                 cairo_surface_destroy);
}

void add_rounded(cairo_t* context, const Box& box, double radius) {
  const double r = std::min({radius, box.width / 2, box.height / 2});
  constexpr double kQuarter = std::numbers::pi / 2;
  cairo_new_sub_path(context);
  cairo_arc(context, box.right() - r, box.y + r, r, -kQuarter, 0);
  cairo_arc(context, box.right() - r, box.bottom() - r, r, 0, kQuarter);
  cairo_arc(context, box.x + r, box.bottom() - r, r, kQuarter, 2 * kQuarter);
  cairo_arc(context, box.x + r, box.y + r, r, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(context);
}

Box scaled(const Box& box, double scale) {
  return {box.x * scale, box.y * scale, box.width * scale, box.height * scale};
}

}  // namespace

Result<Bitmap> paint_svg(std::string_view svg, Size size, const std::string& file) {
  if (auto safe = check_svg(svg, file); !safe) return safe.error();
  return within_patience<Bitmap>(file, [svg = std::string(svg), size, file]() -> Result<Bitmap> {
    const auto document = SvgDocument::parse(svg, file);
    if (!document) return document.error();
    Bitmap bitmap = make_bitmap(size);
    if (auto drawn = document->draw_fitted(bitmap); !drawn) return drawn.error();
    return bitmap;
  });
}

Result<Size> svg_size(std::string_view svg, const std::string& file) {
  if (auto safe = check_svg(svg, file); !safe) return safe.error();
  return within_patience<Size>(file, [svg = std::string(svg), file]() -> Result<Size> {
    const auto document = SvgDocument::parse(svg, file);
    if (!document) return document.error();
    return document->size();
  });
}

Result<void> paint_part(const Picture& picture, double scale, Bitmap& target) {
  const Box box = scaled(picture.box, scale);
  const Box whole = scaled(picture.whole, scale);
  const int left = std::max(0, static_cast<int>(std::floor(box.x)));
  const int top = std::max(0, static_cast<int>(std::floor(box.y)));
  const Size size{std::min(target.width, static_cast<int>(std::ceil(box.right()))) - left,
                  std::min(target.height, static_cast<int>(std::ceil(box.bottom()))) - top};
  if (size.width <= 0 || size.height <= 0) return {};
  const View place{whole.x - left, whole.y - top, whole.width, whole.height};
  auto painted = within_patience<Bitmap>(
      picture.part->file, [part = picture.part, size, place]() -> Result<Bitmap> {
        const auto document = SvgDocument::parse(*part->document, part->file);
        if (!document) return document.error();
        Bitmap bitmap = make_bitmap(size);
        if (auto drawn = document->draw_at(bitmap, place, part->elements); !drawn)
          return drawn.error();
        return bitmap;
      });
  if (!painted) return painted.error();
  const Surface below = surface_over(target);
  const Surface above = surface_over(*painted);
  const Context context(cairo_create(below.get()), cairo_destroy);
  add_rounded(context.get(), box, picture.radius);
  cairo_set_source_surface(context.get(), above.get(), left, top);
  cairo_fill(context.get());
  return {};
}

}  // namespace talkie
