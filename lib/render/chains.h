// SPDX-License-Identifier: LGPL-2.1-or-later
// A preset's pieces of pipeline, made.
#pragma once

#include <gst/gst.h>

#include <optional>

#include "gst/owned.h"
#include "render/preset.h"

namespace talkie {

struct Chain {
  Owned<GstElement> element;  // a bin with ghost pads for the ends that are not linked
  int priming = 0;
};

// The first alternative whose elements are all installed. Errors: missing_part with the packages of
// the first one; bad_value where a piece is not a pipeline.
Result<Chain> make_chain(const Preset& preset, const std::vector<PresetChain>& alternatives);
// The muxer itself, not a bin, so that its pads can be asked for.
Result<Owned<GstElement>> make_mux(const Preset& preset);

// What make_chain() or make_mux() would miss; empty where all is installed.
std::optional<Error> missing_part_of(const Preset& preset);

}  // namespace talkie
