// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/narrator.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "speech/clip_sound.h"
#include "speech/recording.h"

namespace talkie {

namespace {

// The breath between two utterances that no pause stands between.
constexpr Time kBreath{450'000'000};

int64_t samples_in(Time time) {
  return nearest(time, Rate{kSampleRate, 1});
}

Time time_at(int64_t sample) {
  return time_of(sample, Rate{kSampleRate, 1});
}

Error cancelled() {
  return Error{ErrorKind::cancelled, "the narration was cancelled"};
}

Error at(Error error, const Place& where) {
  error.where = where;
  return error;
}

// Speaks one scene, step by step.
class Narration {
 public:
  Narration(const Scene& scene, const NarratorOptions& options, Problems& problems,
            std::stop_token stop)
      : scene_(scene),
        options_(options),
        problems_(problems),
        stop_(std::move(stop)),
        recorder_(options) {}

  Result<SceneSpeech> run(int64_t first_frame) {
    bool breath = false;  // whether the next utterance needs one before it
    if (scene_.duration.value_or(Time{0}) > kLongestScene) return too_long(scene_.where);
    if (auto added = add_silence(scene_.lead, scene_.where); !added) return added.error();
    for (size_t step = 0; step < scene_.narration.size(); ++step) {
      if (stop_.stop_requested()) return cancelled();
      if (const auto* pause = std::get_if<Pause>(&scene_.narration[step])) {
        if (auto added = add_silence(pause->length, scene_.where); !added) return added.error();
        breath = false;
      } else {
        const auto& utterance = std::get<Utterance>(scene_.narration[step]);
        if (auto done = say(utterance, static_cast<int>(step), breath); !done) return done.error();
        breath = breath || !speech_.utterances.back().words.empty();
      }
    }
    if (auto added = add_silence(scene_.tail, scene_.where); !added) return added.error();
    finish(first_frame);
    if (auto added = add_clips(first_frame); !added) return added.error();
    speech_.sound_key = sound_.key();
    return std::move(speech_);
  }

 private:
  static Error too_long(const Place& where) {
    return Error{ErrorKind::too_large, kSceneTooLong, {}, where};
  }

  Result<void> add_silence(Time length, const Place& where) {
    if (length > kLongestScene - std::min(now(), kLongestScene)) return too_long(where);
    length_ += samples_in(length);
    return {};
  }

  // Speaks and adds the utterance, with a breath before it where that is wanted and it has sound.
  Result<void> say(const Utterance& utterance, int step, bool breath) {
    SpokenUtterance spoken{step, utterance.text, utterance.caption, language_of(utterance), {}, {},
                           {}};
    if (utterance.text.size() > TALKIE_ENGINE_MAX_TEXT)
      return Error{
          ErrorKind::too_large, "a paragraph of more than 1 MB; split it", {}, utterance.where};
    const std::vector<TextWord> places = find_words(utterance.text);
    if (!places.empty()) {
      const auto recording = recorder_.record(
          {utterance.text, utterance.voice, spoken.language, utterance.speed}, stop_);
      if (!recording) return at(recording.error(), utterance.where);
      for (const std::string& warning : recording->warnings)
        warn(utterance.where, warning);
      if (auto added = add(*recording, places, utterance, spoken, breath); !added) return added;
    }
    if (spoken.words.empty()) spoken.start = spoken.end = now();
    speech_.utterances.push_back(std::move(spoken));
    return {};
  }

  // Puts the recording, and its words, on the scene's line.
  Result<void> add(const Recording& recording, const std::vector<TextWord>& places,
                   const Utterance& utterance, SpokenUtterance& spoken, bool breath) {
    if (recording.length == 0) return {};
    if (auto added = add_silence(breath ? kBreath : Time{0}, utterance.where); !added) return added;
    if (time_at(recording.length) > kLongestScene - now()) return too_long(utterance.where);
    spoken.start = now();
    const int64_t base = length_;
    sound_.add(base).add(recording.key);
    if (options_.samples) {
      speech_.samples.resize(static_cast<size_t>(base));
      speech_.samples.insert(speech_.samples.end(), recording.samples.begin(),
                             recording.samples.end());
    }
    length_ += recording.length;
    spoken.end = now();
    for (size_t i = 0; i < places.size(); ++i)
      spoken.words.push_back({utterance.text.substr(places[i].offset, places[i].length),
                              places[i].offset, places[i].length,
                              std::max(time_at(base + recording.words[i].begin), spoken.start),
                              std::min(time_at(base + recording.words[i].end), spoken.end)});
    return {};
  }

  // Fills up to a whole number of frames.
  void finish(int64_t first_frame) {
    const Rate rate = scene_.film.frame_rate;
    const bool is_silent = scene_.narration.empty() && !scene_.duration;
    const Time least = is_silent ? kSilentScene : scene_.duration.value_or(Time{0});
    int64_t frames = std::max<int64_t>(1, first_at_or_after(least, rate));
    const int64_t start = sample_at(first_frame, rate);
    frames = std::max(frames, first_at_or_after(time_at(length_), rate) - 1);
    while (sample_at(first_frame + frames, rate) - start < length_)
      ++frames;
    speech_.frames = frames;
    length_ = sample_at(first_frame + frames, rate) - start;
    speech_.quiet_end = length_;
    for (const SpokenUtterance& utterance : speech_.utterances)
      if (!utterance.words.empty())
        speech_.quiet_end = std::max<int64_t>(0, length_ - samples_in(utterance.end));
    if (options_.samples) speech_.samples.resize(static_cast<size_t>(length_));
  }

  // What the scene's clips sound like, under the voice.
  Result<void> add_clips(int64_t first_frame) {
    SceneTiming timing;
    const Rate rate = scene_.film.frame_rate;
    timing.duration = time_of(first_frame + speech_.frames, rate) - time_of(first_frame, rate);
    timing.utterances = speech_.utterances;
    for (const ClipSound& sound :
         clip_sounds(scene_, first_frame, speech_.frames, timing, problems_)) {
      const int64_t end = std::min(sound.begins.back() + sound.samples(), length_);
      add_to(sound_, sound);
      sound_.add(end);
      speech_.quiet_end = std::min(speech_.quiet_end, length_ - end);
      if (!options_.samples) continue;
      if (auto mixed = mix(sound, speech_.samples, stop_); !mixed) return mixed;
    }
    return {};
  }

  [[nodiscard]] std::string language_of(const Utterance& utterance) const {
    for (const std::string* language :
         {&utterance.language, &options_.language, &scene_.film.language})
      if (!language->empty()) return *language;
    return "en";
  }

  [[nodiscard]] Time now() const { return time_at(length_); }

  // Says each thing once in a scene.
  void warn(const Place& where, const std::string& message) {
    if (!message.empty() && warned_.insert(message).second) problems_.warn(where, message);
  }

  const Scene& scene_;
  const NarratorOptions& options_;
  Problems& problems_;
  std::stop_token stop_;
  Recorder recorder_;
  std::set<std::string> warned_;
  int64_t length_ = 0;  // of what is spoken so far, in samples
  KeyMaker sound_{"scene sound"};
  SceneSpeech speech_;
};

}  // namespace

int64_t sample_at(int64_t frame, Rate frame_rate) {
  __extension__ using Wide = __int128;
  return static_cast<int64_t>(Wide{frame} * kSampleRate * frame_rate.denominator /
                              frame_rate.numerator);
}

Result<SceneSpeech> narrate(const Scene& scene, int64_t first_frame, const NarratorOptions& options,
                            Problems& problems, std::stop_token stop) {
  return Narration(scene, options, problems, std::move(stop)).run(first_frame);
}

SceneTiming timing_of(const Scene& scene, int64_t first_frame, SceneSpeech speech, bool last) {
  const Rate rate = scene.film.frame_rate;
  SceneTiming timing;
  timing.scene = scene.id;
  timing.index = scene.index;
  timing.start = time_of(first_frame, rate);
  timing.duration = time_of(first_frame + speech.frames, rate) - timing.start;
  timing.last = last;
  timing.utterances = std::move(speech.utterances);
  return timing;
}

}  // namespace talkie
