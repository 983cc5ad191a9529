// SPDX-License-Identifier: LGPL-2.1-or-later
// Which moment of one voice is which of another one's that says the same.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "base/error.h"
#include "speech/features.h"

namespace talkie {

// The moments of the other sound that one moment is: from `first` to `last`. More than one where
// the other voice is slower or pauses.
struct Stretch {
  size_t first = 0;
  size_t last = 0;
};

// One stretch for each of `from`, in order: dynamic time warping, first roughly and then, near to
// that, finely, so that time and memory grow with the length and no faster. Errors: cancelled.
Result<std::vector<Stretch>> warp(std::span<const Moment> from, std::span<const Moment> to,
                                  const std::stop_token& stop);

}  // namespace talkie
