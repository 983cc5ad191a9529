// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading and patching parts of a file that may be large.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "render/finish.h"

namespace talkie {

class FileBytes {
 public:
  static Result<FileBytes> open(const std::string& path);
  FileBytes(FileBytes&& other) noexcept;
  FileBytes& operator=(FileBytes&&) = delete;
  ~FileBytes();

  [[nodiscard]] uint64_t size() const { return size_; }
  // Exactly `count` bytes, or `failed`.
  Result<std::string> read(uint64_t offset, uint64_t count) const;
  Result<void> write(uint64_t offset, const std::string& bytes);
  // `bytes` instead of the `count` that are there; what follows moves.
  Result<void> replace(uint64_t offset, uint64_t count, const std::string& bytes);

 private:
  FileBytes(int file, uint64_t size, std::string path);
  Result<void> move_tail(uint64_t from, uint64_t to);

  int file_ = -1;
  uint64_t size_ = 0;
  std::string path_;
};

// Unsigned big-endian numbers, as all containers' headers (Ogg's apart) have them.
uint64_t big_endian(const std::string& bytes, uint64_t offset, int width);
void put_big_endian(std::string& bytes, uint64_t offset, int width, uint64_t value);

// One for each family of containers.
Result<void> finish_mp4(FileBytes& file, const FinishOptions& options);
Result<void> finish_mp3(FileBytes& file, const FinishOptions& options);
Result<void> finish_matroska(FileBytes& file);
Result<void> finish_ogg(FileBytes& file);

}  // namespace talkie
