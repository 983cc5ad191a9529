// SPDX-License-Identifier: LGPL-2.1-or-later
// Shared objects of others: found in folders when they are needed, loaded once, kept until the
// process ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace talkie {

// The folders of the variable (separated by ':'), then the installed one.
std::vector<std::string> module_folders(const char* variable, const std::string& installed);

// The files PREFIX*.so of the folders, in their order; those of one folder by name.
std::vector<std::string> module_files(const std::vector<std::string>& folders,
                                      std::string_view prefix);

// Loads the module and looks for the function. The error continues a sentence about the module:
// "it cannot be loaded: …".
Result<void*> load_function(const std::string& path, const char* name);

}  // namespace talkie
