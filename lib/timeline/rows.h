// SPDX-License-Identifier: LGPL-2.1-or-later
// What is done to one row of one plane. Plain loops over whole numbers that compilers turn into
// vectors: nearly all the time a moving picture costs is spent here. Rows that are written do not
// overlap those that are read.
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

// The same with `target` as the second: what is there already shows by its weight.
void mix_row(uint8_t* target, const uint8_t* first, int weight, int count);

// The same with a weight for every sample.
void mix_row(uint8_t* target, const uint8_t* first, const uint16_t* weights, int count);

// target moves to `value` by weight / kOne.
void lerp_row(uint8_t* target, uint8_t value, int weight, int count);

// The same with a weight that grows by `slope` / 2^kSlopeShift for each number that `position` is
// past a sample's `order`.
inline constexpr int kSlopeShift = 8;
void mix_row(uint8_t* target, const uint8_t* first, const uint16_t* order, int position, int slope,
             int count);

// sum = two or four rows weighed; the weights of a sum add up to kOne.
void weigh_rows(uint16_t* sum, const uint8_t* first, const uint8_t* second, int weight, int count);
void weigh_rows(uint16_t* sum, const uint8_t* const (&rows)[4], const int (&weights)[4], int count);
// sum = that much more.
void add_weighed_row(uint16_t* sum, const uint8_t* row, int weight, int count);
// target = the mean of the samples around each one: `radius` of them to each side, the outermost
// ones by `outer`, the others by `inner` / 65536. `source` begins `radius` before.
void box_row(uint16_t* target, const uint16_t* source, int radius, uint16_t inner, uint16_t outer,
             int count);
// target = between source[at] and its right neighbour, for each `at` with its weight.
void pick_row(uint8_t* target, const uint16_t* source, const int32_t* at, const uint32_t* weights,
              int count);
// target = target * alpha / 255, rounded to nearest.
void multiply_row(uint8_t* target, const uint8_t* alpha, int count);

// What a BGRA pixel's alpha is taken as.
enum class Alpha { as_it_is, opaque };

// Y' of premultiplied pixels.
void luma_row(uint8_t* luma, const uint8_t* bgra, Alpha alpha, int count);

// Cb and Cr (and alpha) of two rows of pixels before they are filtered: sums of both, in fixed
// point.
void chroma_sums(int32_t* cb, int32_t* cr, const uint8_t* upper, const uint8_t* lower, Alpha alpha,
                 int count);
void alpha_sums(int32_t* sums, const uint8_t* upper, const uint8_t* lower, int count);

// Every second of those sums filtered [1 2 1]: `sums` begins with the neighbour to the left of the
// first one. `shift` takes the fixed point's bits and the filter's 3 away.
void filter_row(uint8_t* target, const int32_t* sums, int shift, int count);

}  // namespace talkie
