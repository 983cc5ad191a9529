// SPDX-License-Identifier: LGPL-2.1-or-later
// Encoders that are part of the machine: asked for by name, used where they work.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/time.h"
#include "render/preset.h"
#include "render/render.h"
#include "script/scene.h"

namespace talkie {

// Whether a chain encodes pictures here. Somebody may have a driver and no device, or one that
// cannot do what is asked for.
using ChainProbe = std::function<bool(const Preset& preset, const PresetChain& chain)>;
// Has it encode one grey picture of that size.
ChainProbe probe_for(Size size, Rate rate);

// Puts the chain that was asked for in the place of the preset's own, where `works` says that it
// does. Otherwise the preset stays as it is, and the sentence says why.
std::optional<std::string> use_encoder(Preset& preset, EncoderChoice choice,
                                       const ChainProbe& works);

// What encodes the pictures: "x264enc"; empty without pictures.
std::string encoder_of(const Preset& preset);

}  // namespace talkie
