// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of speech share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "speech/narrator.h"

namespace talkie {

inline Utterance utterance(std::string text, std::string voice = {}) {
  Utterance made;
  made.text = std::move(text);
  made.voice = std::move(voice);
  made.where = {"talk.md", 7, 1};
  return made;
}

inline Scene scene_of(std::vector<NarrationStep> steps) {
  Scene scene;
  scene.id = "scene";
  scene.narration = std::move(steps);
  return scene;
}

// What was said, and what was complained of.
struct Narrated {
  SceneSpeech speech;
  Problems problems;
};

inline Narrated speak(const Scene& scene, const NarratorOptions& options = {},
                      int64_t first_frame = 0) {
  Narrated narrated;
  auto speech = narrate(scene, first_frame, options, narrated.problems);
  EXPECT_TRUE(speech) << speech.error().to_string();
  if (speech) narrated.speech = *std::move(speech);
  return narrated;
}

inline std::vector<std::string> texts_of(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& word : words)
    texts.push_back(word.text);
  return texts;
}

inline int peak_of(const std::vector<int16_t>& samples, size_t begin, size_t end) {
  int peak = 0;
  for (size_t i = begin; i < std::min(end, samples.size()); ++i)
    peak = std::max(peak, std::abs(int{samples[i]}));
  return peak;
}

// Where sound begins after at least `gap` seconds of silence: seconds.
inline std::vector<double> onsets_of(const std::vector<int16_t>& samples, double gap) {
  const int quiet = peak_of(samples, 0, samples.size()) / 50;
  std::vector<double> onsets;
  size_t silent = samples.size();  // nothing was heard yet
  for (size_t i = 0; i < samples.size(); ++i) {
    if (std::abs(int{samples[i]}) <= quiet) {
      ++silent;
      continue;
    }
    if (static_cast<double>(silent) >= gap * kSampleRate)
      onsets.push_back(static_cast<double>(i) / kSampleRate);
    silent = 0;
  }
  return onsets;
}

// Engine modules are found through the environment.
class EnginePath {
 public:
  explicit EnginePath(const std::string& path) {
    if (const char* old = std::getenv("TALKIE_ENGINE_PATH")) old_ = old;
    setenv("TALKIE_ENGINE_PATH", path.c_str(), 1);
  }
  ~EnginePath() { setenv("TALKIE_ENGINE_PATH", old_.c_str(), 1); }
  EnginePath(const EnginePath&) = delete;
  EnginePath& operator=(const EnginePath&) = delete;

  // The folder of the test engine "beep".
  static std::string beep() {
    return std::string(std::getenv("TALKIE_BUILD_ROOT")) + "/tests/engines";
  }

 private:
  std::string old_;
};

}  // namespace talkie
