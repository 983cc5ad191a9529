// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/file_key.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <system_error>
#include <vector>

#include "base/hash.h"

namespace talkie {

namespace {

std::string key_of_content(const std::filesystem::path& file, uintmax_t size) {
  constexpr uintmax_t kLargestRead = uintmax_t{256} << 20;
  KeyMaker key("clip");
  key.add(static_cast<int64_t>(size));
  std::error_code failure;
  if (size > kLargestRead)
    return key.add(std::filesystem::last_write_time(file, failure).time_since_epoch().count())
        .key();
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> bytes(size_t{1} << 20);
  while (stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || stream.gcount())
    key.add(std::string_view(bytes.data(), static_cast<size_t>(stream.gcount())));
  return key.key();
}

}  // namespace

std::string file_key(const std::string& path) {
  struct Known {
    std::filesystem::file_time_type time;
    uintmax_t size = 0;
    std::string key;
  };
  static std::mutex mutex;
  static std::map<std::string, Known> known;
  std::error_code failure;
  const auto time = std::filesystem::last_write_time(path, failure);
  const uintmax_t size = failure ? 0 : std::filesystem::file_size(path, failure);
  if (failure) return "missing";
  const std::scoped_lock lock(mutex);
  Known& entry = known[path];
  if (entry.key.empty() || entry.time != time || entry.size != size)
    entry = {time, size, key_of_content(path, size)};
  return entry.key;
}

}  // namespace talkie
