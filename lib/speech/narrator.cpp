// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/narrator.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "script/names.h"
#include "speech/clip_sound.h"
#include "speech/cue_times.h"
#include "speech/engine.h"
#include "speech/level.h"
#include "speech/recording.h"
#include "speech/sound.h"
#include "speech/speech_ahead.h"
#include "speech/spoken.h"

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

double factor(double decibels) {
  return std::pow(10, decibels / 20);
}

Error cancelled() {
  return Error{ErrorKind::cancelled, "the narration was cancelled"};
}

Error at(Error error, const Place& where) {
  error.where = where;
  return error;
}

// Speaks one scene: has everything recorded, brings the voices to one level, and puts them on the
// scene's line.
class Narration {
 public:
  Narration(const Scene& scene, const NarratorOptions& options, Problems& problems,
            std::stop_token stop)
      : scene_(scene), options_(options), problems_(problems), stop_(std::move(stop)) {}

  Result<SceneSpeech> run(int64_t first_frame) {
    if (scene_.duration.value_or(Time{0}) > kLongestScene) return too_long(scene_.where);
    sound_.add(std::to_string(scene_.film.loudness));
    if (auto added = add_silence(scene_.lead, scene_.where); !added) return added.error();
    if (auto told = scene_.recording.empty() ? tell() : play_own_voice(); !told)
      return told.error();
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

  // ---- by voices

  Result<void> tell() {
    if (auto recorded = record_all(); !recorded) return recorded;
    bool breath = false;  // whether the next utterance needs one before it
    for (size_t step = 0; step < scene_.narration.size(); ++step) {
      if (const auto* pause = std::get_if<Pause>(&scene_.narration[step])) {
        if (auto added = add_silence(pause->length, scene_.where); !added) return added.error();
        breath = false;
      } else {
        const auto& utterance = std::get<Utterance>(scene_.narration[step]);
        if (auto said = say(utterance, static_cast<int>(step), breath); !said) return said.error();
        breath = breath || !speech_.utterances.back().words.empty();
      }
    }
    return {};
  }

  Result<void> record_all() {
    recordings_.resize(scene_.narration.size());
    for (size_t step = 0; step < scene_.narration.size(); ++step) {
      if (stop_.stop_requested()) return cancelled();
      const auto* utterance = std::get_if<Utterance>(&scene_.narration[step]);
      if (!utterance) continue;
      if (utterance->text.size() > TALKIE_ENGINE_MAX_TEXT)
        return Error{
            ErrorKind::too_large, "a paragraph of more than 1 MB; split it", {}, utterance->where};
      if (find_words(utterance->text).empty()) continue;
      const RecordingRequest request{utterance, language_of(*utterance, scene_, options_)};
      auto recording =
          options_.ahead ? options_.ahead->take(request, stop_) : record(request, options_, stop_);
      if (!recording) return at(recording.error(), utterance->where);
      for (const std::string& warning : recording->warnings)
        warn(utterance->where, warning);
      recordings_[step] = *std::move(recording);
    }
    return {};
  }

  // What brings a voice to the film's loudness, in dB.
  double level_of(const std::string& voice) {
    const auto [level, is_new] = levels_.try_emplace(voice, 0);
    if (!is_new) return level->second;
    std::vector<const Recording*> its;
    for (const Recording& recording : recordings_)
      if (recording.voice == voice) its.push_back(&recording);
    return level->second = level_for(its, scene_.film.loudness);
  }

  // Adds the utterance, with a breath before it where that is wanted and it has sound.
  Result<void> say(const Utterance& utterance, int step, bool breath) {
    SpokenUtterance spoken = spoken_as(utterance, step);
    const Recording& recording = recordings_[static_cast<size_t>(step)];
    spoken.voice = recording.voice;
    spoken.fallback = recording.fallback;
    if (recording.length > 0) {
      if (auto added = add_silence(breath ? kBreath : Time{0}, utterance.where); !added)
        return added;
      const int64_t base = length_;
      const double volume = utterance.volume * options_.volume;
      if (auto laid = lay_down(recording, volume, utterance.where); !laid) return laid;
      spoken.start = time_at(base);
      spoken.end = now();
      add_words(recording, 0, base, spoken);
    } else {
      spoken.start = spoken.end = now();
    }
    speech_.utterances.push_back(std::move(spoken));
    return {};
  }

  // ---- by the author

  Result<void> play_own_voice() {
    std::string text;
    std::string language;
    for (const NarrationStep& step : scene_.narration)
      if (const auto* utterance = std::get_if<Utterance>(&step)) {
        text += utterance->text + "\n";
        if (language.empty()) language = language_of(*utterance, scene_, options_);
      }
    auto recording = read_own_voice(scene_.recording, text, language, options_, stop_);
    if (!recording) return at(recording.error(), scene_.recording_where);
    recordings_ = {*std::move(recording)};
    const Recording& sound = recordings_.front();
    const int64_t base = length_;
    if (auto laid = lay_down(sound, options_.volume, scene_.recording_where); !laid) return laid;
    size_t word = 0;
    for (size_t step = 0; step < scene_.narration.size(); ++step) {
      const auto* utterance = std::get_if<Utterance>(&scene_.narration[step]);
      if (!utterance) continue;
      SpokenUtterance spoken = spoken_as(*utterance, static_cast<int>(step));
      spoken.voice = sound.voice;
      word = add_words(sound, word, base, spoken);
      const Time before =
          speech_.utterances.empty() ? time_at(base) : speech_.utterances.back().end;
      spoken.start = spoken.words.empty() ? before : spoken.words.front().start;
      spoken.end = spoken.words.empty() ? before : spoken.words.back().end;
      speech_.utterances.push_back(std::move(spoken));
    }
    return {};
  }

  // ---- for both

  [[nodiscard]] SpokenUtterance spoken_as(const Utterance& utterance, int step) const {
    SpokenUtterance spoken;
    spoken.step = step;
    spoken.text = utterance.text;
    spoken.caption = utterance.caption;
    spoken.speaker = utterance.speaker;
    spoken.language = language_of(utterance, scene_, options_);
    return spoken;
  }

  // The recording at its level, times `volume`, at the end of what there is.
  Result<void> lay_down(const Recording& recording, double volume, const Place& where) {
    if (time_at(recording.length) > kLongestScene - std::min(now(), kLongestScene))
      return too_long(where);
    sound_.add(length_).add(recording.key).add(std::to_string(volume));
    if (options_.samples) {
      speech_.samples.resize(static_cast<size_t>(length_));
      const double gain = factor(level_of(recording.voice)) * volume;
      lay(recording.samples, gain, speech_.samples, stop_);
      if (stop_.stop_requested()) return cancelled();
    }
    length_ += recording.length;
    return {};
  }

  // The utterance's words, which are the recording's from `first` on; `base`: the sample at which
  // the recording begins. Returns the word after them.
  size_t add_words(const Recording& recording, size_t first, int64_t base,
                   SpokenUtterance& spoken) const {
    for (const TextWord& place : find_words(spoken.text)) {
      if (first == recording.words.size()) break;
      const WordSpan& span = recording.words[first++];
      spoken.words.push_back({spoken.text.substr(place.offset, place.length), place.offset,
                              place.length, time_at(base + span.begin),
                              std::min(time_at(base + span.end), now())});
    }
    return first;
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
    bool mixed_any = false;
    for (const ClipSound& sound :
         clip_sounds(scene_, first_frame, speech_.frames, timing, problems_)) {
      const int64_t end = std::min(sound.begins.back() + sound.samples(), length_);
      add_to(sound_, sound);
      sound_.add(end);
      speech_.quiet_end = std::min(speech_.quiet_end, length_ - end);
      if (!options_.samples) continue;
      if (auto mixed = mix(sound, speech_.samples, stop_); !mixed) return mixed;
      mixed_any = true;
    }
    if (!mixed_any) return {};
    // Voice and clips together may be louder than each of them was allowed to be.
    const std::vector<int16_t> sum = std::exchange(speech_.samples, {});
    lay(sum, 1, speech_.samples, stop_);
    return stop_.stop_requested() ? Result<void>(cancelled()) : Result<void>();
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
  std::vector<Recording> recordings_;     // by the narration's steps, or the author's one
  std::map<std::string, double> levels_;  // by voice
  std::set<std::string> warned_;
  int64_t length_ = 0;             // of what is spoken so far, in samples
  KeyMaker sound_{"scene sound"};  // everything that decides the samples
  SceneSpeech speech_;
};

}  // namespace

int64_t sample_at(int64_t frame, Rate frame_rate) {
  __extension__ using Wide = __int128;
  return static_cast<int64_t>(Wide{frame} * kSampleRate * frame_rate.denominator /
                              frame_rate.numerator);
}

std::string language_of(const Utterance& utterance, const Scene& scene,
                        const NarratorOptions& options) {
  for (const std::string* language : {&utterance.language, &options.language, &scene.film.language})
    if (!language->empty()) return *language;
  return "en";
}

Result<SceneSpeech> narrate(const Scene& scene, int64_t first_frame, const NarratorOptions& options,
                            Problems& problems, std::stop_token stop) {
  return Narration(scene, options, problems, std::move(stop)).run(first_frame);
}

namespace {

// When SSML's marks and the scene's cues come.
void add_marks(const Scene& scene, SceneTiming& timing) {
  for (SpokenUtterance& spoken : timing.utterances) {
    const auto& utterance = std::get<Utterance>(scene.narration[static_cast<size_t>(spoken.step)]);
    for (const SpeechSpan& span : utterance.spans)
      if (span.kind == SpeechSpan::Kind::mark)
        spoken.marks.push_back({span.value, {}, said_at(spoken, span.offset)});
  }
  std::vector<WordPlace> places;
  for (const Cue& cue : scene.cues)
    places.push_back({cue.step, cue.offset});
  const std::vector<Time> times = cue_times(places, timing);
  for (size_t i = 0; i < times.size(); ++i)
    timing.cues.push_back(
        {std::string(name_of(scene.cues[i].kind, kCueNames)), scene.cues[i].what, times[i]});
}

}  // namespace

SceneTiming timing_of(const Scene& scene, int64_t first_frame, SceneSpeech speech, bool last) {
  const Rate rate = scene.film.frame_rate;
  SceneTiming timing;
  timing.scene = scene.id;
  timing.index = scene.index;
  timing.start = time_of(first_frame, rate);
  timing.duration = time_of(first_frame + speech.frames, rate) - timing.start;
  timing.last = last;
  timing.utterances = std::move(speech.utterances);
  add_marks(scene, timing);
  return timing;
}

}  // namespace talkie
