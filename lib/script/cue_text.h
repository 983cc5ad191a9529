// SPDX-License-Identifier: LGPL-2.1-or-later
// What a cue asks for, as people write it: "highlight=mux; zoom=1.5".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// One thing that happens at a word. A pause (wait=2) is not the page's business.
struct CueAction {
  Cue cue;        // its step and offset are the caller's
  Time wait{-1};  // 0 or more: a pause instead of a cue
};

// Several with ';' or '&' between. What cannot be is an error at `where`.
std::vector<CueAction> parse_cues(std::string_view text, const Place& where, Findings& findings);
// The same as a direction's value: a text, a group {zoom: 1.5, highlight: mux}, or a list of both.
std::vector<CueAction> read_cues(const Value& value, Findings& findings);

// Whether a cue that a program wrote asks for something that can be; an error where not.
void check_cue(const Cue& cue, Findings& findings);

// "zoom 1.5", "pan left", "home"; or a movement of the whole scene ("panzoom"), then `cue` is
// empty. Empty, after an error, where it is neither.
struct CameraMove {
  std::optional<Cue> cue;
  Movement movement = Movement::none;
};
std::optional<CameraMove> read_camera(const Value& value, Findings& findings);

// "3", "2-4,6": lines from 1. Empty where it is no such text.
std::optional<LineSet> parse_lines(std::string_view text);

}  // namespace talkie
