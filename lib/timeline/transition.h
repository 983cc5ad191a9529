// SPDX-License-Identifier: LGPL-2.1-or-later
// From one picture to the next: where each of them shows.
#pragma once

#include <cstdint>
#include <vector>

#include "script/scene.h"
#include "timeline/yuv.h"

namespace talkie {

// How far a transition has come: one number per look, so that equal numbers are equal pictures.
// 0: the old picture, transition_end(): the new one. What it counts is the kind's own affair.
int transition_position(const Transition& transition, Size size, double share);
int transition_end(const Transition& transition, Size size);

// What differs between two positions, where the old and the new picture differ.
Rect transition_change(const Transition& transition, Size size, int from, int to);

// Whether each pixel is made of those of both pictures at its own place alone, so that nothing
// changes where they are equal.
bool stays_in_place(Transition::Kind kind);
// Whether pictures go elsewhere, so that both of them are needed whole.
bool moves_pictures(Transition::Kind kind);

// When each pixel of a picture becomes the new one.
struct PixelOrder {
  std::vector<uint16_t> luma;
  std::vector<uint16_t> chroma;
};

// Paints one scene's way in. Belongs to one thread.
class TransitionPainter {
 public:
  TransitionPainter() = default;
  TransitionPainter(const Transition& transition, Size size)
      : transition_(transition), size_(size) {}

  // Fills the `rect` of `target` with `before` and `after`, each where it shows.
  void mix(int position, const Planes& before, const Planes& after, const Planes& target,
           const Rect& rect);
  // The same where `target` holds the new picture; not for those that move pictures.
  void mix(int position, const Planes& before, const Planes& target, const Rect& rect);
  // Lets go of what was kept to be quick.
  void rest() { order_ = {}; }

 private:
  void mix_wipe(int position, const Planes& before, const Planes& target, const Rect& rect) const;
  void mix_in_order(int position, const Planes& before, const Planes& target, const Rect& rect);

  Transition transition_;
  Size size_;
  PixelOrder order_;
};

}  // namespace talkie
