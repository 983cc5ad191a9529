// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/hls_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace talkie {

namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestPlaylist = 64u << 20;  // bytes

int64_t next_number(const fs::path& folder) {
  int64_t next = 0;
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure))
    if (const auto number = segment_number(entry.path().filename().string()))
      next = std::max(next, *number + 1);
  return next;
}

Error folder_error(const fs::path& folder, int number) {
  return Error{ErrorKind::unwritable, "'" + folder.string() + "' cannot be written into: " +
                                          std::strerror(number) + "; name another folder"};
}

}  // namespace

Result<HlsFolder> HlsFolder::open(const fs::path& folder, int target_seconds, int window) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return folder_error(folder, failure.value());
  if (!fs::is_directory(folder, failure)) return folder_error(folder, ENOTDIR);
  if (access(folder.c_str(), W_OK | X_OK) != 0) return folder_error(folder, errno);
  OldPlaylist old;
  if (const auto text = read_file(folder / kPlaylistFile, kLongestPlaylist))
    old = read_playlist(*text);
  return HlsFolder(folder, window, next_number(folder), old, target_seconds);
}

HlsFolder::HlsFolder(fs::path folder, int window, int64_t number, const OldPlaylist& old,
                     int target_seconds)
    : folder_(std::move(folder)),
      window_(window),
      number_(number),
      playlist_(target_seconds, window, number, old.discontinuities),
      gone_(old.files.begin(), old.files.end()),
      is_hole_(!old.files.empty()) {}

Result<void> HlsFolder::add(std::string_view bytes, Time length, bool discontinuity) {
  const std::string file = segment_file(number_);
  if (auto written = write_file(folder_ / file, bytes); !written) {
    is_hole_ = true;
    remove_old(0);  // perhaps that is the room that it wants
    return written.error();
  }
  ++number_;
  bytes_ += bytes.size();
  const auto gone = playlist_.add({file, length, discontinuity || std::exchange(is_hole_, false)});
  if (gone) gone_.push_back(gone->file);
  if (auto written = write_playlist(); !written) return written.error();
  // RFC 8216, 6.2.2: who has loaded the playlist just now may want its segments as long as it
  // lasts.
  remove_old(window_ == 0 ? 0 : static_cast<size_t>(window_) + 1);
  return {};
}

Result<void> HlsFolder::end() {
  playlist_.end();
  return write_playlist();
}

Result<void> HlsFolder::write_playlist() {
  return write_file(folder_ / kPlaylistFile, playlist_.text());
}

void HlsFolder::remove_old(size_t keep) {
  while (gone_.size() > keep) {
    std::error_code failure;  // it may have been removed by somebody else
    fs::remove(folder_ / gone_.front(), failure);
    gone_.pop_front();
  }
}

}  // namespace talkie
