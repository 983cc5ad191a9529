// SPDX-License-Identifier: LGPL-2.1-or-later
// What the words of a picture's alt text ask for: ![left zoom The old bridge](bridge.jpg)
#pragma once

#include <string>
#include <string_view>

#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// The words before the first that is no option, and those after a last comma if all of them are,
// are options; what remains is the picture's alt text. With `narakeet` a picture covers the frame
// by default, and sides say what is cropped.
void read_image_options(std::string_view words, bool narakeet, Image& image);

// Warns of what is understood and not drawn.
void warn_of_not_drawn(const Image& image, const Place& where, Findings& findings);

// Finds the file and fills in the path. False, after a warning or error, where it is no picture.
bool find_image(const std::string& folder, std::string_view url, const Place& where, Image& image,
                Findings& findings);

}  // namespace talkie
