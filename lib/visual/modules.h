// SPDX-License-Identifier: LGPL-2.1-or-later
// Visuals that others wrote: finds and loads their modules, and asks them for drawings.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "script/scene.h"
#include "visual/drawn.h"
#include "visual/module.h"

namespace talkie {

struct VisualModule {
  std::string name;  // what scripts call it
  std::string path;
  const TalkieVisual* visual = nullptr;  // null where it cannot be used
  std::string problem;                   // why not
};

std::vector<std::string> visual_folders();
// Every visual that is there, by the order of the folders; of two with one name the first serves.
// Loads them all.
std::vector<VisualModule> list_visuals();

// All that decides, besides the drawing's text and its look, what comes of it.
std::string visual_key(const std::string& name);

// What `drawing.name` makes of a drawing of the kind `visual`: SVG as it came, to be distrusted.
// Warnings and errors have the place in the text, whose first line is at `where`.
Result<std::string> draw_visual(const Drawing& drawing, const DrawnLook& look, const Place& where,
                                Problems& problems);

}  // namespace talkie
