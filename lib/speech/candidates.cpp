// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/candidates.h"

#include <algorithm>

#include "base/text.h"
#include "speech/engines.h"

namespace talkie {

namespace {

constexpr const char* kEmbedded = "espeak";

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  for (const std::string_view part : split(list, ','))
    if (const std::string_view name = trim(part); !name.empty()) names.emplace_back(name);
  return names;
}

void add(std::vector<Candidate>& list, const std::string& provider, const std::string& voice) {
  const auto is_there = [&](const Candidate& other) { return other.provider == provider; };
  if (std::ranges::none_of(list, is_there)) list.push_back({provider, voice});
}

bool may_be_asked(const std::string& provider, const std::vector<std::string>& named) {
  if (std::ranges::find(named, provider) != named.end() || is_chosen_by_user(provider)) return true;
  const auto found = find_provider(provider);
  return found ? !(*found)->is_remote() : found.error().kind != ErrorKind::missing_part;
}

}  // namespace

Result<Candidates> candidates_for(const Utterance& utterance, const NarratorOptions& options) {
  Candidates candidates;
  const std::vector<std::string> named = names_in(options.engine);
  for (const std::string& name : named)
    if (!is_provider(name)) return find_engine(name).error();
  const std::string wanted(trim(utterance.voice.empty() ? options.voice : utterance.voice));
  std::string voice = wanted;
  if (const size_t slash = wanted.find('/'); slash != std::string::npos) {
    const std::string provider = wanted.substr(0, slash);
    if (is_provider(provider)) {
      voice.clear();  // what other providers know it by
      if (may_be_asked(provider, named))
        add(candidates.list, provider, wanted.substr(slash + 1));
      else
        candidates.refused = "the voice '" + wanted +
                             "' would send this text over the network, which a script cannot "
                             "decide; allow it with --engine " +
                             provider + " or under 'engines' in talkie.conf";
    }
  }
  for (const std::string& name : named)
    add(candidates.list, name, voice);
  if (candidates.list.empty()) {
    const auto engine = find_engine({});
    if (!engine) return engine.error();
    add(candidates.list, (*engine)->name, voice);
  }
  if (is_provider(kEmbedded)) add(candidates.list, kEmbedded, voice);
  return candidates;
}

std::string voice_of_substitute(Provider& provider, std::string_view voice,
                                std::string_view language) {
  const auto choice = provider.choose_voice(voice, language);
  return choice && choice->warning.empty() ? std::string(voice) : std::string();
}

}  // namespace talkie
