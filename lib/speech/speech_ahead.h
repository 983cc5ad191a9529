// SPDX-License-Identifier: LGPL-2.1-or-later
// Has scenes spoken before they are needed, several utterances side by side: a service answers
// after seconds, and to four questions at once as soon as to one.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "speech/recording.h"

namespace talkie {

// As many as make sense for a film; providers have limits of their own.
inline constexpr int kSideBySide = 8;

// Thread-safe.
class SpeechAhead {
 public:
  // `side_by_side`: how many utterances at once. The cache that the options name outlives this.
  SpeechAhead(const NarratorOptions& options, int side_by_side);
  ~SpeechAhead();
  SpeechAhead(const SpeechAhead&) = delete;
  SpeechAhead& operator=(const SpeechAhead&) = delete;

  // Has what the scene says recorded, after all that was asked for before.
  void begin(const Scene& scene);
  // The recording of what was begun, once; else it is made now. Waits.
  Result<Recording> take(const RecordingRequest& request, const std::stop_token& stop);

 private:
  struct Job {
    Utterance utterance;
    std::string language;
    enum class State { waiting, running, done } state = State::waiting;
    std::optional<Result<Recording>> result;
  };
  void run();
  [[nodiscard]] std::shared_ptr<Job> claim(const RecordingRequest& request);

  NarratorOptions options_;
  std::mutex mutex_;  // guards the jobs
  std::condition_variable_any changed_;
  std::list<std::shared_ptr<Job>> jobs_;  // in the order in which they were asked for
  std::stop_source stop_;
  std::vector<std::thread> threads_;
};

}  // namespace talkie
