// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole sound files, decoded: music, effects, an author's own voice. Who can decode says so at
// start: this folder cannot.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "base/error.h"

namespace talkie {

// Decoded to kSampleRate, mono or stereo, and kept outside of the heap: an hour of music takes no
// memory but the pages that are read. Thread-safe to read.
struct SoundFile {
  virtual ~SoundFile() = default;
  int channels = 1;                  // 1 or 2; more are mixed down
  int64_t frames = 0;                // samples of each channel
  double loudness = -70;             // LUFS, integrated; -70 and less: nothing to hear
  std::string key;                   // the same for files with the same content
  std::span<const int16_t> samples;  // interleaved, frames * channels
};
inline constexpr int64_t kLongestSound = int64_t{48'000} * 3600 * 2;  // frames

// Decodes the file's first sound, or takes what was decoded before where the file has not changed.
// not_found, unreadable, unsupported (no sound in it), too_large, missing_part (a decoder),
// cancelled; all but the last name the path. Thread-safe.
using SoundFileReader = Result<std::shared_ptr<const SoundFile>> (*)(const std::string& path,
                                                                     const std::stop_token& stop);
void set_sound_file_reader(SoundFileReader reader);
// missing_part where no reader was set.
Result<std::shared_ptr<const SoundFile>> read_sound_file(const std::string& path,
                                                         const std::stop_token& stop = {});

}  // namespace talkie
