// SPDX-License-Identifier: LGPL-2.1-or-later
// One utterance, spoken: the sound that is heard, and when each of its words is said. Who speaks it
// is decided here: the first of the providers that can.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "speech/narrator.h"
#include "speech/provider.h"
#include "speech/words.h"

namespace talkie {

struct Recording {
  std::string key;               // the same for recordings that sound the same
  std::string voice;             // who spoke: "espeak/en-us"
  int64_t length = 0;            // in samples of kSampleRate; 0 where there is nothing to hear
  std::vector<int16_t> samples;  // `length` of them, as loud as they came; none where only the
                                 // times were asked for
  std::vector<float> loudness;   // loudness_blocks() of them, in hundredths of a decibel
  std::vector<WordSpan> words;   // one for each place of find_words(text)
  std::vector<std::string> warnings;
  std::string fallback;  // why it was not who was asked for; else empty
};

inline constexpr float kLoudnessSteps = 100;

struct RecordingRequest {
  const Utterance* utterance = nullptr;  // borrowed; has words
  std::string language;                  // never empty
};

// Speaks it, or finds it in the options' cache. Where a provider fails the next one is asked, in
// the end the embedded voice; Recording::fallback says why. What is being recorded already,
// anywhere in the process, is waited for instead of being recorded twice. Errors have no place: the
// caller knows it. Thread-safe.
Result<Recording> record(const RecordingRequest& request, const NarratorOptions& options,
                         const std::stop_token& stop);

// Scene::recording: the author's own voice, which says all of the scene's narration. `text` is what
// is said in it, the utterances with a line break between. Thread-safe.
Result<Recording> read_own_voice(const std::string& path, const std::string& text,
                                 const std::string& language, const NarratorOptions& options,
                                 const std::stop_token& stop);

}  // namespace talkie
