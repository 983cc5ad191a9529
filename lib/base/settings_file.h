// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie.conf: what a user always wants. YAML: header keys with one value each, and `engines`.
#pragma once

#include <string>

#include "base/value.h"

namespace talkie {

// $XDG_CONFIG_HOME/talkie/talkie.conf, or ~/.config/talkie/talkie.conf.
std::string settings_file();

// Its map; an empty one where there is no such file.
Result<Value> read_settings_file();

}  // namespace talkie
