// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/rows.h"

#include <bit>
#include <cstring>

#include "timeline/yuv.h"

// A second version of each function for processors with wider vectors, chosen when the program
// starts. Both compute the same whole numbers. Sanitizers are not up yet when that choice is made.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TALKIE_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define TALKIE_WIDE
#endif

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

inline uint16_t high_half(uint16_t value, uint16_t factor) {
  return static_cast<uint16_t>(static_cast<uint32_t>(value) * factor >> 16);
}

// A pixel in one piece: four loads of a byte each make slower vectors.
static_assert(std::endian::native == std::endian::little, "Bitmap is B, G, R, A in this order");
inline uint32_t pixel_at(const uint8_t* bgra, uint32_t covered) {
  uint32_t pixel = 0;
  std::memcpy(&pixel, bgra, sizeof pixel);
  return pixel | covered;
}

// Two samples in one piece, the first one below: vectors can pick these from anywhere.
using SamplePair [[gnu::may_alias, gnu::aligned(2)]] = uint32_t;

inline int byte_of(uint32_t pixel, int index) {
  return static_cast<int>(pixel >> (8 * index) & 255);
}

constexpr uint32_t covered_by(Alpha alpha) {
  return alpha == Alpha::opaque ? 0xff000000 : 0;
}

}  // namespace

TALKIE_WIDE void blend_row(uint8_t* __restrict target, const uint8_t* __restrict colour,
                           const uint8_t* __restrict alpha, int opacity, int count) {
  const auto share = static_cast<uint16_t>(opacity);
  for (int i = 0; i < count; ++i) {
    const auto clear = static_cast<uint16_t>(255 - scaled(alpha[i], share));
    const uint16_t below = divided_by_255(static_cast<uint16_t>(target[i] * clear));
    target[i] = static_cast<uint8_t>(scaled(colour[i], share) + below);
  }
}

TALKIE_WIDE void lerp_row(uint8_t* __restrict target, const uint8_t* __restrict first,
                          const uint8_t* __restrict second, int weight, int count) {
  const auto share = static_cast<uint16_t>(weight);
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(weighted(first[i], second[i], share));
}

TALKIE_WIDE void mix_row(uint8_t* __restrict target, const uint8_t* __restrict first, int weight,
                         int count) {
  const auto share = static_cast<uint16_t>(weight);
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(weighted(first[i], target[i], share));
}

TALKIE_WIDE void mix_row(uint8_t* __restrict target, const uint8_t* __restrict first,
                         const uint16_t* __restrict weights, int count) {
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(weighted(first[i], target[i], weights[i]));
}

TALKIE_WIDE void lerp_row(uint8_t* __restrict target, uint8_t value, int weight, int count) {
  const auto share = static_cast<uint16_t>(weight);
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(weighted(target[i], value, share));
}

TALKIE_WIDE void mix_row(uint8_t* __restrict target, const uint8_t* __restrict first,
                         const uint16_t* __restrict order, int position, int slope, int count) {
  for (int i = 0; i < count; ++i) {
    const int reached = ((position - order[i]) * slope) >> kSlopeShift;
    const int weight = reached < 0 ? 0 : reached > kOne ? kOne : reached;
    target[i] = static_cast<uint8_t>(weighted(first[i], target[i], static_cast<uint16_t>(weight)));
  }
}

TALKIE_WIDE void weigh_rows(uint16_t* __restrict sum, const uint8_t* __restrict first,
                            const uint8_t* __restrict second, int weight, int count) {
  const auto share = static_cast<uint16_t>(weight);
  const auto rest = static_cast<uint16_t>(kOne - weight);
  for (int i = 0; i < count; ++i)
    sum[i] = static_cast<uint16_t>(first[i] * rest + second[i] * share);
}

TALKIE_WIDE void weigh_rows(uint16_t* __restrict sum, const uint8_t* const (&rows)[4],
                            const int (&weights)[4], int count) {
  const uint8_t* const a = rows[0];
  const uint8_t* const b = rows[1];
  const uint8_t* const c = rows[2];
  const uint8_t* const d = rows[3];
  const auto weight_a = static_cast<uint16_t>(weights[0]);
  const auto weight_b = static_cast<uint16_t>(weights[1]);
  const auto weight_c = static_cast<uint16_t>(weights[2]);
  const auto weight_d = static_cast<uint16_t>(weights[3]);
  for (int i = 0; i < count; ++i)
    sum[i] = static_cast<uint16_t>(a[i] * weight_a + b[i] * weight_b + c[i] * weight_c +
                                   d[i] * weight_d);
}

TALKIE_WIDE void add_weighed_row(uint16_t* __restrict sum, const uint8_t* __restrict row,
                                 int weight, int count) {
  const auto share = static_cast<uint16_t>(weight);
  for (int i = 0; i < count; ++i)
    sum[i] = static_cast<uint16_t>(sum[i] + row[i] * share);
}

TALKIE_WIDE void box_row(uint16_t* __restrict target, const uint16_t* __restrict source, int radius,
                         uint16_t inner, uint16_t outer, int count) {
  const ptrdiff_t last = ptrdiff_t{2} * radius;
  // One sample to each side is what nearly all need.
  for (ptrdiff_t i = 0; i < count; ++i)
    target[i] =
        static_cast<uint16_t>(high_half(source[i], outer) + high_half(source[i + 1], inner) +
                              high_half(source[i + last], outer));
  for (ptrdiff_t tap = 2; tap < last; ++tap)
    for (ptrdiff_t i = 0; i < count; ++i)
      target[i] = static_cast<uint16_t>(target[i] + high_half(source[i + tap], inner));
}

TALKIE_WIDE void pick_row(uint8_t* __restrict target, const uint16_t* __restrict source,
                          const int32_t* __restrict at, const uint32_t* __restrict weights,
                          int count) {
  for (int i = 0; i < count; ++i) {
    const uint32_t pair = *reinterpret_cast<const SamplePair*>(source + at[i]);
    const uint32_t mixed = (pair & 0xffff) * (kOne - weights[i]) + (pair >> 16) * weights[i];
    target[i] = static_cast<uint8_t>((mixed + (1 << 15)) >> 16);
  }
}

TALKIE_WIDE void multiply_row(uint8_t* __restrict target, const uint8_t* __restrict alpha,
                              int count) {
  for (int i = 0; i < count; ++i)
    target[i] = static_cast<uint8_t>(divided_by_255(static_cast<uint16_t>(target[i] * alpha[i])));
}

TALKIE_WIDE void luma_row(uint8_t* __restrict luma, const uint8_t* __restrict bgra, Alpha alpha,
                          int count) {
  const uint32_t covered = covered_by(alpha);
  for (int i = 0; i < count; ++i) {
    const uint32_t pixel = pixel_at(bgra + ptrdiff_t{4} * i, covered);
    luma[i] =
        luma_of({byte_of(pixel, 0), byte_of(pixel, 1), byte_of(pixel, 2), byte_of(pixel, 3)}, 0);
  }
}

TALKIE_WIDE void chroma_sums(int32_t* __restrict cb, int32_t* __restrict cr,
                             const uint8_t* __restrict upper, const uint8_t* __restrict lower,
                             Alpha alpha, int count) {
  using namespace bt709;
  const uint32_t covered = covered_by(alpha);
  for (int i = 0; i < count; ++i) {
    const uint32_t first = pixel_at(upper + ptrdiff_t{4} * i, covered);
    const uint32_t second = pixel_at(lower + ptrdiff_t{4} * i, covered);
    const int b = byte_of(first, 0) + byte_of(second, 0);
    const int g = byte_of(first, 1) + byte_of(second, 1);
    const int r = byte_of(first, 2) + byte_of(second, 2);
    const int a = byte_of(first, 3) + byte_of(second, 3);
    cb[i] = kUB * b + kUG * g + kUR * r + kCA * a;
    cr[i] = kVB * b + kVG * g + kVR * r + kCA * a;
  }
}

TALKIE_WIDE void alpha_sums(int32_t* __restrict sums, const uint8_t* __restrict upper,
                            const uint8_t* __restrict lower, int count) {
  for (ptrdiff_t i = 0; i < count; ++i)
    sums[i] = upper[4 * i + 3] + lower[4 * i + 3];
}

TALKIE_WIDE void filter_row(uint8_t* __restrict target, const int32_t* __restrict sums, int shift,
                            int count) {
  const int half = 1 << (shift - 1);
  for (ptrdiff_t i = 0; i < count; ++i)
    target[i] =
        static_cast<uint8_t>((sums[2 * i] + 2 * sums[2 * i + 1] + sums[2 * i + 2] + half) >> shift);
}

}  // namespace talkie
