// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/engines/command_settings.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "base/time.h"

namespace talkie {

namespace {

constexpr std::array<std::string_view, 9> kKeys = {
    "command", "kind", "voice", "voices", "language", "languages", "timeout", "rates", "calls"};
constexpr std::array<std::string_view, 7> kPlaceholders = {"voice",  "out",   "language", "rate",
                                                           "length", "pitch", "text"};
constexpr std::array<std::string_view, 8> kShells = {"sh",  "bash", "dash", "zsh",
                                                     "ksh", "ash",  "fish", "busybox"};
constexpr double kLongestTimeout = 3'600;
constexpr double kMostCalls = 64;

Error bad(const std::string& what, const Place& where) {
  return Error{ErrorKind::bad_value, what, {}, where};
}

// The placeholder whose brace is at `at`: a name in lower case. Empty where it is none.
std::string_view placeholder_at(std::string_view word, size_t at) {
  const size_t end = word.find('}', at);
  if (end == std::string_view::npos) return {};
  const std::string_view name = word.substr(at + 1, end - at - 1);
  const bool is_name = std::ranges::all_of(name, [](char c) { return g_ascii_islower(c); });
  return is_name ? name : std::string_view();
}

std::vector<std::string_view> placeholders_of(std::string_view word) {
  std::vector<std::string_view> names;
  for (size_t at = word.find('{'); at < word.size(); at = word.find('{', at + 1)) {
    if (word.substr(at, 2) == "{{")
      ++at;
    else if (const std::string_view name = placeholder_at(word, at); !name.empty())
      names.push_back(name);
  }
  return names;
}

// There is no shell to know what "~" is.
std::string with_home(std::string_view word) {
  return word.starts_with("~/") ? g_get_home_dir() + std::string(word.substr(1))
                                : std::string(word);
}

Result<std::vector<std::string>> scalars_of(const Value& value, const std::string& what) {
  std::vector<std::string> texts;
  if (value.is_scalar()) texts.push_back(value.text);
  if (value.is(Value::Type::map)) return bad(what + " holds one value or a list", value.where);
  for (const Value& item : value.list) {
    if (!item.is_scalar()) return bad(what + " holds a list of words", item.where);
    texts.push_back(item.text);
  }
  return texts;
}

// A text of the script inside of a shell's program would be a program of the script.
bool is_shell_program(const std::vector<std::string>& command, size_t index) {
  const std::string program = std::filesystem::path(command.front()).filename();
  if (std::ranges::find(kShells, program) == kShells.end()) return false;
  return index > 0 && command[index - 1].starts_with('-') && command[index - 1].ends_with('c');
}

Result<void> check_placeholders(const std::vector<std::string>& command, const Place& where) {
  for (size_t i = 0; i < command.size(); ++i)
    for (const std::string_view name : placeholders_of(command[i])) {
      const std::string shown = "{" + std::string(name) + "}";
      if (std::ranges::find(kPlaceholders, name) == kPlaceholders.end())
        return bad(
            "'command' has " + shown + ", which stands for nothing; there are {voice}, " +
                "{out}, {language}, {rate}, {length}, {pitch} and {text}, and '{{' is a brace",
            where);
      if (i == 0) return bad("'command' begins with a program, not with " + shown, where);
      if (is_shell_program(command, i) && (name == "text" || name == "voice"))
        return bad("a shell would run what a script puts into " + shown + "; give it as an " +
                       "argument of its own, or let the program read its standard input",
                   where);
    }
  return {};
}

Result<std::vector<std::string>> read_command(const Value& value) {
  std::vector<std::string> words;
  if (value.is_scalar() && !trim(value.text).empty()) {
    int count = 0;
    char** parts = nullptr;
    GError* error = nullptr;
    if (!g_shell_parse_argv(value.text.c_str(), &count, &parts, &error)) {
      const std::string why = error->message;
      g_error_free(error);
      return bad("'command' cannot be split into words: " + why, value.where);
    }
    words.assign(parts, parts + count);
    g_strfreev(parts);
  } else {
    auto list = scalars_of(value, "'command'");
    if (!list) return list;
    words = *std::move(list);
  }
  if (words.empty() || words.front().empty())
    return bad("'command' begins with a program", value.where);
  for (std::string& word : words)
    word = with_home(word);
  if (auto checked = check_placeholders(words, value.where); !checked) return checked.error();
  return words;
}

Result<void> read_voices(const Value& settings, CommandSettings& to) {
  if (const Value* voices = settings.find("voices")) {
    if (!voices->is(Value::Type::map))
      return bad("'voices' holds a map from names to voices", voices->where);
    for (const Member& member : voices->map) {
      if (!member.value.is_scalar())
        return bad("the voice '" + member.key + "' has one value", member.value.where);
      to.voices.push_back({member.key, with_home(member.value.text)});
    }
  }
  const Value* voice = settings.find("voice");
  if (!voice) return {};
  if (!voice->is_scalar() || voice->text.empty())
    return bad("'voice' is the voice to use where none is named", voice->where);
  const std::string value = with_home(voice->text);
  // A name of `voices`, or a voice that is called as its file is.
  to.default_voice = to.find_voice(voice->text) ? voice->text
                     : value.find('/') != std::string::npos
                         ? std::filesystem::path(value).stem().string()
                         : value;
  if (!to.find_voice(to.default_voice)) to.voices.push_back({to.default_voice, value});
  return {};
}

Result<void> read_languages(const Value& settings, CommandSettings& to) {
  for (const std::string_view key : {"language", "languages"}) {
    const Value* value = settings.find(key);
    if (!value) continue;
    const auto tags = scalars_of(*value, "'" + std::string(key) + "'");
    if (!tags) return tags.error();
    to.languages.insert(to.languages.end(), tags->begin(), tags->end());
  }
  return {};
}

Result<void> read_limits(const Value& settings, CommandSettings& to) {
  if (const Value* timeout = settings.find("timeout")) {
    const auto time = timeout->is_scalar() ? parse_time(timeout->text) : std::nullopt;
    if (!time || to_seconds(*time) < 0.1 || to_seconds(*time) > kLongestTimeout)
      return bad("'timeout' is a time of 0.1 s to an hour, such as 60", timeout->where);
    to.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(*time);
  }
  if (const Value* calls = settings.find("calls")) {
    if (!calls->is(Value::Type::number) || calls->number < 1 || calls->number > kMostCalls)
      return bad("'calls' is how many may run at once, 1 to 64", calls->where);
    to.calls = static_cast<int>(calls->number);
  }
  if (const Value* rates = settings.find("rates")) {
    const auto is_number = [](const Value& value) { return value.is(Value::Type::number); };
    if (rates->list.size() != 2 || !std::ranges::all_of(rates->list, is_number) ||
        !(rates->list[0].number > 0.05 && rates->list[0].number <= rates->list[1].number &&
          rates->list[1].number < 20))
      return bad("'rates' holds the slowest and the fastest pace, such as [0.5, 2]", rates->where);
    to.min_rate = rates->list[0].number;
    to.max_rate = rates->list[1].number;
  }
  return {};
}

}  // namespace

bool CommandSettings::has(std::string_view placeholder) const {
  return std::ranges::any_of(command, [placeholder](const std::string& word) {
    const auto names = placeholders_of(word);
    return std::ranges::find(names, placeholder) != names.end();
  });
}

const CommandVoice* CommandSettings::find_voice(std::string_view name) const {
  const auto found = std::ranges::find_if(
      voices, [name](const CommandVoice& voice) { return to_lower(voice.name) == to_lower(name); });
  return found == voices.end() ? nullptr : &*found;
}

Result<CommandSettings> read_command_settings(const std::string& engine, const Value* settings) {
  const Value* command = settings ? settings->find("command") : nullptr;
  if (!command)
    return bad("the engine '" + engine + "' needs a 'command' in talkie.conf",
               settings ? settings->where : Place());
  for (const Member& member : settings->map)
    if (std::ranges::find(kKeys, member.key) == kKeys.end())
      return bad("the engine '" + engine + "' has no setting '" + member.key + "'." +
                     suggestion(member.key, kKeys),
                 member.where);
  CommandSettings read;
  read.where = command->where;
  auto words = read_command(*command);
  if (!words) return words.error();
  read.command = *std::move(words);
  for (const auto part : {read_voices, read_languages, read_limits})
    if (auto done = part(*settings, read); !done) return done.error();
  return read;
}

std::string fill_placeholders(std::string_view word,
                              const std::function<std::string(std::string_view)>& value_of) {
  std::string filled;
  for (size_t at = 0; at < word.size(); ++at) {
    const std::string_view name = word[at] == '{' ? placeholder_at(word, at) : std::string_view();
    if (word.substr(at, 2) == "{{") {
      filled += word[at++];
    } else if (name.empty()) {
      filled += word[at];
    } else {
      filled += value_of(name);
      at += name.size() + 1;
    }
  }
  return filled;
}

}  // namespace talkie
