// SPDX-License-Identifier: LGPL-2.1-or-later
// The author's own voice: a sound file that says what the scene's text says.
#include <vector>

#include "base/hash.h"
#include "speech/align.h"
#include "speech/recorded_sound.h"
#include "speech/recordings_underway.h"
#include "speech/sound_file.h"

namespace talkie {

namespace {

constexpr int kOwnVoiceVersion = 1;

Take mono_take(const SoundFile& file) {
  Take take;
  take.rate = kSampleRate;
  take.samples.reserve(static_cast<size_t>(file.frames));
  const auto channels = static_cast<size_t>(file.channels);
  for (size_t i = 0; i + channels <= file.samples.size(); i += channels) {
    int sum = 0;
    for (size_t channel = 0; channel < channels; ++channel)
      sum += file.samples[i + channel];
    take.samples.push_back(static_cast<int16_t>(sum / file.channels));
  }
  return take;
}

}  // namespace

Result<Recording> read_own_voice(const std::string& path, const std::string& text,
                                 const std::string& language, const NarratorOptions& options,
                                 const std::stop_token& stop) {
  const auto file = read_sound_file(path, stop);
  if (!file) return file.error();
  if ((*file)->frames > nearest(kLongestScene, Rate{kSampleRate, 1}))
    return Error{ErrorKind::too_large, kSceneTooLong};
  const std::string key = KeyMaker("own voice")
                              .add(kOwnVoiceVersion)
                              .add(aligner_fingerprint())
                              .add((*file)->key)
                              .add(text)
                              .add(language)
                              .key();
  const auto make = [&]() -> Result<Recording> {
    Take take = mono_take(**file);
    auto events = align_words(text, language, take.samples, take.rate, stop);
    if (!events) return events.error();
    take.events = *std::move(events);
    Recording recording;
    recording.voice = "recording";
    RecordedSound sound;
    SaidPart all;
    all.text = text;
    all.origins.push_back({0, text.size(), 0, text.size()});
    if (auto added = sound.add(take, all, stop); !added) return added.error();
    sound.finish(text, recording);
    if (recording.length == 0)
      return Error{ErrorKind::unsupported, "'" + path + "': there is nothing to hear in it"};
    return recording;
  };
  return record_once(key, options, make, stop);
}

}  // namespace talkie
