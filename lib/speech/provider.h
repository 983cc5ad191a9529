// SPDX-License-Identifier: LGPL-2.1-or-later
// Who can speak: a module behind engine.h, a program, a service. One file each in engines/.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "speech/words.h"

namespace talkie {

// What a provider is asked to say.
struct SpeechRequest {
  std::string text;      // UTF-8; plain words, or a whole <speak> document where `ssml`
  bool ssml = false;     // only for providers that take it
  std::string voice;     // as choose_voice() gave it
  std::string language;  // BCP 47
  double rate = 1;       // of the voice's own pace; inside of the provider's limits
  double pitch = 1;      // 0.5 to 2
};

// What it delivered.
struct Take {
  std::vector<int16_t> samples;   // mono
  int rate = 0;                   // 8,000 to 192,000 a second
  std::vector<WordEvent> events;  // bytes of the request's text, samples of these
  bool has_times = false;         // `events` are the service's own; else the words are aligned
  std::vector<std::string> warnings;
};

struct VoiceChoice {
  std::string name;     // for SpeechRequest::voice
  std::string warning;  // what the user did not get, and what to do; or empty
};

// What was asked of a provider since the process began.
struct ProviderCounts {
  int64_t calls = 0;       // utterances
  int64_t failures = 0;    // of them
  int64_t retries = 0;     // tries after the first one
  int64_t characters = 0;  // that were to be said
  double seconds = 0;      // from the call to its end, summed up over all of them
};
using CountsByProvider = std::map<std::string, ProviderCounts>;

// Thread-safe, several calls at once; lives until the process ends.
class Provider {
 public:
  explicit Provider(std::string name) : name_(std::move(name)) {}
  virtual ~Provider() = default;
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  // What `--engine` takes.
  [[nodiscard]] const std::string& name() const { return name_; }
  // Whether it asks others over a network: then a script alone cannot choose it.
  [[nodiscard]] virtual bool is_remote() const { return false; }
  [[nodiscard]] virtual bool takes_ssml() const { return false; }
  [[nodiscard]] virtual double min_rate() const { return 0.25; }
  [[nodiscard]] virtual double max_rate() const { return 4; }
  // What the sound depends on besides the request: versions, models, the address. Never a key.
  [[nodiscard]] virtual std::string fingerprint() const = 0;

  // `wanted`: what the script or the user calls the voice, without "engine/"; may be empty.
  [[nodiscard]] virtual Result<VoiceChoice> choose_voice(std::string_view wanted,
                                                         std::string_view language) = 0;
  // One utterance. Ends soon after a stop, with `cancelled`. Other errors are sentences for the
  // user; another provider is asked then.
  [[nodiscard]] virtual Result<Take> speak(const SpeechRequest& request,
                                           const std::stop_token& stop) = 0;

  [[nodiscard]] ProviderCounts counts() const;
  void count(const ProviderCounts& more);

 private:
  const std::string name_;
  mutable std::mutex mutex_;
  ProviderCounts counts_;
};

// The provider of that name: from talkie.conf's `engines`, or one of those that are built in, or a
// module. not_found says which there are; missing_part what it needs (a key, a package).
Result<Provider*> find_provider(std::string_view name);
// Whether there is one of that name, able to work or not.
bool is_provider(std::string_view name);
// Whether talkie.conf has it: then a script may choose it, even where it asks a network.
bool is_chosen_by_user(std::string_view name);
// What was asked of all of them since the process began, or since a moment of it: then only of
// those that were asked.
CountsByProvider provider_counts();
CountsByProvider counts_since(const CountsByProvider& before);
// Those of talkie.conf.
std::vector<std::string> configured_providers();
// The voices that it names for them: "bob" of `voices: {bob: …}`, with their language where it
// says.
struct ConfiguredVoice {
  std::string provider;
  std::string name;      // as a script names it behind "provider/"; empty: the provider's default
  std::string language;  // BCP 47 or empty
};
std::vector<ConfiguredVoice> configured_voices();

}  // namespace talkie
