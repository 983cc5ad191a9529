// SPDX-License-Identifier: LGPL-2.1-or-later
// Films of held pictures, made by an encoder and filled: what the tests of h264holdfill look at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/time.h"

namespace hold {

inline constexpr int kWidth = 320;
inline constexpr int kHeight = 180;
inline constexpr size_t kFrameBytes = size_t{kWidth} * kHeight * 3 / 2;  // I420

// How long each picture is held, in frames.
struct Script {
  unsigned seed = 1;
  talkie::Rate rate;
  std::vector<int> holds;
  [[nodiscard]] int frames() const;
};
// Some pictures, held for one frame or for many. Always the same for a seed.
Script random_script(unsigned seed, talkie::Rate rate);

struct Setting {
  std::string encoder;       // as gst-launch-1.0 has it
  std::string caps = "";     // behind it: "profile=baseline"
  bool avc = false;          // into MP4, else with start codes
  std::string filling = "";  // properties of h264holdfill
  bool variable = false;     // raw pictures without a constant frame rate, only a highest one
};
struct Made {
  std::filesystem::path plain;   // what the encoder made
  std::filesystem::path filled;  // and what h264holdfill made of it
  std::vector<std::string> warnings;
  std::string error;
};
// Draws the pictures of a script: each a change to one of the last four, so that an encoder has
// use for several references. Encodes them once.
Made make_film(const Script& script, const Setting& setting, const std::filesystem::path& folder);

// Every decoded frame, I420. `words` is what the decoder had to say.
struct Decoded {
  std::string frames;
  std::string words;
  [[nodiscard]] size_t count() const { return frames.size() / kFrameBytes; }
  [[nodiscard]] std::string_view frame(size_t number) const {
    return std::string_view(frames).substr(number * kFrameBytes, kFrameBytes);
  }
};
Decoded decode_with_ffmpeg(const std::filesystem::path& film);
Decoded decode_with_openh264(const std::filesystem::path& film);

// The first frame of `filled` that is not the picture which `plain` shows at its time; -1: none.
int first_difference(const Script& script, const Decoded& plain, const Decoded& filled);

}  // namespace hold
