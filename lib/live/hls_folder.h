// SPDX-License-Identifier: LGPL-2.1-or-later
// A folder with segments and the playlist that names them. Files appear whole or not at all, and
// the playlist names none that is not there.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "live/hls_playlist.h"

namespace talkie {

inline constexpr const char* kPlaylistFile = "playlist.m3u8";

// One thread at a time.
class HlsFolder {
 public:
  // Makes the folder where it is missing. A show that was here before is replaced: its numbers go
  // on, so that nobody takes an old segment for a new one, and its segments go as this one's come.
  static Result<HlsFolder> open(const std::filesystem::path& folder, int target_seconds,
                                int window);

  // A segment that cannot be written is left out; the next one is a discontinuity then.
  Result<void> add(std::string_view bytes, Time length, bool discontinuity);
  Result<void> end();                                      // #EXT-X-ENDLIST
  [[nodiscard]] uint64_t bytes() const { return bytes_; }  // written

 private:
  HlsFolder(std::filesystem::path folder, int window, int64_t number, const OldPlaylist& old,
            int target_seconds);
  [[nodiscard]] Result<void> write_playlist();
  void remove_old(size_t keep);

  std::filesystem::path folder_;
  int window_;
  int64_t number_;  // of the next segment
  HlsPlaylist playlist_;
  std::deque<std::string> gone_;  // from the playlist, but still there
  bool is_hole_;
  uint64_t bytes_ = 0;
};

}  // namespace talkie
