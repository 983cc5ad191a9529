// SPDX-License-Identifier: LGPL-2.1-or-later
// The options that say which script and with which settings; the same for every verb that reads
// one.
#pragma once

#include <string>
#include <vector>

#include "command_line.h"
#include "render/render.h"

namespace talkie::tool {

class ScriptArguments {
 public:
  void add_to(CommandLine& line);

  // The source for that script; "-" is the standard input. Errors: usage, an unreadable
  // talkie.conf.
  Result<ScriptSource> source(const std::string& script) const;

  [[nodiscard]] const std::string& engine() const { return engine_; }

 private:
  std::string dialect_;
  std::string scenes_;
  std::string theme_;
  std::string voice_;
  std::string language_;
  std::string size_;
  std::string frame_rate_;
  std::string engine_;
  std::vector<std::string> settings_;
  std::vector<std::string> allowed_;  // folders besides the script's
};

}  // namespace talkie::tool
