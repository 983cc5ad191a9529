// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script says of all its scenes: the header of Markdown, the first keys of JSON, and the
// settings of the command line over them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/value.h"
#include "script/findings.h"
#include "script/lexicon.h"
#include "script/script.h"
#include "script/speakers.h"

namespace talkie {

// What every scene and every utterance begin as.
struct Header {
  Scene scene;
  Utterance voice;
  Speakers speakers;
  Lexicon lexicon;
  Dialect dialect = Dialect::automatic;
};

// A header with the defaults of `options` and the folder of `file`.
Header begin_header(const std::string& file, const ScriptOptions& options, Findings& findings);
// The keys of `group` over what `header` has; `skip` are keys that are not its business.
void read_header(const Value& group, Header& header, Findings& findings,
                 const std::vector<std::string_view>& skip = {});
// The settings of `options`, which win.
void apply_settings(const ScriptOptions& options, Header& header, Findings& findings);

// A theme's name; "light" and "dark" are names for the themes that are.
std::string theme_name(std::string_view word);
// voice_speed -> voice-speed, Theme -> theme
std::string plain_key(std::string_view key);
// Whether Narakeet knows the key and Talkie cannot do what it asks for yet.
bool is_not_done_yet(std::string_view key);
std::string not_done_yet(std::string_view key);

}  // namespace talkie
