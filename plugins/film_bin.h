// SPDX-License-Identifier: LGPL-2.1-or-later
// What talkiesrc and talkiedemux have in common: the elements that make a film of a script, their
// properties, seeks and queries.
#pragma once

#include <gst/gst.h>

#include "scriptsrc.h"

G_BEGIN_DECLS

#define TALKIE_TYPE_FILM_BIN (talkie_film_bin_get_type())
G_DECLARE_DERIVABLE_TYPE(TalkieFilmBin, talkie_film_bin, TALKIE, FILM_BIN, GstBin)

struct _TalkieFilmBinClass {
  GstBinClass parent_class;
};

G_END_DECLS

namespace talkie {

// The bin's scriptsrc and scenecompositor; borrowed.
GstElement* script_of(TalkieFilmBin* bin);
GstElement* compositor_of(TalkieFilmBin* bin);
// Is told of the script before any of its scenes is made, on the thread that reads it.
void set_script_listener(TalkieFilmBin* bin, ScriptListener listener);
// A ghost of that pad of the compositor that answers for the bin; not added to it. Floating.
GstPad* new_film_pad(TalkieFilmBin* bin, GstStaticPadTemplate& pad_template, GstPad* target);

}  // namespace talkie
