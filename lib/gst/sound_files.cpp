// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole sound files, decoded into temporary files that are mapped.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include "base/hash.h"
#include "gst/clips.h"
#include "gst/media_file.h"
#include "speech/loudness.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

namespace fs = std::filesystem;

Error stopped() {
  return Error{ErrorKind::cancelled, "stopped"};
}

// A file without a name: it goes away with the object, however the program ends.
class TemporaryFile {
 public:
  TemporaryFile() {
    const char* const set = std::getenv("TMPDIR");
    folder_ = set && *set ? set : "/tmp";
    std::string name = folder_ + "/talkie-sound-XXXXXX";
    descriptor_ = mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ >= 0) unlink(name.c_str());
    error_ = errno;
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool write(std::span<const std::byte> bytes) {
    while (descriptor_ >= 0 && !bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      error_ = errno;
      if (count < 0) return false;
      bytes = bytes.subspan(static_cast<size_t>(count));
    }
    return descriptor_ >= 0;
  }
  // Null where it cannot be mapped.
  void* map(size_t size) {
    void* const memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor_, 0);
    error_ = errno;
    return memory == MAP_FAILED ? nullptr : memory;
  }
  // Why the last of these calls failed.
  [[nodiscard]] Error error(const std::string& path) const {
    const bool full = error_ == ENOSPC || error_ == EDQUOT;
    return Error{full ? ErrorKind::no_space : ErrorKind::unwritable,
                 full ? "'" + path + "': there is no room in '" + folder_ +
                            "' for its decoded sound; set TMPDIR to a folder with more"
                      : "'" + path + "': its decoded sound cannot be written to '" + folder_ +
                            "': " + std::strerror(error_)};
  }

 private:
  std::string folder_;
  int descriptor_ = -1;
  int error_ = 0;
};

struct MappedSound : SoundFile {
  explicit MappedSound(void* at, size_t length) : memory(at), size(length) {}
  ~MappedSound() override { munmap(memory, size); }
  MappedSound(const MappedSound&) = delete;
  MappedSound& operator=(const MappedSound&) = delete;
  void* memory;
  size_t size;
};

Error too_long(const std::string& path) {
  return Error{ErrorKind::too_large, "'" + path + "' is longer than " +
                                         clock_text(time_of(kLongestSound, {kSampleRate, 1})) +
                                         "; cut it"};
}

int channels_of(const GstCaps* caps) {
  int channels = 1;
  gst_structure_get_int(gst_caps_get_structure(caps, 0), "channels", &channels);
  return channels;
}

// How loud very short sounds are is measured with silence around them.
double loudness_of(const LoudnessMeter& meter, const SoundFile& file) {
  if (!meter.blocks().empty()) return integrated_loudness(meter.blocks());
  return integrated_loudness(loudness_blocks(file.samples, file.channels, true));
}

Result<std::string> key_of_content(const std::string& path, const std::stop_token& stop) {
  KeyMaker key("sound file");
  std::ifstream stream(path, std::ios::binary);
  std::vector<char> bytes(size_t{1} << 20);
  while (stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || stream.gcount()) {
    if (stop.stop_requested()) return stopped();
    key.add(std::string_view(bytes.data(), static_cast<size_t>(stream.gcount())));
  }
  return key.key();
}

using Decoded = std::shared_ptr<const SoundFile>;

Result<Decoded> decode(const std::string& path, const std::stop_token& stop) {
  auto media = MediaFile::open(path, MediaFile::Stream::whole_sound);
  if (!media) return media.error();
  TemporaryFile temporary;
  std::optional<LoudnessMeter> meter;
  int channels = 0;
  size_t bytes = 0;
  while (true) {
    const auto piece = (*media)->next(stop);
    if (!piece) return piece.error();
    if (!piece->buffer) break;
    const int width = channels_of(piece->caps.get());
    if (channels == 0) meter.emplace(channels = width);
    if (width != channels)
      return Error{ErrorKind::unsupported, "'" + path + "' changes its channels on its way"};
    GstMapInfo map;
    if (!gst_buffer_map(piece->buffer.get(), &map, GST_MAP_READ))
      return Error{ErrorKind::failed, "'" + path + "': its sound cannot be read"};
    const std::span samples(reinterpret_cast<const int16_t*>(map.data), map.size / sizeof(int16_t));
    meter->add(samples);
    bytes += samples.size_bytes();
    const bool written = temporary.write(std::as_bytes(samples));
    gst_buffer_unmap(piece->buffer.get(), &map);
    if (!written) return temporary.error(path);
    if (bytes > sizeof(int16_t) * static_cast<size_t>(channels * kLongestSound))
      return too_long(path);
  }
  if (bytes == 0) return Error{ErrorKind::unsupported, "'" + path + "' has no sound"};
  void* const memory = temporary.map(bytes);
  if (!memory) return temporary.error(path);
  const auto file = std::make_shared<MappedSound>(memory, bytes);
  file->channels = channels;
  file->samples = {static_cast<const int16_t*>(memory), bytes / sizeof(int16_t)};
  file->frames = static_cast<int64_t>(file->samples.size()) / channels;
  file->loudness = loudness_of(*meter, *file);
  auto key = key_of_content(path, stop);
  if (!key) return key.error();
  file->key = *std::move(key);
  return Decoded(file);
}

// A file that was decoded, as long as somebody holds it and nobody has changed it.
struct Kept {
  std::timed_mutex mutex;  // guards what follows; held while the file is decoded
  fs::file_time_type time;
  uintmax_t size = 0;
  std::weak_ptr<const SoundFile> file;
};

class KeptFiles {
 public:
  std::shared_ptr<Kept> entry(const std::string& path) {
    const std::lock_guard lock(mutex_);
    auto& kept = entries_[path];
    if (!kept) kept = std::make_shared<Kept>();
    return kept;
  }
  // The last few stay even where nobody holds them: scenes take turns with the same effects.
  void hold(const Decoded& file) {
    constexpr size_t kMost = 4;
    const std::lock_guard lock(mutex_);
    std::erase(last_, file);
    last_.push_back(file);
    if (last_.size() > kMost) last_.pop_front();
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::shared_ptr<Kept>> entries_;
  std::deque<Decoded> last_;
};

}  // namespace

Result<std::shared_ptr<const SoundFile>> decode_sound_file(const std::string& path,
                                                           const std::stop_token& stop) {
  static KeptFiles kept_files;
  std::error_code failure;
  const auto time = fs::last_write_time(path, failure);
  const uintmax_t size = failure ? 0 : fs::file_size(path, failure);
  if (failure) return Error{ErrorKind::not_found, "there is no sound file '" + path + "'"};
  const auto kept = kept_files.entry(path);
  std::unique_lock lock(kept->mutex, std::defer_lock);
  while (!lock.try_lock_for(std::chrono::milliseconds(50)))
    if (stop.stop_requested()) return stopped();
  Decoded file = kept->file.lock();
  if (!file || kept->time != time || kept->size != size) {
    auto decoded = decode(path, stop);
    if (!decoded) return decoded;
    file = *std::move(decoded);
    kept->time = time;
    kept->size = size;
    kept->file = file;
  }
  kept_files.hold(file);
  return file;
}

}  // namespace talkie
