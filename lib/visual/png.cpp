// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/png.h"

#include <cairo.h>

#include <memory>

namespace talkie {
namespace {

// The chunk that says sRGB, perceptual intent (PNG 1.2, section 4.2.2.3), which cairo leaves out.
constexpr std::string_view kSrgbChunk{"\0\0\0\1sRGB\0\xae\xce\x1c\xe9", 13};
constexpr size_t kAfterHeader = 8 + 25;  // the signature and IHDR

bool is_opaque(const Bitmap& bitmap) {
  for (size_t i = 3; i < bitmap.bgra.size(); i += 4)
    if (bitmap.bgra[i] != 0xff) return false;
  return true;
}

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> to_png(const Bitmap& bitmap) {
  // cairo only reads here; it has no const way to say so.
  auto* data = const_cast<unsigned char*>(bitmap.bgra.data());
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_image_surface_create_for_data(
          data, is_opaque(bitmap) ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32, bitmap.width,
          bitmap.height, 4 * bitmap.width),
      cairo_surface_destroy);
  std::string png;
  const cairo_status_t status = cairo_surface_write_to_png_stream(surface.get(), append, &png);
  if (status != CAIRO_STATUS_SUCCESS || png.size() < kAfterHeader)
    return Error{ErrorKind::failed, "a picture cannot be written as PNG",
                 cairo_status_to_string(status)};
  png.insert(kAfterHeader, kSrgbChunk);
  return png;
}

}  // namespace talkie
