// SPDX-License-Identifier: LGPL-2.1-or-later
// Folders whose files may be used besides those of the script's own.
#pragma once

#include <string>

#include "base/error.h"

namespace talkie {

// A folder whose files every script of this process may use, whatever its own is. For who runs the
// program, before the first script is read: nothing that a script or a scene holds can widen it.
Result<void> allow_folder(const std::string& folder);
// The deepest folder that holds `folder` and all that are allowed besides.
std::string folder_around(const std::string& folder);

}  // namespace talkie
