// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define TALKIE_TYPE_SCRIPT_SRC (talkie_script_src_get_type())
G_DECLARE_FINAL_TYPE(TalkieScriptSrc, talkie_script_src, TALKIE, SCRIPT_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE(scriptsrc)

G_END_DECLS
