// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/cache.h"

#include <fcntl.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <system_error>

namespace talkie {

namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 8> kMagic = {'t', 'a', 'l', 'k', 'i', 'e', 'c', '1'};
constexpr size_t kBlock = 1u << 20;
constexpr uint32_t kLongestHead = 64u << 20;
constexpr std::string_view kUnfinished = ".part";
constexpr auto kForgotten = std::chrono::hours(24);

// What a file begins with; numbers are in the machine's own order, which the magic does not name:
// a cache is not carried from one machine to another.
struct Header {
  std::array<char, 8> magic = kMagic;
  uint32_t head_bytes = 0;
  uint32_t head_sum = 0;
  uint64_t body_bytes = 0;
  uint32_t body_sum = 0;
  uint32_t unused = 0;
};

uint32_t checksum(uint32_t sum, std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  explicit operator bool() const { return number_ >= 0; }
  [[nodiscard]] int get() const { return number_; }

  bool read_all(char* target, size_t count) const {
    while (count > 0) {
      const ssize_t got = read(number_, target, count);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      target += got;
      count -= static_cast<size_t>(got);
    }
    return true;
  }
  [[nodiscard]] bool write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t put = write(number_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return false;
      bytes.remove_prefix(static_cast<size_t>(put));
    }
    return true;
  }

 private:
  int number_;
};

// Opens an entry and reads its head; the descriptor then stands at the body.
bool read_head(const Descriptor& file, Header& header, std::string& head) {
  if (!file.read_all(reinterpret_cast<char*>(&header), sizeof header)) return false;
  if (header.magic != kMagic || header.head_bytes > kLongestHead) return false;
  struct stat facts = {};
  if (fstat(file.get(), &facts) != 0) return false;
  const uint64_t size = sizeof header + header.head_bytes + header.body_bytes;
  if (static_cast<uint64_t>(facts.st_size) != size) return false;
  head.resize(header.head_bytes);
  return file.read_all(head.data(), head.size()) && checksum(0, head) == header.head_sum;
}

// Hands the body over in blocks; false where it is not what was written.
bool read_body(const Descriptor& file, const Header& header,
               const std::function<bool(std::string_view)>& take) {
  std::string block;
  uint32_t sum = 0;
  for (uint64_t left = header.body_bytes; left > 0; left -= block.size()) {
    block.resize(static_cast<size_t>(std::min<uint64_t>(left, kBlock)));
    if (!file.read_all(block.data(), block.size())) return false;
    sum = checksum(sum, block);
    if (!take(block)) return false;
  }
  return sum == header.body_sum;
}

void mark_used(const Descriptor& file) {
  futimens(file.get(), nullptr);
}

Error cache_error(const fs::path& folder, int number) {
  return Error{number == ENOSPC ? ErrorKind::no_space : ErrorKind::unwritable,
               "the cache '" + folder.string() + "' cannot be written: " + std::strerror(number) +
                   "; choose another folder with --cache, or none with --no-cache"};
}

// Writes an entry under another name, then gives it its own. `feed` calls its argument with the
// body's blocks.
Result<void> write_entry(
    const fs::path& folder, const fs::path& target, std::string_view head,
    const std::function<bool(const std::function<bool(std::string_view)>&)>& feed) {
  static std::atomic<uint64_t> count{0};
  std::error_code failure;
  fs::create_directories(target.parent_path(), failure);
  if (failure) return cache_error(folder, failure.value());
  fs::path part = target;
  part += "." + std::to_string(getpid()) + "-" + std::to_string(++count) + std::string(kUnfinished);
  const auto give_up = [&](int number) {
    unlink(part.c_str());
    return cache_error(folder, number);
  };
  const Descriptor file(open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file) return cache_error(folder, errno);
  Header header;
  header.head_bytes = static_cast<uint32_t>(head.size());
  header.head_sum = checksum(0, head);
  const auto header_bytes = [&header] {
    return std::string_view(reinterpret_cast<const char*>(&header), sizeof header);
  };
  if (!file.write_all(header_bytes()) || !file.write_all(head)) return give_up(errno);
  const bool fed = feed([&](std::string_view block) {
    header.body_sum = checksum(header.body_sum, block);
    header.body_bytes += block.size();
    return file.write_all(block);
  });
  if (!fed) return give_up(errno);
  if (lseek(file.get(), 0, SEEK_SET) != 0 || !file.write_all(header_bytes())) return give_up(errno);
  if (rename(part.c_str(), target.c_str()) != 0) return give_up(errno);
  return {};
}

}  // namespace

fs::path Cache::path_of(std::string_view key) const {
  return folder_ / key.substr(0, 2) / key;
}

std::optional<CacheEntry> Cache::find(std::string_view key) const {
  const Descriptor file(open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC));
  Header header;
  CacheEntry entry;
  if (!file || !read_head(file, header, entry.head)) return {};
  entry.body.reserve(header.body_bytes);
  const bool whole = read_body(file, header, [&](std::string_view block) {
    entry.body += block;
    return true;
  });
  if (!whole) return {};
  mark_used(file);
  return entry;
}

std::optional<std::string> Cache::find_head(std::string_view key) const {
  const Descriptor file(open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC));
  Header header;
  std::string head;
  if (!file || !read_head(file, header, head)) return {};
  mark_used(file);
  return head;
}

bool Cache::copy_body(std::string_view key, const std::string& target) const {
  const Descriptor file(open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor copy(open(target.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  Header header;
  std::string head;
  if (!file || !copy || !read_head(file, header, head)) return false;
  mark_used(file);
  return read_body(file, header, [&](std::string_view block) { return copy.write_all(block); });
}

Result<void> Cache::keep(std::string_view key, std::string_view head, std::string_view body) const {
  return write_entry(folder_, path_of(key), head, [&](const auto& take) { return take(body); });
}

Result<void> Cache::keep_file(std::string_view key, std::string_view head,
                              const std::string& path) const {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return cache_error(folder_, errno);
  return write_entry(folder_, path_of(key), head, [&](const auto& take) {
    std::string block(kBlock, '\0');
    while (true) {
      const ssize_t got = read(file.get(), block.data(), block.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return got == 0;
      if (!take(std::string_view(block).substr(0, static_cast<size_t>(got)))) return false;
    }
  });
}

// Only what has the shape of an entry: the folder may be anything the user named.
std::vector<Cache::File> Cache::files() const {
  std::vector<File> files;
  std::error_code failure;
  const auto is_hex = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return g_ascii_isxdigit(c); });
  };
  for (const auto& shelf : fs::directory_iterator(folder_, failure)) {
    const std::string name = shelf.path().filename().string();
    if (name.size() != 2 || !is_hex(name) || !shelf.is_directory(failure)) continue;
    for (const auto& item : fs::directory_iterator(shelf.path(), failure)) {
      const std::string key = item.path().filename().string();
      if (key.size() < 64 || !is_hex(key.substr(0, 64)) || !item.is_regular_file(failure)) continue;
      const bool unfinished = key.ends_with(kUnfinished);
      if (key.size() > 64 && !unfinished) continue;
      files.push_back(
          {item.path(), item.last_write_time(failure), item.file_size(failure), unfinished});
    }
  }
  return files;
}

Cache::Info Cache::info() const {
  Info info;
  for (const File& file : files()) {
    if (!file.unfinished) ++info.entries;
    info.bytes += file.bytes;
  }
  return info;
}

void Cache::trim(uint64_t limit) const {
  std::vector<File> all = files();
  std::error_code failure;
  uint64_t total = 0;
  const auto now = fs::file_time_type::clock::now();
  std::erase_if(all, [&](const File& file) {
    if (!file.unfinished) return false;
    if (now - file.used > kForgotten) fs::remove(file.path, failure);
    return true;
  });
  for (const File& file : all)
    total += file.bytes;
  if (total <= limit) return;
  std::ranges::sort(all, {}, &File::used);
  for (const File& file : all) {
    if (total <= limit) return;
    fs::remove(file.path, failure);
    total -= file.bytes;
  }
}

Result<Cache::Info> Cache::clear() const {
  Info removed;
  for (const File& file : files()) {
    std::error_code failure;
    fs::remove(file.path, failure);
    if (failure) return cache_error(folder_, failure.value());
    if (!file.unfinished) ++removed.entries;
    removed.bytes += file.bytes;
  }
  return removed;
}

fs::path default_cache_folder() {
  return fs::path(g_get_user_cache_dir()) / "talkie";
}

}  // namespace talkie
