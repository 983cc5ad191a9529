// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/line_breaking.h"

#include <algorithm>
#include <limits>

namespace talkie {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kTooWide = 1e6;     // added for a line that does not fit
constexpr double kAlone = 0.45;      // for one short chunk on the last line
constexpr int kShortCharacters = 8;  // what counts as short
constexpr double kShortLine = 0.3;   // of the width, likewise
constexpr double kFairShare = 0.62;  // of a balanced line; a word as wide as that may end a heading
constexpr size_t kMaxOptimal = 2'000;  // chunks; longer texts are filled greedily

struct Breaker {
  const std::vector<Chunk>& chunks;
  double max_width;
  std::vector<double> before;  // width of all chunks and spaces before each

  explicit Breaker(const std::vector<Chunk>& c, double width) : chunks(c), max_width(width) {
    before.resize(chunks.size() + 1);
    for (size_t i = 0; i < chunks.size(); ++i)
      before[i + 1] = before[i] + chunks[i].width + chunks[i].space;
  }

  [[nodiscard]] double width(size_t first, size_t end) const {
    return before[end] - before[first] - chunks[end - 1].space;
  }

  [[nodiscard]] std::vector<size_t> greedy() const {
    std::vector<size_t> ends;
    size_t first = 0;
    for (size_t i = 0; i < chunks.size(); ++i) {
      if (i > first && width(first, i + 1) > max_width) {
        ends.push_back(i);
        first = i;
      }
    }
    if (!chunks.empty()) ends.push_back(chunks.size());
    return ends;
  }

  // The badness of a line; `target` is the width that it should have.
  [[nodiscard]] double cost(size_t first, size_t end, double target, bool balanced) const {
    const double line = width(first, end);
    const bool last = end == chunks.size();
    double cost = line > max_width + 0.01 && end - first > 1 ? kTooWide : 0;
    const double gap = (target - line) / target;
    if (!last)
      cost += gap * gap * (balanced ? 1 : 0.6) + chunks[end - 1].penalty;
    else if (balanced)
      cost += gap * gap * 0.7;
    const bool alone = end - first == 1 && chunks[first].characters <= kShortCharacters;
    if (last && first > 0 && alone && balanced && line < kFairShare * target) cost += kAlone / 2;
    if (last && first > 0 && alone && !balanced) cost += kAlone;
    if (last && first > 0 && line < kShortLine * target) cost += kAlone * (1 - line / target) / 2;
    return cost;
  }

  // The cheapest way to make exactly `lines` lines.
  [[nodiscard]] std::vector<size_t> optimal(size_t lines, bool balanced) const {
    const size_t count = chunks.size();
    const double even = before[count] / static_cast<double>(lines);
    const double target = balanced ? std::min(max_width, even * 1.04) : max_width;
    std::vector<std::vector<double>> best(lines + 1, std::vector<double>(count + 1, kNever));
    std::vector<std::vector<size_t>> from(lines + 1, std::vector<size_t>(count + 1, 0));
    best[0][0] = 0;
    for (size_t line = 1; line <= lines; ++line) {
      for (size_t end = line; end <= count; ++end) {
        for (size_t first = end; first-- > line - 1;) {
          if (end - first > 1 && width(first, end) > max_width * 1.5) break;
          if (best[line - 1][first] == kNever) continue;
          const double sum = best[line - 1][first] + cost(first, end, target, balanced);
          if (sum < best[line][end]) {
            best[line][end] = sum;
            from[line][end] = first;
          }
        }
      }
    }
    std::vector<size_t> ends;
    for (size_t line = lines, end = count; line > 0; --line) {
      ends.push_back(end);
      end = from[line][end];
    }
    std::reverse(ends.begin(), ends.end());
    return best[lines][count] < kTooWide ? ends : std::vector<size_t>{};
  }
};

}  // namespace

std::vector<size_t> break_lines(const std::vector<Chunk>& chunks, double max_width, bool balanced) {
  const Breaker breaker(chunks, max_width);
  std::vector<size_t> filled = breaker.greedy();
  if (filled.size() < 2 || chunks.size() > kMaxOptimal) return filled;
  std::vector<size_t> better = breaker.optimal(filled.size(), balanced);
  return better.empty() ? filled : better;
}

}  // namespace talkie
