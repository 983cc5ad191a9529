// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "gst/clips.h"
#include "gst/media_file.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr Rate kSamples{kSampleRate, 1};
// A decoder that begins in the middle needs this long until it sounds as it should.
constexpr Time kWarmUp = std::chrono::milliseconds(200);
// Times in files are rounded: only what is farther from its place than this is moved there.
constexpr int64_t kRounding = kSampleRate / 50;

}  // namespace

Result<std::vector<int16_t>> read_clip_sound(const std::string& path, Time start, Time length,
                                             const std::stop_token& stop) {
  auto file = MediaFile::open(path, MediaFile::Stream::sound);
  if (!file) return file.error();
  if (start > kWarmUp)
    if (auto sought = (*file)->seek(start - kWarmUp); !sought) {
      // It is read from its beginning.
      file = MediaFile::open(path, MediaFile::Stream::sound);
      if (!file) return file.error();
    }
  std::vector<int16_t> samples(static_cast<size_t>(nearest(length, kSamples)));
  const auto count = static_cast<int64_t>(samples.size());
  std::optional<int64_t> expected;
  while (expected.value_or(0) < count) {
    const auto piece = (*file)->next(stop);
    if (!piece) return piece.error();
    if (!piece->buffer) break;
    const int64_t stated = nearest(piece->start, kSamples) - nearest(start, kSamples);
    const int64_t at = expected && std::abs(stated - *expected) < kRounding ? *expected : stated;
    GstMapInfo map;
    if (!gst_buffer_map(piece->buffer.get(), &map, GST_MAP_READ))
      return Error{ErrorKind::failed, "'" + path + "': its sound cannot be read"};
    const auto* const sound = reinterpret_cast<const int16_t*>(map.data);
    const auto held = static_cast<int64_t>(map.size / sizeof(int16_t));
    const int64_t from = std::max<int64_t>(0, -at);
    for (int64_t i = from; i < held && at + i < count; ++i)
      samples[static_cast<size_t>(at + i)] = sound[i];
    gst_buffer_unmap(piece->buffer.get(), &map);
    expected = at + held;
  }
  return samples;
}

}  // namespace talkie
