// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/recording.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "speech/engines.h"
#include "speech/sound.h"

namespace talkie {

namespace {

using Json = nlohmann::json;

// What is kept of the silence before and after an utterance's sound.
constexpr int64_t kHead = kSampleRate * 10 / 1000;
constexpr int64_t kRest = kSampleRate * 40 / 1000;
// Counts up when the same request comes to sound different.
constexpr int kRecordingVersion = 1;

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

// Has the engine speak `text`.
Result<Take> take_of(const TalkieEngine& engine, const std::string& text, const std::string& voice,
                     const std::string& language, double rate, double pitch,
                     const std::stop_token& stop) {
  const TalkieSpeechRequest request{text.c_str(), voice.c_str(), language.c_str(), rate, pitch};
  Take take;
  take.stop = stop;
  const TalkieSpeechSink sink = sink_of(take);
  char message[512] = "";
  const int failed = engine.synthesise(&request, &sink, message, sizeof message);
  if (stop.stop_requested()) return cancelled();
  if (take.too_long) return Error{ErrorKind::too_large, kSceneTooLong};
  if (failed || take.bad_rate)
    return Error{ErrorKind::failed,
                 take.bad_rate ? "the speech engine changed its sample rate" : message,
                 std::string("engine ") + engine.name};
  return take;
}

// Cuts the sound out of the take: its samples at kSampleRate, and where the words are in them.
Result<void> cut_out(const Take& take, std::string_view text, double gain,
                     const std::stop_token& stop, Recording& recording) {
  if (take.samples.empty()) return {};
  const Result<std::vector<float>> sound = resample(take.samples, take.rate, stop);
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
  recording.length = last - first;
  recording.words = place_words(find_words(text), events, loud, length);
  for (WordSpan& word : recording.words) {
    word.begin = std::max<int64_t>(word.begin - first, 0);
    word.end = std::min(word.end - first, recording.length);
  }
  append({sound->data() + first, static_cast<size_t>(recording.length)}, gain, recording.samples,
         stop);
  if (stop.stop_requested()) return cancelled();
  return {};
}

// ---- in the cache: the head is JSON, the body the samples in the machine's order

std::string head_of(const Recording& recording) {
  Json words = Json::array();
  for (const WordSpan& word : recording.words)
    words.push_back({word.begin, word.end});
  return Json({{"length", recording.length}, {"words", words}, {"warnings", recording.warnings}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool read_head(const std::string& head, Recording& recording) {
  const Json json = Json::parse(head, nullptr, false);
  if (json.is_discarded()) return false;
  try {
    recording.length = json.at("length").get<int64_t>();
    for (const Json& word : json.at("words"))
      recording.words.push_back({word.at(0).get<int64_t>(), word.at(1).get<int64_t>()});
    recording.warnings = json.at("warnings").get<std::vector<std::string>>();
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

std::optional<Recording> find_kept(const Cache& cache, const std::string& key, bool samples) {
  Recording recording;
  recording.key = key;
  if (!samples) {
    const auto head = cache.find_head(key);
    if (!head || !read_head(*head, recording)) return {};
    return recording;
  }
  const auto entry = cache.find(key);
  if (!entry || !read_head(entry->head, recording)) return {};
  if (entry->body.size() != static_cast<size_t>(recording.length) * sizeof(int16_t)) return {};
  recording.samples.resize(static_cast<size_t>(recording.length));
  std::memcpy(recording.samples.data(), entry->body.data(), entry->body.size());
  return recording;
}

void keep(const Cache& cache, const Recording& recording) {
  const std::string_view body(reinterpret_cast<const char*>(recording.samples.data()),
                              recording.samples.size() * sizeof(int16_t));
  // What cannot be kept is spoken again next time; who owns the cache tells the user.
  static_cast<void>(static_cast<bool>(cache.keep(recording.key, head_of(recording), body)));
}

}  // namespace

Result<Recording> Recorder::record(const RecordingRequest& request, const std::stop_token& stop) {
  if (auto ready = choose_engine(); !ready) return ready.error();
  const std::string key = key_of(request);
  if (options_.cache)
    if (auto kept = find_kept(*options_.cache, key, options_.samples)) return *std::move(kept);
  auto recording = speak(request, stop);
  if (!recording) return recording;
  recording->key = key;
  if (options_.cache) keep(*options_.cache, *recording);
  return recording;
}

Result<void> Recorder::choose_engine() {
  if (engine_) return {};
  const auto engine = find_engine(options_.engine);
  if (!engine) return engine.error();
  engine_ = *engine;
  return {};
}

std::string Recorder::key_of(const RecordingRequest& request) const {
  KeyMaker key("recording");
  key.add(kRecordingVersion).add(fingerprint_of(*engine_)).add(request.text);
  key.add(request.voice.empty() ? options_.voice : request.voice).add(request.language);
  for (const double number : {request.speed * options_.rate, options_.pitch, options_.volume})
    key.add(std::to_string(number));
  return key.key();
}

Result<Recording> Recorder::speak(const RecordingRequest& request, const std::stop_token& stop) {
  const std::string& wanted = request.voice.empty() ? options_.voice : request.voice;
  const auto choice = choose_voice(*engine_, wanted, request.language);
  if (!choice) return choice.error();
  Recording recording;
  if (!choice->warning.empty()) recording.warnings.push_back(choice->warning);
  const double rate = request.speed * options_.rate;
  const double possible = std::clamp(rate, engine_->min_rate, engine_->max_rate);
  if (std::abs(possible - rate) > 0.005)
    recording.warnings.push_back("the voice cannot speak " + short_number(rate) +
                                 " times as fast as usual; " + short_number(possible) +
                                 " times is what it can");
  const std::string clean = without_controls(request.text);
  if (find_invalid_utf8(clean) != std::string_view::npos)
    return Error{ErrorKind::bad_value, "this text is not UTF-8"};
  const auto take =
      take_of(*engine_, clean, choice->name, request.language, possible, options_.pitch, stop);
  if (!take) return take.error();
  recording.warnings.insert(recording.warnings.end(), take->warnings.begin(), take->warnings.end());
  const auto cut = cut_out(*take, request.text, engine_->gain * options_.volume, stop, recording);
  if (!cut) return cut.error();
  return recording;
}

}  // namespace talkie
