// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether what is written on a page can be read on what is painted behind it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "visual/painter.h"

namespace talkie {

struct HardToRead {
  std::string words;
  double contrast = 1;  // WCAG 2.1's ratio, with the worst tenth of what is behind the letters
};
inline constexpr double kLeastContrast = 4.5;

// The lines of text whose contrast is less than kLeastContrast, in reading order. Paints the page
// once, small, without its text. Moving pictures and text inside of drawings are not looked at.
Result<std::vector<HardToRead>> hard_to_read(const Scene& scene, const Slide& slide, Size size);

}  // namespace talkie
