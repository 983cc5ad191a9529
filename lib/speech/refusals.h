// SPDX-License-Identifier: LGPL-2.1-or-later
// What providers could not say.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"

namespace talkie {

// A film's. It is spoken more than once: for its times, for its loudness, for its sound. Whoever
// failed the first time is not asked again, so that the same voice is heard every time; and nobody
// waits for it twice. Thread-safe.
class Refusals {
 public:
  [[nodiscard]] std::optional<Error> find(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = errors_.find(key);
    return found == errors_.end() ? std::nullopt : std::optional(found->second);
  }
  void add(const std::string& key, const Error& error) {
    const std::lock_guard lock(mutex_);
    errors_.emplace(key, error);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Error> errors_;  // by what would have been the recording's key
};

}  // namespace talkie
