// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures of a theme's folder: its logo, its watermark.
#include <glib.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "visual/image_info.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

constexpr size_t kMaxPictureBytes = 512u << 10;  // every page carries it

std::string_view media_type(const std::string& extension) {
  if (extension == ".svg") return "image/svg+xml";
  if (extension == ".png") return "image/png";
  if (extension == ".webp") return "image/webp";
  if (extension == ".jpg" || extension == ".jpeg") return "image/jpeg";
  return {};
}

}  // namespace

Result<ThemePicture> read_picture(const std::string& name, const std::string& theme_file) {
  namespace fs = std::filesystem;
  const fs::path relative(name);
  const bool leaves =
      relative.is_absolute() ||
      std::any_of(relative.begin(), relative.end(), [](const fs::path& p) { return p == ".."; });
  if (name.empty() || leaves)
    return Error{ErrorKind::refused, "a theme's pictures must be in the theme's own folder"};
  const std::string_view type = media_type(to_lower(relative.extension().string()));
  if (type.empty())
    return Error{ErrorKind::unsupported, "'" + name + "' must be an SVG, PNG, JPEG or WebP"};
  const fs::path path = fs::path(theme_file).parent_path() / relative;
  const Result<Size> size = image_size(path);
  if (!size) return size.error();
  const Result<std::string> bytes = read_file(path, kMaxPictureBytes);
  if (!bytes) return bytes.error();
  gchar* encoded = g_base64_encode(reinterpret_cast<const guchar*>(bytes->data()), bytes->size());
  ThemePicture picture{"data:" + std::string(type) + ";base64," + encoded, *size};
  g_free(encoded);
  return picture;
}

}  // namespace talkie
