// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "film_bin.h"

G_BEGIN_DECLS

#define TALKIE_TYPE_DEMUX (talkie_demux_get_type())
G_DECLARE_FINAL_TYPE(TalkieDemux, talkie_demux, TALKIE, DEMUX, TalkieFilmBin)

GST_ELEMENT_REGISTER_DECLARE(talkiedemux)

G_END_DECLS
