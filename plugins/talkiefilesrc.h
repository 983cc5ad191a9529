// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define TALKIE_TYPE_FILE_SRC (talkie_file_src_get_type())
G_DECLARE_FINAL_TYPE(TalkieFileSrc, talkie_file_src, TALKIE, FILE_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE(talkiefilesrc)

G_END_DECLS
