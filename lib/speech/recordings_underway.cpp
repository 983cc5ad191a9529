// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/recordings_underway.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "speech/kept_recording.h"

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

Result<Recording> find_or_make(const std::string& key, const NarratorOptions& options,
                               const std::function<Result<Recording>()>& make) {
  if (options.cache)
    if (auto kept = find_recording(*options.cache, key, options.samples)) return *std::move(kept);
  auto made = make();
  if (!made) return made;
  made->key = key;
  if (options.cache) keep_recording(*options.cache, *made);
  return made;
}

// Whether another's result will do.
bool is_enough(const Result<Recording>& result, const NarratorOptions& options) {
  if (!result) return result.error().kind != ErrorKind::cancelled;
  return !options.samples || static_cast<int64_t>(result->samples.size()) == result->length;
}

// Without what was not asked for: the times of all scenes take little room, their samples much.
Result<Recording> as_wanted(Result<Recording> result, const NarratorOptions& options) {
  if (result && !options.samples) std::vector<int16_t>().swap(result->samples);
  return result;
}

}  // namespace

Result<Recording> record_once(const std::string& key, const NarratorOptions& options,
                              const std::function<Result<Recording>()>& make,
                              const std::stop_token& stop) {
  while (true) {
    const auto [underway, is_mine] = join(key);
    if (is_mine) {
      auto result = find_or_make(key, options, make);
      finish(key, *underway, result);
      return as_wanted(std::move(result), options);
    }
    std::unique_lock lock(underway->mutex);
    if (!underway->changed.wait(lock, stop, [&] { return underway->result.has_value(); }))
      return Error{ErrorKind::cancelled, "the narration was cancelled"};
    if (is_enough(*underway->result, options)) return as_wanted(*underway->result, options);
  }
}

}  // namespace talkie
