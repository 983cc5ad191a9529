// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define TALKIE_TYPE_H264_HOLD_FILL (talkie_h264_hold_fill_get_type())
G_DECLARE_FINAL_TYPE(TalkieH264HoldFill, talkie_h264_hold_fill, TALKIE, H264_HOLD_FILL, GstElement)

GST_ELEMENT_REGISTER_DECLARE(h264holdfill)

G_END_DECLS
