// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script looks like to programs that open any file.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GST_TYPE_FIND_REGISTER_DECLARE(talkie)

G_END_DECLS

#define kTalkieCaps "text/x-talkie"
