// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstpushsrc.h>

#include <functional>
#include <memory>
#include <string>

#include "script/scene.h"

G_BEGIN_DECLS

#define TALKIE_TYPE_SCRIPT_SRC (talkie_script_src_get_type())
G_DECLARE_FINAL_TYPE(TalkieScriptSrc, talkie_script_src, TALKIE, SCRIPT_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE(scriptsrc)

G_END_DECLS

namespace talkie {

// For bins that have a scriptsrc inside. Called with every script that is read, before its first
// scene goes out.
using ScriptListener = std::function<void(std::shared_ptr<const Script>)>;
void set_script_listener(GstElement* scriptsrc, ScriptListener listener);
// The script itself, as the property, and the file whose name and folder it goes by; or "".
void set_script_text(GstElement* scriptsrc, std::string text, std::string file);
// Which scene (from 0) goes out next. Between flush-start and flush-stop.
void begin_at_scene(GstElement* scriptsrc, int scene);

}  // namespace talkie
