// SPDX-License-Identifier: LGPL-2.1-or-later
// Results kept under the key of everything that made them. docs/cache.md describes the folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace talkie {

// A result: a small head that can be read alone, and a body.
struct CacheEntry {
  std::string head;
  std::string body;
};

// A folder with one file a result. Every file is written under another name first, so that a reader
// sees it whole or not at all, whatever is killed when; and it carries checksums, so that one that
// a power cut has spoilt counts as missing. Thread-safe, and safe with several processes at once.
class Cache {
 public:
  // `folder` is made when the first result is kept.
  explicit Cache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  // What was kept under `key`; nothing where it is missing or spoilt. Marks it as used.
  [[nodiscard]] std::optional<CacheEntry> find(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> find_head(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find_head(key).has_value(); }
  // Writes the body of an entry into the file `target`, which exists.
  [[nodiscard]] bool copy_body(std::string_view key, const std::string& target) const;

  // Keeps a result. A cache that cannot be written is no reason to fail: the Error is for a
  // warning.
  Result<void> keep(std::string_view key, std::string_view head, std::string_view body) const;
  // The same with a file's content as the body.
  Result<void> keep_file(std::string_view key, std::string_view head,
                         const std::string& path) const;

  struct Info {
    int64_t entries = 0;
    uint64_t bytes = 0;
  };
  [[nodiscard]] Info info() const;
  // Removes what was not used for the longest time until at most `limit` bytes are left, and what
  // was left half written a day ago.
  void trim(uint64_t limit) const;
  // Removes every result, and nothing else.
  Result<Info> clear() const;

 private:
  struct File {
    std::filesystem::path path;
    std::filesystem::file_time_type used;
    uint64_t bytes = 0;
    bool unfinished = false;
  };
  [[nodiscard]] std::vector<File> files() const;
  [[nodiscard]] std::filesystem::path path_of(std::string_view key) const;

  std::filesystem::path folder_;
};

// $XDG_CACHE_HOME/talkie, or ~/.cache/talkie.
std::filesystem::path default_cache_folder();
inline constexpr uint64_t kDefaultCacheLimit = uint64_t{4} << 30;

}  // namespace talkie
