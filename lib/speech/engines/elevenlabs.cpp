// SPDX-License-Identifier: LGPL-2.1-or-later
// ElevenLabs: POST /v1/text-to-speech/{voice_id}/with-timestamps gives the sound and the time of
// every character, as
// https://elevenlabs.io/docs/api-reference/text-to-speech/convert-with-timestamps describes it.
#include <glib.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "speech/audio_bytes.h"
#include "speech/engines/makers.h"
#include "speech/engines/services.h"
#include "speech/words.h"

namespace talkie {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kElevenlabsSettings[] = {"stability", "similarity-boost"};
constexpr ServiceKind kElevenlabs{
    .kind = "elevenlabs",
    .official = "https://api.elevenlabs.io",
    .key_variable = "ELEVENLABS_API_KEY",
    .model = "eleven_multilingual_v2",
    .voice = "JBFqnCBsd6RMkjVDRZzb",  // George, whom the documentation's examples use
    .longest_text = 5000,             // of the model that takes least (eleven_v3)
    .own_settings = kElevenlabsSettings,
};
// Samples as they are: in MP3 everything would be later by what the encoder puts before it. The
// highest rate that every plan has.
constexpr int kSoundRate = 24'000;

// Who is said when, as the service says it.
struct Alignment {
  std::vector<std::string> characters;
  std::vector<double> starts;  // seconds
};

// Empty where there is none, or it is not well-formed.
Alignment read_alignment(const Json& answer) {
  Alignment alignment;
  const auto found = answer.find("alignment");
  if (found == answer.end() || !found->is_object()) return {};
  const Json characters = found->value("characters", Json::array());
  const Json starts = found->value("character_start_times_seconds", Json::array());
  if (!characters.is_array() || !starts.is_array() || characters.size() != starts.size()) return {};
  for (size_t i = 0; i < characters.size(); ++i) {
    if (!characters[i].is_string() || !starts[i].is_number()) return {};
    alignment.characters.push_back(characters[i]);
    alignment.starts.push_back(starts[i]);
  }
  return alignment;
}

// Whether `text` goes on at `at` as the alignment does from its character `i` on, for `count`.
bool goes_on(std::string_view text, size_t at, const Alignment& alignment, size_t i, size_t count) {
  const size_t end = std::min(i + count, alignment.characters.size());
  for (; i < end; ++i) {
    const std::string& character = alignment.characters[i];
    const bool both_white = at < text.size() && character.size() == 1 &&
                            g_ascii_isspace(text[at]) && g_ascii_isspace(character[0]);
    if (!both_white && !text.substr(std::min(at, text.size())).starts_with(character)) return false;
    at += character.size();
  }
  return true;
}

// For each byte of the text the second at which its character is said; negative: not known. The
// alignment's characters are the text's, but for some that may be missing or be others.
std::vector<double> times_of_bytes(std::string_view text, const Alignment& alignment) {
  constexpr size_t kLookAhead = 60;  // bytes
  constexpr size_t kSure = 3;        // characters that show that a place is the right one
  std::vector<double> times(text.size(), -1);
  size_t at = 0;
  for (size_t i = 0; i < alignment.characters.size(); ++i) {
    if (alignment.characters[i].empty()) continue;
    size_t place = at;
    if (!goes_on(text, at, alignment, i, 1)) {
      const size_t end = std::min(at + kLookAhead, text.size());
      while (place < end && !goes_on(text, place, alignment, i, kSure))
        ++place;
      if (place >= end) continue;
    }
    if (place >= text.size()) break;
    times[place] = alignment.starts[i];
    at = place + alignment.characters[i].size();
  }
  return times;
}

// One event for each word; none at all where too few of them have a time.
std::vector<WordEvent> events_of(std::string_view text, const Alignment& alignment, int rate,
                                 int64_t samples) {
  const std::vector<double> times = times_of_bytes(text, alignment);
  const std::vector<TextWord> words = find_words(text);
  std::vector<WordEvent> events;
  int64_t last = 0;
  for (const TextWord& word : words) {
    const auto begin = times.begin() + static_cast<ptrdiff_t>(word.offset);
    const auto end = begin + static_cast<ptrdiff_t>(word.length);
    const auto known = std::find_if(begin, end, [](double time) { return time >= 0; });
    if (known == end) continue;
    const double sample = std::min(*known * rate, static_cast<double>(samples));
    last = std::max(last, static_cast<int64_t>(std::llround(sample)));
    events.push_back({word.offset, last});
  }
  if (events.size() * 4 < words.size() * 3) events.clear();
  return events;
}

std::string from_base64(std::string text) {
  gsize size = 0;
  if (text.size() < 2) return {};  // GLib takes it for a mistake
  g_base64_decode_inplace(text.data(), &size);
  text.resize(size);
  return text;
}

// Whether these are no bare samples. Of the marks that MP3 begins with, read as a sample, the
// smallest is -1,025: no speech begins so loud.
bool is_sound_file(std::string_view bytes) {
  for (const std::string_view mark :
       {"RIFF", "ID3", "OggS", "fLaC", "\xff\xfb", "\xff\xf3", "\xff\xf2"})
    if (bytes.starts_with(mark)) return true;
  return false;
}

class ElevenlabsProvider : public ServiceProvider {
 public:
  ElevenlabsProvider(std::string name, ServiceOptions options, Json voice_settings)
      : ServiceProvider(kElevenlabs, std::move(name), std::move(options)),
        voice_settings_(std::move(voice_settings)) {}

  [[nodiscard]] double min_rate() const override { return 0.7; }
  [[nodiscard]] double max_rate() const override { return 1.2; }
  [[nodiscard]] std::string fingerprint() const override {
    return ServiceProvider::fingerprint() + ' ' + voice_settings_.dump();
  }

 protected:
  Result<Take> say(const SpeechRequest& request, const std::stop_token& stop) override {
    Json body{{"text", request.text}, {"model_id", options().model}};
    Json voice_settings = voice_settings_;
    if (request.rate != 1)
      voice_settings["speed"] = std::clamp(request.rate, min_rate(), max_rate());
    if (!voice_settings.empty()) body["voice_settings"] = std::move(voice_settings);
    // The other models find the language out, and refuse to be told.
    if (options().model.ends_with("_v2_5") && !request.language.empty())
      body["language_code"] = request.language.substr(0, request.language.find('-'));
    char* voice = g_uri_escape_string(request.voice.c_str(), nullptr, FALSE);
    const std::string path = std::string("/v1/text-to-speech/") + voice +
                             "/with-timestamps?output_format=pcm_" + std::to_string(kSoundRate);
    g_free(voice);
    std::vector<HttpHeader> headers;
    if (!options().key.empty()) headers.push_back({"xi-api-key", options().key});
    const auto answer = post(path, std::move(headers),
                             body.dump(-1, ' ', false, Json::error_handler_t::replace), stop);
    if (!answer) return answer.error();
    return take_of(*answer, request.text);
  }

 private:
  [[nodiscard]] Result<Take> take_of(const HttpAnswer& answer, std::string_view text) const {
    const Json json = Json::parse(answer.body, nullptr, false);
    const auto audio = json.is_object() ? json.find("audio_base64") : json.end();
    if (audio == json.end() || !audio->is_string())
      return strange(" answers without a sound; check 'base-url'", answer);
    const std::string bytes = from_base64(*audio);
    // Servers that speak the same may not know the format that was asked for.
    const bool has_header = is_sound_file(bytes);
    auto take = has_header ? take_from_audio(bytes, name())
                           : Result<Take>(take_from_pcm(bytes, kSoundRate));
    if (!take) return take;
    take->events = events_of(text, read_alignment(json), take->rate,
                             static_cast<int64_t>(take->samples.size()));
    take->has_times = !take->events.empty();
    return take;
  }

  const Json voice_settings_;
};

}  // namespace

MadeProvider make_elevenlabs_provider(std::string name, const Value* settings) {
  auto options = read_service_options(kElevenlabs, name, settings);
  if (!options) return options.error();
  Json voice_settings = Json::object();
  for (const auto& [key, field] :
       {std::pair{"stability", "stability"}, std::pair{"similarity-boost", "similarity_boost"}}) {
    const auto number = read_setting(settings, key, 0, 1, -1);
    if (!number) return number.error();
    if (*number >= 0) voice_settings[field] = *number;
  }
  return MadeProvider(std::make_unique<ElevenlabsProvider>(std::move(name), *std::move(options),
                                                           std::move(voice_settings)));
}

}  // namespace talkie
