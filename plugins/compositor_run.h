// SPDX-License-Identifier: LGPL-2.1-or-later
// What scenecompositor makes of the scenes that come: all of a film, or after a seek a part of it.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace talkie {

struct CompositorRun {
  CompositorRun() { gst_segment_init(&segment, GST_FORMAT_TIME); }

  GstSegment segment;                   // in the film's time; nothing outside of it is pushed
  guint32 seqnum = GST_SEQNUM_INVALID;  // of the seek
  std::optional<Time> origin = {};      // where the first scene begins; none: the film begins then
  int64_t first_sample = 0;             // likewise
  bool is_seamless = false;             // the flush before it is not told downstream
};

// Whether the next flush stays inside. Before its flush-start.
void set_flush_seamless(GstElement* scenecompositor, bool is_seamless);
// For what comes after the flush. Between its flush-start and its flush-stop.
void set_compositor_run(GstElement* scenecompositor, const CompositorRun& run);
// Whether all of the segment has been pushed, and its end.
bool compositor_is_done(GstElement* scenecompositor);

}  // namespace talkie
