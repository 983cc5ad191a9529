// SPDX-License-Identifier: LGPL-2.1-or-later
// The caps on both sides of h264holdfill.
#pragma once

#include <gst/gst.h>

#include <optional>

#include "bitstream/hold_filler.h"
#include "gst/owned.h"

namespace talkie {

// The frame rate that the caps have fixed in `field`.
std::optional<Rate> rate_in(GstCaps* caps, const char* field);
// The frame rate of the filled stream where nobody has set it: what is downstream of `src` asks for
// one, else what comes in has one.
std::optional<Rate> automatic_rate(GstPad* src, GstCaps* input);

// Prepares the filler for a stream of these caps and makes those of what it gives: at `rate` where
// it can be filled, else as it came. Errors: syntax.
Result<Owned<GstCaps>> caps_of_filled(HoldFiller& filler, GstCaps* input, Rate rate);

// What upstream may send: at any rate what is downstream of `src` takes at one.
Owned<GstCaps> caps_accepted(GstPad* src, GstCaps* filter);

}  // namespace talkie
