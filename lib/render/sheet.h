// SPDX-License-Identifier: LGPL-2.1-or-later
// A contact sheet: how every scene of a film looks in the end, on one picture.
#pragma once

#include <stop_token>
#include <string>

#include "render/render.h"

namespace talkie {

// Every scene's last picture, without captions and transitions, small, with its number and the time
// at which it begins; six across at most. `width`: the sheet's, in pixels. Makes no film.
Result<Bitmap> contact_sheet(const ScriptSource& source, const std::string& engine, int width,
                             Problems& problems, std::stop_token stop = {});
inline constexpr int kSheetWidth = 1920;

}  // namespace talkie
