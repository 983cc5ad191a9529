// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound files in memory, as programs and services answer with them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "speech/provider.h"

namespace talkie {

// Decodes WAV, FLAC, Ogg (Vorbis, Opus) and MP3 to mono; of several channels the mean. What a WAV
// header says of its length is not believed: services that stream do not know it. `who` begins the
// sentence of an error. Errors: failed (no sound file, broken, empty, longer than an hour).
Result<Take> take_from_audio(std::string_view bytes, std::string_view who);

// Whether nothing can be heard in it, which is no answer to words.
bool is_silent(std::span<const int16_t> samples);

}  // namespace talkie
