// SPDX-License-Identifier: LGPL-2.1-or-later
// A drawing that somebody else made, taken apart into what comes in one after another.
//
// Groups with data-step="1", "2", … come in in that order, those with one number together, and so
// does what a script's cues show by its name. A drawing's own style sheet and names would meet
// those of other drawings on the same page: its parts are painted from its own document, each by
// itself, and never become a part of the page's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "visual/drawing.h"

namespace talkie {

// What is painted as one.
struct SvgPart {
  std::shared_ptr<const std::string> document;  // has passed check_svg()
  std::string file;                             // names it in errors
  std::vector<std::string> elements;            // their ids, from back to front; empty: all of it
  int step = -1;                                // of SvgPicture::steps; -1: there from the start
  std::vector<std::string> names;               // what cues may call it
  Box place{0, 0, 1, 1};                        // its ink, in shares of the drawing
};

struct SvgPicture {
  std::vector<std::string> steps;  // the words in them, to be found when they are spoken of
  std::vector<SvgPart> parts;      // from back to front
  struct Name {                    // an element's id, a layer's label
    std::string name;
    Box place;  // in shares of the drawing
  };
  std::vector<Name> names;
  std::vector<std::string> warnings;  // of what is wrong with the steps' numbers
};

// `svg` has passed check_svg(); `file` names it in errors. What `shown` names comes in by itself,
// after the numbered steps and in that order. `named` are all names that cues use: their places are
// looked up first, and none where there are none.
Result<SvgPicture> take_apart(std::string_view svg, const std::string& file,
                              const std::vector<std::string>& shown,
                              const std::vector<std::string>& named);

// Paints a picture with a part over `target`, which is `scale` times as large as the page.
Result<void> paint_part(const Picture& picture, double scale, Bitmap& target);

}  // namespace talkie
