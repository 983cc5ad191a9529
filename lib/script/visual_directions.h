// SPDX-License-Identifier: LGPL-2.1-or-later
// Stage directions about what is seen and when: (overlay: …), (cue: …), (camera: …), (visual: …).
#pragma once

#include "base/value.h"
#include "script/findings.h"
#include "script/scene_builder.h"

namespace talkie {

// "bottom-right 40%" or {at: …, size: …} for the next block; with `image`, `video` or `terminal`
// in the group, for that file.
void direct_overlay(const Value& value, SceneBuilder& builder, Findings& findings);
void direct_cue(const Value& value, SceneBuilder& builder, Findings& findings);
void direct_camera(const Value& value, SceneBuilder& builder, Findings& findings);
// generic "what should be seen": a placeholder.
void direct_visual(const Value& value, SceneBuilder& builder, Findings& findings);

}  // namespace talkie
