// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/stems.h"

#include <sndfile.h>

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "speech/narrator.h"

namespace talkie {

namespace {

struct StemCloser {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

// A folder that was not there before: it goes again where nothing came to be in it.
class MadeFolder {
 public:
  explicit MadeFolder(std::string path) : path_(std::move(path)) {}
  ~MadeFolder() {
    std::error_code ignored;  // what is not empty stays
    std::filesystem::remove(path_, ignored);
  }
  MadeFolder(const MadeFolder&) = delete;
  MadeFolder& operator=(const MadeFolder&) = delete;

 private:
  const std::string path_;
};

}  // namespace

struct StemFiles::File {
  std::shared_ptr<MadeFolder> folder;  // goes last
  WholeFile whole;
  std::unique_ptr<SNDFILE, StemCloser> sound;
};

StemFiles::StemFiles(StemFiles&&) noexcept = default;
StemFiles& StemFiles::operator=(StemFiles&&) noexcept = default;
StemFiles::~StemFiles() = default;

Result<StemFiles> StemFiles::begin(const std::string& folder) {
  std::error_code failure;
  const bool is_new = std::filesystem::create_directories(folder, failure);
  if (failure)
    return Error{ErrorKind::unwritable,
                 "cannot make the folder '" + folder + "': " + failure.message()};
  const auto made = is_new ? std::make_shared<MadeFolder>(folder) : nullptr;
  StemFiles stems;
  for (const StemKind& kind : kStems) {
    auto whole = WholeFile::begin(
        (std::filesystem::path(folder) / (std::string(kind.name) + ".wav")).string());
    if (!whole) return whole.error();
    // RF64 is plain WAV until it has more than 4 GB (EBU Tech 3306).
    SF_INFO info{};
    info.samplerate = kSampleRate;
    info.channels = 2;
    info.format = SF_FORMAT_RF64 | SF_FORMAT_PCM_16;
    std::unique_ptr<SNDFILE, StemCloser> sound(
        sf_open(whole->temporary().c_str(), SFM_WRITE, &info));
    if (!sound)
      return Error{ErrorKind::unwritable, "cannot write '" + whole->target() + "'",
                   sf_strerror(nullptr)};
    sf_command(sound.get(), SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
    stems.files_.push_back({made, *std::move(whole), std::move(sound)});
  }
  return stems;
}

Result<void> StemFiles::add(const Stems& stems) {
  for (size_t i = 0; i < files_.size(); ++i) {
    const auto count = static_cast<sf_count_t>(stems[i].size());
    if (sf_write_short(files_[i].sound.get(), stems[i].data(), count) != count)
      return Error{ErrorKind::no_space, "cannot write '" + files_[i].whole.target() +
                                            "': " + sf_strerror(files_[i].sound.get())};
  }
  return {};
}

Result<std::vector<std::string>> StemFiles::commit() {
  std::vector<std::string> names;
  for (File& file : files_) {
    sf_write_sync(file.sound.get());
    if (sf_close(file.sound.release()) != 0)
      return Error{ErrorKind::no_space, "cannot finish '" + file.whole.target() + "'"};
  }
  for (File& file : files_) {
    names.push_back(file.whole.target());
    if (auto committed = file.whole.commit(); !committed) return committed.error();
  }
  return names;
}

}  // namespace talkie
