// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of painting share: files to read, and pictures to compare.
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/text.h"
#include "visual/visual.h"

namespace talkie {

// A folder of its own for a test, removed after it.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "talkie-paint-XXXXXX") {
    std::string name = path_.string();
    if (mkdtemp(name.data())) path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "") const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  std::string write(const std::string& name, std::string_view bytes) const {
    const auto written = write_file(path(name), bytes);
    EXPECT_TRUE(written);
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string from_base64(const char* text) {
  gsize length = 0;
  guchar* bytes = g_base64_decode(text, &length);
  std::string decoded(reinterpret_cast<const char*>(bytes), length);
  g_free(bytes);
  return decoded;
}

// Small pictures of one colour, 0xd02020, as other programs wrote them.
inline const std::string& red_jpeg() {  // 16 x 8
  static const std::string bytes = from_base64(
      "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYG"
      "BgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABNAAEBAAAAAAAAAAAAAAAAAAAABgEB"
      "AQEAAAAAAAAAAAAAAAAAAAUHEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgACAAQAwES"
      "AAISAAMSAP/aAAwDAQACEQMRAD8AlBBGsAAD/9k=");
  return bytes;
}
inline const std::string& red_webp() {  // 16 x 8
  static const std::string bytes =
      from_base64("UklGRh4AAABXRUJQVlA4TBEAAAAvD8ABAAdQkEIXpP+BiOh/AAA=");
  return bytes;
}
inline const std::string& red_gif() {  // 1 x 1
  static const std::string bytes = from_base64("R0lGODlhAQABAIAAANAgIAAAACwAAAAAAQABAAACAkQBADs=");
  return bytes;
}

// A PNG that this or another program wrote, as a bitmap (straight alpha is premultiplied).
inline Bitmap read_png(const std::string& path) {
  GError* error = nullptr;
  GdkPixbuf* loaded = gdk_pixbuf_new_from_file(path.c_str(), &error);
  EXPECT_NE(loaded, nullptr) << (error ? error->message : "");
  g_clear_error(&error);
  if (!loaded) return {};
  GdkPixbuf* pixbuf = gdk_pixbuf_add_alpha(loaded, FALSE, 0, 0, 0);
  g_object_unref(loaded);
  Bitmap bitmap{gdk_pixbuf_get_width(pixbuf), gdk_pixbuf_get_height(pixbuf), {}};
  for (int y = 0; y < bitmap.height; ++y) {
    const guchar* row =
        gdk_pixbuf_read_pixels(pixbuf) + ptrdiff_t{y} * gdk_pixbuf_get_rowstride(pixbuf);
    for (int x = 0; x < bitmap.width; ++x, row += 4) {
      for (const int c : {2, 1, 0})
        bitmap.bgra.push_back(static_cast<uint8_t>((row[c] * row[3] + 127) / 255));
      bitmap.bgra.push_back(row[3]);
    }
  }
  g_object_unref(pixbuf);
  return bitmap;
}

// `svg` painted by rsvg-convert.
inline Bitmap painted_elsewhere(const std::string& svg, const Folder& folder) {
  const std::string in = folder.write("elsewhere.svg", svg);
  const std::string out = folder.path("elsewhere.png");
  EXPECT_EQ(std::system(("rsvg-convert '" + in + "' -o '" + out + "'").c_str()), 0);
  return read_png(out);
}

struct Difference {
  double mean = 0;
  int largest = 0;
};
inline Difference difference(const Bitmap& a, const Bitmap& b) {
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.height, b.height);
  if (a.bgra.size() != b.bgra.size()) return {255, 255};
  Difference result;
  for (size_t i = 0; i < a.bgra.size(); ++i) {
    const int apart = std::abs(a.bgra[i] - b.bgra[i]);
    result.mean += apart;
    result.largest = std::max(result.largest, apart);
  }
  result.mean /= static_cast<double>(std::max<size_t>(a.bgra.size(), 1));
  return result;
}

// Lays `layer` over `target`, both premultiplied.
inline void lay_over(Bitmap& target, const Bitmap& layer, int left, int top) {
  for (int y = 0; y < layer.height; ++y) {
    for (int x = 0; x < layer.width; ++x) {
      const uint8_t* source = layer.row(y) + ptrdiff_t{4} * x;
      uint8_t* out = target.row(top + y) + ptrdiff_t{4} * (left + x);
      for (int c = 0; c < 4; ++c)
        out[c] = static_cast<uint8_t>(
            std::min(255, source[c] + (out[c] * (255 - source[3]) + 127) / 255));
    }
  }
}

// A pixel as 0xAARRGGBB.
inline uint32_t pixel(const Bitmap& bitmap, int x, int y) {
  const uint8_t* at = bitmap.row(y) + ptrdiff_t{4} * x;
  return static_cast<uint32_t>(at[3]) << 24 | static_cast<uint32_t>(at[2]) << 16 |
         static_cast<uint32_t>(at[1]) << 8 | at[0];
}

}  // namespace talkie
