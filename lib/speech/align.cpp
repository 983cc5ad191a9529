// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/align.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "speech/engines.h"
#include "speech/engines/module.h"
#include "speech/features.h"
#include "speech/warp.h"

namespace talkie {

namespace {

constexpr const char* kAligner = "espeak";
constexpr double kHighestHz = 6'000;
// From this difference in pace on, the embedded voice speaks again, at the sound's pace.
constexpr double kSamePace = 0.06;

using Moments = std::vector<Moment>;

// The embedded voice's sound of the text, and when its words begin in it.
struct Model {
  Moments moments;
  std::vector<double> begins;  // seconds, one for each word
};

size_t heard_in(const Moments& moments) {
  return static_cast<size_t>(std::ranges::count_if(moments, &Moment::is_heard));
}

// How long the embedded voice speaks. It has no noise: what is 32 dB down is silence.
double seconds_spoken(const Take& take) {
  const auto step = static_cast<size_t>(take.rate / kMomentsPerSecond);
  const auto is_louder = [](int16_t a, int16_t b) { return std::abs(int{a}) < std::abs(int{b}); };
  const int peak = std::abs(int{*std::ranges::max_element(take.samples, is_louder)});
  size_t heard = 0;
  for (std::span<const int16_t> rest = take.samples; rest.size() >= step;
       rest = rest.subspan(step)) {
    const int loudest = std::abs(int{*std::ranges::max_element(rest.first(step), is_louder)});
    heard += loudest * 40 > peak;
  }
  return static_cast<double>(heard) / kMomentsPerSecond;
}

// As the voice tells: silence before words is left in, since the other sound has its own.
std::vector<double> begins_of(const Take& take, std::span<const TextWord> words) {
  const auto length = static_cast<int64_t>(take.samples.size());
  const Loudness loud(take.samples.size() / kLoudnessStep + 1, true);
  std::vector<double> begins;
  for (const WordSpan& span : place_words(words, take.events, loud, length))
    begins.push_back(static_cast<double>(span.begin) / take.rate);
  return begins;
}

// Empty where there is no embedded voice, or none for the language.
Result<std::optional<Model>> model_of(const std::string& text, const std::string& language,
                                      const Moments& sound, double highest_hz,
                                      const std::stop_token& stop) {
  const auto engine = find_engine(kAligner);
  if (!engine) return std::optional<Model>();
  const auto provider = make_module_provider(**engine);
  const auto voice = provider->choose_voice({}, language);
  if (!voice || !voice->warning.empty()) return std::optional<Model>();
  SpeechRequest request{text, false, voice->name, language, 1, 1};
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  std::ranges::replace_if(request.text, is_control, ' ');
  auto take = provider->speak(request, stop);
  if (take && !take->samples.empty()) {
    const double spoken = static_cast<double>(heard_in(sound)) / kMomentsPerSecond;
    const double pace = seconds_spoken(*take) / spoken;
    request.rate = std::clamp(pace, provider->min_rate(), provider->max_rate());
    if (std::abs(pace - 1) > kSamePace) take = provider->speak(request, stop);
  }
  if (!take && take.error().kind == ErrorKind::cancelled) return take.error();
  if (!take || take->samples.empty() || !take->has_times) return std::optional<Model>();
  auto moments = moments_of(take->samples, take->rate, highest_hz, stop);
  if (!moments) return moments.error();
  return std::optional<Model>(Model{*std::move(moments), begins_of(*take, find_words(text))});
}

// Where in the sound a word begins that begins at `begin` in the model.
double place_of_begin(double begin, const std::vector<Stretch>& path, const Moments& sound) {
  const double at = begin * kMomentsPerSecond;
  const size_t moment = std::min(static_cast<size_t>(at), path.size() - 1);
  size_t place = path[moment].first;
  // What the sound has more of silence stands before the word.
  while (place < path[moment].last && !sound[place].is_heard)
    ++place;
  return (static_cast<double>(place) + at - std::floor(at)) / kMomentsPerSecond;
}

std::vector<WordEvent> warped(std::span<const TextWord> words, const Model& model,
                              const std::vector<Stretch>& path, const Moments& sound, int rate,
                              int64_t length) {
  std::vector<WordEvent> events;
  int64_t last = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const double begin = place_of_begin(model.begins[i], path, sound);
    last = std::clamp(static_cast<int64_t>(std::lround(begin * rate)), last, length);
    events.push_back({words[i].offset, last});
  }
  return events;
}

// Words share the moments at which somebody speaks by their length.
std::vector<WordEvent> shared_out(std::span<const TextWord> words, const Moments& sound, int rate) {
  const bool is_silent = heard_in(sound) == 0;
  std::vector<size_t> heard;
  for (size_t i = 0; i < sound.size(); ++i)
    if (sound[i].is_heard || is_silent) heard.push_back(i);
  size_t all = 0;
  for (const TextWord& word : words)
    all += word.length;
  std::vector<WordEvent> events;
  size_t before = 0;
  for (const TextWord& word : words) {
    const size_t moment = heard[before * heard.size() / all];
    events.push_back({word.offset, static_cast<int64_t>(moment) * rate / kMomentsPerSecond});
    before += word.length;
  }
  return events;
}

}  // namespace

Result<std::vector<WordEvent>> align_words(const std::string& text, const std::string& language,
                                           std::span<const int16_t> samples, int rate,
                                           const std::stop_token& stop) {
  const std::vector<TextWord> words = find_words(text);
  if (words.empty()) return std::vector<WordEvent>();
  const double highest_hz = std::min(kHighestHz, rate * 0.45);
  const auto sound = moments_of(samples, rate, highest_hz, stop);
  if (!sound) return sound.error();
  if (heard_in(*sound) == 0) return shared_out(words, *sound, rate);
  const auto model = model_of(text, language, *sound, highest_hz, stop);
  if (!model) return model.error();
  if (!*model) return shared_out(words, *sound, rate);
  const auto path = warp((*model)->moments, *sound, stop);
  if (!path) return path.error();
  return warped(words, **model, *path, *sound, rate, static_cast<int64_t>(samples.size()));
}

std::string aligner_fingerprint() {
  const auto engine = find_engine(kAligner);
  return engine ? fingerprint_of(**engine) : std::string();
}

}  // namespace talkie
