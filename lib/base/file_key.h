// SPDX-License-Identifier: LGPL-2.1-or-later
// A name for what is in a file.
#pragma once

#include <string>

namespace talkie {

// The same for files with the same content, as it is now; read once as long as the file does not
// change. "missing" where it cannot be read. Of files over 256 MB the size and the time of the last
// change are looked at instead. Thread-safe.
std::string file_key(const std::string& path);

}  // namespace talkie
