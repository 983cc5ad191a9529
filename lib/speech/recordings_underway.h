// SPDX-License-Identifier: LGPL-2.1-or-later
// What is being recorded anywhere in the process, so that nobody records it a second time
// meanwhile: a service wants money for each.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "speech/recording.h"

namespace talkie {

// What the options' cache has under `key`; or else what `make` makes, which is kept there then; or
// the result of whoever is doing the same already. Where that one was cancelled, or wanted no
// samples, and this one was not and does, it is done after all.
Result<Recording> record_once(const std::string& key, const NarratorOptions& options,
                              const std::function<Result<Recording>()>& make,
                              const std::stop_token& stop);

}  // namespace talkie
