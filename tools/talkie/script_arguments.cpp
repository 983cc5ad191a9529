// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script_arguments.h"

#include <unistd.h>

#include <cerrno>

#include "base/settings_file.h"
#include "script/folders.h"

namespace talkie::tool {

namespace {

Result<std::string> read_standard_input() {
  std::string text;
  char chunk[65536];
  while (text.size() <= kMaxScriptBytes) {
    const ssize_t count = read(STDIN_FILENO, chunk, sizeof chunk);
    if (count == 0) return text;
    if (count < 0 && errno != EINTR)
      return Error{ErrorKind::unreadable, "cannot read the standard input"};
    if (count > 0) text.append(chunk, static_cast<size_t>(count));
  }
  return Error{ErrorKind::too_large, "the standard input is larger than the limit of " +
                                         std::to_string(kMaxScriptBytes >> 20) +
                                         " MiB for a script"};
}

// The header keys of talkie.conf.
Result<std::vector<std::pair<std::string, std::string>>> read_defaults() {
  const auto file = read_settings_file();
  if (!file) return file.error();
  std::vector<std::pair<std::string, std::string>> settings;
  for (const Member& member : file->map) {
    if (member.key == "engines") continue;  // read by who speaks
    if (!member.value.is_scalar())
      return Error{ErrorKind::bad_value,
                   "'" + member.key + "' takes one value in talkie.conf",
                   {},
                   member.value.where};
    settings.emplace_back(member.key, member.value.text);
  }
  return settings;
}

}  // namespace

void ScriptArguments::add_to(CommandLine& line) {
  line.text("dialect", 0, &dialect_);
  line.text("scenes", 0, &scenes_);
  line.text("theme", 0, &theme_);
  line.text("voice", 0, &voice_);
  line.text("language", 0, &language_);
  line.text("size", 0, &size_);
  line.text("fps", 0, &frame_rate_);
  line.text("engine", 0, &engine_);
  line.texts("set", 0, &settings_);
  line.texts("allow-dir", 0, &allowed_);
}

Result<ScriptSource> ScriptArguments::source(const std::string& script) const {
  ScriptSource source;
  source.scenes = scenes_;
  if (!dialect_.empty()) {
    auto dialect = dialect_from_name(dialect_);
    if (!dialect) return dialect.error();
    source.options.dialect = *dialect;
  }
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) source.options.settings.emplace_back(key, value);
  };
  set("theme", theme_);
  set("voice", voice_);
  set("language", language_);
  set("size", size_);
  set("fps", frame_rate_);
  for (const std::string& setting : settings_) {
    const size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos)
      return Error{ErrorKind::bad_value,
                   "--set takes key=value, such as --set transition=cut, not '" + setting + "'"};
    source.options.settings.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  for (const std::string& folder : allowed_)
    if (auto allowed = allow_folder(folder); !allowed) return allowed.error();
  auto defaults = read_defaults();
  if (!defaults) return defaults.error();
  source.options.defaults = *std::move(defaults);

  if (script != "-") {
    source.path = script;
    return source;
  }
  auto text = read_standard_input();
  if (!text) return text.error();
  source.text = *std::move(text);
  return source;
}

}  // namespace talkie::tool
