// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/sound_file.h"

#include <atomic>

namespace talkie {

namespace {

std::atomic<SoundFileReader> sound_file_reader{nullptr};

}  // namespace

void set_sound_file_reader(SoundFileReader reader) {
  sound_file_reader = reader;
}

Result<std::shared_ptr<const SoundFile>> read_sound_file(const std::string& path,
                                                         const std::stop_token& stop) {
  if (const SoundFileReader reader = sound_file_reader) return reader(path, stop);
  return Error{ErrorKind::missing_part, "'" + path + "': this program cannot decode sound"};
}

}  // namespace talkie
