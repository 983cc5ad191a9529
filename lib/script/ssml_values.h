// SPDX-License-Identifier: LGPL-2.1-or-later
// The values of SSML's attributes: words, percentages, semitones, decibels. Empty where a text is
// none of them.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace talkie {

// A factor; a relative one ("+10%", "+2st", "-6dB") is of what is around it.
struct SsmlFactor {
  double factor = 1;
  bool relative = false;
};
std::optional<SsmlFactor> read_ssml_rate(std::string_view text);    // "slow", "80%", "+10%", "1.2"
std::optional<SsmlFactor> read_ssml_pitch(std::string_view text);   // "high", "+10%", "-2st"
std::optional<SsmlFactor> read_ssml_volume(std::string_view text);  // "soft", "-6dB", "50", "+10%"

std::optional<Time> read_ssml_time(std::string_view text);      // "500ms", "1.5s"; to 60 s
std::optional<Time> read_ssml_strength(std::string_view text);  // "medium": how long a break is

}  // namespace talkie
