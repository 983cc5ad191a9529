// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/transition.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "timeline/easing.h"
#include "timeline/rows.h"

namespace talkie {

namespace {

constexpr Time kLongest{10'000'000'000};

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

void mix_crossfade(int position, const Planes& before, const Planes& target, const Rect& rect) {
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y) {
      uint8_t* const row = row_of(target, plane, y) + part.x;
      mix_row(row, row_of(before, plane, y) + part.x, position, part.width);
    }
  }
}

void mix_wipe(const Transition& transition, int position, const Planes& before,
              const Planes& target, const Rect& rect) {
  const bool sideways = is_sideways(transition);
  const std::vector<uint16_t> weights =
      wipe_weights(transition, target.size, position, sideways ? rect.x0 : rect.y0,
                   sideways ? rect.x1 : rect.y1);
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

std::optional<Transition::Kind> kind_from(std::string_view word) {
  if (word == "cut" || word == "none") return Transition::Kind::cut;
  if (word == "crossfade" || word == "fade") return Transition::Kind::crossfade;
  if (word == "wipe") return Transition::Kind::wipe;
  return {};
}

std::optional<Direction> direction_from(std::string_view word) {
  if (word == "left") return Direction::left;
  if (word == "right") return Direction::right;
  if (word == "up") return Direction::up;
  if (word == "down") return Direction::down;
  return {};
}

}  // namespace

Result<Transition> parse_transition(std::string_view text) {
  const auto bad = [&](const std::string& what) {
    return Error{ErrorKind::bad_value, "transition '" + std::string(text) + "': " + what +
                                           " (write cut, 'crossfade 0.5' or 'wipe left 0.5')"};
  };
  Transition transition;
  bool has_kind = false;
  for (const std::string_view word : split(trim(text), ' ')) {
    if (word.empty()) continue;
    if (!has_kind) {
      const auto kind = kind_from(word);
      if (!kind) return bad("'" + std::string(word) + "' is no transition");
      transition.kind = *kind;
      has_kind = true;
    } else if (const auto direction = direction_from(word)) {
      if (transition.kind != Transition::Kind::wipe) return bad("only a wipe has a direction");
      transition.direction = *direction;
    } else if (const auto length = parse_time(word)) {
      if (*length > kLongest) return bad("longer than 10 seconds");
      transition.length = *length;
    } else {
      return bad("'" + std::string(word) + "' is neither a direction nor a time");
    }
  }
  if (!has_kind) return bad("empty");
  if (transition.kind == Transition::Kind::cut) transition.length = Time{};
  return transition;
}

int transition_end(const Transition& transition, Size size) {
  switch (transition.kind) {
    case Transition::Kind::cut:
      return 0;
    case Transition::Kind::crossfade:
      return kOne;
    case Transition::Kind::wipe:
      return wipe_length(transition, size) - 1 + soft_edge(transition, size);
  }
  return 0;
}

int transition_position(const Transition& transition, Size size, double share) {
  return static_cast<int>(std::lround(ease_in_out(share) * transition_end(transition, size)));
}

Rect transition_change(const Transition& transition, Size size, int from, int to) {
  if (from == to) return {};
  if (transition.kind != Transition::Kind::wipe) return whole(size);
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

void mix_transition(const Transition& transition, int position, const Planes& before,
                    const Planes& target, const Rect& rect) {
  if (transition.kind == Transition::Kind::crossfade)
    mix_crossfade(position, before, target, rect);
  else if (transition.kind == Transition::Kind::wipe)
    mix_wipe(transition, position, before, target, rect);
}

void mix_transition(const Transition& transition, int position, const Planes& before,
                    const Planes& after, const Planes& target, const Rect& rect) {
  if (transition.kind != Transition::Kind::crossfade) {
    copy_rect(after, target, rect);
    return mix_transition(transition, position, before, target, rect);
  }
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(rect, plane);
    for (int y = part.y; y < part.y + part.height; ++y)
      lerp_row(row_of(target, plane, y) + part.x, row_of(before, plane, y) + part.x,
               row_of(after, plane, y) + part.x, position, part.width);
  }
}

}  // namespace talkie
