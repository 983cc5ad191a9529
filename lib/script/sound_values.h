// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of what is heard: pitch, volume, loudness, music, sounds, recordings. As in values.h, an
// error says what a value must be, and then nothing is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"
#include "script/values.h"

namespace talkie {

inline constexpr Limits kPitchLimits{0.5, 2};
inline constexpr Limits kVolumeLimits{0, 4};
inline constexpr Limits kLoudnessLimits{-40, -8};  // LUFS
inline constexpr Limits kFadeLimits{0, 60};        // seconds
inline constexpr Limits kDuckingLimits{0, 60};     // dB

// "1.2", "120%", "+20%", or one of SSML's words, "x-low" to "x-high".
std::optional<double> read_pitch(const Value& value, std::string_view key, Findings& findings);
// "0.5", "50%", "-6dB", or one of SSML's words, "silent" to "x-loud".
std::optional<double> read_volume(const Value& value, std::string_view key, Findings& findings);
// "-16", "-14 LUFS", "podcast".
std::optional<double> read_loudness(const Value& value, std::string_view key, Findings& findings);

// "song.mp3 0.3 loop fade-in 2 fade-out 3", or {file: song.mp3, volume: 0.3, …}. "none" empties
// `music`; after an error it stays as it was.
void read_music(const Value& value, const std::string& folder, std::optional<Music>& music,
                Findings& findings);

// Narakeet's `background` is a picture, a colour, or music: "song.mp3 fade-in 0.4".
bool is_music(const Value& background);
// Its fades have no length of their own, and the number is the volume. A piece of Narakeet's
// library
// ("corporate-1") is a warning.
void read_background_music(const Value& value, const std::string& folder,
                           std::optional<Music>& music, Findings& findings);

// "ding.ogg", "ding.ogg 50%": what stands in a link or behind `sound`.
std::optional<Effect> parse_effect(std::string_view text, const std::string& folder,
                                   const Place& where, Findings& findings);
// The same as a direction's value, or {file: ding.ogg, volume: 0.5}.
std::optional<Effect> read_effect(const Value& value, const std::string& folder,
                                  Findings& findings);

// The absolute path of a sound file that is there, from its name.
std::optional<std::string> read_sound_file(const Value& value, std::string_view key,
                                           const std::string& folder, Findings& findings);
// Whether a file's name ends as those of sounds do.
bool is_sound_file(std::string_view name);

}  // namespace talkie
