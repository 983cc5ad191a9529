// SPDX-License-Identifier: LGPL-2.1-or-later
// What is said when a film is there: for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "render/pack.h"
#include "render/render.h"

namespace talkie::tool {

// Without a line end.
std::string summary_of(const RenderReport& report);
std::string summary_of(const PackReport& report);

// {"type":"done",…} and {"type":"error",…}.
nlohmann::json done_json(const RenderReport& report, const std::vector<Problem>& problems);
nlohmann::json done_json(const PackReport& report, const std::vector<Problem>& problems);
nlohmann::json error_json(const Error& error);
// A line on the standard output.
void print_json(const nlohmann::json& json);

}  // namespace talkie::tool
