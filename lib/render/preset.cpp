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
constexpr std::array<std::string_view, 6> kKeys = {"description", "extensions", "video",
                                                   "audio",       "mux",        "settings"};

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
    } else {
      return Error{ErrorKind::bad_value,
                   "a chain has the keys 'launch' (a text), 'bitrate' (1000 to 1000000, of each "
                   "channel), 'priming' and 'packet' (samples, 0 to 65536), and 'zones' (such as "
                   "b=0.5)",
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

Result<void> read_member(Preset& preset, const Member& member) {
  const auto take = [](auto& target, auto result) -> Result<void> {
    if (!result) return result.error();
    target = *std::move(result);
    return {};
  };
  if (member.key == "extensions")
    return take(preset.extensions, read_strings(member.value, "extensions"));
  if (member.key == "mux") return take(preset.mux, read_strings(member.value, "mux"));
  if (member.key == "video") return take(preset.video, read_chains(member.value));
  if (member.key == "audio") return take(preset.audio, read_chains(member.value));
  if (member.key == "description") {
    preset.description = member.value.text;
    return {};
  }
  if (member.key == "settings") {
    if (!member.value.is(Value::Type::map))
      return bad(member.value, "settings is a map of header keys, such as 'size: 1080x1920'");
    for (const Member& setting : member.value.map)
      preset.settings.emplace_back(setting.key, setting.value.text);
    return {};
  }
  return Error{ErrorKind::bad_value,
               "unknown key '" + member.key + "' in a preset." + suggestion(member.key, kKeys),
               {},
               member.where};
}

std::map<std::string, std::string> preset_files() {
  std::map<std::string, std::string> files;  // name -> path
  for (const std::string& folder : preset_folders()) {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failure))
      if (entry.path().extension() == ".preset")
        files.try_emplace(entry.path().stem().string(), entry.path().string());
  }
  return files;
}

Result<Preset> load_preset(const std::string& path) {
  const auto text = read_file(path, kMaxPresetBytes);
  if (!text) return text.error();
  return parse_preset(*text, path);
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

void set_channels(Preset& preset, int channels) {
  constexpr std::string_view kPlace = "{bitrate}";
  for (PresetChain& chain : preset.audio) {
    chain.launch = chain.pattern;
    if (const size_t at = chain.launch.find(kPlace); at != std::string::npos)
      chain.launch.replace(at, kPlace.size(), std::to_string(chain.bitrate * channels));
  }
}

Result<Preset> parse_preset(std::string_view text, const std::string& path) {
  const auto tree = parse_yaml(text, Place{path, 1, 1});
  if (!tree) return tree.error();
  if (!tree->is(Value::Type::map)) return bad(*tree, "a preset is a map of keys and values");
  Preset preset;
  preset.name = std::filesystem::path(path).stem().string();
  preset.path = path;
  for (const Member& member : tree->map)
    if (auto read = read_member(preset, member); !read) return read.error();
  const auto need = [&](bool there, const char* key) -> Result<void> {
    if (there) return {};
    return Error{ErrorKind::bad_value, std::string("the preset has no '") + key + "'", {}, {path}};
  };
  if (auto there = need(!preset.extensions.empty(), "extensions"); !there) return there.error();
  if (auto there = need(!preset.audio.empty(), "audio"); !there) return there.error();
  if (auto there = need(!preset.mux.empty(), "mux"); !there) return there.error();
  set_channels(preset, 1);
  return preset;
}

std::vector<Preset> list_presets(Problems& problems) {
  std::vector<Preset> presets;
  for (const auto& [name, path] : preset_files()) {
    auto preset = load_preset(path);
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
    return load_preset(found->second);
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
