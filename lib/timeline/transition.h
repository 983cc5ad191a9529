// SPDX-License-Identifier: LGPL-2.1-or-later
// From one picture to the next: where each of them shows.
#pragma once

#include <string_view>

#include "base/error.h"
#include "script/scene.h"
#include "timeline/yuv.h"

namespace talkie {

// "cut", "crossfade", "crossfade 0.5", "wipe", "wipe up 500ms": a kind, then a direction and a
// length in any order. bad_value says what may stand there.
Result<Transition> parse_transition(std::string_view text);

// How far a transition has come: one number per look, so that equal numbers are equal pictures.
// Crossfade: 0 (old) to 256 (new). Wipe: how many pixels its edge has gone, 0 (old) to
// transition_end() (new).
int transition_position(const Transition& transition, Size size, double share);
int transition_end(const Transition& transition, Size size);

// What differs between two positions.
Rect transition_change(const Transition& transition, Size size, int from, int to);

// Fills the `rect` of `target` with `before` and `after`, each where it shows.
void mix_transition(const Transition& transition, int position, const Planes& before,
                    const Planes& after, const Planes& target, const Rect& rect);
// The same where `target` holds the new picture.
void mix_transition(const Transition& transition, int position, const Planes& before,
                    const Planes& target, const Rect& rect);

}  // namespace talkie
