// SPDX-License-Identifier: LGPL-2.1-or-later
// Which build of this library is running.
#pragma once

#include <string>

namespace talkie {

// The same for the same code: the note that the linker writes into a library, a hash of its
// content. Empty where it wrote none.
const std::string& build_identity();

}  // namespace talkie
