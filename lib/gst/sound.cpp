// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gst/sound.h"

#include <gst/audio/audio.h>

#include "base/time.h"
#include "speech/narrator.h"

namespace talkie {

Owned<GstCaps> sound_caps(int channels) {
  return Owned<GstCaps>::adopt(gst_caps_new_simple(
      "audio/x-raw", "format", G_TYPE_STRING, GST_AUDIO_NE(S16), "rate", G_TYPE_INT, kSampleRate,
      "channels", G_TYPE_INT, channels, "layout", G_TYPE_STRING, "interleaved", nullptr));
}

Owned<GstBuffer> sound_buffer(std::span<const int16_t> samples, int64_t first, int channels) {
  constexpr Rate kRate{kSampleRate, 1};
  GstBuffer* buffer = gst_buffer_new_memdup(samples.data(), samples.size_bytes());
  const Time start = time_of(first, kRate);
  const Time end = time_of(first + static_cast<int64_t>(samples.size()) / channels, kRate);
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(start.count());
  GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>((end - start).count());
  GST_BUFFER_OFFSET(buffer) = static_cast<guint64>(first);
  return Owned<GstBuffer>::adopt(buffer);
}

}  // namespace talkie
