// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/rows.h"

namespace talkie {

namespace {

// All of these stay within 16 bits: 255 * 256 + 128 = 65408.
inline uint16_t weighted(uint16_t first, uint16_t second, uint16_t weight) {
  const auto rest = static_cast<uint16_t>(kOne - weight);
  return static_cast<uint16_t>(first * rest + second * weight + kOne / 2) >> 8;
}

inline uint16_t scaled(uint16_t value, uint16_t opacity) {
  return static_cast<uint16_t>(value * opacity + kOne / 2) >> 8;
}

// value / 255, rounded to nearest, exact for every product of two bytes.
inline uint16_t divided_by_255(uint16_t value) {
  value = static_cast<uint16_t>(value + 128);
  return static_cast<uint16_t>(value + (value >> 8)) >> 8;
}

}  // namespace

void blend_row(uint8_t* __restrict target, const uint8_t* __restrict colour,
               const uint8_t* __restrict alpha, int opacity, int count) {
  const auto share = static_cast<uint16_t>(opacity);
  for (int i = 0; i < count; ++i) {
    const auto clear = static_cast<uint16_t>(255 - scaled(alpha[i], share));
    const uint16_t below = divided_by_255(static_cast<uint16_t>(target[i] * clear));
    target[i] = static_cast<uint8_t>(scaled(colour[i], share) + below);
  }
}

void lerp_row(uint8_t* target, const uint8_t* first, const uint8_t* second, int weight, int count) {
  const auto share = static_cast<uint16_t>(weight);
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(weighted(first[i], second[i], share));
}

void lerp_row(uint8_t* target, const uint8_t* first, const uint8_t* second, const uint16_t* weights,
              int count) {
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(weighted(first[i], second[i], weights[i]));
}

void lerp_row(uint8_t* target, uint8_t value, int weight, int count) {
  const auto share = static_cast<uint16_t>(weight);
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(weighted(target[i], value, share));
}

}  // namespace talkie
