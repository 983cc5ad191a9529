// SPDX-License-Identifier: LGPL-2.1-or-later
// Values that go from one to another over frames, and stay there: pure functions of the frame.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "timeline/easing.h"

namespace talkie {

// No frame of any film; as a frame to look at, the one in which everything has come to rest.
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kSettled = kNever / 4;

// Frames [first, first + count) move; before is nothing, after is everything.
struct FrameSpan {
  int64_t first = 0;
  int64_t count = 0;

  // 0 before, 1 after, between them never either: the first frame already shows something new.
  [[nodiscard]] double share(int64_t frame) const {
    if (frame < first) return 0;
    if (frame >= first + count) return 1;
    return static_cast<double>(frame - first + 1) / static_cast<double>(count + 1);
  }
  // The next frame after `frame` that may differ from it; kNever where none does.
  [[nodiscard]] int64_t next_change(int64_t frame) const {
    if (frame < first) return first;
    return frame < first + count ? frame + 1 : kNever;
  }
};

// Where a value is in each frame. A move starts from where the one before it is at that time, so
// that nothing jumps. `mix(from, to, share)` is found by argument-dependent lookup.
template <typename Value>
class Track {
 public:
  explicit Track(Value start) : start_(start) {}

  // Moves begin in the order in which they are added.
  void move(FrameSpan span, Value to, Ease ease) {
    const bool follows_at_once =
        !legs_.empty() && legs_.back().span.first == span.first && legs_.back().span.count == 0;
    legs_.push_back({span, at(follows_at_once ? span.first : span.first - 1), to, ease});
  }
  [[nodiscard]] Value at(int64_t frame) const {
    for (auto leg = legs_.rbegin(); leg != legs_.rend(); ++leg)
      if (frame >= leg->span.first)
        return mix(leg->from, leg->to, eased(leg->ease, leg->span.share(frame)));
    return start_;
  }
  [[nodiscard]] int64_t next_change(int64_t frame) const {
    int64_t next = kNever;
    for (const Leg& leg : legs_)
      next = std::min(next, leg.span.next_change(frame));
    return next;
  }
  [[nodiscard]] bool moves() const { return !legs_.empty(); }
  // Every value that it goes to; between them it takes no other extremes.
  template <typename Visit>
  void visit(Visit visit) const {
    visit(start_);
    for (const Leg& leg : legs_)
      visit(leg.to);
  }

 private:
  struct Leg {
    FrameSpan span;
    Value from;
    Value to;
    Ease ease;
  };
  Value start_;
  std::vector<Leg> legs_;
};

}  // namespace talkie
