// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/recordings_underway.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace talkie {

namespace {

struct Underway {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::optional<Result<Recording>> result;
};

std::mutex underway_mutex;
std::map<std::string, std::shared_ptr<Underway>> all_underway;  // guarded by it

// The entry for `key`, and whether it is new.
std::pair<std::shared_ptr<Underway>, bool> join(const std::string& key) {
  const std::lock_guard lock(underway_mutex);
  std::shared_ptr<Underway>& entry = all_underway[key];
  if (entry) return {entry, false};
  entry = std::make_shared<Underway>();
  return {entry, true};
}

void finish(const std::string& key, Underway& underway, const Result<Recording>& result) {
  {
    const std::lock_guard lock(underway_mutex);
    all_underway.erase(key);
  }
  const std::lock_guard lock(underway.mutex);
  underway.result = result;
  underway.changed.notify_all();
}

}  // namespace

Result<Recording> record_once(const std::string& key,
                              const std::function<Result<Recording>()>& make,
                              const std::stop_token& stop) {
  while (true) {
    const auto [underway, is_mine] = join(key);
    if (is_mine) {
      auto made = make();
      finish(key, *underway, made);
      return made;
    }
    std::unique_lock lock(underway->mutex);
    if (!underway->changed.wait(lock, stop, [&] { return underway->result.has_value(); }))
      return Error{ErrorKind::cancelled, "the narration was cancelled"};
    const Result<Recording>& result = *underway->result;
    if (result || result.error().kind != ErrorKind::cancelled) return result;
  }
}

}  // namespace talkie
