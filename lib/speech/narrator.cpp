// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/narrator.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "speech/engines.h"
#include "speech/sound.h"
#include "speech/words.h"

namespace talkie {

namespace {

// What is kept of the silence before and after an utterance's sound, and the breath between two
// utterances that no pause stands between.
constexpr int64_t kHead = kSampleRate * 10 / 1000;
constexpr int64_t kRest = kSampleRate * 40 / 1000;
constexpr Time kBreath{450'000'000};

int64_t samples_in(Time time) {
  return nearest(time, Rate{kSampleRate, 1});
}

Time time_at(int64_t sample) {
  return time_of(sample, Rate{kSampleRate, 1});
}

// What an engine delivered for one text.
struct Take {
  std::vector<int16_t> samples;
  int rate = 0;
  std::vector<WordEvent> events;
  std::vector<std::string> warnings;
  std::stop_token stop;
  bool bad_rate = false;
  bool too_long = false;
};

// The callbacks of a Take, for the engine.
TalkieSpeechSink sink_of(Take& take) {
  TalkieSpeechSink sink{};
  sink.data = &take;
  sink.samples = [](void* data, const int16_t* samples, size_t count, int rate) {
    Take& to = *static_cast<Take*>(data);
    to.bad_rate = to.bad_rate || rate < 1 || (to.rate != 0 && rate != to.rate);
    to.rate = rate;
    to.samples.insert(to.samples.end(), samples, samples + count);
    to.too_long = to_seconds(kLongestScene) * rate < static_cast<double>(to.samples.size());
    return to.stop.stop_requested() || to.bad_rate || to.too_long ? 1 : 0;
  };
  sink.word = [](void* data, size_t offset, size_t, int64_t sample) {
    static_cast<Take*>(data)->events.push_back({offset, sample});
  };
  sink.warning = [](void* data, const char* message) {
    static_cast<Take*>(data)->warnings.emplace_back(message);
  };
  sink.cancelled = [](void* data) {
    return static_cast<Take*>(data)->stop.stop_requested() ? 1 : 0;
  };
  return sink;
}

Error cancelled() {
  return Error{ErrorKind::cancelled, "the narration was cancelled"};
}

// The text as engines get it: each control character is as many spaces as it has bytes.
std::string without_controls(std::string_view text) {
  std::string clean(text);
  for (size_t i = 0; i < clean.size(); ++i) {
    const auto byte = static_cast<unsigned char>(clean[i]);
    if (byte < 0x20 || byte == 0x7F) clean[i] = ' ';
    if (byte == 0xC2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xA0)
      clean[i] = clean[i + 1] = ' ';  // U+0080 to U+009F
  }
  return clean;
}

// A number as people write it: "2.7".
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

// Speaks one scene, step by step.
class Narration {
 public:
  Narration(const Scene& scene, const NarratorOptions& options, Problems& problems,
            std::stop_token stop)
      : scene_(scene), options_(options), problems_(problems), stop_(std::move(stop)) {}

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
    return std::move(speech_);
  }

 private:
  static Error too_long(const Place& where) {
    return Error{ErrorKind::too_large, "this scene lasts more than an hour; split it", {}, where};
  }

  Result<void> add_silence(Time length, const Place& where) {
    if (length > kLongestScene - std::min(now(), kLongestScene)) return too_long(where);
    speech_.samples.resize(speech_.samples.size() + static_cast<size_t>(samples_in(length)));
    return {};
  }

  // Speaks and adds the utterance, with a breath before it where that is wanted and it has sound.
  Result<void> say(const Utterance& utterance, int step, bool breath) {
    SpokenUtterance spoken{step, utterance.text, utterance.caption, language_of(utterance), {}, {},
                           {}};
    if (utterance.text.size() > TALKIE_ENGINE_MAX_TEXT)
      return Error{
          ErrorKind::too_large, "a paragraph of more than 1 MB; split it", {}, utterance.where};
    const std::string clean = without_controls(utterance.text);
    if (find_invalid_utf8(clean) != std::string_view::npos)
      return Error{ErrorKind::bad_value, "this text is not UTF-8", {}, utterance.where};
    const std::vector<WordPlace> places = find_words(utterance.text);
    if (!places.empty()) {
      Result<Take> take = record(utterance, clean, spoken.language);
      if (!take) return take.error();
      if (auto added = add(*take, places, utterance, spoken, breath); !added) return added;
    }
    if (spoken.words.empty()) spoken.start = spoken.end = now();
    speech_.utterances.push_back(std::move(spoken));
    return {};
  }

  // Has the engine speak the utterance's text, which is clean of controls.
  Result<Take> record(const Utterance& utterance, const std::string& text,
                      const std::string& language) {
    if (auto ready = choose_engine(); !ready) return ready.error();
    const std::string& wanted = utterance.voice.empty() ? options_.voice : utterance.voice;
    const auto choice = choose_voice(*engine_, wanted, language);
    if (!choice) return choice.error();
    warn(utterance.where, choice->warning);

    const double rate = utterance.speed * options_.rate;
    const TalkieSpeechRequest request{text.c_str(), choice->name.c_str(), language.c_str(),
                                      possible_rate(rate, utterance.where), options_.pitch};
    Take take;
    take.stop = stop_;
    const TalkieSpeechSink sink = sink_of(take);
    char message[512] = "";
    const int failed = engine_->synthesise(&request, &sink, message, sizeof message);
    if (stop_.stop_requested()) return cancelled();
    if (take.too_long) return too_long(utterance.where);
    if (failed || take.bad_rate)
      return Error{ErrorKind::failed,
                   take.bad_rate ? "the speech engine changed its sample rate" : message,
                   std::string("engine ") + engine_->name, utterance.where};
    for (const std::string& warning : take.warnings)
      warn(utterance.where, warning);
    return take;
  }

  Result<void> choose_engine() {
    if (engine_) return {};
    const auto engine = find_engine(options_.engine);
    if (!engine) return engine.error();
    engine_ = *engine;
    return {};
  }

  double possible_rate(double rate, const Place& where) {
    const double possible = std::clamp(rate, engine_->min_rate, engine_->max_rate);
    if (std::abs(possible - rate) > 0.005)
      warn(where, "the voice cannot speak " + short_number(rate) + " times as fast as usual; " +
                      short_number(possible) + " times is what it can");
    return possible;
  }

  // Cuts the sound out of the take and puts it, and its words, on the scene's line.
  Result<void> add(const Take& take, const std::vector<WordPlace>& places,
                   const Utterance& utterance, SpokenUtterance& spoken, bool breath) {
    if (take.samples.empty()) return {};
    Result<std::vector<float>> sound = resample(take.samples, take.rate, stop_);
    if (!sound) return sound.error();
    const Loudness loud = loudness_of(*sound);
    const auto head = std::find(loud.begin(), loud.end(), true);
    if (head == loud.end()) return {};
    const auto tail = std::find(loud.rbegin(), loud.rend(), true).base();
    const auto length = static_cast<int64_t>(sound->size());
    const int64_t first = std::max<int64_t>((head - loud.begin()) * kLoudnessStep - kHead, 0);
    const int64_t last = std::min((tail - loud.begin()) * kLoudnessStep + kRest, length);

    std::vector<WordEvent> events = take.events;
    for (WordEvent& event : events)
      event.sample = event.sample * kSampleRate / take.rate;
    const std::vector<WordSpan> spans = place_words(places, events, loud, length);

    const std::span<const float> kept(sound->data() + first, static_cast<size_t>(last - first));
    if (auto added = add_silence(breath ? kBreath : Time{0}, utterance.where); !added) return added;
    if (time_at(last - first) > kLongestScene - now()) return too_long(utterance.where);
    spoken.start = now();
    const auto base = static_cast<int64_t>(speech_.samples.size()) - first;
    append(kept, engine_->gain * options_.volume, speech_.samples, stop_);
    if (stop_.stop_requested()) return cancelled();
    spoken.end = now();
    for (size_t i = 0; i < places.size(); ++i)
      spoken.words.push_back({utterance.text.substr(places[i].offset, places[i].length),
                              places[i].offset, places[i].length,
                              std::max(time_at(base + spans[i].begin), spoken.start),
                              std::min(time_at(base + spans[i].end), spoken.end)});
    return {};
  }

  // Fills up to a whole number of frames.
  void finish(int64_t first_frame) {
    const Rate rate = scene_.film.frame_rate;
    const bool is_silent = scene_.narration.empty() && !scene_.duration;
    const Time least = is_silent ? kSilentScene : scene_.duration.value_or(Time{0});
    const auto needed = static_cast<int64_t>(speech_.samples.size());
    int64_t frames = std::max<int64_t>(1, first_at_or_after(least, rate));
    const int64_t start = sample_at(first_frame, rate);
    frames = std::max(frames, first_at_or_after(time_at(needed), rate) - 1);
    while (sample_at(first_frame + frames, rate) - start < needed)
      ++frames;
    speech_.frames = frames;
    speech_.samples.resize(static_cast<size_t>(sample_at(first_frame + frames, rate) - start));
  }

  [[nodiscard]] std::string language_of(const Utterance& utterance) const {
    for (const std::string* language :
         {&utterance.language, &options_.language, &scene_.film.language})
      if (!language->empty()) return *language;
    return "en";
  }

  [[nodiscard]] Time now() const { return time_at(static_cast<int64_t>(speech_.samples.size())); }

  // Says each thing once in a scene.
  void warn(const Place& where, const std::string& message) {
    if (!message.empty() && warned_.insert(message).second) problems_.warn(where, message);
  }

  const Scene& scene_;
  const NarratorOptions& options_;
  Problems& problems_;
  std::stop_token stop_;
  const TalkieEngine* engine_ = nullptr;
  std::set<std::string> warned_;
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
