// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/hls_playlist.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/text.h"

namespace talkie {

namespace {

constexpr std::string_view kDiscontinuity = "#EXT-X-DISCONTINUITY";
constexpr std::string_view kDiscontinuitySequence = "#EXT-X-DISCONTINUITY-SEQUENCE:";
constexpr std::string_view kSegmentPrefix = "segment";
constexpr std::string_view kSegmentSuffix = ".ts";

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || number < 0) return {};
  return number;
}

std::string seconds_text(Time time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", to_seconds(time));
  return text;
}

}  // namespace

HlsCutter::HlsCutter(Time target, Time key_interval)
    : key_interval_(key_interval), target_(std::max(target, key_interval)) {}

std::optional<HlsCutter::Part> HlsCutter::add(Time begin, Time length, bool is_key_unit,
                                              bool jumps) {
  jumps_ = jumps_ || jumps;
  std::optional<Part> finished;
  if (!part_) {
    part_ = Part{begin, begin, false};
    jumps_ = false;  // there is nothing before it
  } else if (is_key_unit && (jumps_ || begin - part_->begin + key_interval_ > target_)) {
    finished = part_;
    part_ = Part{begin, begin, std::exchange(jumps_, false)};
  }
  part_->end = begin + length;
  return finished;
}

int HlsCutter::target_seconds() const {
  return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(target_).count());
}

HlsPlaylist::HlsPlaylist(int target_seconds, int window, int64_t first_number,
                         int64_t discontinuities)
    : target_seconds_(target_seconds),
      window_(window),
      first_number_(first_number),
      discontinuities_(discontinuities) {}

std::optional<HlsSegment> HlsPlaylist::add(HlsSegment segment) {
  segments_.push_back(std::move(segment));
  if (window_ == 0 || std::ssize(segments_) <= window_) return {};
  HlsSegment gone = std::move(segments_.front());
  segments_.pop_front();
  ++first_number_;
  if (gone.discontinuity) ++discontinuities_;
  return gone;
}

std::string HlsPlaylist::text() const {
  std::string text = "#EXTM3U\n#EXT-X-VERSION:3\n";
  text += "#EXT-X-TARGETDURATION:" + std::to_string(target_seconds_) + "\n";
  text += "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first_number_) + "\n";
  if (discontinuities_ > 0)
    text += std::string(kDiscontinuitySequence) + std::to_string(discontinuities_) + "\n";
  if (window_ == 0) text += "#EXT-X-PLAYLIST-TYPE:EVENT\n";
  text += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  for (const HlsSegment& segment : segments_) {
    if (segment.discontinuity) text += std::string(kDiscontinuity) + "\n";
    text += "#EXTINF:" + seconds_text(segment.length) + ",\n" + segment.file + "\n";
  }
  if (ended_) text += "#EXT-X-ENDLIST\n";
  return text;
}

OldPlaylist read_playlist(std::string_view text) {
  OldPlaylist old;
  for (const std::string_view whole : split(text, '\n')) {
    const std::string_view line = trim(whole);
    if (line.starts_with(kDiscontinuitySequence))
      old.discontinuities += whole_number(line.substr(kDiscontinuitySequence.size())).value_or(0);
    else if (line == kDiscontinuity)
      ++old.discontinuities;
    else if (segment_number(line))
      old.files.emplace_back(line);
  }
  return old;
}

std::string segment_file(int64_t number) {
  const std::string digits = std::to_string(number);
  const size_t zeros = digits.size() < 5 ? 5 - digits.size() : 0;
  return std::string(kSegmentPrefix) + std::string(zeros, '0') + digits +
         std::string(kSegmentSuffix);
}

std::optional<int64_t> segment_number(std::string_view file) {
  if (!file.starts_with(kSegmentPrefix) || !file.ends_with(kSegmentSuffix)) return {};
  if (file.size() < kSegmentPrefix.size() + kSegmentSuffix.size() + 5) return {};
  file.remove_prefix(kSegmentPrefix.size());
  file.remove_suffix(kSegmentSuffix.size());
  return whole_number(file);
}

}  // namespace talkie
