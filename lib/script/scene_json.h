// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading scenes from JSON that has been parsed: the wire and JSON scripts share it.
#pragma once

#include <optional>
#include <string>

#include "base/value.h"
#include "script/findings.h"
#include "script/header.h"
#include "script/scene.h"
#include "script/values.h"

namespace talkie {

// Reads the fields of `value` over those of `scene`. `script` is the header of the script that it
// belongs to, which says what concerns the whole film; null for a scene that stands alone.
void read_scene(const Value& value, const Header* script, Scene& scene, Findings& findings);

// A step of its narration.
NarrationStep read_step(const Value& value, const Header* script, Findings& findings);

// One of its blocks; paths are of files in `folder`. Empty, after an error, where its kind is none.
std::optional<Block> read_block(const Value& value, const std::string& folder, Findings& findings);
// The field `where`, if it is there.
void read_where(Fields& fields, Place& where, Findings& findings);

inline constexpr Limits kAnyCount{0, 999'999'999};

}  // namespace talkie
