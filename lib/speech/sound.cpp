// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/sound.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr size_t kBlock = kSampleRate;
constexpr float kAudible = 0.005F;  // of the loudest sample: -46 dB
constexpr size_t kReach = kSampleRate * 5 / 1000;
constexpr size_t kFade = kSampleRate * 5 / 1000;

struct ResamplerDeleter {
  void operator()(soxr_t resampler) const { soxr_delete(resampler); }
};
using Resampler = std::unique_ptr<std::remove_pointer_t<soxr_t>, ResamplerDeleter>;

Error not_resampled(soxr_error_t error) {
  return Error{ErrorKind::failed, "the speech cannot be resampled", error};
}

// The factor for each of `samples` that keeps all peaks under the ceiling and changes slowly. A
// mean over values each of which is allowed for the sample in its middle is allowed, too.
std::vector<float> limits_of(std::span<const float> samples) {
  std::vector<float> allowed(samples.size(), 1);
  for (size_t i = 0; i < samples.size(); ++i) {
    const float size = std::abs(samples[i]);
    if (size <= kCeiling) continue;
    const size_t end = std::min(i + kReach + 1, samples.size());
    for (size_t j = i - std::min(i, kReach); j < end; ++j)
      allowed[j] = std::min(allowed[j], kCeiling / size);
  }
  constexpr size_t kWindow = 2 * kReach + 1;
  const auto at = [&](size_t i) { return i < allowed.size() ? allowed[i] : 1; };
  std::vector<float> smooth(samples.size());
  double sum = kReach;  // what would stand before the start
  for (size_t i = 0; i < kReach; ++i)
    sum += at(i);
  for (size_t i = 0; i < samples.size(); ++i) {
    sum += at(i + kReach);
    smooth[i] = static_cast<float>(sum / kWindow);
    sum -= i < kReach ? 1 : at(i - kReach);
  }
  return smooth;
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
  std::vector<float> peaks((samples.size() + kLoudnessStep - 1) / kLoudnessStep);
  for (size_t i = 0; i < samples.size(); ++i)
    peaks[i / kLoudnessStep] = std::max(peaks[i / kLoudnessStep], std::abs(samples[i]));
  const float loudest = peaks.empty() ? 0 : *std::max_element(peaks.begin(), peaks.end());
  Loudness loud(peaks.size());
  std::transform(peaks.begin(), peaks.end(), loud.begin(),
                 [&](float peak) { return peak > 0 && peak >= loudest * kAudible; });
  return loud;
}

void append(std::span<const float> samples, double gain, std::vector<int16_t>& target,
            const std::stop_token& stop) {
  target.reserve(target.size() + samples.size());
  std::vector<float> block;  // with as much before and after as the limiter looks at
  for (size_t begin = 0; begin < samples.size() && !stop.stop_requested(); begin += kBlock) {
    const size_t end = std::min(begin + kBlock, samples.size());
    const size_t from = begin - std::min(begin, 2 * kReach);
    const size_t to = std::min(end + 2 * kReach, samples.size());
    block.assign(samples.begin() + static_cast<ptrdiff_t>(from),
                 samples.begin() + static_cast<ptrdiff_t>(to));
    for (float& sample : block)
      sample *= static_cast<float>(gain);
    const std::vector<float> limits = limits_of(block);
    for (size_t i = begin; i < end; ++i) {
      const float sample = block[i - from] * limits[i - from] * fade_at(i, samples.size());
      target.push_back(static_cast<int16_t>(std::lround(sample * 32767)));
    }
  }
}

}  // namespace talkie
