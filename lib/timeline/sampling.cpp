// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/sampling.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "timeline/rows.h"

namespace talkie {

namespace {

// A place in a source: between a sample and the next one, by a weight of 0 to 255.
struct Between {
  int sample = 0;
  int weight = 0;
};

Between place_of(const Axis& axis, int number) {
  constexpr int64_t kHalfWeight = Axis::kSample / kOne / 2;
  const int64_t place = axis.start + number * axis.step + kHalfWeight;
  return {static_cast<int>(place >> Axis::kShift),
          static_cast<int>(place >> (Axis::kShift - 8) & (kOne - 1))};
}

}  // namespace

PlaneSampler::Box::Box(int64_t step)
    : width(std::max(static_cast<double>(step) / static_cast<double>(Axis::kSample), 1.0)) {
  radius = static_cast<int>(std::ceil((width - 1) / 2));
}

double PlaneSampler::Box::weight(int distance) const {
  const int away = std::abs(distance);
  if (away > radius) return 0;
  if (away < radius || radius == 0) return 1 / width;
  return (width - (2 * radius - 1)) / 2 / width;
}

PlaneSampler::PlaneSampler(const PlaneView& source, Edge edge, Axis x, Axis y, int first, int count)
    : source_(source),
      edge_(edge),
      x_(x),
      y_(y),
      count_(count),
      is_scaled_(x.step != Axis::kSample || y.step > Axis::kSample),
      columns_box_(x.step),
      rows_box_(y.step) {
  place_columns(first);
  const auto width = static_cast<size_t>(right_ - left_);
  if (is_scaled_) {
    sums_.resize(width);
    if (columns_box_.radius > 0) boxed_.resize(width);
  } else {
    between_.resize(width);
  }
  result_.resize(static_cast<size_t>(count));
}

void PlaneSampler::place_columns(int first) {
  if (count_ <= 0) return;
  const Between begin = place_of(x_, first);
  const Between end = place_of(x_, first + count_ - 1);
  left_ = begin.sample - columns_box_.radius;
  right_ = end.sample + columns_box_.radius + 1 + (is_scaled_ || end.weight != 0 ? 1 : 0);
  shift_ = begin.weight;
  if (!is_scaled_) return;
  at_.resize(static_cast<size_t>(count_));
  weights_.resize(at_.size());
  for (int i = 0; i < count_; ++i) {
    const Between place = place_of(x_, first + i);
    at_[static_cast<size_t>(i)] = place.sample - begin.sample;
    weights_[static_cast<size_t>(i)] = static_cast<uint32_t>(place.weight);
  }
}

// From column left_ on: the source's own where it has them all.
const uint8_t* PlaneSampler::source_row(int y, std::vector<uint8_t>& padded) {
  const bool is_outside = y < 0 || y >= source_.height;
  const uint8_t* const row =
      source_.samples + source_.stride * std::clamp(y, 0, source_.height - 1);
  if (!(is_outside && edge_ == Edge::clear) && left_ >= 0 && right_ <= source_.width)
    return row + left_;
  padded.assign(static_cast<size_t>(right_ - left_), 0);
  if (is_outside && edge_ == Edge::clear) return padded.data();
  const int first = std::clamp(left_, 0, source_.width);
  const int last = std::clamp(right_, first, source_.width);
  const auto begin = padded.begin();
  std::copy(row + first, row + last, begin + (first - left_));
  if (edge_ == Edge::clamp) {
    std::fill(begin, begin + (first - left_), row[0]);
    std::fill(begin + (last - left_), padded.end(), row[source_.width - 1]);
  }
  return padded.data();
}

const uint8_t* PlaneSampler::row(int y) {
  const Between place = place_of(y_, y);
  return is_scaled_ ? scaled_row(place.sample, place.weight)
                    : moved_row(place.sample, place.weight);
}

const uint8_t* PlaneSampler::moved_row(int above, int weight) {
  const uint8_t* line = source_row(above, padded_[0]);
  if (weight != 0) {
    lerp_row(between_.data(), line, source_row(above + 1, padded_[1]), weight, right_ - left_);
    line = between_.data();
  }
  if (shift_ == 0) return line;
  lerp_row(result_.data(), line, line + 1, shift_, count_);
  return result_.data();
}

// The source's rows around a place, weighed: the mean of rows_box_, between two of those.
void PlaneSampler::sum_rows(int above, int weight) {
  const int count = right_ - left_;
  const int radius = rows_box_.radius;
  if (radius == 0)
    return weigh_rows(sums_.data(), source_row(above, padded_[0]),
                      source_row(above + 1, padded_[1]), weight, count);
  const double lower = static_cast<double>(weight) / kOne;
  const int taps = 2 * radius + 2;
  const uint8_t* rows[4] = {};
  int weights[4] = {};
  int rest = kOne;
  for (int tap = 0; tap < taps; ++tap) {
    const double share =
        (1 - lower) * rows_box_.weight(tap - radius) + lower * rows_box_.weight(tap - radius - 1);
    // What rounding leaves is the last row's.
    const int part =
        tap == taps - 1 ? rest : std::min(static_cast<int>(std::lround(share * kOne)), rest);
    rest -= part;
    const uint8_t* const row = source_row(above + tap - radius, padded_[tap % 4]);
    if (tap >= 4) {
      add_weighed_row(sums_.data(), row, part, count);
      continue;
    }
    rows[tap] = row;
    weights[tap] = part;
    if (tap == 3) weigh_rows(sums_.data(), rows, weights, count);
  }
}

const uint8_t* PlaneSampler::scaled_row(int above, int weight) {
  sum_rows(above, weight);
  const uint16_t* line = sums_.data();
  if (const int radius = columns_box_.radius; radius > 0) {
    const int width = right_ - left_ - 2 * radius;
    const auto outer = static_cast<uint16_t>(columns_box_.weight(radius) * 65536);
    const auto inner =
        static_cast<uint16_t>(std::min((65536 - 2 * outer) / (2 * radius - 1), 65535));
    box_row(boxed_.data(), line, radius, inner, outer, width);
    line = boxed_.data();
  }
  pick_row(result_.data(), line, at_.data(), weights_.data(), count_);
  return result_.data();
}

}  // namespace talkie
