// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

#include "base/error.h"
#include "visual/visual.h"

namespace talkie {

// The bitmap as PNG bytes (straight alpha, sRGB).
Result<std::string> to_png(const Bitmap& bitmap);

}  // namespace talkie
