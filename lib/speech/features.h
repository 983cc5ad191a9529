// SPDX-License-Identifier: LGPL-2.1-or-later
// What speech sounds like from moment to moment, for comparing two voices with the same words.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/error.h"

namespace talkie {

inline constexpr int kMomentsPerSecond = 100;
inline constexpr size_t kFeatures = 16;

struct Moment {
  // Mel cepstra and how the first of them change, scaled to a mean of 0 and a deviation of 1 over
  // all moments at which somebody speaks.
  std::array<float, kFeatures> features{};
  bool is_heard = false;  // somebody speaks
};

// Moment i is what stands around i / kMomentsPerSecond seconds. Only frequencies up to `highest_hz`
// are looked at, so that sounds of different rates compare. Errors: cancelled, failed.
Result<std::vector<Moment>> moments_of(std::span<const int16_t> samples, int rate,
                                       double highest_hz, const std::stop_token& stop);

}  // namespace talkie
