// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/level.h"

#include <algorithm>
#include <cmath>

#include "speech/loudness.h"
#include "speech/sound.h"

namespace talkie {

namespace {

constexpr double kMostGain = 40;  // dB, either way
// It is found in so many turns at most, or when it is that near, in dB.
constexpr int kTurns = 6;
constexpr double kCloseEnough = 0.02;

constexpr size_t kCell = kSampleRate / 1000;  // samples
constexpr size_t kCellsOfStep = 100;          // of 100 ms
constexpr size_t kReachOfLimiter = 5;         // cells
constexpr size_t kStepsOfLoudness = 4;        // of one block, and of the silence before the sound
// What lies between two samples is a little higher than they are.
constexpr float kTruePeak = 1.03F;

// A recording in cells of a millisecond.
struct Cells {
  std::vector<float> peaks;   // full scale is 1
  std::vector<float> powers;  // sums of squares
};

Cells cells_of(const std::vector<int16_t>& samples) {
  Cells cells;
  for (size_t begin = 0; begin < samples.size(); begin += kCell) {
    int peak = 0;
    int64_t power = 0;
    for (size_t i = begin; i < std::min(begin + kCell, samples.size()); ++i) {
      const int sample = samples[i];
      peak = std::max(peak, std::abs(sample));
      power += sample * sample;
    }
    cells.peaks.push_back(kTruePeak * static_cast<float>(peak) / 32768);
    cells.powers.push_back(static_cast<float>(power));
  }
  return cells;
}

// What the limiter multiplies each cell with, roughly: the least that is allowed nearby, smoothed.
std::vector<float> limits_of(const std::vector<float>& peaks, float gain) {
  const size_t count = peaks.size();
  std::vector<float> allowed(count, 1);
  for (size_t i = 0; i < count; ++i) {
    if (peaks[i] * gain <= kCeiling) continue;
    const size_t end = std::min(i + kReachOfLimiter + 1, count);
    for (size_t j = i - std::min(i, kReachOfLimiter); j < end; ++j)
      allowed[j] = std::min(allowed[j], kCeiling / (peaks[i] * gain));
  }
  std::vector<float> smooth(count, 1);
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = i - std::min(i, kReachOfLimiter);
    const size_t end = std::min(i + kReachOfLimiter + 1, count);
    float sum = 0;
    for (size_t j = begin; j < end; ++j)
      sum += allowed[j];
    smooth[i] = sum / static_cast<float>(end - begin);
  }
  return smooth;
}

// The sums over steps of 100 ms of the cells' powers, limited and not.
struct Steps {
  std::vector<double> before;
  std::vector<double> after;
};

Steps steps_of(const Cells& cells, float gain) {
  const std::vector<float> limits = limits_of(cells.peaks, gain);
  const size_t count = (cells.peaks.size() + kCellsOfStep - 1) / kCellsOfStep;
  Steps steps{std::vector<double>(count), std::vector<double>(count)};
  for (size_t i = 0; i < cells.powers.size(); ++i) {
    steps.before[i / kCellsOfStep] += cells.powers[i];
    steps.after[i / kCellsOfStep] += cells.powers[i] * limits[i] * limits[i];
  }
  return steps;
}

// Adds the recording's blocks as they will be: louder by the gain, and softer by what the limiter
// takes of the four steps of each.
void add_blocks(const Recording& recording, const Cells& cells, double gain_db,
                std::vector<float>& blocks) {
  const Steps steps = steps_of(cells, static_cast<float>(std::pow(10, gain_db / 20)));
  for (size_t block = 0; block < recording.loudness.size(); ++block) {
    double before = 0;
    double after = 0;
    for (size_t step = block; step < block + kStepsOfLoudness; ++step) {
      if (step < kStepsOfLoudness || step - kStepsOfLoudness >= steps.before.size()) continue;
      before += steps.before[step - kStepsOfLoudness];
      after += steps.after[step - kStepsOfLoudness];
    }
    const double taken = before > 0 && after > 0 ? 10 * std::log10(after / before) : 0;
    blocks.push_back(static_cast<float>(recording.loudness[block] + gain_db + taken));
  }
}

}  // namespace

double level_for(const std::vector<const Recording*>& recordings, double target) {
  std::vector<float> plain;
  std::vector<Cells> cells;
  for (const Recording* recording : recordings) {
    plain.insert(plain.end(), recording->loudness.begin(), recording->loudness.end());
    cells.push_back(cells_of(recording->samples));
  }
  double loudness = integrated_loudness(plain);
  if (loudness <= kInaudible) return 0;
  double level = 0;
  double slope = 1;  // of loudness over gain: the secant method
  for (int turn = 0; turn < kTurns && std::abs(target - loudness) > kCloseEnough; ++turn) {
    const double next = std::clamp(level + (target - loudness) / slope, -kMostGain, kMostGain);
    if (next == level) break;
    std::vector<float> blocks;
    for (size_t i = 0; i < recordings.size(); ++i)
      add_blocks(*recordings[i], cells[i], next, blocks);
    const double heard = integrated_loudness(blocks);
    slope = std::clamp((heard - loudness) / (next - level), 0.2, 1.0);
    loudness = heard;
    level = next;
  }
  return level;
}

}  // namespace talkie
