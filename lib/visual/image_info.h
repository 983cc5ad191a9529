// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures that a script names: can they be drawn, and how large are they?
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "script/scene.h"

namespace talkie {

inline constexpr size_t kMaxImageBytes = size_t{128} << 20;
inline constexpr int kMaxImageSide = 16'384;  // pixels
inline constexpr int64_t kMaxImagePixels = 100'000'000;

struct PictureFacts {
  Size size;            // as it is shown: turned upright
  int orientation = 1;  // EXIF 2.3, tag 0x0112: 1 as it is, 3 on its head, 6 and 8 on its sides, …
};

// What is known of a PNG, JPEG, GIF, WebP, AVIF or SVG after reading all of it: success means that
// it can be drawn whole. Errors, all of which name the path: not_found, unreadable (broken or cut
// off), too_large, unsupported (another format), bad_value (a name that says another format),
// missing_part (a decoder is not installed), and what check_svg() refuses.
Result<PictureFacts> look_into_picture(const std::filesystem::path& path);
Result<Size> image_size(const std::filesystem::path& path);

// Whether a file's name is that of an SVG.
bool is_drawing_file(std::string_view path);

// The same for a picture in memory that is no SVG; `name` names it in errors, `type` is the media
// type that it is said to have, if any.
Result<Size> raster_size(std::string_view bytes, const std::string& name,
                         std::string_view type = {});

}  // namespace talkie
