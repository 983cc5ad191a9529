// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a film's scenes lie on its line, as far as they have been spoken; and what it takes to
// begin at any of them: the sound goes on there as if all before it had been heard.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/cache.h"
#include "base/error.h"
#include "base/time.h"
#include "script/scene.h"
#include "speech/narrator.h"
#include "timeline/sound_bed.h"

namespace talkie {

// A scene's beginning, and what music and effects are at then.
struct LinePlace {
  int scene = 0;
  int64_t frame = 0;
  int64_t sample = 0;
  Time time{};
  SoundBed bed;
};

// Thread-safe. Scenes become known one after another, spoken by whoever comes to them first.
class FilmLine {
 public:
  // `changed` is called without locks, on any thread, when more is known.
  FilmLine(NarratorOptions narrator, const std::string& cache_folder,
           std::function<void()> changed);

  void set_script(std::shared_ptr<const Script> script);
  [[nodiscard]] std::shared_ptr<const Script> script() const;

  // `scene` was spoken; `bed`: what it left to the next one. Where that is not what was known of
  // it, what was known of the scenes after it is forgotten.
  void record(const Scene& scene, const SceneTiming& timing, const SoundBed& bed);
  // Speaks the first scene that is not known, for its times alone. False: there is none.
  Result<bool> speak_next(const std::stop_token& stop);
  // Speaks scenes until it is known which one is on at `time`, or the film's end.
  Result<void> speak_until(Time time, const std::stop_token& stop);

  [[nodiscard]] int scenes_known() const;
  [[nodiscard]] bool is_complete() const;  // all of them are
  // Of the scenes that are known; and of all, by how much there is to say in the others.
  [[nodiscard]] Time known_end() const;
  [[nodiscard]] Time expected_end() const;
  // The scene that is on at `time`; none where it is not known, or after the end.
  [[nodiscard]] std::optional<int> scene_at(Time time) const;
  // The beginning of a scene that is known, or of the one after it, which may be the film's end.
  [[nodiscard]] LinePlace place_of(int scene) const;

  // Where the scenes begin that are spoken next.
  void begin_at(const LinePlace& place);
  [[nodiscard]] LinePlace beginning() const;

 private:
  struct Known {
    int64_t end_frame = 0;
    SoundBed bed;  // after the scene
  };
  [[nodiscard]] Rate rate() const { return script_ ? script_->film.frame_rate : Rate{}; }
  [[nodiscard]] LinePlace place_with_lock(size_t scene) const;
  [[nodiscard]] bool complete_with_lock() const;

  std::optional<Cache> cache_;
  NarratorOptions narrator_;
  const std::function<void()> changed_;

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Script> script_;
  std::vector<Known> known_;
  LinePlace beginning_;
};

// About how long all of it takes to say, before anything was said.
Time guessed_length(const Script& script);

}  // namespace talkie
