// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds and loads the engine modules, and picks the voice that a text asks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "speech/engine.h"
#include "speech/provider.h"

namespace talkie {

struct Module {
  std::string path;
  const TalkieEngine* engine = nullptr;  // null where it cannot be used
  std::string problem;                   // why not
};

// Every module of the engine folders, in their order; modules of one folder by name. A module stays
// loaded. Thread-safe.
std::vector<Module> find_modules();

// The engine of that name, or the first one where `name` is empty. missing_part says what to
// install, not_found which engines there are.
Result<const TalkieEngine*> find_engine(std::string_view name);

// The engine's voices without the null that ends them; missing_part with the engine's own words.
Result<std::vector<const TalkieVoice*>> voices_of(const TalkieEngine& engine);

// Whether it takes SSML.
bool takes_ssml(const TalkieEngine& engine);

// What the engine's output depends on besides the request: its name and versions.
std::string fingerprint_of(const TalkieEngine& engine);

// `wanted`: a voice's name, perhaps with "+variant", or a language tag, or empty. Where there is no
// such voice the one for `language` serves, and where none speaks it the English one.
Result<VoiceChoice> choose_voice(const TalkieEngine& engine, std::string_view wanted,
                                 std::string_view language);

}  // namespace talkie
