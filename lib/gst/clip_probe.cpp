// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/video/video.h>

#include <cmath>

#include "gst/clips.h"
#include "gst/media_file.h"
#include "speech/clip_sound.h"

namespace talkie {

namespace {

constexpr int kLargestSide = 8192;  // pixels

Error too_large(const std::string& path, int width, int height) {
  return Error{ErrorKind::too_large, "'" + path + "' is " + std::to_string(width) + "x" +
                                         std::to_string(height) + " pixels; make it " +
                                         std::to_string(kLargestSide) + " at most on each side"};
}

// As they are seen, with square pixels.
Size size_of(const GstVideoInfo& info) {
  const double aspect =
      static_cast<double>(GST_VIDEO_INFO_PAR_N(&info)) / std::max(1, GST_VIDEO_INFO_PAR_D(&info));
  const auto scaled = [](int side, double factor) {
    return std::max(1, static_cast<int>(std::lround(side * factor)));
  };
  const int width = GST_VIDEO_INFO_WIDTH(&info);
  const int height = GST_VIDEO_INFO_HEIGHT(&info);
  return aspect >= 1 ? Size{scaled(width, aspect), height}
                     : Size{width, scaled(height, 1 / aspect)};
}

}  // namespace

Result<ClipInfo> probe_clip(const std::string& path) {
  const auto facts = look_into_media(path);
  if (!facts) return facts.error();
  if (!facts->has_pictures)
    return Error{ErrorKind::unsupported,
                 "'" + path + "' has no pictures" + (facts->has_sound ? ": it is sound only" : "")};
  if (facts->width > kLargestSide || facts->height > kLargestSide)
    return too_large(path, facts->width, facts->height);
  if (facts->pictures_end <= Time{})
    return Error{ErrorKind::unsupported,
                 "'" + path + "' is no video: it does not last for any time"};
  auto file = MediaFile::open(path, MediaFile::Stream::pictures);
  if (!file) return file.error();
  const auto first = (*file)->next();
  if (!first) return first.error();
  GstVideoInfo info;
  if (!first->buffer || !gst_video_info_from_caps(&info, first->caps.get()))
    return Error{ErrorKind::unreadable, "'" + path + "' cannot be decoded"};
  const Size size = size_of(info);
  if (size.width > 2 * kLargestSide || size.height > 2 * kLargestSide)
    return too_large(path, size.width, size.height);
  return ClipInfo{size, facts->pictures_end, facts->has_sound};
}

void use_gstreamer_for_clips() {
  set_clip_prober(probe_clip);
  set_clip_opener(open_clip);
  set_clip_sound_reader(read_clip_sound);
  set_sound_file_reader(decode_sound_file);
}

}  // namespace talkie
