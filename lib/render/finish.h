// SPDX-License-Identifier: LGPL-2.1-or-later
// The last corrections in a file that a muxer has written: what the muxer cannot be told.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace talkie {

struct FinishOptions {
  // Takes out what came from the clock and from dice: MP4's creation times become 0 ("not known",
  // ISO/IEC 14496-12 8.2.2), Matroska's UIDs and Ogg's serial numbers are counted, or derived from
  // what the file says, instead of drawn. Then the same input gives the same bytes. Matroska's
  // tags, which GStreamer writes in quotes, become plain texts at the same time.
  bool reproducible = false;
  // Samples that an AAC or MP3 encoder puts before the first one it was given. MP4's edit list then
  // begins after them (ISO/IEC 14496-12 8.6.6), so that sound and picture start together; MP3 says
  // so in its first frame.
  int audio_priming = 0;
  // How long the sound is without its priming, in samples, where the packets have room for more; 0:
  // not known.
  int64_t audio_length = 0;
};

// Corrects the file in place. Formats: MP4, Matroska and WebM, Ogg, MP3, FLV; other files stay as
// they are. `failed` where the file is not what it says it is.
Result<void> finish_file(const std::string& path, const FinishOptions& options);

}  // namespace talkie
