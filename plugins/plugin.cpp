// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of contents.
#include <gst/gst.h>

#include "config.h"
#include "gst/clips.h"
#include "h264holdfill.h"
#include "progresssink.h"
#include "scenecompositor.h"
#include "scriptsrc.h"
#include "svgrender.h"
#include "talkie_typefind.h"
#include "talkiedemux.h"
#include "talkiefilesrc.h"
#include "talkiesrc.h"
#include "ttssrc.h"

#define PACKAGE "talkie"

static gboolean plugin_init(GstPlugin* plugin) {
  talkie::use_gstreamer_for_clips();
  return GST_ELEMENT_REGISTER(scriptsrc, plugin) &&        // a script -> scenes
         GST_ELEMENT_REGISTER(ttssrc, plugin) &&           // scenes -> speech and timing
         GST_ELEMENT_REGISTER(svgrender, plugin) &&        // scenes -> pictures and layers
         GST_ELEMENT_REGISTER(scenecompositor, plugin) &&  // both -> frames, sound, captions
         GST_ELEMENT_REGISTER(h264holdfill, plugin) &&     // held pictures -> constant frame rate
         GST_ELEMENT_REGISTER(progresssink, plugin) &&     // a file, whole or not at all
         GST_ELEMENT_REGISTER(talkiesrc, plugin) &&        // the whole front half
         GST_ELEMENT_REGISTER(talkiedemux, plugin) &&      // the same for a script's bytes
         GST_ELEMENT_REGISTER(talkiefilesrc, plugin) &&    // files that are called scripts
         GST_TYPE_FIND_REGISTER(talkie, plugin);           // files that are scripts
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, talkie,
                  "Scripts become narrated, captioned, animated films", plugin_init, TALKIE_VERSION,
                  "LGPL", PACKAGE, "https://talkie.invalid/")
