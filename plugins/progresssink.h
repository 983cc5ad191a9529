// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define TALKIE_TYPE_PROGRESS_SINK (talkie_progress_sink_get_type())
G_DECLARE_FINAL_TYPE(TalkieProgressSink, talkie_progress_sink, TALKIE, PROGRESS_SINK, GstBin)

GST_ELEMENT_REGISTER_DECLARE(progresssink)

G_END_DECLS
