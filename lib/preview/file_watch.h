// SPDX-License-Identifier: LGPL-2.1-or-later
// Says when files change. Editors write into a file, or put another one in its place, or take it
// away for a moment: so the folders are watched, and then the files are looked at.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/error.h"

namespace talkie {

class FileWatch {
 public:
  // `changed` is called by the watch's own thread, once for whatever happens within some 30 ms.
  static Result<std::unique_ptr<FileWatch>> begin(std::function<void()> changed);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // From now on these files, and no others. They need not be there. What happened to those that
  // were watched before is still said.
  void watch(const std::set<std::filesystem::path>& files);

 private:
  // A file as far as it can be told apart from the one that was there before.
  struct Stamp {
    int64_t changed = 0;  // nanoseconds; 0: it is not there
    uint64_t bytes = 0;
    uint64_t node = 0;
    bool operator==(const Stamp&) const = default;
  };

  explicit FileWatch(std::function<void()> changed) : changed_(std::move(changed)) {}
  void run(const std::stop_token& stop);
  bool wait(int milliseconds) const;  // false: nothing happened
  [[nodiscard]] bool look();
  static Stamp stamp_of(const std::filesystem::path& file);

  std::function<void()> changed_;
  int events_ = -1;   // inotify's
  int wake_ = -1;     // an eventfd
  std::mutex mutex_;  // guards what follows
  std::map<std::filesystem::path, Stamp> files_;
  std::map<std::filesystem::path, int> folders_;
  std::jthread thread_;
};

}  // namespace talkie
