// SPDX-License-Identifier: LGPL-2.1-or-later
// The film's sound, encoded scene by scene in pieces that join without a seam.
//
// An AAC packet holds a fixed number of samples (1024) and overlaps with the one before it, so a
// piece has to begin on the film's grid of packets, and its encoder has to have heard what comes
// before. Where a scene follows on silence, it is shifted on to that grid (by 11 ms at the most,
// sooner or later, out of the silence): then its packets do not depend on where in the film it
// stands, and a film with one word changed keeps all the others. Where sound goes on from scene to
// scene only the first one is shifted (sooner, by 21 ms at the most, so that nothing is lost at the
// film's end), and pieces are encoded with the true sound around them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "render/preset.h"
#include "render/segment.h"

namespace talkie {

// One scene's sound on the film's line, in samples.
struct ScenePlace {
  int64_t start = 0;          // where its first sample is in the film's encoded sound
  int64_t length = 0;         // how many it has
  int64_t quiet_end = 0;      // how many of them are 0 at its end
  bool joins_before = false;  // the sound goes on from the scene before
};

// Puts scenes on the grid, in order.
class SoundGrid {
 public:
  explicit SoundGrid(int packet) : packet_(packet) {}

  // `start`: of the scene on the film's line; `quiet_end`: how many of its samples are 0 at its
  // end.
  ScenePlace place(int64_t start, int64_t length, int64_t quiet_end);

 private:
  int packet_;
  ScenePlace before_;
  bool begun_ = false;
};

// The samples of a neighbour that a piece hears.
struct Neighbour {
  ScenePlace place;
  std::string sound_key;
  std::span<const int16_t> samples;  // interleaved, as all are
};

struct SoundPiece {
  int packet = 1024;
  int channels = 1;
  ScenePlace place;
  std::string sound_key;
  const Neighbour* before = nullptr;  // only where the sound goes on
  const Neighbour* after = nullptr;   // likewise

  // The film's packets that belong to it: it begins with the first one whose samples it has.
  [[nodiscard]] int64_t first_packet() const;
  // How many packets encode() makes: all that may be needed, the film takes as many as it has room
  // for before the next scene's.
  [[nodiscard]] int64_t packets() const;
  // Everything that its packets depend on besides the encoder.
  void add_to(KeyMaker& key) const;
};

// `samples`: of the scene. The encoder is the preset's audio chain.
Result<Segment> encode_sound(const Preset& preset, const SoundPiece& piece,
                             std::span<const int16_t> samples);

}  // namespace talkie
