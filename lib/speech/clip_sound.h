// SPDX-License-Identifier: LGPL-2.1-or-later
// The sound of a scene's clips, under the voice. Who can decode such files says so at start: this
// folder cannot.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "script/scene.h"
#include "speech/timing.h"

namespace talkie {

// At most `length` of the file's sound from `start` on, mono at kSampleRate; what is missing at the
// end is silent. not_found, unreadable, unsupported, missing_part, cancelled; all but the last name
// the path. Thread-safe.
using ClipSoundReader = Result<std::vector<int16_t>> (*)(const std::string& path, Time start,
                                                         Time length, const std::stop_token& stop);
void set_clip_sound_reader(ClipSoundReader reader);

// A clip's sound on its scene's line.
struct ClipSound {
  const Clip* clip = nullptr;  // borrowed from the scene
  Place where;
  Time length{};                // of one playing
  std::vector<int64_t> begins;  // the samples of the scene at which it plays, once or in a loop
  [[nodiscard]] int64_t samples() const;
};

// The clips of a scene that are heard. `first_frame` is the scene's in the film, `frames` how many
// it lasts; `timing` has what is said and when, and the scene's duration. A clip begins with the
// scene, or with the narration step that follows it in the script, or where a cue plays it: as its
// picture does. What cannot be heard is a warning; of what is no clip at all the page speaks.
std::vector<ClipSound> clip_sounds(const Scene& scene, int64_t first_frame, int64_t frames,
                                   const SceneTiming& timing, Problems& problems);

// Everything that decides how it sounds, the file's content included.
void add_to(KeyMaker& key, const ClipSound& sound);

// Decodes it and adds it, at half of its loudness times Clip::volume, to the scene's samples. Where
// it begins and ends it is faded over 10 ms, so that nothing clicks.
Result<void> mix(const ClipSound& sound, std::span<int16_t> samples, const std::stop_token& stop);

}  // namespace talkie
