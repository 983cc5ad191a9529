// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures as pixels.
#pragma once

#include <string>

#include "base/error.h"
#include "visual/visual.h"

namespace talkie {

// The picture of that file, upright as its EXIF data say, scaled down to `most` where it is larger
// (a drawing: as large as fits into it). The file has passed image_size().
Result<Bitmap> load_picture(const std::string& path, Size most);

}  // namespace talkie
