// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_times.h"

#include <algorithm>
#include <utility>

namespace talkie {

FilmTimes::FilmTimes(const Script& script, NarratorOptions options, size_t scenes_ahead)
    : script_(script), options_(std::move(options)), scenes_ahead_(scenes_ahead) {
  options_.samples = false;
  if (scenes_ahead_ == 0) return;
  ahead_.emplace(options_, kSideBySide);
  options_.ahead = &*ahead_;
}

Result<SceneSpeech> FilmTimes::next(Problems& problems, const std::stop_token& stop) {
  const size_t end = std::min(next_ + scenes_ahead_, script_.scenes.size());
  for (; ahead_ && begun_ < end; ++begun_)
    ahead_->begin(script_.scenes[begun_]);
  auto speech = narrate(script_.scenes[next_++], next_frame_, options_, problems, stop);
  if (speech) next_frame_ += speech->frames;
  return speech;
}

}  // namespace talkie
