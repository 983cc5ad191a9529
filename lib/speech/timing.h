// SPDX-License-Identifier: LGPL-2.1-or-later
// When a scene's words are said. Made by the speech branch, which alone decides time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace talkie {

struct Word {
  std::string text;   // as the author wrote it, without the punctuation around it
  size_t offset = 0;  // in bytes, in the utterance's text
  size_t length = 0;
  Time start{};  // all times below are relative to the scene's start
  Time end{};
};

// Something that has a name and a time: an SSML mark, or a cue ("highlight", "mux").
struct TimedMark {
  std::string name;
  std::string what;
  Time time{};
};

struct SpokenUtterance {
  int step = 0;          // index in Scene::narration
  std::string text;      // Utterance::text
  std::string caption;   // Utterance::caption, or empty
  std::string speaker;   // Utterance::speaker, or empty
  std::string voice;     // who spoke: "espeak/en-us"; empty where nothing was said
  std::string fallback;  // why it was not who was asked for; else empty
  std::string language;
  Time start{};
  Time end{};
  std::vector<Word> words;       // in the order they are said
  std::vector<TimedMark> marks;  // of SSML, in the order of their times
};

struct SceneTiming {
  std::string scene;  // Scene::id
  int index = 0;
  Time start{};  // on the film's timeline
  Time duration{};
  bool last = false;  // no scene follows
  std::vector<SpokenUtterance> utterances;
  std::vector<TimedMark> cues;  // Scene::cues, in their order
};

// JSON as docs/scene.md describes it ("timing"); times are integers in nanoseconds.
std::string to_json(const SceneTiming& timing);
Result<SceneTiming> timing_from_json(std::string_view json);

}  // namespace talkie
