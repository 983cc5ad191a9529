// SPDX-License-Identifier: LGPL-2.1-or-later
// Dynamic time warping (Sakoe and Chiba, 1978) that lets silence come and go for little.
#include "speech/warp.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talkie {

namespace {

constexpr size_t kCoarse = 8;           // moments in one of the rough search
constexpr size_t kCoarseReach = 310;    // 25 s on both sides of where as much has been spoken
constexpr size_t kFineReach = 50;       // 0.5 s on both sides of what was found roughly
constexpr float kStay = 0.35F;          // for a moment of speech that the other voice has not
constexpr float kSilence = 0.12F;       // for a moment of silence that it has not
constexpr float kOnlyOneSpeaks = 0.9F;  // for two moments
constexpr float kNever = std::numeric_limits<float>::infinity();

// How unlike two moments are; that of two sounds of the same voice is about 0.3, of others 1.
float cost_of(const Moment& a, const Moment& b) {
  if (!a.is_heard && !b.is_heard) return 0;
  float sum = 0;
  for (size_t f = 0; f < kFeatures; ++f)
    sum += std::abs(a.features[f] - b.features[f]);
  return sum / kFeatures + (a.is_heard != b.is_heard ? kOnlyOneSpeaks : 0);
}

// The moments of `to` that are looked at for one of `from`.
struct Row {
  size_t begin = 0;
  size_t end = 0;
  size_t offset = 0;  // of its steps, among all
};

enum Step : uint8_t { kBoth, kFromAlone, kToAlone };

class Search {
 public:
  // `rows` begin and end no sooner than those before, and each touches the next.
  Search(std::span<const Moment> from, std::span<const Moment> to, std::vector<Row> rows)
      : from_(from), to_(to), rows_(std::move(rows)) {
    size_t cells = 0;
    for (Row& row : rows_) {
      row.offset = cells;
      cells += row.end - row.begin;
    }
    steps_.resize(cells);
  }

  Result<std::vector<Stretch>> run(const std::stop_token& stop) {
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (i % 64 == 0 && stop.stop_requested())
        return Error{ErrorKind::cancelled, "the narration was cancelled"};
      fill(i);
    }
    return follow();
  }

 private:
  void fill(size_t i) {
    const Row row = rows_[i];
    const Row before = i > 0 ? rows_[i - 1] : Row{};
    const auto above = [&](size_t j) {  // the cost of the row before; 1 + j, so that -1 is possible
      return j >= before.begin + 1 && j < before.end + 1 ? costs_[j - 1 - before.begin] : kNever;
    };
    std::vector<float> costs(row.end - row.begin, kNever);
    for (size_t j = row.begin; j < row.end; ++j) {
      const float cost = cost_of(from_[i], to_[j]);
      float best = i == 0 && j == 0 ? cost : above(j) + cost;
      Step step = kBoth;
      const float alone = above(j + 1) + (from_[i].is_heard ? cost + kStay : kSilence);
      if (alone < best) best = alone, step = kFromAlone;
      const float left = j > row.begin ? costs[j - 1 - row.begin] : kNever;
      const float waiting = left + (to_[j].is_heard ? cost + kStay : kSilence);
      if (waiting < best) best = waiting, step = kToAlone;
      costs[j - row.begin] = best;
      steps_[row.offset + j - row.begin] = step;
    }
    costs_ = std::move(costs);
  }

  [[nodiscard]] std::vector<Stretch> follow() const {
    std::vector<Stretch> path(from_.size());
    size_t i = from_.size() - 1;
    size_t j = to_.size() - 1;
    path[i] = {j, j};
    while (i > 0 || j > 0) {
      const Row& row = rows_[i];
      const Step step = steps_[row.offset + j - row.begin];
      if (j > 0 && (step != kFromAlone || i == 0)) --j;
      if (i > 0 && (step != kToAlone || j < row.begin)) path[--i].last = j;
      path[i].first = j;
    }
    return path;
  }

  std::span<const Moment> from_;
  std::span<const Moment> to_;
  std::vector<Row> rows_;
  std::vector<Step> steps_;
  std::vector<float> costs_;  // of the row that was filled last
};

std::vector<Moment> coarse(std::span<const Moment> fine) {
  std::vector<Moment> moments((fine.size() + kCoarse - 1) / kCoarse);
  for (size_t i = 0; i < moments.size(); ++i) {
    const auto part = fine.subspan(i * kCoarse, std::min(kCoarse, fine.size() - i * kCoarse));
    size_t heard = 0;
    for (const Moment& moment : part) {
      heard += moment.is_heard;
      for (size_t f = 0; f < kFeatures; ++f)
        moments[i].features[f] += moment.features[f] / static_cast<float>(part.size());
    }
    moments[i].is_heard = 2 * heard >= part.size();
  }
  return moments;
}

// Makes rows out of what is wanted: in order, without gaps, from corner to corner.
std::vector<Row> tidy(std::vector<Row> rows, size_t width) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t least = i > 0 ? rows[i - 1].begin : 0;
    const size_t least_end = i > 0 ? rows[i - 1].end : 1;
    rows[i].begin = i > 0 ? std::clamp(rows[i].begin, least, least_end - 1) : 0;
    rows[i].end = std::max(std::min(rows[i].end, width), least_end);
  }
  rows.back().end = width;
  return rows;
}

// Rows around the places where as large a part of all speech has been heard.
std::vector<Row> rows_by_heard(std::span<const Moment> from, std::span<const Moment> to) {
  const auto heard_in = [](std::span<const Moment> moments) {
    return static_cast<size_t>(std::ranges::count_if(moments, &Moment::is_heard));
  };
  const double ratio =
      static_cast<double>(heard_in(to)) / static_cast<double>(std::max<size_t>(heard_in(from), 1));
  std::vector<Row> rows;
  double wanted = 0;
  size_t place = 0;
  double heard = 0;
  for (const Moment& moment : from) {
    wanted += moment.is_heard ? ratio : 0;
    const size_t begin = place;
    for (; place < to.size() && heard < wanted; ++place)
      heard += to[place].is_heard ? 1 : 0;
    rows.push_back({begin - std::min(begin, kCoarseReach), place + kCoarseReach});
  }
  return tidy(std::move(rows), to.size());
}

std::vector<Row> rows_around(const std::vector<Stretch>& rough, size_t count, size_t width) {
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    const size_t at = i / kCoarse;
    const size_t first = rough[at - std::min<size_t>(at, 1)].first * kCoarse;
    const size_t last = (rough[std::min(at + 1, rough.size() - 1)].last + 1) * kCoarse;
    rows.push_back({first - std::min(first, kFineReach), last + kFineReach});
  }
  return tidy(std::move(rows), width);
}

}  // namespace

Result<std::vector<Stretch>> warp(std::span<const Moment> from, std::span<const Moment> to,
                                  const std::stop_token& stop) {
  if (from.empty() || to.empty()) return std::vector<Stretch>(from.size());
  const std::vector<Moment> coarse_from = coarse(from);
  const std::vector<Moment> coarse_to = coarse(to);
  const auto rough =
      Search(coarse_from, coarse_to, rows_by_heard(coarse_from, coarse_to)).run(stop);
  if (!rough) return rough;
  return Search(from, to, rows_around(*rough, from.size(), to.size())).run(stop);
}

}  // namespace talkie
