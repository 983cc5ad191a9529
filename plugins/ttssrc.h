// SPDX-License-Identifier: LGPL-2.1-or-later
// Speaks scenes, or a text.
#pragma once

#include <gst/gst.h>

#include <memory>

G_BEGIN_DECLS

#define TALKIE_TYPE_TTS_SRC (talkie_tts_src_get_type())
G_DECLARE_FINAL_TYPE(TalkieTtsSrc, talkie_tts_src, TALKIE, TTS_SRC, GstElement)

GST_ELEMENT_REGISTER_DECLARE(ttssrc)

G_END_DECLS

namespace talkie {

class FilmLine;
// From the next start or flush on `element` (a ttssrc) speaks from line's beginning() on, and
// records there what it has spoken.
void set_film_line(GstElement* element, std::shared_ptr<FilmLine> line);

}  // namespace talkie
