// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/sound.h"

#include <soxr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>

#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr size_t kBlock = kSampleRate;
constexpr float kAudible = 0.005F;                 // of the loudest sample: -46 dB
constexpr size_t kReach = kSampleRate * 5 / 1000;  // of the limiter
constexpr size_t kFade = kSampleRate * 5 / 1000;
constexpr float kFullScale = 32'768;
static_assert(kLimiterReach > 2 * kReach + 12);  // what limits_of() and add_between() look at

struct ResamplerDeleter {
  void operator()(soxr_t resampler) const { soxr_delete(resampler); }
};
using Resampler = std::unique_ptr<std::remove_pointer_t<soxr_t>, ResamplerDeleter>;

Error not_resampled(soxr_error_t error) {
  return Error{ErrorKind::failed, "the speech cannot be resampled", error};
}

// A band-limited signal between two of its samples, at a quarter, half and three quarters of the
// way: a windowed sinc, as ITU-R BS.1770-4, annex 2, measures true peaks at four times the rate.
constexpr size_t kTaps = 12;
using Between = std::array<std::array<float, kTaps>, 3>;
Between make_between() {
  Between weights{};
  for (size_t quarter = 0; quarter < weights.size(); ++quarter) {
    double sum = 0;
    std::array<double, kTaps> exact{};
    for (size_t tap = 0; tap < kTaps; ++tap) {
      const double distance = M_PI * (static_cast<double>(tap) - (kTaps / 2 - 1) -
                                      static_cast<double>(quarter + 1) / 4);
      const double window = std::cos(distance / (kTaps + 1));
      sum += exact[tap] = std::sin(distance) / distance * window * window;
    }
    for (size_t tap = 0; tap < kTaps; ++tap)
      weights[quarter][tap] = static_cast<float>(exact[tap] / sum);
  }
  return weights;
}
// No sum of the weights, whatever their signs, is larger: below this part of the ceiling nothing
// can come near it.
constexpr float kMostBetween = 2.1F;

// Sound is looked at in pieces of so many frames; most of them are far from the ceiling.
constexpr size_t kPiece = 32;

// Four at a time: compilers do not reorder sums and maxima of floating point by themselves.
constexpr size_t kLanes = 4;
using Lanes [[gnu::vector_size(kLanes * sizeof(float))]] = float;
using WholeLanes [[gnu::vector_size(kLanes * sizeof(int32_t))]] = int32_t;
using ShortLanes [[gnu::vector_size(kLanes * sizeof(int16_t))]] = int16_t;

Lanes lanes_at(const float* samples) {
  Lanes lanes;
  std::memcpy(&lanes, samples, sizeof lanes);
  return lanes;
}

float largest_of(std::span<const float> samples) {
  Lanes largest{};
  size_t i = 0;
  for (; i + kLanes <= samples.size(); i += kLanes) {
    const Lanes lanes = lanes_at(&samples[i]);
    const Lanes sizes = lanes < 0 ? -lanes : lanes;
    largest = sizes > largest ? sizes : largest;
  }
  float all = std::max({largest[0], largest[1], largest[2], largest[3]});
  for (; i < samples.size(); ++i)
    all = std::max(all, std::abs(samples[i]));
  return all;
}

ShortLanes rounded_to_samples(Lanes lanes) {
  lanes *= kFullScale;
  lanes = lanes > 32767.0F ? Lanes{} + 32767.0F : lanes;
  lanes = lanes < -32768.0F ? Lanes{} - 32768.0F : lanes;
  lanes += lanes < 0 ? Lanes{} - 0.499999F : Lanes{} + 0.499999F;
  return __builtin_convertvector(__builtin_convertvector(lanes, WholeLanes), ShortLanes);
}

// Raises `peaks`, those of the frames from `first` on, to the true peaks at and after a piece's
// frames, of one channel. `samples` are all of the channel's sound.
void add_between(std::span<const float> samples, size_t channels, size_t begin, size_t first,
                 std::span<float> peaks) {
  static const Between weights = make_between();
  constexpr size_t kBefore = kTaps / 2 - 1;
  const size_t frames = (samples.size() + channels - 1) / channels;
  std::array<float, kPiece + kTaps> near{};
  for (size_t i = begin < kBefore ? kBefore - begin : 0; i < near.size(); ++i)
    if (const size_t frame = begin + i - kBefore; frame < frames)
      near[i] = samples[frame * channels];
  std::array<float, kPiece> largest{};
  for (const auto& quarter : weights) {
    std::array<float, kPiece> between{};
    for (size_t tap = 0; tap < kTaps; ++tap)
      for (size_t i = 0; i < kPiece; ++i)
        between[i] += quarter[tap] * near[i + tap];
    for (size_t i = 0; i < kPiece; ++i)
      largest[i] = std::max(largest[i], std::abs(between[i]));
  }
  for (size_t i = begin - first; i < begin - first + kPiece && i < peaks.size(); ++i) {
    const float peak = largest[i - (begin - first)];
    peaks[i] = std::max(peaks[i], peak);
    if (i + 1 < peaks.size()) peaks[i + 1] = std::max(peaks[i + 1], peak);
  }
}

// A stretch of pieces that come near the ceiling, or have a neighbour that does.
struct Stretch {
  size_t begin = 0;  // frames
  size_t end = 0;
};
std::vector<Stretch> loud_stretches(std::span<const float> samples, size_t channels) {
  const size_t frames = samples.size() / channels;
  std::vector<Stretch> stretches;
  for (size_t begin = 0; begin < frames; begin += kPiece) {
    const size_t end = std::min(begin + kPiece, frames);
    const auto piece = samples.subspan(begin * channels, (end - begin) * channels);
    if (largest_of(piece) * kMostBetween <= kCeiling) continue;
    const Stretch around{begin - std::min(begin, kPiece), std::min(end + kPiece, frames)};
    if (!stretches.empty() && stretches.back().end >= around.begin)
      stretches.back().end = around.end;
    else
      stretches.push_back(around);
  }
  return stretches;
}

// The true peak at each frame of the stretch, over all channels.
std::vector<float> peaks_of(std::span<const float> samples, size_t channels,
                            const Stretch& stretch) {
  std::vector<float> peaks(stretch.end - stretch.begin);
  for (size_t channel = 0; channel < channels; ++channel)
    for (size_t i = 0; i < peaks.size(); ++i)
      peaks[i] = std::max(peaks[i], std::abs(samples[(stretch.begin + i) * channels + channel]));
  for (size_t begin = stretch.begin; begin < stretch.end; begin += kPiece)
    for (size_t channel = 0; channel < channels; ++channel)
      add_between(samples.subspan(channel), channels, begin, stretch.begin, peaks);
  return peaks;
}

// The factors that keep all peaks under the ceiling and change slowly, from 2 * kReach frames
// before the first peak on to as many after the last one. A mean over values each of which is
// allowed for the frame in its middle is allowed, too.
std::vector<float> limits_of(std::span<const float> peaks) {
  constexpr size_t kWindow = 2 * kReach + 1;
  std::vector<float> allowed(peaks.size() + 6 * kReach, 1);
  for (size_t i = 0; i < peaks.size(); ++i) {
    if (peaks[i] <= kCeiling) continue;
    // Where a neighbour is larger, its window is smaller yet, but for one end.
    const bool rises = i + 1 < peaks.size() && peaks[i + 1] >= peaks[i];
    const bool falls = !rises && i > 0 && peaks[i - 1] > peaks[i];
    const size_t at = i + 2 * kReach;
    const size_t begin = falls ? at + kWindow - 1 : at;
    const size_t end = rises ? at + 1 : at + kWindow;
    for (size_t j = begin; j < end; ++j)
      allowed[j] = std::min(allowed[j], kCeiling / peaks[i]);
  }
  std::vector<float> smooth(peaks.size() + 4 * kReach);
  double sum = std::accumulate(allowed.begin(), allowed.begin() + 2 * kReach, 0.0);
  for (size_t i = 0; i < smooth.size(); ++i) {
    sum += allowed[i + 2 * kReach];
    smooth[i] = static_cast<float>(sum / kWindow);
    sum -= allowed[i];
  }
  return smooth;
}

// One that comes within the reach of another is limited with it, so that no frame is limited twice.
std::vector<Stretch> joined(const std::vector<Stretch>& stretches) {
  std::vector<Stretch> all;
  for (const Stretch& stretch : stretches)
    if (!all.empty() && all.back().end + 4 * kReach >= stretch.begin)
      all.back().end = stretch.end;
    else
      all.push_back(stretch);
  return all;
}

// From 0 to 1 at the beginning, and back at the end.
float fade_at(size_t i, size_t count) {
  const size_t length = std::min(kFade, count / 2);
  const size_t from_end = std::min(i, count - 1 - i);
  if (from_end >= length) return 1;
  return (static_cast<float>(from_end) + 0.5F) / static_cast<float>(length);
}

}  // namespace

Result<std::vector<float>> resample(std::span<const int16_t> samples, int rate,
                                    const std::stop_token& stop) {
  if (rate < 8'000 || rate > 192'000)
    return Error{ErrorKind::failed, "the speech engine gives " + std::to_string(rate) +
                                        " samples a second; 8,000 to 192,000 are possible"};
  const soxr_io_spec_t io = soxr_io_spec(SOXR_INT16_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  const Resampler resampler(soxr_create(rate, kSampleRate, 1, &error, &io, &quality, &one_thread));
  if (error) return not_resampled(error);

  const double ratio = static_cast<double>(kSampleRate) / rate;
  std::vector<float> result(static_cast<size_t>(static_cast<double>(samples.size()) * ratio) + 1);
  size_t written = 0;
  for (bool flushed = false; !flushed;) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "cancelled"};
    const std::span<const int16_t> block = samples.first(std::min(kBlock, samples.size()));
    samples = samples.subspan(block.size());
    flushed = block.empty();
    size_t done = 0;
    error = soxr_process(resampler.get(), flushed ? nullptr : block.data(), block.size(), nullptr,
                         result.data() + written, result.size() - written, &done);
    if (error) return not_resampled(error);
    written += done;
  }
  result.resize(written);
  return result;
}

Loudness loudness_of(std::span<const float> samples) {
  std::vector<float> peaks;
  for (size_t begin = 0; begin < samples.size(); begin += kLoudnessStep)
    peaks.push_back(largest_of(
        samples.subspan(begin, std::min<size_t>(kLoudnessStep, samples.size() - begin))));
  const float loudest = peaks.empty() ? 0 : *std::max_element(peaks.begin(), peaks.end());
  Loudness loud(peaks.size());
  std::transform(peaks.begin(), peaks.end(), loud.begin(),
                 [&](float peak) { return peak > 0 && peak >= loudest * kAudible; });
  return loud;
}

void limit(std::span<float> samples, int channel_count) {
  const auto channels = static_cast<size_t>(channel_count);
  const size_t frames = samples.size() / channels;
  for (const Stretch& stretch : joined(loud_stretches(samples, channels))) {
    const std::vector<float> peaks = peaks_of(samples, channels, stretch);
    if (largest_of(peaks) <= kCeiling) continue;
    const std::vector<float> limits = limits_of(peaks);
    constexpr size_t kBefore = 2 * kReach;
    for (size_t i = stretch.begin < kBefore ? kBefore - stretch.begin : 0; i < limits.size(); ++i) {
      const size_t frame = stretch.begin + i - kBefore;
      if (frame >= frames) break;
      for (size_t channel = 0; channel < channels; ++channel)
        samples[frame * channels + channel] *= limits[i];
    }
  }
}

void to_samples(std::span<const float> sound, std::vector<int16_t>& target) {
  const size_t first = target.size();
  target.resize(first + sound.size());
  size_t i = 0;
  for (; i + kLanes <= sound.size(); i += kLanes) {
    const ShortLanes rounded = rounded_to_samples(lanes_at(&sound[i]));
    std::memcpy(&target[first + i], &rounded, sizeof rounded);
  }
  for (; i < sound.size(); ++i)
    target[first + i] = rounded_to_samples(Lanes{sound[i]})[0];
}

void lay(std::span<const int16_t> recording, double gain, std::vector<int16_t>& target,
         const std::stop_token& stop) {
  target.reserve(target.size() + recording.size());
  std::vector<float> block;  // with as much before and after as the limiter looks at
  for (size_t begin = 0; begin < recording.size() && !stop.stop_requested(); begin += kBlock) {
    const size_t end = std::min(begin + kBlock, recording.size());
    const size_t from = begin - std::min(begin, kLimiterReach);
    const size_t to = std::min(end + kLimiterReach, recording.size());
    const auto scale = static_cast<float>(gain / kFullScale);
    block.resize(to - from);
    for (size_t i = from; i < to; ++i)
      block[i - from] = scale * recording[i];
    limit(block, 1);
    if (begin < kFade || end + kFade > recording.size())
      for (size_t i = begin; i < end; ++i)
        block[i - from] *= fade_at(i, recording.size());
    to_samples(std::span(block).subspan(begin - from, end - begin), target);
  }
}

}  // namespace talkie
