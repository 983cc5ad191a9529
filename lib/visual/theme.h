// SPDX-License-Identifier: LGPL-2.1-or-later
// A theme: data that says how pages look. docs/themes.md describes its file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/scene.h"
#include "visual/visual.h"

namespace talkie {

// The ground of a page: a plain colour and soft lights over it. Fractions are of the frame's width
// and height, as SVG's objectBoundingBox units are; colours are 0xRRGGBB.
struct Ground {
  uint32_t colour = 0x000000;
  struct Stop {
    double offset = 0;
    uint32_t colour = 0;
    double opacity = 1;
    bool operator==(const Stop&) const = default;
  };
  struct Glow {  // a radial gradient over the whole frame
    double x = 0.5;
    double y = 0.5;
    double radius = 0.5;
    std::vector<Stop> stops;
    bool operator==(const Glow&) const = default;
  };
  std::vector<Glow> glows;
  bool operator==(const Ground&) const = default;
};

struct Theme;  // complete in theme_data.h, for this folder only

// not_found names the nearest theme. Loaded once and kept; thread-safe.
Result<const Theme*> find_theme(std::string_view name);

// The ground that `scene` stands on: its own background colour, else the theme's. (A background
// picture is part of the slide.)
Ground ground_of(const Theme& theme, const Scene& scene);
CaptionStyle caption_style_of(const Theme& theme, const Scene& scene, Size size);
// How a step comes in: kind, length, distance at that size.
Enter enter_of(const Theme& theme, Size size);

}  // namespace talkie
