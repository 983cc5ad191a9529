// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts in Markdown: Talkie's own and Narakeet's.
#pragma once

#include <string>

#include "script/header.h"

namespace talkie {

// `text` as normalise() leaves it. `header` has the defaults and gets what the script's says;
// the settings of `options` win over it.
std::vector<Scene> read_markdown(std::string text, const std::string& file,
                                 const ScriptOptions& options, Header& header, Findings& findings);

}  // namespace talkie
