// SPDX-License-Identifier: LGPL-2.1-or-later
// Transitions as people write them: "wipe left 0.7".
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "script/scene.h"

namespace talkie {

// "cut", "crossfade 0.5", "wipe up 500ms", "0.7": a kind, a direction and a length in any order.
// The names of other programs (Narakeet, ffmpeg's xfade) are known too; where such a transition
// looks otherwise here, `unlike` gets its name. bad_value says what may stand there.
Result<Transition> parse_transition(std::string_view text, std::string* unlike = nullptr);

// Whether its pictures go somewhere: only then may a direction be written.
bool has_direction(Transition::Kind kind);

}  // namespace talkie
