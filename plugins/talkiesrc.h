// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "film_bin.h"

G_BEGIN_DECLS

#define TALKIE_TYPE_SRC (talkie_src_get_type())
G_DECLARE_FINAL_TYPE(TalkieSrc, talkie_src, TALKIE, SRC, TalkieFilmBin)

GST_ELEMENT_REGISTER_DECLARE(talkiesrc)

G_END_DECLS
