// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether an SVG that somebody else wrote may be drawn.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace talkie {

inline constexpr size_t kMaxSvgBytes = size_t{32} << 20;
inline constexpr int kMaxSvgElements = 200'000;  // librsvg takes some 10 microseconds for each

// Success if `svg` is well-formed SVG that draws from itself alone. Refused, with the place and the
// name of the reference: files and URLs (href, url(…), @import, xi:include, xml-stylesheet),
// entities and foreign document types, scripts, embedded HTML without an alternative, and data:
// URIs that hold anything but a PNG, JPEG, GIF or WebP picture of a sane size. Links on <a> stay:
// nothing follows them. Too large: what has more elements, more deeply nested, more embedded pixels
// or longer filters than can be drawn in reasonable time. `file` names the document in errors.
Result<void> check_svg(std::string_view svg, const std::string& file);

}  // namespace talkie
