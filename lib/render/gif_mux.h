// SPDX-License-Identifier: LGPL-2.1-or-later
// The pictures of a film, as PNGs, into an animated GIF: none of GStreamer's own elements does it.
#pragma once

#include "render/film_mux.h"

namespace talkie {

// What FilmMux::begin() begins for a preset with `mux: gif`.
Result<std::unique_ptr<FilmMux>> begin_gif(const FilmMuxOptions& options);

}  // namespace talkie
