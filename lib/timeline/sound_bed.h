// SPDX-License-Identifier: LGPL-2.1-or-later
// What is heard besides voices: music that makes way for them, and effects. From the timeline
// alone: the same times give the same sound.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "script/scene.h"
#include "speech/sound_file.h"
#include "speech/timing.h"
#include "timeline/ducking.h"

namespace talkie {

// One scene's part of the bed. Complete in itself: it can be mixed at any time, on any thread. It
// reaches a little beyond both ends of its scene, so that the limiter knows what is there.
struct BedScene {
  // A stretch of a file that is heard.
  struct Piece {
    std::shared_ptr<const SoundFile> file;
    bool music = false;  // else an effect
    int64_t begin = 0;   // samples of the scene, where it is heard from …
    int64_t end = 0;     // … to
    int64_t from = 0;    // how far the file has been played at `begin`, all its turns together
    bool loops = false;
    double gain = 1;  // linear, of the whole stretch
  };
  std::vector<Piece> pieces;
  // The music's gain over the scene, in dB. Fades and ducking together.
  Polyline envelope;
  [[nodiscard]] bool empty() const { return pieces.empty(); }
  // The same for beds that sound the same.
  [[nodiscard]] std::string key() const;
};

// Goes through a film's scenes in their order.
class SoundBed {
 public:
  // `first_sample` and `samples` say where the scene's sound lies on the film's line. A file that
  // cannot be read is an Error with its place.
  Result<BedScene> add(const Scene& scene, const SceneTiming& timing, int64_t first_sample,
                       int64_t samples, const std::stop_token& stop);

 private:
  struct Stretch;
  Result<void> add_music(const Scene& scene, const Stretch& stretch, const Polyline& ducking,
                         const std::stop_token& stop, BedScene& bed);
  Result<void> add_effects(const Scene& scene, const SceneTiming& timing, const Stretch& stretch,
                           const std::stop_token& stop, BedScene& bed);

  // What goes on from the scene before. Samples are the film's.
  struct Playing {
    std::shared_ptr<const SoundFile> file;
    int64_t begin = 0;
    double gain = 1;
    int section = 0;  // of music
  };
  std::optional<Playing> music_;
  std::vector<Playing> effects_;  // those that still ring
  DuckingState ducking_;
};

// Which parts of the sound are wanted.
struct MixParts {
  bool voice = true;
  bool music = true;
  bool effects = true;
};

// The scene's sound: stereo, interleaved, `voice.size()` frames. What is mono, as the voice is,
// stands in the middle: 3 dB quieter on each of the sides, which together are as loud as it was.
// `gain` (linear) is applied to all. Limited, see speech/sound.h.
Result<std::vector<int16_t>> mix_scene(std::span<const int16_t> voice, const BedScene& bed,
                                       double gain, const MixParts& parts,
                                       const std::stop_token& stop);

}  // namespace talkie
