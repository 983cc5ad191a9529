// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/lengths.h"

#include <utility>

#include "render/film_times.h"

namespace talkie {

Lengths::Lengths(Film film, std::vector<Scene> scenes, std::string engine, const Cache& cache,
                 std::function<void(size_t, int64_t)> found)
    : thread_([script = Script{std::move(film), std::move(scenes)}, engine = std::move(engine),
               &cache, found = std::move(found)](const std::stop_token& stop) {
        FilmTimes times(script, {.engine = engine, .cache = &cache}, kScenesAhead);
        for (size_t i = 0; i < script.scenes.size() && !stop.stop_requested(); ++i) {
          Problems ignored;  // who makes the scene says them
          const auto speech = times.next(ignored, stop);
          if (speech) found(i, speech->frames);
        }
      }) {}

}  // namespace talkie
