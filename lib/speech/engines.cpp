// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/engines.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>

#include "base/modules.h"
#include "base/text.h"
#include "config.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr std::string_view kPrefix = "talkie-engine-";

Module load_module(const std::string& path) {
  Module module{path, nullptr, {}};
  const auto function = load_function(path, TALKIE_ENGINE_SYMBOL);
  if (!function) {
    module.problem = function.error().message;
    return module;
  }
  const TalkieEngine* engine = reinterpret_cast<TalkieEngineV1>(*function)();
  if (!engine)
    module.problem = "it refuses to work here";
  else if (engine->size < offsetof(TalkieEngine, fingerprint) || !engine->name || !engine->voices ||
           !engine->synthesise)
    module.problem = "it was built for another version of Talkie; build it again";
  else
    module.engine = engine;
  return module;
}

// Loads each path once.
const Module& module_at(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, Module> modules;
  const std::lock_guard lock(mutex);
  const auto found = modules.find(path);
  return found != modules.end() ? found->second
                                : modules.emplace(path, load_module(path)).first->second;
}

bool matches(std::string_view a, std::string_view b) {
  return to_lower(a) == to_lower(b);
}

using VoiceList = std::vector<const TalkieVoice*>;

// The voice that names `tag` nearest to the front of its languages; null where none does.
const TalkieVoice* speaker_of(const VoiceList& voices, std::string_view tag) {
  const TalkieVoice* best = nullptr;
  size_t best_rank = 0;
  for (const TalkieVoice* voice : voices) {
    const auto tags = split(voice->languages, ' ');
    const auto at =
        std::find_if(tags.begin(), tags.end(), [&](auto other) { return matches(other, tag); });
    const auto rank = static_cast<size_t>(at - tags.begin());
    if (at != tags.end() && (!best || rank < best_rank)) {
      best = voice;
      best_rank = rank;
    }
  }
  return best;
}

// RFC 4647's lookup: the tag, then the tag less its last part and so on; then any voice of the same
// language.
const TalkieVoice* lookup(const VoiceList& voices, std::string_view language) {
  for (std::string_view tag = language; !tag.empty();) {
    if (const TalkieVoice* voice = speaker_of(voices, tag)) return voice;
    const size_t dash = tag.rfind('-');
    tag = dash == std::string_view::npos ? std::string_view{} : tag.substr(0, dash);
  }
  const std::string primary = to_lower(language.substr(0, language.find('-'))) + "-";
  for (const TalkieVoice* voice : voices)
    if (primary.size() > 1 && to_lower(voice->languages).starts_with(primary)) return voice;
  return nullptr;
}

const TalkieVoice* named(const VoiceList& voices, std::string_view name) {
  for (const TalkieVoice* voice : voices)
    if (matches(name, voice->name) || (voice->description && matches(name, voice->description)))
      return voice;
  return nullptr;
}

VoiceChoice by_language(const VoiceList& voices, std::string_view language) {
  if (const TalkieVoice* voice = lookup(voices, language)) return {voice->name, {}};
  const TalkieVoice* english = lookup(voices, "en");
  const TalkieVoice* voice = english ? english : voices.front();
  return {voice->name, "no voice speaks the language '" + std::string(language) + "'; '" +
                           voice->name + "' reads it. 'talkie voices' lists the languages"};
}

// What to say of a voice for a text in a language that it does not speak. Of English nothing: that
// is also what a text is in that nobody said a language for.
std::string wrong_language(const TalkieVoice& voice, std::string_view language) {
  const auto primary = [](std::string_view tag) { return to_lower(tag.substr(0, tag.find('-'))); };
  const auto tags = split(voice.languages, ' ');
  const bool speaks_it = std::ranges::any_of(
      tags, [&](std::string_view tag) { return primary(tag) == primary(language); });
  if (speaks_it || matches(language, "en")) return {};
  return "the voice '" + std::string(voice.name) + "' does not speak the language '" +
         std::string(language) +
         "' of this text; choose another, or say with (language: " + std::string(tags.front()) +
         ") what language this is";
}

// The variant "+f3" as the engine writes it; empty with a warning where there is none.
VoiceChoice with_variant(const TalkieEngine& engine, std::string name, std::string_view variant) {
  std::vector<std::string_view> known;
  if (engine.variants)
    for (const char* const* at = engine.variants(); at && *at; ++at)
      known.emplace_back(*at);
  for (const std::string_view other : known)
    if (matches(other, variant)) return {name + "+" + std::string(other), {}};
  std::string warning = "the voice '" + name + "' has no variant '" + std::string(variant) +
                        "'; it speaks without." + suggestion(variant, known);
  return {std::move(name), std::move(warning)};
}

}  // namespace

std::vector<std::string> engine_folders() {
  return module_folders("TALKIE_ENGINE_PATH", TALKIE_ENGINE_DIR);
}

std::vector<Module> find_modules() {
  std::vector<Module> modules;
  for (const std::string& file : module_files(engine_folders(), kPrefix))
    modules.push_back(module_at(file));
  return modules;
}

std::vector<EngineInfo> list_engines() {
  std::vector<EngineInfo> engines;
  for (const Module& module : find_modules()) {
    if (module.engine) {
      const char* version = module.engine->version;
      engines.push_back({module.engine->name, module.path, version ? version : "", {}});
    } else {
      const std::string stem = std::filesystem::path(module.path).stem().string();
      engines.push_back({stem.substr(kPrefix.size()), module.path, {}, module.problem});
    }
  }
  return engines;
}

bool takes_ssml(const TalkieEngine& engine) {
  return TALKIE_ENGINE_HAS(&engine, takes_ssml) && engine.takes_ssml != 0;
}

std::string fingerprint_of(const TalkieEngine& engine) {
  std::string text = std::string(engine.name) + "\n" + (engine.version ? engine.version : "");
  if (TALKIE_ENGINE_HAS(&engine, fingerprint) && engine.fingerprint)
    text += std::string("\n") + engine.fingerprint();
  return text;
}

Result<const TalkieEngine*> find_engine(std::string_view name) {
  std::string detail;
  std::vector<std::string_view> known;
  for (const Module& module : find_modules()) {
    if (module.engine && (name.empty() || name == module.engine->name)) return module.engine;
    if (module.engine)
      known.emplace_back(module.engine->name);
    else
      detail += module.path + ": " + module.problem + "\n";
  }
  if (!known.empty())
    return Error{ErrorKind::not_found,
                 "there is no speech engine '" + std::string(name) + "'; there is '" +
                     std::string(known.front()) + "'." + suggestion(name, known),
                 detail};
  for (const std::string& folder : engine_folders())
    detail += "looked in " + folder + "\n";
  return Error{ErrorKind::missing_part,
               "no speech engine is installed; install libespeak-ng-dev and build Talkie with "
               "-Despeak=enabled, or put an engine's folder in TALKIE_ENGINE_PATH",
               detail};
}

Result<VoiceList> voices_of(const TalkieEngine& engine) {
  const char* error = nullptr;
  const TalkieVoice* const* list = engine.voices(&error);
  if (!list || !*list)
    return Error{ErrorKind::missing_part,
                 error ? error : std::string("the engine '") + engine.name + "' has no voices"};
  VoiceList voices;
  for (; *list; ++list)
    voices.push_back(*list);
  return voices;
}

Result<std::vector<VoiceInfo>> list_voices() {
  std::vector<VoiceInfo> infos;
  Error first;
  bool any = false;
  for (const Module& module : find_modules()) {
    if (!module.engine) continue;
    const auto voices = voices_of(*module.engine);
    if (!voices) {
      if (first.message.empty()) first = voices.error();
      continue;
    }
    any = true;
    for (const TalkieVoice* voice : *voices)
      infos.push_back(
          {module.engine->name, voice->name, std::string(split(voice->languages, ' ').front()),
           voice->gender ? voice->gender : "", voice->description ? voice->description : ""});
  }
  for (const ConfiguredVoice& voice : configured_voices()) {
    any = true;
    infos.push_back({voice.provider, voice.provider + "/" + voice.name, voice.language, "",
                     voice.name.empty() ? "its default voice" : "from talkie.conf"});
  }
  if (!any) return first.message.empty() ? find_engine({}).error() : first;
  std::stable_sort(infos.begin(), infos.end(), [](const VoiceInfo& a, const VoiceInfo& b) {
    return std::pair(to_lower(a.language), a.name) < std::pair(to_lower(b.language), b.name);
  });
  return infos;
}

Result<VoiceChoice> choose_voice(const TalkieEngine& engine, std::string_view wanted,
                                 std::string_view language) {
  const auto voices = voices_of(engine);
  if (!voices) return voices.error();
  wanted = trim(wanted);
  if (wanted.empty()) return by_language(*voices, language);
  const size_t plus = wanted.find('+');
  const std::string_view name = wanted.substr(0, plus);
  const TalkieVoice* voice = named(*voices, name);
  if (!voice) voice = lookup(*voices, name);
  if (voice) {
    VoiceChoice choice = plus == std::string_view::npos
                             ? VoiceChoice{voice->name, {}}
                             : with_variant(engine, voice->name, wanted.substr(plus + 1));
    if (choice.warning.empty()) choice.warning = wrong_language(*voice, language);
    return choice;
  }

  std::vector<std::string_view> known;
  for (const TalkieVoice* other : *voices)
    known.emplace_back(other->name);
  VoiceChoice choice = by_language(*voices, language);
  const std::string also = choice.warning.empty() ? "" : ", and " + choice.warning;
  choice.warning =
      "there is no voice '" + std::string(wanted) + "'; '" + choice.name + "' reads this instead" +
      (also.empty() ? ". 'talkie voices' lists the voices" : also) + "." + suggestion(name, known);
  return choice;
}

}  // namespace talkie
