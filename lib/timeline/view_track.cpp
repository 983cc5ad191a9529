// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/view_track.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace talkie {

View mix(const View& from, const View& to, double share) {
  // What is not moving stays exactly where it is.
  if (share <= 0 || from == to) return from;
  if (share >= 1) return to;
  if (from.width > 0 && to.width > 0 && from.width != to.width) {
    const double width = from.width * std::pow(to.width / from.width, share);
    share = (width - from.width) / (to.width - from.width);
  }
  return {std::lerp(from.x, to.x, share), std::lerp(from.y, to.y, share),
          std::lerp(from.width, to.width, share), std::lerp(from.height, to.height, share)};
}

View inside(View view, Size picture) {
  const double width = picture.width;
  const double height = picture.height;
  if (!(view.width > 0) || !(view.height > 0)) return {0, 0, width, height};
  const double too_large = std::max(view.width / width, view.height / height);
  if (too_large > 1) {
    view.width /= too_large;
    view.height /= too_large;
  }
  view.x = std::clamp(view.x, 0.0, width - view.width);
  view.y = std::clamp(view.y, 0.0, height - view.height);
  return view;
}

Track<View> view_track(const View& start, const std::vector<ViewMove>& moves, Size picture,
                       const SceneClock& clock) {
  std::vector<std::pair<FrameSpan, const ViewMove*>> spans;
  for (const ViewMove& move : moves)
    spans.emplace_back(clock.span(move), &move);
  std::stable_sort(spans.begin(), spans.end(),
                   [](const auto& a, const auto& b) { return a.first.first < b.first.first; });
  Track<View> track(inside(start, picture));
  for (const auto& [span, move] : spans)
    track.move(span, inside(move->to, picture), move->ease);
  return track;
}

}  // namespace talkie
