// SPDX-License-Identifier: LGPL-2.1-or-later
// The providers that are built in, one file each. `settings` is what talkie.conf's `engines` says
// under the provider's name (docs/engines.md); null where it says nothing. Errors: bad_value with
// the place in talkie.conf, missing_part for what it needs to work (a key).
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/value.h"
#include "speech/provider.h"

namespace talkie {

using MadeProvider = Result<std::unique_ptr<Provider>>;

MadeProvider make_command_provider(std::string name, const Value* settings);
MadeProvider make_openai_provider(std::string name, const Value* settings);
MadeProvider make_elevenlabs_provider(std::string name, const Value* settings);

}  // namespace talkie
