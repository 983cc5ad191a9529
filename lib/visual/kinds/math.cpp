// SPDX-License-Identifier: LGPL-2.1-or-later
// Formulas in TeX: ```math, $$…$$, and $…$ in a line of text.
#include "visual/kinds/kinds.h"

namespace talkie {

Result<Drawn> draw_math(const DrawingTask& task, bool display) {
  nlohmann::json request = request_of(task);
  request["display"] = display;
  // What the size of the box is does not change a formula: one answer serves all.
  for (const char* unused : {"width", "height", "text_px"})
    request["look"].erase(unused);
  return drawn_by(KitBundle::math, request, task, "this formula");
}

}  // namespace talkie
