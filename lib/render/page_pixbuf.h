// SPDX-License-Identifier: LGPL-2.1-or-later
// A page as GdkPixbuf has it, which writes JPEG.
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include <memory>

#include "visual/visual.h"

namespace talkie {

struct PixbufUnref {
  void operator()(GdkPixbuf* pixbuf) const { g_object_unref(pixbuf); }
};
using Pixbuf = std::unique_ptr<GdkPixbuf, PixbufUnref>;

// Opaque. Null where there is no memory for it.
inline Pixbuf to_pixbuf(const Bitmap& page) {
  Pixbuf pixbuf(gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, page.width, page.height));
  if (!pixbuf) return pixbuf;
  const int stride = gdk_pixbuf_get_rowstride(pixbuf.get());
  for (int y = 0; y < page.height; ++y) {
    const uint8_t* from = page.row(y);
    guchar* to = gdk_pixbuf_get_pixels(pixbuf.get()) + ptrdiff_t{stride} * y;
    for (int x = 0; x < page.width; ++x, from += 4, to += 3)
      for (int channel = 0; channel < 3; ++channel)
        to[channel] = from[2 - channel];
  }
  return pixbuf;
}

}  // namespace talkie
