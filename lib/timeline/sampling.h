// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of a plane seen from anywhere: moved by parts of a sample, larger or smaller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace talkie {

// One plane of samples in somebody's memory.
struct PlaneView {
  const uint8_t* samples = nullptr;
  ptrdiff_t stride = 0;
  int width = 0;
  int height = 0;
};

// What lies outside of a plane.
enum class Edge { clear, clamp };

// Where the samples of a target lie in a source, along one axis: number i at start + i * step,
// where whole numbers are the source's samples. Both in 1/2^32.
struct Axis {
  static constexpr int kShift = 32;
  static constexpr int64_t kSample = int64_t{1} << kShift;
  int64_t start = 0;
  int64_t step = kSample;
};

// Samples lie between those of the source (bilinear); where a step is more than one sample, it is
// the mean of as many that is taken between, so that nothing flickers when it moves. Every row is
// the same, whichever others are asked for. At whole distances rows are copies.
class PlaneSampler {
 public:
  // For the target's columns [first, first + count).
  PlaneSampler(const PlaneView& source, Edge edge, Axis x, Axis y, int first, int count);
  // The target's row y; valid until the next call.
  const uint8_t* row(int y);

 private:
  // A mean over `radius` samples to each side, the outermost ones by less.
  struct Box {
    explicit Box(int64_t step);
    [[nodiscard]] double weight(int distance) const;
    int radius = 0;
    double width = 1;
  };

  void place_columns(int first);
  const uint8_t* source_row(int y, std::vector<uint8_t>& padded);
  const uint8_t* moved_row(int above, int weight);
  const uint8_t* scaled_row(int above, int weight);
  void sum_rows(int above, int weight);

  PlaneView source_;
  Edge edge_;
  Axis x_;
  Axis y_;
  int count_;
  bool is_scaled_;
  Box columns_box_;
  Box rows_box_;
  int left_ = 0;   // the source's columns that are needed: may be outside of it
  int right_ = 0;  // one past the end
  int shift_ = 0;  // in 1/256 of a sample, where nothing is scaled
  std::vector<int32_t> at_;
  std::vector<uint32_t> weights_;
  std::vector<uint8_t> padded_[4];
  std::vector<uint8_t> between_;
  std::vector<uint8_t> result_;
  std::vector<uint16_t> sums_;
  std::vector<uint16_t> boxed_;
};

}  // namespace talkie
