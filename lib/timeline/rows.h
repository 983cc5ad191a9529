// SPDX-License-Identifier: LGPL-2.1-or-later
// What is done to one row of one plane. Plain loops in 16 bits that compilers turn into vectors:
// nearly all the time a moving picture costs is spent here.
#pragma once

#include <cstdint>

namespace talkie {

// Weights and opacities run from 0 to kOne, so that dividing is a shift.
inline constexpr int kOne = 256;

// Premultiplied `colour` with `alpha` (both scaled by `opacity`) over `target`.
void blend_row(uint8_t* target, const uint8_t* colour, const uint8_t* alpha, int opacity,
               int count);

// target = first + (second - first) * weight / kOne, rounded to nearest.
void lerp_row(uint8_t* target, const uint8_t* first, const uint8_t* second, int weight, int count);

// The same with a weight for every sample.
void lerp_row(uint8_t* target, const uint8_t* first, const uint8_t* second, const uint16_t* weights,
              int count);

// target moves to `value` by weight / kOne.
void lerp_row(uint8_t* target, uint8_t value, int weight, int count);

}  // namespace talkie
