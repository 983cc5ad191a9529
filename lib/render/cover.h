// SPDX-License-Identifier: LGPL-2.1-or-later
// The picture that players show while a film of sound alone plays.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "script/scene.h"
#include "speech/timing.h"

namespace talkie {

struct Cover {
  std::string bytes;  // of a JPEG or PNG file
  bool is_png = false;
  Size size;
  [[nodiscard]] const char* media_type() const { return is_png ? "image/png" : "image/jpeg"; }
};

inline constexpr int kCoverSide = 1400;  // pixels; what podcast directories ask for at least
inline constexpr size_t kMaxCoverBytes = 8u << 20;        // of the author's own picture
inline constexpr size_t kMaxPaintedCoverBytes = 500'000;  // of one that is painted

// The film's own picture as it is; else its first page as it looks in the end, laid out anew as a
// square; where that page is empty, or too full for a square, the title alone. None for a film that
// has nothing of these. `first`: when the first scene's words are said.
Result<std::optional<Cover>> make_cover(const Script& script, const SceneTiming& first);

// What a video site shows of a film before it plays: the first page, or the title, as make_cover()
// has it, laid out anew for 1280 x 720. Always a JPEG.
inline constexpr Size kThumbnailSize{1280, 720};
Result<std::optional<Cover>> make_thumbnail(const Script& script, const SceneTiming& first);

}  // namespace talkie
