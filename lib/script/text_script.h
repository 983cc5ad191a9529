// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts in plain text: the first line is the title, every paragraph a scene.
#pragma once

#include <string>
#include <vector>

#include "script/header.h"

namespace talkie {

std::vector<Scene> read_text_script(std::string text, const std::string& file, const Header& header,
                                    Findings& findings);

}  // namespace talkie
