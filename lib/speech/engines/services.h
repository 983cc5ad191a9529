// SPDX-License-Identifier: LGPL-2.1-or-later
// What the services that speak have in common: settings, keys, voices, texts that are too long.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "net/service.h"
#include "speech/provider.h"

namespace talkie {

// What is known of a kind of service before anybody sets something.
struct ServiceKind {
  std::string_view kind;          // "openai"
  std::string_view official;      // where the service itself is; the key's variable is for it alone
  std::string_view key_variable;  // of the environment
  std::string_view model;
  std::string_view voice;
  size_t longest_text = 0;  // characters in one request
  std::span<const std::string_view> own_settings;
};

struct ServiceOptions {
  std::string base_url;  // without a slash or "/v1" at its end
  std::string key;       // may be empty, except for the official service
  std::string model;
  std::string voice;
  std::string language;                       // of `voice`; empty: it speaks any
  std::map<std::string, std::string> voices;  // names for scripts
  ServiceSettings service;
};

// Reads the settings that all have. Errors: bad_value at the place in talkie.conf; missing_part:
// there is no key.
Result<ServiceOptions> read_service_options(const ServiceKind& kind, const std::string& name,
                                            const Value* settings);

// Reads one setting that is a number; `otherwise` where nothing is set.
Result<double> read_setting(const Value* settings, std::string_view key, double low, double high,
                            double otherwise);
// Reads one that is a text.
Result<std::string> read_setting(const Value* settings, std::string_view key,
                                 std::string_view otherwise);

// Pieces of at most `most` characters, one after the other: whole sentences where that is possible,
// else whole words.
std::vector<std::string_view> split_for_service(std::string_view text, size_t most);

// Samples without a header: 16 bits, little-endian, mono.
Take take_from_pcm(std::string_view bytes, int rate);

class ServiceProvider : public Provider {
 public:
  ServiceProvider(const ServiceKind& kind, std::string name, ServiceOptions options);

  [[nodiscard]] bool is_remote() const override { return true; }
  [[nodiscard]] std::string fingerprint() const override;
  Result<VoiceChoice> choose_voice(std::string_view wanted, std::string_view language) override;
  // Says pieces that are not too long, and joins them.
  Result<Take> speak(const SpeechRequest& request, const std::stop_token& stop) final;

 protected:
  [[nodiscard]] const ServiceOptions& options() const { return options_; }
  // One piece.
  virtual Result<Take> say(const SpeechRequest& request, const std::stop_token& stop) = 0;
  Result<HttpAnswer> post(std::string_view path, std::vector<HttpHeader> headers, std::string json,
                          const std::stop_token& stop);
  // An answer that is not what it should be.
  [[nodiscard]] Error strange(std::string_view what, const HttpAnswer& answer) const;

 private:
  const ServiceKind kind_;
  const ServiceOptions options_;
  Service service_;
};

}  // namespace talkie
