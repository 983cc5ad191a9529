// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/loudness.h"

#include <ebur128.h>

#include <algorithm>
#include <cmath>

namespace talkie {

namespace {

constexpr size_t kStepsOfBlock = 4;    // ten of them are a second
constexpr double kRelativeGate = -10;  // LU

struct MeterDeleter {
  void operator()(ebur128_state* meter) const { ebur128_destroy(&meter); }
};

// The mean power, in LUFS, of the blocks that are louder than `gate`.
double mean_above(std::span<const float> blocks, double gate) {
  double power = 0;
  int64_t count = 0;
  for (const float block : blocks)
    if (block > gate) {
      power += std::pow(10, block / 10);
      ++count;
    }
  return count == 0 ? kInaudible : 10 * std::log10(power / static_cast<double>(count));
}

}  // namespace

struct LoudnessMeter::State {
  std::unique_ptr<ebur128_state, MeterDeleter> meter;
  size_t channels = 1;
  size_t step = 0;     // frames from block to block
  size_t missing = 0;  // frames, until a step is whole
  size_t steps = 0;
  std::vector<float> blocks;
};

LoudnessMeter::LoudnessMeter(int channels, int rate) : state_(std::make_unique<State>()) {
  state_->channels = static_cast<size_t>(channels);
  state_->step = state_->missing = static_cast<size_t>(rate / 10);
  state_->meter.reset(ebur128_init(static_cast<unsigned>(channels),
                                   static_cast<unsigned long>(rate), EBUR128_MODE_M));
}
LoudnessMeter::LoudnessMeter(LoudnessMeter&& other) noexcept = default;
LoudnessMeter::~LoudnessMeter() = default;

void LoudnessMeter::add(std::span<const int16_t> samples) {
  State& state = *state_;
  while (samples.size() >= state.channels) {
    const size_t frames = std::min(state.missing, samples.size() / state.channels);
    ebur128_add_frames_short(state.meter.get(), samples.data(), frames);
    samples = samples.subspan(frames * state.channels);
    state.missing -= frames;
    if (state.missing > 0) continue;
    state.missing = state.step;
    if (++state.steps < kStepsOfBlock) continue;
    double loudness = kInaudible;
    ebur128_loudness_momentary(state.meter.get(), &loudness);
    state.blocks.push_back(static_cast<float>(std::max(loudness, kInaudible)));
  }
}

const std::vector<float>& LoudnessMeter::blocks() const {
  return state_->blocks;
}

std::vector<float> loudness_blocks(std::span<const int16_t> samples, int channels, bool padded,
                                   int rate) {
  LoudnessMeter meter(channels, rate);
  const size_t length = kStepsOfBlock * static_cast<size_t>(rate / 10 * channels);
  const std::vector<int16_t> silence(padded ? length : 0);
  if (padded) meter.add(silence);
  meter.add(samples);
  if (padded) meter.add(silence);
  return meter.blocks();
}

double integrated_loudness(std::span<const float> blocks) {
  return mean_above(blocks, std::max(kInaudible, mean_above(blocks, kInaudible) + kRelativeGate));
}

}  // namespace talkie
