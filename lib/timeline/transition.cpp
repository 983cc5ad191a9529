// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/transition.h"

#include <algorithm>
#include <cmath>

#include "timeline/easing.h"
#include "timeline/rows.h"
#include "timeline/texture.h"
#include "timeline/transition_moves.h"
#include "timeline/transition_order.h"

namespace talkie {

namespace {

using Kind = Transition::Kind;
using Direction = Transition::Direction;

bool is_sideways(const Transition& transition) {
  return transition.direction == Direction::left || transition.direction == Direction::right;
}

// The way a wipe's edge goes, and the width of its soft edge, in pixels.
int wipe_length(const Transition& transition, Size size) {
  return is_sideways(transition) ? size.width : size.height;
}
int soft_edge(const Transition& transition, Size size) {
  return std::max(wipe_length(transition, size) / 16, 1);
}

// How much of the new picture (0 to 256) shows `distance` pixels from where the wipe begins.
int wipe_weight(int distance, int position, int edge) {
  if (position <= distance) return 0;
  if (position - distance >= edge) return kOne;
  const double share = static_cast<double>(position - distance) / edge;
  return static_cast<int>(std::lround(ease_in_out(share) * kOne));
}

// The weights of the pixels from `first` to `last` (one past the end) along the way, in the frame's
// order.
std::vector<uint16_t> wipe_weights(const Transition& transition, Size size, int position, int first,
                                   int last) {
  const int length = wipe_length(transition, size);
  const int edge = soft_edge(transition, size);
  // "left" and "up" are where the edge goes: it begins at the right, or below.
  const bool from_the_end =
      transition.direction == Direction::left || transition.direction == Direction::up;
  std::vector<uint16_t> weights;
  for (int i = first; i < last; ++i)
    weights.push_back(
        static_cast<uint16_t>(wipe_weight(from_the_end ? length - 1 - i : i, position, edge)));
  return weights;
}

Rect wipe_change(const Transition& transition, Size size, int from, int to) {
  // The weight of a pixel `d` from the beginning changes where from - edge < d < to.
  const int length = wipe_length(transition, size);
  int first = std::clamp(std::min(from, to) - soft_edge(transition, size), 0, length);
  int last = std::clamp(std::max(from, to), 0, length);
  if (transition.direction == Direction::left || transition.direction == Direction::up) {
    std::swap(first, last);
    first = length - first;
    last = length - last;
  }
  first &= ~1;
  last = std::min((last + 1) & ~1, length);
  if (is_sideways(transition)) return {first, 0, last, size.height};
  return {0, first, size.width, last};
}

// target = weight of itself, the rest of `before`.
void mix_evenly(int weight, const Planes& before, const Planes& target, const Rect& rect) {
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      mix_row(row_of(target, plane, y) + part.x, row_of(before, plane, y) + part.x, weight,
              part.width);
  }
}

// Out to a colour in the first half, in from it in the second.
void fade_through(Yuv colour, int position, const Planes& before, const Planes& target,
                  const Rect& rect) {
  if (position < kOne) copy_rect(before, target, rect);
  const int amount = position < kOne ? position : 2 * kOne - position;
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      lerp_row(row_of(target, plane, y) + part.x, colour.plane(plane), amount, part.width);
  }
}

}  // namespace

bool stays_in_place(Kind kind) {
  return !moves_pictures(kind) && kind != Kind::fade_black && kind != Kind::fade_white;
}

bool moves_pictures(Kind kind) {
  return kind == Kind::slide || kind == Kind::push || kind == Kind::reveal || kind == Kind::zoom;
}

int transition_end(const Transition& transition, Size size) {
  switch (transition.kind) {
    case Kind::cut:
      return 0;
    case Kind::crossfade:
      return kOne;
    case Kind::fade_black:
    case Kind::fade_white:
      return 2 * kOne;
    case Kind::wipe:
      return wipe_length(transition, size) - 1 + soft_edge(transition, size);
    case Kind::slide:
    case Kind::push:
    case Kind::reveal:
      return wipe_length(transition, size) * Box::kPixel;
    case Kind::dissolve:
    case Kind::circle:
    case Kind::radial:
      return kOrders + order_softness(transition.kind);
    case Kind::zoom:
    case Kind::morph:
      return kFineSteps;
  }
  return 0;
}

int transition_position(const Transition& transition, Size size, double share) {
  return static_cast<int>(std::lround(ease_in_out(share) * transition_end(transition, size)));
}

Rect transition_change(const Transition& transition, Size size, int from, int to) {
  if (from == to) return {};
  if (transition.kind == Kind::wipe) return wipe_change(transition, size, from, to);
  if (transition.kind == Kind::circle) return circle_reach(size, std::max(from, to));
  return whole(size);
}

void TransitionPainter::mix_wipe(int position, const Planes& before, const Planes& target,
                                 const Rect& rect) const {
  const bool sideways = is_sideways(transition_);
  const std::vector<uint16_t> weights = wipe_weights(
      transition_, size_, position, sideways ? rect.x0 : rect.y0, sideways ? rect.x1 : rect.y1);
  std::vector<uint16_t> chroma_weights;  // chroma is sited on the even ones
  for (size_t i = 0; i < weights.size(); i += 2)
    chroma_weights.push_back(weights[i]);
  for (int plane = 0; plane < 3; ++plane) {
    const std::vector<uint16_t>& along = plane == 0 ? weights : chroma_weights;
    const PlaneRect part = in_plane(rect, plane);
    for (int y = 0; y < part.height; ++y) {
      uint8_t* const row = row_of(target, plane, part.y + y) + part.x;
      const uint8_t* const old_row = row_of(before, plane, part.y + y) + part.x;
      if (sideways)
        mix_row(row, old_row, along.data(), part.width);
      else
        mix_row(row, old_row, along[static_cast<size_t>(y)], part.width);
    }
  }
}

void TransitionPainter::mix_in_order(int position, const Planes& before, const Planes& target,
                                     const Rect& rect) {
  if (order_.luma.empty()) order_ = make_order(transition_.kind, size_);
  const int slope = (kOne << kSlopeShift) / order_softness(transition_.kind);
  for (int plane = 0; plane < 3; ++plane) {
    const std::vector<uint16_t>& order = plane == 0 ? order_.luma : order_.chroma;
    const ptrdiff_t stride = in_plane(whole(size_), plane).width;
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      mix_row(row_of(target, plane, y) + part.x, row_of(before, plane, y) + part.x,
              order.data() + stride * y + part.x, position, slope, part.width);
  }
}

void TransitionPainter::mix(int position, const Planes& before, const Planes& target,
                            const Rect& rect) {
  switch (transition_.kind) {
    case Kind::crossfade:
      return mix_evenly(position, before, target, rect);
    case Kind::fade_black:
      return fade_through(to_yuv(0x000000), position, before, target, rect);
    case Kind::fade_white:
      return fade_through(to_yuv(0xffffff), position, before, target, rect);
    case Kind::wipe:
      return mix_wipe(position, before, target, rect);
    case Kind::dissolve:
    case Kind::circle:
    case Kind::radial:
      return mix_in_order(position, before, target, rect);
    default:
      return;
  }
}

void TransitionPainter::mix(int position, const Planes& before, const Planes& after,
                            const Planes& target, const Rect& rect) {
  if (position <= 0) return copy_rect(before, target, rect);
  if (position >= transition_end(transition_, size_)) return copy_rect(after, target, rect);
  if (moves_pictures(transition_.kind))
    return paint_moving(transition_, position, before, after, target, rect);
  if (transition_.kind != Kind::crossfade) {
    copy_rect(after, target, rect);
    return mix(position, before, target, rect);
  }
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      lerp_row(row_of(target, plane, y) + part.x, row_of(before, plane, y) + part.x,
               row_of(after, plane, y) + part.x, position, part.width);
  }
}

}  // namespace talkie
