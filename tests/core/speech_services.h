// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of the services that speak share: sounds, settings, providers.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "net_testing.h"
#include "speech/engines/makers.h"
#include "speech/engines/services.h"

namespace talkie {

using Json = nlohmann::json;

inline constexpr std::string_view kKey = "sk-secret-0123456789-wxyz";

inline std::string bytes_of(uint32_t number, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

// A tone, as samples without a header.
inline std::string tone(int rate, int samples) {
  std::string bytes;
  for (int i = 0; i < samples; ++i)
    bytes += bytes_of(static_cast<uint32_t>(std::lround(8000 * std::sin(i * 2764.6 / rate))), 2);
  return bytes;
}

inline std::string wav_of(int rate, const std::string& samples) {
  const auto n = static_cast<uint32_t>(rate);
  const auto size = static_cast<uint32_t>(samples.size());
  return "RIFF" + bytes_of(size + 36, 4) + "WAVEfmt " + bytes_of(16, 4) + bytes_of(1, 2) +
         bytes_of(1, 2) + bytes_of(n, 4) + bytes_of(n * 2, 4) + bytes_of(2, 2) + bytes_of(16, 2) +
         "data" + bytes_of(size, 4) + samples;
}

inline std::string sound_answer(const std::string& body, const std::string& type = "audio/wav") {
  return answer_of(200, body, "Content-Type: " + type + "\r\n");
}

inline Value yaml(const std::string& text) {
  auto tree = parse_yaml(text, {"talkie.conf", 1, 1});
  EXPECT_TRUE(tree) << (tree ? "" : tree.error().message);
  return tree ? *tree : Value{};
}

class SpeechServices : public testing::Test {
 protected:
  SpeechServices() {
    unsetenv("OPENAI_API_KEY");
    unsetenv("ELEVENLABS_API_KEY");
  }
  static std::unique_ptr<Provider> made(MadeProvider (*make)(std::string, const Value*),
                                        const std::string& name, const std::string& settings) {
    const Value tree = yaml(settings);
    auto provider = make(name, &tree);
    EXPECT_TRUE(provider) << (provider ? "" : provider.error().to_string());
    return provider ? *std::move(provider) : nullptr;
  }
  static std::unique_ptr<Provider> openai(const TestServer& server, const std::string& more = "") {
    return made(make_openai_provider, "openai",
                "key: " + std::string(kKey) + "\nbase-url: " + server.url() + "\n" + more);
  }
  static std::unique_ptr<Provider> elevenlabs(const TestServer& server,
                                              const std::string& more = "") {
    return made(make_elevenlabs_provider, "elevenlabs",
                "key: " + std::string(kKey) + "\nbase-url: " + server.url() + "\n" + more);
  }
  static SpeechRequest request_of(std::string text, std::string voice = "alloy") {
    SpeechRequest request;
    request.text = std::move(text);
    request.voice = std::move(voice);
    request.language = "en-US";
    return request;
  }
  // The error's, after a look for the key in it.
  static std::string message_of(const Result<Take>& take) {
    if (take) return "no error";
    EXPECT_EQ((take.error().to_string() + take.error().detail).find("secret"), std::string::npos);
    return take.error().message;
  }
};

}  // namespace talkie
