// SPDX-License-Identifier: LGPL-2.1-or-later
// What is being recorded anywhere in the process, so that nobody records it a second time
// meanwhile: a service wants money for each.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "speech/recording.h"

namespace talkie {

// The result of `make`, or of whoever is making the same already. Where that one was cancelled and
// this one was not, it is made after all.
Result<Recording> record_once(const std::string& key,
                              const std::function<Result<Recording>()>& make,
                              const std::stop_token& stop);

}  // namespace talkie
