// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/clip_info.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>

namespace talkie {

namespace {

std::atomic<ClipProber> clip_prober{nullptr};

struct KnownClip {
  std::filesystem::file_time_type time;
  ClipInfo info;
};

}  // namespace

void set_clip_prober(ClipProber prober) {
  clip_prober = prober;
}

Result<ClipInfo> clip_info(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, KnownClip> known;
  std::error_code failure;
  const auto time = std::filesystem::last_write_time(path, failure);
  if (failure) return Error{ErrorKind::not_found, "there is no video '" + path + "'"};
  const ClipProber prober = clip_prober;
  if (!prober)
    return Error{ErrorKind::missing_part, "'" + path + "': this program cannot open videos"};
  {
    const std::scoped_lock lock(mutex);
    const auto found = known.find(path);
    if (found != known.end() && found->second.time == time) return found->second.info;
  }
  auto info = prober(path);
  if (info) {
    const std::scoped_lock lock(mutex);
    known[path] = {time, *info};
  }
  return info;
}

Result<ClipPart> part_of(const Clip& clip) {
  const auto info = clip_info(clip.picture.path);
  if (!info) return info.error();
  const Time end = std::min(clip.end.value_or(info->duration), info->duration);
  if (clip.start >= end)
    return Error{ErrorKind::bad_value, "'" + clip.picture.path + "' is " +
                                           clock_text(info->duration) +
                                           " long; its part begins at " + clock_text(clip.start)};
  return ClipPart{*info, end - clip.start};
}

int64_t frames_of(const ClipPart& part, Rate frame_rate) {
  return std::max<int64_t>(1, nearest(part.length, frame_rate));
}

}  // namespace talkie
