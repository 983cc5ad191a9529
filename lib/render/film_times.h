// SPDX-License-Identifier: LGPL-2.1-or-later
// When everything in a film is said, scene by scene, without its sound.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "script/scene.h"
#include "speech/narrator.h"
#include "speech/speech_ahead.h"

namespace talkie {

// One thread's.
class FilmTimes {
 public:
  // So many scenes are spoken ahead, side by side; 0: none. The options' cache sees to it that
  // nobody is asked again for the same.
  FilmTimes(const Script& script, NarratorOptions options, size_t scenes_ahead);

  // The next scene's times, in the film's order; there is one.
  Result<SceneSpeech> next(Problems& problems, const std::stop_token& stop);
  // Where that scene begins.
  [[nodiscard]] int64_t next_frame() const { return next_frame_; }

 private:
  const Script& script_;
  NarratorOptions options_;
  const size_t scenes_ahead_;
  std::optional<SpeechAhead> ahead_;
  size_t begun_ = 0;  // scenes that ahead_ was told of
  size_t next_ = 0;
  int64_t next_frame_ = 0;
};

inline constexpr size_t kScenesAhead = 8;

}  // namespace talkie
