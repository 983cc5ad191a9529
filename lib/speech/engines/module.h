// SPDX-License-Identifier: LGPL-2.1-or-later
// The provider that a loadable module is: see engine.h.
#pragma once

#include <memory>

#include "speech/engine.h"
#include "speech/provider.h"

namespace talkie {

std::unique_ptr<Provider> make_module_provider(const TalkieEngine& engine);

}  // namespace talkie
