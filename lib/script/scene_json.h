// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading scenes from JSON that has been parsed: the wire and JSON scripts share it.
#pragma once

#include <optional>
#include <string>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"
#include "script/values.h"

namespace talkie {

// In a script, what concerns the whole film is said once, and not by its scenes.
enum class SceneSource { wire, script };

// Reads the fields of `value` over those of `scene`. `voice` is what utterances begin as.
void read_scene(const Value& value, const Utterance& voice, SceneSource source, Scene& scene,
                Findings& findings);

// One of its blocks; paths are of files in `folder`. Empty, after an error, where its kind is none.
std::optional<Block> read_block(const Value& value, const std::string& folder, Findings& findings);
// The field `where`, if it is there.
void read_where(Fields& fields, Place& where, Findings& findings);

inline constexpr Limits kAnyCount{0, 999'999'999};

}  // namespace talkie
