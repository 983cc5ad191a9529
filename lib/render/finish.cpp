// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/finish.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "render/file_bytes.h"
#include "render/whole_file.h"

namespace talkie {

Result<FileBytes> FileBytes::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return write_error(path, errno);
  struct stat facts = {};
  if (fstat(file, &facts) != 0) {
    const int number = errno;
    close(file);
    return write_error(path, number);
  }
  return FileBytes(file, static_cast<uint64_t>(facts.st_size), path);
}

FileBytes::FileBytes(int file, uint64_t size, std::string path)
    : file_(file), size_(size), path_(std::move(path)) {}

FileBytes::FileBytes(FileBytes&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_), path_(std::move(other.path_)) {}

FileBytes::~FileBytes() {
  if (file_ >= 0) close(file_);
}

Result<std::string> FileBytes::read(uint64_t offset, uint64_t count) const {
  if (offset > size_ || count > size_ - offset)
    return Error{ErrorKind::failed, "the encoded file is damaged",
                 path_ + " ends before byte " + std::to_string(offset + count)};
  std::string bytes(count, '\0');
  for (uint64_t done = 0; done < count;) {
    const ssize_t got =
        pread(file_, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error{ErrorKind::failed, "the encoded file cannot be read back", path_};
    done += static_cast<uint64_t>(got);
  }
  return bytes;
}

Result<void> FileBytes::write(uint64_t offset, const std::string& bytes) {
  for (uint64_t done = 0; done < bytes.size();) {
    const ssize_t put =
        pwrite(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return write_error(path_, errno);
    done += static_cast<uint64_t>(put);
  }
  return {};
}

Result<void> FileBytes::replace(uint64_t offset, uint64_t count, const std::string& bytes) {
  if (auto moved = move_tail(offset + count, offset + bytes.size()); !moved) return moved;
  return write(offset, bytes);
}

Result<void> FileBytes::move_tail(uint64_t from, uint64_t to) {
  constexpr uint64_t kStep = 1u << 20;
  const uint64_t tail = size_ - from;
  for (uint64_t done = 0; from != to && done < tail;) {
    // Nothing may be written over before it has been read.
    const uint64_t count = std::min(kStep, tail - done);
    const uint64_t at = to > from ? tail - done - count : done;
    const auto bytes = read(from + at, count);
    if (!bytes) return bytes.error();
    if (auto written = write(to + at, *bytes); !written) return written;
    done += count;
  }
  size_ = to + tail;
  if (to < from && ftruncate(file_, static_cast<off_t>(size_)) != 0)
    return write_error(path_, errno);
  return {};
}

uint64_t big_endian(const std::string& bytes, uint64_t offset, int width) {
  uint64_t value = 0;
  for (int i = 0; i < width; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[offset + static_cast<uint64_t>(i)]);
  return value;
}

void put_big_endian(std::string& bytes, uint64_t offset, int width, uint64_t value) {
  for (int i = width - 1; i >= 0; --i, value >>= 8)
    bytes[offset + static_cast<uint64_t>(i)] = static_cast<char>(value & 0xff);
}

namespace {

// Takes the time of day out of an FLV's onMetaData: flvmux writes it there as text, in AMF0 (a
// name, the type 2, two bytes of length, the text).
Result<void> finish_flv(FileBytes& file) {
  constexpr std::string_view kName = "creationdate\x02";
  constexpr uint64_t kMetaBytes = 4096;
  constexpr int kLengthBytes = 2;
  const auto start = file.read(0, std::min(kMetaBytes, file.size()));
  if (!start) return start.error();
  const size_t name = start->find(kName);
  if (name == std::string::npos) return {};
  const size_t text = name + kName.size() + kLengthBytes;
  if (text > start->size()) return {};
  const uint64_t length = big_endian(*start, text - kLengthBytes, kLengthBytes);
  if (text + length > start->size()) return {};
  return file.write(text, std::string(length, ' '));
}

}  // namespace

Result<void> finish_file(const std::string& path, const FinishOptions& options) {
  if (!options.reproducible && options.audio_priming == 0) return {};
  auto file = FileBytes::open(path);
  if (!file) return file.error();
  if (file->size() < 12) return {};
  const auto magic = file->read(0, 12);
  if (!magic) return magic.error();
  if (magic->substr(4, 4) == "ftyp") return finish_mp4(*file, options);
  if (options.audio_priming > 0 && (magic->starts_with("ID3") || magic->starts_with("\xFF\xFB")))
    return finish_mp3(*file, options);
  if (!options.reproducible) return {};
  if (magic->starts_with("\x1A\x45\xDF\xA3")) return finish_matroska(*file);
  if (magic->starts_with("OggS")) return finish_ogg(*file);
  if (magic->starts_with("FLV")) return finish_flv(*file);
  return {};
}

}  // namespace talkie
