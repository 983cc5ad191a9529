// SPDX-License-Identifier: LGPL-2.1-or-later
// SSML as espeak-ng 1.51 does it. It reads breaks, rates and emphasis by itself; what it has no ear
// for is written here in ways it understands. Part of espeak's module alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace talkie::espeak {

struct Ssml {
  std::string text;             // for espeak-ng
  std::vector<size_t> origins;  // the byte of the request that each byte of `text` comes from
  bool phonemes = false;        // [[…]] in `text` are phonemes
  std::vector<std::string> warnings;
};

// `language` is the first part of the voice's tag: "en". `pitch` is the request's: espeak-ng does
// not multiply pitches.
Ssml ssml_for(std::string_view ssml, std::string_view language, double pitch);

// espeak-ng's number for a pitch: 50 is the voice's own; 0 and 100 are an octave below and above.
int pitch_number(double pitch);

// espeak-ng's names for the sounds of an IPA text: "təmˈeɪtoʊ" -> "t|@|m|'eI|t|oU". Empty where the
// language has no name for one of them: `unknown` is that.
std::string phonemes_of(std::string_view ipa, std::string_view language, std::string& unknown);

}  // namespace talkie::espeak
