// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/preset.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <system_error>

#include "base/text.h"
#include "base/value.h"
#include "config.h"

namespace talkie {

namespace {

constexpr size_t kMaxPresetBytes = 64u << 10;
constexpr std::array<std::string_view, 10> kKeys = {
    "description", "like", "extensions", "video",     "hardware",
    "audio",       "mux",  "settings",   "overrides", "key-interval"};
constexpr std::array<std::string_view, 3> kApis = {"vaapi", "nvenc", "v4l2"};
constexpr auto kShortestKeyInterval = std::chrono::milliseconds(100);
constexpr auto kLongestKeyInterval = std::chrono::seconds(600);

Error bad(const Value& value, const std::string& message) {
  return Error{ErrorKind::bad_value, message, {}, value.where};
}

// A scalar or a list of scalars.
Result<std::vector<std::string>> read_strings(const Value& value, const std::string& key) {
  std::vector<std::string> strings;
  if (value.is_scalar()) {
    strings.push_back(value.text);
    return strings;
  }
  if (!value.is(Value::Type::list)) return bad(value, key + " is a text or a list of texts");
  for (const Value& item : value.list) {
    if (!item.is_scalar()) return bad(item, key + " is a text or a list of texts");
    strings.push_back(item.text);
  }
  return strings;
}

bool is_count(const Value& value) {
  return value.is(Value::Type::number) && value.number >= 0 && value.number <= 65536;
}

Result<PresetChain> read_chain(const Value& value) {
  if (value.is_scalar()) return PresetChain{value.text, value.text};
  if (!value.is(Value::Type::map))
    return bad(value, "a chain is a text, or a map with 'launch' and more");
  PresetChain chain;
  for (const Member& member : value.map) {
    if (member.key == "launch" && member.value.is_scalar()) {
      chain.launch = chain.pattern = member.value.text;
    } else if (member.key == "bitrate" && member.value.is(Value::Type::number) &&
               member.value.number >= 1'000 && member.value.number <= 1'000'000) {
      chain.bitrate = static_cast<int>(member.value.number);
    } else if (member.key == "priming" && is_count(member.value)) {
      chain.priming = static_cast<int>(member.value.number);
    } else if (member.key == "packet" && is_count(member.value)) {
      chain.packet = static_cast<int>(member.value.number);
    } else if (member.key == "zones" && member.value.is_scalar()) {
      chain.zones = member.value.text;
    } else if (member.key == "api" && std::ranges::find(kApis, member.value.text) != kApis.end()) {
      chain.api = member.value.text;
    } else {
      return Error{ErrorKind::bad_value,
                   "a chain has the keys 'launch' (a text), 'bitrate' (1000 to 1000000, of each "
                   "channel), 'priming' and 'packet' (samples, 0 to 65536), 'zones' (such as "
                   "b=0.5), and 'api' (of hardware: vaapi, nvenc or v4l2)",
                   {},
                   member.where};
    }
  }
  if (chain.launch.empty()) return bad(value, "this chain has no 'launch'");
  return chain;
}

Result<std::vector<PresetChain>> read_chains(const Value& value) {
  std::vector<PresetChain> chains;
  const std::vector<Value> one{value};
  for (const Value& item : value.is(Value::Type::list) ? value.list : one) {
    auto chain = read_chain(item);
    if (!chain) return chain.error();
    chains.push_back(*std::move(chain));
  }
  return chains;
}

Result<std::vector<PresetChain>> read_hardware(const Value& value) {
  auto chains = read_chains(value);
  if (chains)
    for (const PresetChain& chain : *chains)
      if (chain.api.empty()) return bad(value, "a chain of 'hardware' has the key 'api'");
  return chains;
}

using Settings = std::vector<std::pair<std::string, std::string>>;

// Those of a preset that this one is like stay, where nothing is said about them.
Result<void> read_settings(const Member& member, Settings& settings) {
  if (!member.value.is(Value::Type::map))
    return bad(member.value, member.key + " is a map of header keys, such as 'size: 1080x1920'");
  for (const Member& setting : member.value.map) {
    std::erase_if(settings, [&](const auto& known) { return known.first == setting.key; });
    settings.emplace_back(setting.key, setting.value.text);
  }
  return {};
}

Result<Time> read_key_interval(const Value& value) {
  const auto time = value.is_scalar() ? parse_time(value.text) : std::nullopt;
  if (!time || *time < kShortestKeyInterval || *time > kLongestKeyInterval)
    return bad(value, "key-interval is a time from 0.1s to 600s, such as 2s");
  return *time;
}

Result<void> read_member(Preset& preset, const Member& member) {
  const auto take = [](auto& target, auto result) -> Result<void> {
    if (!result) return result.error();
    target = *std::move(result);
    return {};
  };
  const bool is_none = member.value.is_scalar() && member.value.text == "none";
  if (member.key == "extensions")
    return take(preset.extensions, read_strings(member.value, "extensions"));
  if (member.key == "mux") return take(preset.mux, read_strings(member.value, "mux"));
  if (member.key == "video" && is_none) return preset.video.clear(), Result<void>();
  if (member.key == "audio" && is_none) return preset.audio.clear(), Result<void>();
  if (member.key == "video") return take(preset.video, read_chains(member.value));
  if (member.key == "audio") return take(preset.audio, read_chains(member.value));
  if (member.key == "hardware") return take(preset.hardware, read_hardware(member.value));
  if (member.key == "settings") return read_settings(member, preset.settings);
  if (member.key == "overrides") return read_settings(member, preset.overrides);
  if (member.key == "key-interval")
    return take(preset.key_interval, read_key_interval(member.value));
  if (member.key == "description") return preset.description = member.value.text, Result<void>();
  if (member.key == "like") return {};  // it was read first
  return Error{ErrorKind::bad_value,
               "unknown key '" + member.key + "' in a preset." + suggestion(member.key, kKeys),
               {},
               member.where};
}

// By name: those of the folders that are looked at first in front.
std::map<std::string, std::vector<std::string>> preset_files() {
  std::map<std::string, std::vector<std::string>> files;
  for (const std::string& folder : preset_folders()) {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failure))
      if (entry.path().extension() == ".preset")
        files[entry.path().stem().string()].push_back(entry.path().string());
  }
  return files;
}

using Paths = std::vector<std::string>;
Result<Preset> read_preset(std::string_view text, const std::string& path, Paths readers);

Result<Preset> load_preset(const std::string& path, Paths readers = {}) {
  const auto text = read_file(path, kMaxPresetBytes);
  if (!text) return text.error();
  return read_preset(*text, path, std::move(readers));
}

// The preset that another one is like. `readers`: the files that want it, which it cannot be: a
// file of the user's may be like the one whose name it has taken.
Result<Preset> load_like(const Value& name, Paths readers) {
  const auto files = preset_files();
  if (const auto found = files.find(name.text); found != files.end())
    for (const std::string& path : found->second)
      if (std::ranges::find(readers, path) == readers.end())
        return load_preset(path, std::move(readers));
  return Error{
      ErrorKind::not_found, "there is no other preset '" + name.text + "'", {}, name.where};
}

Result<Preset> read_preset(std::string_view text, const std::string& path, Paths readers) {
  const auto tree = parse_yaml(text, Place{path, 1, 1});
  if (!tree) return tree.error();
  if (!tree->is(Value::Type::map)) return bad(*tree, "a preset is a map of keys and values");
  readers.push_back(path);
  Preset preset;
  for (const Member& member : tree->map)
    if (member.key == "like") {
      auto like = load_like(member.value, readers);
      if (!like) return like;
      preset = *std::move(like);
    }
  preset.name = std::filesystem::path(path).stem().string();
  preset.path = path;
  for (const Member& member : tree->map)
    if (auto read = read_member(preset, member); !read) return read.error();
  const auto need = [&](bool there, const char* key) -> Result<void> {
    if (there) return {};
    return Error{ErrorKind::bad_value, std::string("the preset has no '") + key + "'", {}, {path}};
  };
  if (auto there = need(!preset.extensions.empty(), "extensions"); !there) return there.error();
  const bool is_silent = !preset.video.empty() && !preset.mux.empty() && preset.is_gif();
  if (auto there = need(is_silent || !preset.audio.empty(), "audio"); !there) return there.error();
  if (auto there = need(!preset.mux.empty(), "mux"); !there) return there.error();
  set_channels(preset, 1);
  return preset;
}

}  // namespace

std::vector<std::string> preset_folders() {
  std::vector<std::string> folders = {std::string(g_get_user_config_dir()) + "/talkie/presets"};
  if (const char* path = std::getenv("TALKIE_PRESET_PATH"))
    for (const std::string_view folder : split(path, ':'))
      if (!folder.empty()) folders.emplace_back(folder);
  folders.emplace_back(TALKIE_DATA_DIR "/presets");
  return folders;
}

void apply_preset(const Preset& preset, ScriptOptions& options) {
  auto& defaults = options.defaults;
  defaults.insert(defaults.end(), preset.settings.begin(), preset.settings.end());
  for (const auto& setting : preset.overrides)
    if (std::ranges::none_of(options.settings,
                             [&](const auto& said) { return said.first == setting.first; }))
      options.settings.push_back(setting);
}

void set_channels(Preset& preset, int channels) {
  constexpr std::string_view kPlace = "{bitrate}";
  for (PresetChain& chain : preset.audio) {
    chain.launch = chain.pattern;
    if (const size_t at = chain.launch.find(kPlace); at != std::string::npos)
      chain.launch.replace(at, kPlace.size(), std::to_string(chain.bitrate * channels));
  }
}

Result<Preset> parse_preset(std::string_view text, const std::string& path) {
  return read_preset(text, path, {});
}

std::string Preset::setting(std::string_view key) const {
  for (const auto* list : {&overrides, &settings})
    for (const auto& [name, value] : *list)
      if (name == key) return value;
  return {};
}

std::vector<Preset> list_presets(Problems& problems) {
  std::vector<Preset> presets;
  for (const auto& [name, paths] : preset_files()) {
    auto preset = load_preset(paths.front());
    if (preset)
      presets.push_back(*std::move(preset));
    else
      problems.warn(preset.error().where, preset.error().message);
  }
  return presets;
}

Result<Preset> find_preset(std::string_view name) {
  const auto files = preset_files();
  if (const auto found = files.find(std::string(name)); found != files.end())
    return load_preset(found->second.front());
  std::vector<std::string_view> names;
  for (const auto& file : files)
    names.push_back(file.first);
  std::string message = "there is no preset '" + std::string(name) + "'.";
  if (names.empty()) message += " No presets were found at all: is talkie installed completely?";
  message += suggestion(name, names);
  if (!names.empty()) message += " 'talkie presets' lists them.";
  return Error{ErrorKind::not_found, message};
}

Result<Preset> preset_for_file(std::string_view file) {
  std::string extension = to_lower(std::filesystem::path(file).extension().string());
  if (!extension.empty()) extension.erase(0, 1);
  Problems ignored;  // a broken preset is reported when it is asked for
  const std::vector<Preset> presets = list_presets(ignored);
  if (presets.empty()) return find_preset(extension).error();
  const Preset* found = nullptr;
  std::string known;
  for (const Preset& preset : presets) {
    const bool fits = std::ranges::find(preset.extensions, extension) != preset.extensions.end();
    if (fits && (!found || preset.name == extension)) found = &preset;
    if (known.find("." + preset.extensions.front()) == std::string::npos)
      known += (known.empty() ? "." : ", .") + preset.extensions.front();
  }
  if (found) return *found;
  return Error{ErrorKind::unsupported,
               (extension.empty() ? "the output '" + std::string(file) + "' has no extension"
                                  : "no preset makes ." + extension + " files") +
                   "; name it with one of " + known + ", or choose a preset with --preset"};
}

}  // namespace talkie
