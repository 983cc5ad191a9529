// SPDX-License-Identifier: LGPL-2.1-or-later
// The pipeline that makes a film, from scenes to a file.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gst/owned.h"
#include "render/preset.h"
#include "render/whole_file.h"
#include "script/scene.h"
#include "speech/timing.h"

namespace talkie {

// What the speech branch has said so far about time. Filled by its thread, read by any.
class TimingLog {
 public:
  explicit TimingLog(const Script& script);

  void add(SceneTiming timing);
  [[nodiscard]] std::vector<SceneTiming> all() const;
  // The end of the last scene that is known, and the scene (from 1) that is on at `position`.
  [[nodiscard]] Time known_end() const;
  [[nodiscard]] int scene_at(Time position) const;
  // The whole film: exact once every scene has been spoken; before that, the scenes to come are
  // taken to be as long for their text as those that were.
  [[nodiscard]] Time expected_end() const;

 private:
  mutable std::mutex mutex_;
  std::vector<SceneTiming> timings_;
  std::vector<double> weights_;  // of each scene: its text's length, and a bit for every scene
};

// Counts what arrives in the file, to tell a slow pipeline from one that stands still.
using Arrivals = std::atomic<uint64_t>;

struct FilmPipeline {
  Owned<GstElement> pipeline;
  Owned<GstBus> bus;
  std::shared_ptr<TimingLog> timings;
  std::shared_ptr<Arrivals> arrivals;
  std::unique_ptr<WholeFile> scratch;  // the muxer's own temporary file, where it wants one
};

struct FilmPipelineOptions {
  std::string engine;
  std::string output;
};

// Builds it, in state NULL:
//
//   scenes ! tee ! queue ! svgrender ! scenecompositor ! queue ! video chain ! queue ! mux !
//              ! queue ! ttssrc    !                 ! queue ! audio chain ! queue ! progresssink
//
// A preset without video has no tee, no pictures and no compositor.
Result<FilmPipeline> make_film_pipeline(const Script& script, const Preset& preset,
                                        const FilmPipelineOptions& options);

// Hands all scenes over and ends the stream. The pipeline must be at least PAUSED.
Result<void> feed(const FilmPipeline& film, const Script& script);

// How far the encoder has come.
Time encoded_position(const FilmPipeline& film);

}  // namespace talkie
