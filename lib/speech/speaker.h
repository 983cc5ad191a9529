// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenes in, a stream of timings and samples out: speaks ahead on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "base/error.h"
#include "speech/narrator.h"
#include "speech/timing.h"

namespace talkie {

// One thread adds scenes, one takes steps; both may be stopped from a third.
class Speaker {
 public:
  // At most `lookahead` scenes are spoken ahead of the one whose samples are being taken.
  Speaker(NarratorOptions options, int lookahead);
  ~Speaker();
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;

  // Hands over the next scene. Waits while there is no room; false after stop() or an Error.
  bool add(Scene scene);
  // No scene follows.
  void finish();
  // Wakes whoever waits, gives up what is being spoken, and makes next() return Stopped.
  void stop();

  struct Samples {
    int64_t first = 0;  // counted from the stream's first sample
    std::vector<int16_t> samples;
  };
  struct Finished {};
  struct Stopped {};
  // What comes next in the stream. Each scene's timing comes before its first samples, and as soon
  // as it is known: up to `lookahead` scenes early. Samples never span two scenes; they are at most
  // kChunk. After an Error, Finished or Stopped nothing else comes.
  using Step = std::variant<Stopped, Problem, SceneTiming, Samples, Finished, Error>;
  Step next();
  static constexpr int64_t kChunk = kSampleRate / 10;

  // The stream's length, where all of it is known.
  [[nodiscard]] std::optional<int64_t> total_samples() const;

 private:
  struct Spoken {
    SceneTiming timing;
    std::vector<int16_t> samples;
    bool announced = false;
  };

  void speak_all();
  void speak(const Scene& scene);
  [[nodiscard]] bool all_spoken() const;  // with mutex_ held
  [[nodiscard]] std::optional<Step> ready_step();

  const NarratorOptions options_;
  const size_t room_;

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
  int64_t taken_samples_ = 0;
  size_t taken_of_first_ = 0;

  int64_t next_frame_ = 0;  // the thread's own, as is the rate
  std::optional<Rate> frame_rate_;
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace talkie
