// SPDX-License-Identifier: LGPL-2.1-or-later
// Text -> Script -> Scenes. One file per dialect.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "script/scene.h"

namespace talkie {

enum class Dialect { automatic, talkie, narakeet, json, text };

// "auto", "talkie", …; bad_value names the known ones.
Result<Dialect> dialect_from_name(std::string_view name);

inline constexpr size_t kMaxScriptBytes = 4u << 20;
inline constexpr int kMaxScenes = 5'000;

struct ScriptOptions {
  Dialect dialect = Dialect::automatic;  // automatic: by the file's name, then by its header
  // Header keys that win over the script's own (from the command line): "theme" -> "ink".
  std::vector<std::pair<std::string, std::string>> settings = {};
  // Header keys for what the script does not say (from talkie.conf).
  std::vector<std::pair<std::string, std::string>> defaults = {};
};

// Reads a script. `file` names it in messages and is where its folder is; "" for inline text, whose
// folder is the current one. Warnings and errors go to `problems` in the order of their places; the
// Error returned is the first one. A script without any scene is an error.
Result<Script> parse_script(std::string_view text, const std::string& file,
                            const ScriptOptions& options, Problems& problems);
Result<Script> load_script(const std::string& path, const ScriptOptions& options,
                           Problems& problems);

// Keeps the scenes "3", "3-5", "-2", "4-", "1,3-4" (from 1). The first and the last one kept get
// a first and a last scene's lead, tail and fade. Error bad_value for a range that is none.
Result<void> select_scenes(Script& script, std::string_view range);

// One scene as JSON (docs/scene.md) and back. from_json checks every field and warns of unknown
// ones.
std::string to_json(const Scene& scene);
Result<Scene> scene_from_json(std::string_view json, Problems& problems);

}  // namespace talkie
