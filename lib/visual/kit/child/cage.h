// SPDX-License-Identifier: LGPL-2.1-or-later
// Gives up, for good, what a program that only computes does not need.
#pragma once

#include <string>

namespace talkie {

// Closes every descriptor but those up to `last`. No core files, no files written, few descriptors;
// where memory runs out, this process goes first.
void drop_resources(int last_descriptor);

// From here on the kernel refuses to open files, sockets and processes, in all threads. "" or why
// that could not be had.
std::string enter_cage();

// Tries to get out of the cage it is in; what it could do, a line each. Empty: nothing.
std::string try_to_escape();

}  // namespace talkie
