// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading scenes from JSON that has been parsed: the wire and JSON scripts share it.
#pragma once

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// In a script, what concerns the whole film is said once, and not by its scenes.
enum class SceneSource { wire, script };

// Reads the fields of `value` over those of `scene`. `voice` is what utterances begin as.
void read_scene(const Value& value, const Utterance& voice, SceneSource source, Scene& scene,
                Findings& findings);

}  // namespace talkie
