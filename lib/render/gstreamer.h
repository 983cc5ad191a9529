// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "base/error.h"

namespace talkie {

// Starts GStreamer and makes sure that Talkie's own elements are found, also where they are
// installed in a place that GStreamer does not search. Thread-safe; cheap after the first time.
Result<void> start_gstreamer();

}  // namespace talkie
