// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenes in, a stream of timings and samples out: speaks ahead on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "base/error.h"
#include "speech/narrator.h"
#include "speech/speech_ahead.h"
#include "speech/timing.h"

namespace talkie {

// One thread adds scenes, one takes steps; both may be stopped from a third.
class Speaker {
 public:
  // Makes the film's sound of a scene's voices, with music and effects: `samples` are mono and
  // become interleaved where Film::stereo says so. On the speaker's thread, in the order of scenes.
  using Finisher = std::function<Result<void>(const Scene& scene, const SceneTiming& timing,
                                              int64_t first_sample, std::vector<int16_t>& samples,
                                              const std::stop_token& stop)>;
  // At most `lookahead` scenes are spoken ahead of the one whose samples are being taken, side by
  // side where that saves time. The first one begins at `first_frame` of its film.
  Speaker(NarratorOptions options, int lookahead, Finisher finisher = {}, int64_t first_frame = 0);
  ~Speaker();
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;

  // Hands over the next scene. Waits while there is no room; false after stop() or an Error.
  bool add(Scene scene);
  // No scene follows.
  void finish();
  // Wakes whoever waits, gives up what is being spoken, and makes next() return Stopped.
  void stop();

  struct Announcement {
    SceneTiming timing;
    int channels = 1;  // of the stream
  };
  struct Samples {
    int64_t first = 0;  // counted from the film's first sample, of each channel
    int channels = 1;
    std::vector<int16_t> samples;  // interleaved
  };
  struct Finished {};
  struct Stopped {};
  // What comes next in the stream. Each scene's timing comes before its first samples, and as soon
  // as it is known: up to `lookahead` scenes early. Samples never span two scenes; they are at most
  // kChunk. After an Error, Finished or Stopped nothing else comes.
  using Step = std::variant<Stopped, Problem, Announcement, Samples, Finished, Error>;
  Step next();
  static constexpr int64_t kChunk = kSampleRate / 10;

  // The stream's length, where all of it is known.
  [[nodiscard]] std::optional<int64_t> total_samples() const;

 private:
  struct Spoken {
    SceneTiming timing;
    int64_t first_sample = 0;
    int channels = 1;
    std::vector<int16_t> samples;
    bool announced = false;
  };

  void speak_all();
  void speak(const Scene& scene);
  Result<Spoken> sound_of(const Scene& scene, Problems& problems);
  [[nodiscard]] bool all_spoken() const;  // with mutex_ held
  [[nodiscard]] std::optional<Step> ready_step();

  NarratorOptions options_;
  const size_t room_;
  const Finisher finisher_;

  mutable std::mutex mutex_;  // guards what follows, up to the thread
  std::condition_variable changed_;
  std::deque<Scene> waiting_;
  std::deque<Spoken> spoken_;  // the first one's samples are being taken
  std::deque<Problem> problems_;
  std::optional<Error> error_;
  bool speaking_ = false;  // the thread has a scene in hand
  bool finished_ = false;
  bool stopped_ = false;
  int64_t spoken_samples_ = 0;
  size_t taken_of_first_ = 0;

  int64_t next_frame_;  // the thread's own, as is the rate
  std::optional<Rate> frame_rate_;
  std::stop_source stop_;
  SpeechAhead ahead_;
  std::thread thread_;
};

}  // namespace talkie
