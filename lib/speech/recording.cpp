// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/recording.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

#include "base/hash.h"
#include "base/text.h"
#include "speech/align.h"
#include "speech/candidates.h"
#include "speech/recorded_sound.h"
#include "speech/recordings_underway.h"
#include "speech/refusals.h"

namespace talkie {

namespace {

// Counts up when the same request comes to sound different.
constexpr int kRecordingVersion = 2;

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

// Records one utterance with one provider.
class Session {
 public:
  Session(Provider& provider, std::string voice, const Utterance& utterance, std::string language,
          const NarratorOptions& options)
      : provider_(provider),
        voice_(std::move(voice)),
        utterance_(utterance),
        language_(std::move(language)),
        options_(options) {}

  [[nodiscard]] std::string key() const {
    KeyMaker key("recording");
    key.add(kRecordingVersion).add(provider_.name()).add(provider_.fingerprint());
    key.add(aligner_fingerprint());
    key.add(voice_).add(language_).add(utterance_.text);
    for (const double number :
         {utterance_.speed * options_.rate, utterance_.pitch * options_.pitch})
      key.add(std::to_string(number));
    for (const SpeechSpan& span : utterance_.spans) {
      key.add(static_cast<int64_t>(span.kind)).add(static_cast<int64_t>(span.offset));
      key.add(static_cast<int64_t>(span.length)).add(span.value).add(span.pause.count());
      for (const double number : {span.rate, span.pitch, span.volume})
        key.add(std::to_string(number));
    }
    return key.key();
  }

  Result<Recording> record(const std::stop_token& stop) {
    const auto choice = provider_.choose_voice(voice_, language_);
    if (!choice) return choice.error();
    recording_.voice = provider_.name() + "/" + choice->name;
    warn(choice->warning);
    Utterance clean = utterance_;
    clean.text = without_controls(utterance_.text);
    clean.language = language_;
    const Said said = said_of(clean, provider_.takes_ssml());
    for (const std::string& warning : said.warnings)
      warn(warning);
    RecordedSound sound;
    for (const SaidPart& part : said.parts) {
      auto take = speak(part, choice->name, stop);
      if (!take) return take.error();
      if (auto added = sound.add(*take, part, stop); !added) return added.error();
    }
    sound.add_silence(said.pause_after);
    sound.finish(utterance_.text, recording_);
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "the narration was cancelled"};
    return std::move(recording_);
  }

 private:
  Result<Take> speak(const SaidPart& part, const std::string& voice, const std::stop_token& stop) {
    if (!part.ssml && find_words(part.text).empty()) return Take{};
    SpeechRequest request{part.text, part.ssml, voice, language_, 1, 1};
    const double rate = utterance_.speed * options_.rate * part.rate;
    request.rate = std::clamp(rate, provider_.min_rate(), provider_.max_rate());
    if (std::abs(request.rate - rate) > 0.005)
      warn("the voice cannot speak " + short_number(rate) + " times as fast as usual; " +
           short_number(request.rate) + " times is what it can");
    request.pitch = std::clamp(utterance_.pitch * options_.pitch * part.pitch, 0.5, 2.0);
    auto take = ask(request, stop);
    if (!take) return take;
    for (const std::string& warning : take->warnings)
      warn(warning);
    if (take->has_times || take->samples.empty()) return take;
    auto events = align_words(part.text, language_, take->samples, take->rate, stop);
    if (!events) return events.error();
    take->events = *std::move(events);
    return take;
  }

  Result<Take> ask(const SpeechRequest& request, const std::stop_token& stop) {
    const auto start = std::chrono::steady_clock::now();
    auto take = provider_.speak(request, stop);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    const bool failed = !take && take.error().kind != ErrorKind::cancelled;
    provider_.count({.calls = 1,
                     .failures = failed ? 1 : 0,
                     .characters = static_cast<int64_t>(count_characters(request.text)),
                     .seconds = elapsed.count()});
    return take;
  }

  void warn(const std::string& warning) {
    if (!warning.empty()) recording_.warnings.push_back(warning);
  }

  Provider& provider_;
  const std::string voice_;  // as it was asked for
  const Utterance& utterance_;
  const std::string language_;
  const NarratorOptions& options_;
  Recording recording_;
};

// From the cache, from who is recording it already, or anew.
Result<Recording> find_or_record(Session& session, const NarratorOptions& options,
                                 const std::stop_token& stop) {
  const std::string key = session.key();
  const auto make = [&]() -> Result<Recording> {
    if (options.refusals)
      if (auto refusal = options.refusals->find(key)) return *std::move(refusal);
    auto recording = session.record(stop);
    if (options.refusals && !recording && recording.error().kind != ErrorKind::cancelled)
      options.refusals->add(key, recording.error());
    return recording;
  };
  return record_once(key, options, make, stop);
}

}  // namespace

Result<Recording> record(const RecordingRequest& request, const NarratorOptions& options,
                         const std::stop_token& stop) {
  const Utterance& utterance = *request.utterance;
  if (find_invalid_utf8(without_controls(utterance.text)) != std::string_view::npos)
    return Error{ErrorKind::bad_value, "this text is not UTF-8"};
  const auto candidates = candidates_for(utterance, options);
  if (!candidates) return candidates.error();
  std::optional<Error> first;
  std::string failed;
  for (const Candidate& candidate : candidates->list) {
    const auto provider = find_provider(candidate.provider);
    Result<Recording> recording = Error{};
    if (provider) {
      const std::string voice =
          first ? voice_of_substitute(**provider, candidate.voice, request.language)
                : candidate.voice;
      Session session(**provider, voice, utterance, request.language, options);
      recording = find_or_record(session, options, stop);
    } else {
      recording = provider.error();
    }
    if (recording && (first || !candidates->refused.empty())) {
      recording->fallback = first ? failed : candidates->refused;
      recording->warnings.insert(
          recording->warnings.begin(),
          recording->fallback + "; '" + recording->voice + "' reads it instead");
    }
    if (recording || recording.error().kind == ErrorKind::cancelled) return recording;
    if (!first) {
      first = recording.error();
      failed = "'" + candidate.provider + "' does not speak this: " + first->message;
    }
  }
  return first.value_or(Error{ErrorKind::missing_part, "no speech engine is installed"});
}

}  // namespace talkie
