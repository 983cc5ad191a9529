// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts in JSON: the header's keys and a list of scenes. docs/scene.md describes them.
#pragma once

#include <string>
#include <vector>

#include "script/header.h"

namespace talkie {

std::vector<Scene> read_json_script(const std::string& text, const std::string& file,
                                    const ScriptOptions& options, Header& header,
                                    Findings& findings);

}  // namespace talkie
