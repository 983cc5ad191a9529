// SPDX-License-Identifier: LGPL-2.1-or-later
// The kinds of drawings, and what they share: the theme as JSON, and answers that become drawings.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "visual/drawn.h"
#include "visual/kit/kit.h"
#include "visual/theme_data.h"

namespace talkie {

// What a drawing is made from, once more: `prefix` begins all ids in its SVG.
struct DrawingTask {
  const Drawing& drawing;
  const DrawnLook& look;
  const Place& where;  // of the text's first line
  std::string prefix;
};

Result<Drawn> draw_mermaid(const DrawingTask& task);
Result<Drawn> draw_math(const DrawingTask& task, bool display);
Result<Drawn> draw_chart(const DrawingTask& task);
Result<Drawn> draw_vega_lite(const DrawingTask& task);
Result<Drawn> draw_dot(const DrawingTask& task);

// A request with the look in it, as the bundles expect it.
nlohmann::json request_of(const DrawingTask& task);
// What a bundle makes of a request. `what` begins messages: "this diagram".
Result<Drawn> drawn_by(KitBundle bundle, const nlohmann::json& request, const DrawingTask& task,
                       std::string_view what);

// The place of a text's line (from 1).
Place line_of(const DrawingTask& task, int line, int column = 0);

// A drawing that another program or library wrote is taken only if it is finite, well-formed and
// refers to nothing outside of itself.
Result<void> check_drawn(const Drawn& drawn, const DrawingTask& task, std::string_view what);

}  // namespace talkie
