// SPDX-License-Identifier: LGPL-2.1-or-later
// Scene -> samples and word times. The door of this folder.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/cache.h"
#include "base/error.h"
#include "script/scene.h"
#include "speech/timing.h"

namespace talkie {

inline constexpr int kSampleRate = 48'000;

struct VoiceInfo {
  std::string engine;            // "espeak"
  std::string name;              // what `voice:` takes
  std::string language;          // BCP 47
  std::string gender;            // "male", "female" or empty
  std::string description = {};  // "English (America)"
};
// The voices of every engine found, sorted by language then name.
Result<std::vector<VoiceInfo>> list_voices();
// Where the engines were looked for and which were found, for `talkie doctor`.
struct EngineInfo {
  std::string name;
  std::string path;
  std::string version;
  std::string problem = {};  // why it cannot be used; empty where it can
};
std::vector<EngineInfo> list_engines();
std::vector<std::string> engine_folders();

class Refusals;
class SpeechAhead;

struct NarratorOptions {
  // Providers by name, with commas between: who is asked one after another. Empty: the first module
  // that is found. The embedded voice comes last in any case.
  std::string engine;
  std::string voice;     // for utterances that name none
  std::string language;  // likewise
  double rate = 1;       // multiplies every utterance's speed; a voice warns of what it cannot
  double pitch = 1;      // 0.5 to 2
  double volume = 1;     // 0 to 4, linear
  // What was spoken before is taken from here, and what was not is kept here. Borrowed.
  const Cache* cache = nullptr;
  bool samples = true;  // false: the times alone, which a cache has without reading the sound
  SpeechAhead* ahead = nullptr;  // who may have recorded it already. Borrowed
  Refusals* refusals = nullptr;  // what is not asked for again. Borrowed
};

// A scene's sound: 48 kHz, mono, the voice with the sound of clips under it; and what is said when.
struct SceneSpeech {
  int64_t frames = 0;  // the scene's length on the film's frame grid, at least 1
  // sample_at(first + frames) - sample_at(first) of them, or none where they were not asked for.
  std::vector<int16_t> samples;
  int64_t quiet_end = 0;  // how many samples at the scene's end are 0
  std::string sound_key;  // the same for scenes that sound the same, whatever silence follows
  std::vector<SpokenUtterance> utterances;
};

// The sample at which frame `n` begins: n frames in samples, rounded down.
int64_t sample_at(int64_t frame, Rate frame_rate);

// The language of what is said.
std::string language_of(const Utterance& utterance, const Scene& scene,
                        const NarratorOptions& options);

// Speaks `scene`, whose first frame is `first_frame` of the film. Between two utterances is a
// breath of 0.45 s, or the pauses that stand between them instead. The length is lead + narration +
// tail, at least Scene::duration, rounded up to whole frames; without any narration and duration it
// is kSilentScene. Each voice is as loud as Film::loudness says, over the scene; peaks are limited.
// A scene with a recording of the author's own voice is as long as that. A voice that does not
// exist or cannot speak the language is a problem with its place (and the nearest voice that can
// serves instead); so is a provider that fails. A scene longer than kLongestScene is an error.
// Thread-safe.
Result<SceneSpeech> narrate(const Scene& scene, int64_t first_frame, const NarratorOptions& options,
                            Problems& problems, std::stop_token stop = {});
inline constexpr Time kSilentScene{4'000'000'000};
inline constexpr Time kLongestScene{3'600'000'000'000};
inline constexpr const char* kSceneTooLong = "this scene lasts more than an hour; split it";

// The SceneTiming of that speech.
SceneTiming timing_of(const Scene& scene, int64_t first_frame, SceneSpeech speech, bool last);

}  // namespace talkie
