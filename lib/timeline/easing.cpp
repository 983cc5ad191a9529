// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/easing.h"

#include <algorithm>

namespace talkie {

namespace {

// One coordinate of a cubic Bezier curve from 0 to 1 with control points a and b.
double bezier(double a, double b, double t) {
  const double rest = 1 - t;
  return 3 * rest * rest * t * a + 3 * rest * t * t * b + t * t * t;
}

}  // namespace

double ease_out(double share) {
  if (share <= 0) return 0;
  if (share >= 1) return 1;
  // The curve's x grows with t, so halving finds the t of this x; 30 steps are exact to 1e-9.
  double low = 0;
  double high = 1;
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    (bezier(0.16, 0.3, middle) < share ? low : high) = middle;
  }
  return bezier(1, 1, high);
}

double ease_in_out(double share) {
  share = std::clamp(share, 0.0, 1.0);
  return share * share * (3 - 2 * share);
}

double eased(Ease ease, double share) {
  switch (ease) {
    case Ease::linear:
      return std::clamp(share, 0.0, 1.0);
    case Ease::out:
      return ease_out(share);
    case Ease::in_out:
      return ease_in_out(share);
  }
  return share;
}

}  // namespace talkie
