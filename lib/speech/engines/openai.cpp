// SPDX-License-Identifier: LGPL-2.1-or-later
// OpenAI's speech, and the many servers that speak the same (Kokoro, LocalAI, …):
// POST /v1/audio/speech, as https://platform.openai.com/docs/api-reference/audio/createSpeech and
// https://platform.openai.com/docs/guides/text-to-speech describe it. It gives no word times.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "speech/audio_bytes.h"
#include "speech/engines/makers.h"
#include "speech/engines/services.h"

namespace talkie {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kOpenaiSettings[] = {"instructions"};
constexpr ServiceKind kOpenai{
    .kind = "openai",
    .official = "https://api.openai.com",
    .key_variable = "OPENAI_API_KEY",
    .model = "gpt-4o-mini-tts",
    .voice = "alloy",
    .longest_text = 4096,
    .own_settings = kOpenaiSettings,
};
constexpr int kPcmRate = 24'000;

// "audio/pcm; rate=16000"; 24,000 where it does not say.
int pcm_rate(std::string_view content_type) {
  int rate = kPcmRate;
  if (const size_t at = content_type.find("rate="); at != std::string_view::npos) {
    const std::string_view digits = content_type.substr(at + 5);
    std::from_chars(digits.data(), digits.data() + digits.size(), rate);
  }
  return std::clamp(rate, 8'000, 192'000);
}

class OpenaiProvider : public ServiceProvider {
 public:
  OpenaiProvider(std::string name, ServiceOptions options, std::string instructions)
      : ServiceProvider(kOpenai, std::move(name), std::move(options)),
        instructions_(std::move(instructions)) {}

  [[nodiscard]] std::string fingerprint() const override {
    return ServiceProvider::fingerprint() + ' ' + instructions_;
  }

 protected:
  Result<Take> say(const SpeechRequest& request, const std::stop_token& stop) override {
    Json body{{"model", options().model},
              {"voice", request.voice},
              {"input", request.text},
              {"response_format", "wav"}};
    if (request.rate != 1) body["speed"] = std::clamp(request.rate, min_rate(), max_rate());
    if (!instructions_.empty()) body["instructions"] = instructions_;
    std::vector<HttpHeader> headers;
    if (!options().key.empty()) headers.push_back({"Authorization", "Bearer " + options().key});
    const auto answer = post("/v1/audio/speech", std::move(headers),
                             body.dump(-1, ' ', false, Json::error_handler_t::replace), stop);
    if (!answer) return answer.error();
    return sound_of(*answer);
  }

 private:
  // Asked for WAV, servers send what they have.
  [[nodiscard]] Result<Take> sound_of(const HttpAnswer& answer) const {
    const std::string_view whole_type = answer.content_type;
    const std::string type(trim(whole_type.substr(0, whole_type.find(';'))));
    if (type == "audio/pcm" && !answer.body.starts_with("RIFF"))
      return take_from_pcm(answer.body, pcm_rate(whole_type));
    if (type.empty() || type.starts_with("audio/") || type == "application/octet-stream" ||
        type == "application/ogg")
      return take_from_audio(answer.body, name());
    return strange(" answers with " + type + " instead of a sound; check 'base-url'", answer);
  }

  const std::string instructions_;
};

}  // namespace

MadeProvider make_openai_provider(std::string name, const Value* settings) {
  auto options = read_service_options(kOpenai, name, settings);
  if (!options) return options.error();
  auto instructions = read_setting(settings, "instructions", "");
  if (!instructions) return instructions.error();
  return MadeProvider(std::make_unique<OpenaiProvider>(std::move(name), *std::move(options),
                                                       *std::move(instructions)));
}

}  // namespace talkie
