// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/transition_moves.h"

#include <cmath>

#include "timeline/rows.h"
#include "timeline/texture.h"

namespace talkie {

namespace {

using Kind = Transition::Kind;
using Direction = Transition::Direction;

// How large the old picture has grown when it is gone.
constexpr double kZoomedIn = 1.5;

Box whole_box(const Planes& planes) {
  return box_of(whole(planes.size));
}

// The frame's place after it has gone `way` in a direction.
Box gone(Box frame, Direction direction, int way) {
  switch (direction) {
    case Direction::left:
      frame.x -= way;
      break;
    case Direction::right:
      frame.x += way;
      break;
    case Direction::up:
      frame.y -= way;
      break;
    case Direction::down:
      frame.y += way;
      break;
  }
  return frame;
}

// A picture at some place over what is there, with soft edges.
void paint_over(const Planes& picture, const Box& place, const Planes& target, const Rect& rect) {
  paint_texture(texture_of(picture), {whole_box(picture), place, place}, rect, target);
}

// The same and its border around it, which the picture beside it covers.
void paint_under(const Planes& picture, const Box& place, const Planes& target, const Rect& rect) {
  constexpr int kAround = 4 * Box::kPixel;
  const Box reach{place.x - kAround, place.y - kAround, place.width + 2 * kAround,
                  place.height + 2 * kAround};
  paint_texture(texture_of(picture), {whole_box(picture), place},
                intersect(rect, pixels_of(reach, target.size)), target);
}

void zoom_into(const Planes& before, int position, const Planes& target, const Rect& rect) {
  const double share = static_cast<double>(position) / kFineSteps;
  const double size = std::pow(kZoomedIn, -share);
  const double width = before.size.width;
  const double height = before.size.height;
  const View seen{width * (1 - size) / 2, height * (1 - size) / 2, width * size, height * size};
  const int opacity = static_cast<int>(std::lround((1 - share) * kOne));
  paint_texture(texture_of(before), {box_of(seen), whole_box(before), {}, opacity}, rect, target);
}

}  // namespace

void paint_moving(const Transition& transition, int position, const Planes& before,
                  const Planes& after, const Planes& target, const Rect& rect) {
  const Direction direction = transition.direction;
  const Box frame = whole_box(target);
  const bool is_sideways = direction == Direction::left || direction == Direction::right;
  const int length = is_sideways ? frame.width : frame.height;
  const Box going = gone(frame, direction, position);
  const Box coming = gone(frame, direction, position - length);
  switch (transition.kind) {
    case Kind::slide:
      copy_rect(before, target, rect);
      return paint_over(after, coming, target, rect);
    case Kind::push:
      paint_under(before, going, target, rect);
      return paint_over(after, coming, target, rect);
    case Kind::reveal:
      copy_rect(after, target, rect);
      return paint_over(before, going, target, rect);
    case Kind::zoom:
      copy_rect(after, target, rect);
      return zoom_into(before, position, target, rect);
    default:
      return;
  }
}

}  // namespace talkie
