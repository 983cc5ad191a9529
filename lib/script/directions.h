// SPDX-License-Identifier: LGPL-2.1-or-later
// Stage directions: (pause: 1.5), (layout: title, theme: paper), …
#pragma once

#include <optional>
#include <string_view>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene_builder.h"

namespace talkie {

// The group of keys that `text`, a paragraph or a line of one, holds in parentheses; empty where it
// is prose. `where` is the place of its first character. YAML that is broken in what begins with a
// known direction is an error. The text's lines but the first must begin at column 1.
std::optional<Value> read_direction(std::string_view text, const Place& where, Findings& findings);
// Whether every key of the group is one that a script of Talkie or Narakeet may have.
bool is_known_direction(const Value& directions);

// Does what they say to the scene that is being built.
void follow_directions(const Value& directions, SceneBuilder& builder, Findings& findings);

}  // namespace talkie
