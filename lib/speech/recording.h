// SPDX-License-Identifier: LGPL-2.1-or-later
// One utterance, spoken: the sound that is heard, and when each of its words is said.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "speech/engine.h"
#include "speech/narrator.h"
#include "speech/words.h"

namespace talkie {

struct Recording {
  std::string key;               // the same for recordings that sound the same
  int64_t length = 0;            // in samples of kSampleRate; 0 where there is nothing to hear
  std::vector<int16_t> samples;  // `length` of them; none where only the times were asked for
  std::vector<WordSpan> words;   // one for each place of find_words(text)
  std::vector<std::string> warnings;
};

struct RecordingRequest {
  std::string text;
  std::string voice;
  std::string language;
  double speed = 1;
};

// Speaks utterances, or finds them in the options' cache. Belongs to one thread.
class Recorder {
 public:
  explicit Recorder(const NarratorOptions& options) : options_(options) {}

  // `text` must have words. Errors have no place: the caller knows it.
  Result<Recording> record(const RecordingRequest& request, const std::stop_token& stop);

 private:
  Result<void> choose_engine();
  [[nodiscard]] std::string key_of(const RecordingRequest& request) const;
  Result<Recording> speak(const RecordingRequest& request, const std::stop_token& stop);

  const NarratorOptions& options_;
  const TalkieEngine* engine_ = nullptr;
};

}  // namespace talkie
