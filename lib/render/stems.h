// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of a film's sound, each in a file of its own: voice.wav, music.wav, effects.wav.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "render/whole_file.h"
#include "timeline/sound_bed.h"

namespace talkie {

struct StemKind {
  const char* name;
  MixParts parts;
};
inline constexpr std::array<StemKind, 3> kStems = {{{"voice", {true, false, false}},
                                                    {"music", {false, true, false}},
                                                    {"effects", {false, false, true}}}};

// Of one scene, in the order of kStems: stereo, interleaved.
using Stems = std::array<std::vector<int16_t>, kStems.size()>;

// The files while they grow. They appear together, whole, or not at all.
class StemFiles {
 public:
  // Makes the folder where it is not there. unwritable, no_space.
  static Result<StemFiles> begin(const std::string& folder);
  StemFiles(StemFiles&&) noexcept;
  StemFiles& operator=(StemFiles&&) noexcept;
  ~StemFiles();

  // The next scene's.
  Result<void> add(const Stems& stems);
  // Ends the files; returns their names.
  Result<std::vector<std::string>> commit();

 private:
  StemFiles() = default;
  struct File;
  std::vector<File> files_;
};

}  // namespace talkie
