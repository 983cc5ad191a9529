// SPDX-License-Identifier: LGPL-2.1-or-later
// What talkie.conf says of a program that speaks.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace talkie {

struct CommandVoice {
  std::string name;   // for scripts
  std::string value;  // for {voice}
};

struct CommandSettings {
  Place where;                       // of `command`
  std::vector<std::string> command;  // the program, then its arguments, with placeholders
  std::vector<CommandVoice> voices;  // the default one, too
  std::string default_voice;         // its name; may be empty
  std::vector<std::string> languages;
  std::chrono::milliseconds timeout{60'000};
  double min_rate = 0.25;
  double max_rate = 4;
  int calls = 2;  // at once

  // Whether the command uses that placeholder.
  [[nodiscard]] bool has(std::string_view placeholder) const;
  // Without regard to case; null where there is none of that name.
  [[nodiscard]] const CommandVoice* find_voice(std::string_view name) const;
};

// Errors: bad_value with its place.
Result<CommandSettings> read_command_settings(const std::string& engine, const Value* settings);

// `word` with what `value_of` says for each {placeholder}; "{{" stands for a brace.
std::string fill_placeholders(std::string_view word,
                              const std::function<std::string(std::string_view)>& value_of);

}  // namespace talkie
