// SPDX-License-Identifier: LGPL-2.1-or-later
// What a bin that makes a film of a script answers by itself.
#pragma once

#include <gst/gst.h>

#include "film_line.h"

namespace talkie {

// Duration, seeking, segment and latency: they are not the elements' inside.
bool is_film_query(GstQuery* query);
// False for one in a format that is not time.
bool answer_film_query(GstQuery* query, const FilmLine& line, const GstSegment& segment);

}  // namespace talkie
