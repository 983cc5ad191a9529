// SPDX-License-Identifier: LGPL-2.1-or-later
// When the words of a text are said in a sound that came without times.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "speech/words.h"

namespace talkie {

// One event for each of find_words(text), at the samples of `samples` (mono, `rate` a second). The
// embedded voice speaks the same text; its words' times are warped on to the stretches of the sound
// in which somebody speaks. Where there is no embedded voice, or none for the language, words share
// these stretches by their length. Errors: cancelled.
Result<std::vector<WordEvent>> align_words(const std::string& text, const std::string& language,
                                           std::span<const int16_t> samples, int rate,
                                           const std::stop_token& stop);

// What its times depend on besides these: the embedded voice, if there is one.
std::string aligner_fingerprint();

}  // namespace talkie
