// SPDX-License-Identifier: LGPL-2.1-or-later
// How loud sound is, as EBU R 128 and ITU-R BS.1770-4 measure it, by libebur128.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace talkie {

inline constexpr double kInaudible = -70;  // LUFS: the absolute gate of BS.1770-4

// Measures sound that comes piece by piece.
class LoudnessMeter {
 public:
  // At kSampleRate, or at another rate that ten blocks a second fit in.
  explicit LoudnessMeter(int channels, int rate = 48'000);
  LoudnessMeter(LoudnessMeter&& other) noexcept;
  ~LoudnessMeter();

  // Interleaved, whole frames.
  void add(std::span<const int16_t> samples);
  // So far: the loudness of each whole block of 400 ms, one every 100 ms, in LUFS; silence is
  // kInaudible and less.
  [[nodiscard]] const std::vector<float>& blocks() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The blocks of a whole sound. With `padded` there are 400 ms of silence before and after it, so
// that what is shorter than a block can be measured too.
std::vector<float> loudness_blocks(std::span<const int16_t> samples, int channels,
                                   bool padded = false, int rate = 48'000);

// Of any number of blocks, those of several sounds together: gated at kInaudible and at 10 LU under
// the mean of the rest (BS.1770-4, annex 1). kInaudible where nothing is left.
double integrated_loudness(std::span<const float> blocks);

}  // namespace talkie
