// SPDX-License-Identifier: LGPL-2.1-or-later
// What providers delivered for an utterance, put together: one sound, and where its words are.
#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "speech/provider.h"
#include "speech/recording.h"
#include "speech/said.h"

namespace talkie {

// One thread's.
class RecordedSound {
 public:
  // What was delivered for the next part, without the silence around it; its events count bytes of
  // the part's text.
  Result<void> add(const Take& take, const SaidPart& part, const std::stop_token& stop);
  void add_silence(Time length);
  // Fills in the recording's samples, its loudness and its words, which are those of `text`.
  void finish(std::string_view text, Recording& recording) const;

 private:
  void add_measured(const Take& take, int64_t first, int64_t last, double volume);

  std::vector<float> sound_;  // at kSampleRate
  // The same at the providers' own rate, in which it is measured sooner.
  std::vector<int16_t> measured_;
  int measured_rate_ = kSampleRate;
  std::vector<WordEvent> events_;
};

}  // namespace talkie
