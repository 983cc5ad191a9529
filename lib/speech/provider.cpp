// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/provider.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "base/settings_file.h"
#include "base/text.h"
#include "speech/engines.h"
#include "speech/engines/makers.h"
#include "speech/engines/module.h"

namespace talkie {

namespace {

struct ProviderKind {
  std::string_view name;
  MadeProvider (*make)(std::string name, const Value* settings);
};
constexpr std::array<ProviderKind, 3> kProviderKinds = {{
    {"command", make_command_provider},
    {"openai", make_openai_provider},
    {"elevenlabs", make_elevenlabs_provider},
}};

const ProviderKind* kind_named(std::string_view name) {
  const auto* found = std::ranges::find(kProviderKinds, name, &ProviderKind::name);
  return found == kProviderKinds.end() ? nullptr : found;
}

// talkie.conf's `engines`, as it was when it was first needed.
const Result<Value>& engine_settings() {
  static const Result<Value> settings = []() -> Result<Value> {
    const auto file = read_settings_file();
    if (!file) return file.error();
    const Value* engines = file->find("engines");
    Value none;
    none.type = Value::Type::map;
    if (!engines || engines->is(Value::Type::null)) return none;
    if (!engines->is(Value::Type::map))
      return Error{ErrorKind::bad_value,
                   "'engines' in talkie.conf holds a map for each engine, by its name",
                   {},
                   engines->where};
    return *engines;
  }();
  return settings;
}

const Value* settings_of(std::string_view name) {
  const Result<Value>& settings = engine_settings();
  return settings ? settings->find(name) : nullptr;
}

// The kind of what talkie.conf describes or what is built in; null for a module.
Result<const ProviderKind*> kind_of(std::string_view name, const Value* settings) {
  if (!settings) return name == "command" ? nullptr : kind_named(name);
  if (!settings->is(Value::Type::map))
    return Error{ErrorKind::bad_value,
                 "the engine '" + std::string(name) + "' in talkie.conf has a map of settings",
                 {},
                 settings->where};
  if (settings->find("command")) return kind_named("command");
  const Value* kind = settings->find("kind");
  const std::string wanted = kind ? to_lower(kind->text) : std::string(name);
  if (const ProviderKind* found = kind_named(wanted)) return found;
  return Error{
      ErrorKind::bad_value,
      "the engine '" + std::string(name) +
          "' in talkie.conf is of no known kind; give it a 'command', or 'kind: openai' or "
          "'kind: elevenlabs'",
      {},
      kind ? kind->where : settings->where};
}

MadeProvider make_provider(const std::string& name) {
  if (!engine_settings()) return engine_settings().error();
  const Value* settings = settings_of(name);
  const auto kind = kind_of(name, settings);
  if (!kind) return kind.error();
  if (*kind) return (*kind)->make(name, settings);
  const auto engine = find_engine(name);
  if (!engine) return engine.error();
  return make_module_provider(**engine);
}

// Every provider that was asked for so far.
struct Known {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<Provider>, std::less<>> providers;
};

Known& known() {
  static Known all;
  return all;
}

}  // namespace

ProviderCounts Provider::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Provider::count(const ProviderCounts& more) {
  const std::lock_guard lock(mutex_);
  counts_.calls += more.calls;
  counts_.failures += more.failures;
  counts_.retries += more.retries;
  counts_.characters += more.characters;
  counts_.seconds += more.seconds;
}

Result<Provider*> find_provider(std::string_view name) {
  const std::lock_guard lock(known().mutex);
  auto& providers = known().providers;
  if (const auto found = providers.find(name); found != providers.end()) return found->second.get();
  auto made = make_provider(std::string(name));
  if (!made) return made.error();
  return providers.emplace(std::string(name), *std::move(made)).first->second.get();
}

CountsByProvider provider_counts() {
  CountsByProvider counts;
  const std::lock_guard lock(known().mutex);
  for (const auto& [name, provider] : known().providers)
    counts.emplace(name, provider->counts());
  return counts;
}

CountsByProvider counts_since(const CountsByProvider& before) {
  CountsByProvider since;
  for (auto [name, counts] : provider_counts()) {
    if (const auto earlier = before.find(name); earlier != before.end()) {
      counts.calls -= earlier->second.calls;
      counts.failures -= earlier->second.failures;
      counts.retries -= earlier->second.retries;
      counts.characters -= earlier->second.characters;
      counts.seconds -= earlier->second.seconds;
    }
    if (counts.calls > 0) since.emplace(name, counts);
  }
  return since;
}

bool is_provider(std::string_view name) {
  if (settings_of(name)) return true;
  if (name != "command" && kind_named(name)) return true;
  const std::vector<Module> modules = find_modules();
  return std::ranges::any_of(modules, [name](const Module& module) {
    return module.engine && name == module.engine->name;
  });
}

bool is_chosen_by_user(std::string_view name) {
  return settings_of(name) != nullptr;
}

std::vector<std::string> configured_providers() {
  std::vector<std::string> names;
  if (engine_settings())
    for (const Member& member : engine_settings()->map)
      names.push_back(member.key);
  return names;
}

std::vector<ConfiguredVoice> configured_voices() {
  std::vector<ConfiguredVoice> voices;
  if (!engine_settings()) return voices;
  for (const Member& member : engine_settings()->map) {
    const Value* language = member.value.find("language");
    const std::string tag = language && language->is_scalar() ? language->text : std::string();
    voices.push_back({member.key, {}, tag});
    if (const Value* named = member.value.find("voices"))
      for (const Member& voice : named->map)
        voices.push_back({member.key, voice.key, tag});
  }
  return voices;
}

}  // namespace talkie
