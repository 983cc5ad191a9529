// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/picture_file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "visual/image_info.h"
#include "visual/painter.h"
#include "visual/svg_document.h"
#include "visual/svg_safety.h"

namespace talkie {

namespace {

struct PixbufFree {
  void operator()(GdkPixbuf* pixbuf) const { g_object_unref(pixbuf); }
};
using Pixbuf = std::unique_ptr<GdkPixbuf, PixbufFree>;

Size fitted(Size size, Size most, double largest = 1) {
  const double scale = std::min({largest, static_cast<double>(most.width) / size.width,
                                 static_cast<double>(most.height) / size.height});
  return {std::max(1, static_cast<int>(size.width * scale + 0.5)),
          std::max(1, static_cast<int>(size.height * scale + 0.5))};
}

// RGB or RGBA, not premultiplied -> BGRA, premultiplied.
Bitmap to_premultiplied(GdkPixbuf* pixbuf) {
  Bitmap bitmap = make_bitmap({gdk_pixbuf_get_width(pixbuf), gdk_pixbuf_get_height(pixbuf)});
  const int channels = gdk_pixbuf_get_n_channels(pixbuf);
  const guint8* pixels = gdk_pixbuf_read_pixels(pixbuf);
  for (int y = 0; y < bitmap.height; ++y) {
    const guint8* from = pixels + static_cast<ptrdiff_t>(gdk_pixbuf_get_rowstride(pixbuf)) * y;
    uint8_t* to = bitmap.row(y);
    for (int x = 0; x < bitmap.width; ++x, from += channels, to += 4) {
      const int alpha = channels == 4 ? from[3] : 255;
      for (int channel = 0; channel < 3; ++channel)
        to[2 - channel] = static_cast<uint8_t>((from[channel] * alpha + 127) / 255);
      to[3] = static_cast<uint8_t>(alpha);
    }
  }
  return bitmap;
}

// In its own shape, as large as `most` allows.
Result<Bitmap> paint_drawing(const std::string& path, Size most) {
  constexpr double kAnyScale = 1e6;
  const auto svg = read_file(path, kMaxSvgBytes);
  if (!svg) return svg.error();
  const auto size = svg_size(*svg, path);
  if (!size) return size.error();
  return paint_svg(*svg, fitted(*size, most, kAnyScale), path);
}

}  // namespace

Result<Bitmap> load_picture(const std::string& path, Size most) {
  if (is_drawing_file(path)) return paint_drawing(path, most);
  GError* error = nullptr;
  Pixbuf pixbuf(gdk_pixbuf_new_from_file(path.c_str(), &error));
  if (!pixbuf) {
    Error failed{ErrorKind::unreadable, "'" + path + "' cannot be drawn", error->message};
    g_error_free(error);
    return failed;
  }
  pixbuf.reset(gdk_pixbuf_apply_embedded_orientation(pixbuf.get()));
  const Size size{gdk_pixbuf_get_width(pixbuf.get()), gdk_pixbuf_get_height(pixbuf.get())};
  if (const Size smaller = fitted(size, most); smaller != size)
    pixbuf.reset(
        gdk_pixbuf_scale_simple(pixbuf.get(), smaller.width, smaller.height, GDK_INTERP_BILINEAR));
  if (!pixbuf) return Error{ErrorKind::failed, "there is no memory for '" + path + "'"};
  return to_premultiplied(pixbuf.get());
}

}  // namespace talkie
