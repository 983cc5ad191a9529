// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/transition_order.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace talkie {

namespace {

// The same grain in every film: two by two pixels share one sample of chroma.
uint16_t grain_at(int x, int y) {
  uint32_t hash =
      static_cast<uint32_t>(x / 2) * 0x9e3779b1U ^ static_cast<uint32_t>(y / 2) * 0x85ebca77U;
  hash = (hash ^ hash >> 15) * 0x2c1b3c6dU;
  hash = (hash ^ hash >> 12) * 0x297a2d39U;
  return static_cast<uint16_t>((hash ^ hash >> 15) % kOrders);
}

double longest_way(Size size) {
  return std::hypot(size.width / 2.0, size.height / 2.0);
}

uint16_t as_order(double share) {
  return static_cast<uint16_t>(std::clamp(static_cast<int>(share * kOrders), 0, kOrders - 1));
}

// The angle to 12 o'clock, clockwise, as a share of the whole round. For the whole picture's sake a
// polynomial (Abramowitz and Stegun 4.4.49, to 1e-5): atan2 takes longer than the transition.
double clock_share(double right, double down) {
  const double across = std::abs(right);
  const double along = std::abs(down);
  const double ratio = std::min(across, along) / std::max({across, along, 1e-9});
  const double square = ratio * ratio;
  double angle =
      ratio *
      (0.9998660 +
       square * (-0.3302995 + square * (0.1801410 + square * (-0.0851330 + square * 0.0208351))));
  if (across > along) angle = std::numbers::pi / 2 - angle;  // from the vertical
  if (down > 0) angle = std::numbers::pi - angle;
  if (right < 0) angle = 2 * std::numbers::pi - angle;
  return angle / (2 * std::numbers::pi);
}

uint16_t order_of(Transition::Kind kind, Size size, double longest, int x, int y) {
  if (kind == Transition::Kind::dissolve) return grain_at(x, y);
  const double right = x + 0.5 - size.width / 2.0;
  const double down = y + 0.5 - size.height / 2.0;
  if (kind == Transition::Kind::radial) return as_order(clock_share(right, down));
  return as_order(std::sqrt(right * right + down * down) / longest);
}

}  // namespace

int order_softness(Transition::Kind kind) {
  switch (kind) {
    case Transition::Kind::circle:
      return 1 << 10;
    case Transition::Kind::radial:
      return 1 << 9;
    default:
      return 1 << 12;
  }
}

PixelOrder make_order(Transition::Kind kind, Size size) {
  PixelOrder order;
  order.luma.reserve(static_cast<size_t>(size.width) * static_cast<size_t>(size.height));
  const double longest = longest_way(size);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      order.luma.push_back(order_of(kind, size, longest, x, y));
  // Chroma is sited at the even columns.
  for (int y = 0; y < size.height; y += 2)
    for (int x = 0; x < size.width; x += 2)
      order.chroma.push_back(order.luma[static_cast<size_t>(y) * static_cast<size_t>(size.width) +
                                        static_cast<size_t>(x)]);
  return order;
}

Rect circle_reach(Size size, int position) {
  const double radius = longest_way(size) * position / kOrders + 2;
  const auto around = [&](int length, int from_centre) {
    return std::clamp(static_cast<int>(length / 2.0 + from_centre * radius), 0, length);
  };
  return {around(size.width, -1) & ~1, around(size.height, -1) & ~1,
          std::min((around(size.width, 1) + 1) & ~1, size.width),
          std::min((around(size.height, 1) + 1) & ~1, size.height)};
}

}  // namespace talkie
