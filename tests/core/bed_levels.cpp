// SPDX-License-Identifier: LGPL-2.1-or-later
// Loudness, against the cases of EBU Tech 3341 and against libebur128's own sum; and the limiter.
#include <ebur128.h>

#include "bed_testing.h"
#include "speech/loudness.h"
#include "speech/sound.h"

namespace talkie {
namespace {

struct Section {
  double length;
  double db;
};
std::vector<int16_t> tone(const std::vector<Section>& sections) {
  std::vector<int16_t> samples;
  for (const Section& section : sections) {
    const auto part = sound(section.length, 2, sine(1000, section.db));
    samples.insert(samples.end(), part.begin(), part.end());
  }
  return samples;
}

using Meter = std::unique_ptr<ebur128_state, void (*)(ebur128_state*)>;
Meter meter_of(std::span<const int16_t> samples, int channels, int mode) {
  Meter meter(ebur128_init(static_cast<unsigned>(channels), kSampleRate, mode),
              [](ebur128_state* state) { ebur128_destroy(&state); });
  ebur128_add_frames_short(meter.get(), samples.data(),
                           samples.size() / static_cast<size_t>(channels));
  return meter;
}
// dBTP
double true_peak_of(std::span<const int16_t> samples, int channels) {
  const Meter meter = meter_of(samples, channels, EBUR128_MODE_TRUE_PEAK);
  double largest = 0;
  for (int channel = 0; channel < channels; ++channel) {
    double peak = 0;
    ebur128_true_peak(meter.get(), static_cast<unsigned>(channel), &peak);
    largest = std::max(largest, peak);
  }
  return decibels(largest);
}
const double kCeilingDb = decibels(kCeiling);

TEST(Loudness, IsWhatEbuTech3341Asks) {
  const std::vector<std::pair<std::vector<Section>, double>> cases = {
      {{{20, -23}}, -23},
      {{{20, -33}}, -33},
      {{{10, -36}, {60, -23}, {10, -36}}, -23},
      {{{10, -72}, {10, -36}, {60, -23}, {10, -36}, {10, -72}}, -23},
      {{{20, -26}, {20.1, -20}, {20, -26}}, -23},
  };
  for (const auto& [sections, loudness] : cases)
    EXPECT_NEAR(integrated_loudness(loudness_blocks(tone(sections), 2)), loudness, 0.1);
}

TEST(Loudness, IsWhatLibebur128Sums) {
  const Wave swell = [noise = noise(0.5)](int64_t i, int channel) {
    return noise(i, channel) * std::pow(std::sin(static_cast<double>(i) / kSampleRate / 3), 4);
  };
  for (const int channels : {1, 2}) {
    const auto samples = sound(30, channels, swell);
    double whole = 0;
    ebur128_loudness_global(meter_of(samples, channels, EBUR128_MODE_I).get(), &whole);
    EXPECT_NEAR(integrated_loudness(loudness_blocks(samples, channels)), whole, 0.05);
  }
}

TEST(Loudness, BlocksComeEvery100MsHoweverTheSoundIsCut) {
  const auto samples = sound(3.25, 2, noise(0.3));
  const std::vector<float> blocks = loudness_blocks(samples, 2);
  EXPECT_EQ(blocks.size(), 29U) << "32 steps, 4 of them a block";
  LoudnessMeter meter(2);
  for (size_t i = 0; i < samples.size(); i += 2 * 777)
    meter.add(std::span(samples).subspan(i, std::min<size_t>(2 * 777, samples.size() - i)));
  EXPECT_EQ(meter.blocks(), blocks);
}

TEST(Loudness, WhatIsShortOrSilentHasOneToo) {
  const auto blip = sound(0.2, 1, sine(1000, -20));
  EXPECT_TRUE(loudness_blocks(blip, 1).empty());
  // Half of its loudest block is silent. One channel is 3 dB less than two.
  const std::vector<float> padded = loudness_blocks(blip, 1, true);
  EXPECT_NEAR(*std::max_element(padded.begin(), padded.end()), -20 - 3 - 3, 0.3);
  EXPECT_EQ(integrated_loudness(loudness_blocks(sound(2, 1, level(0)), 1)), kInaudible);
  EXPECT_EQ(integrated_loudness({}), kInaudible);
}

std::vector<int16_t> laid(std::span<const int16_t> samples, double gain) {
  std::vector<int16_t> target;
  lay(samples, gain, target, {});
  return target;
}

TEST(Limiter, LeavesAloneWhatIsUnderTheCeiling) {
  const auto samples = sound(2.5, 1, sine(440, -3));
  const auto result = laid(samples, 1);
  ASSERT_EQ(result.size(), samples.size());
  for (size_t i = 240; i + 240 < samples.size(); ++i)
    ASSERT_EQ(result[i], samples[i]) << i;
  EXPECT_LT(std::abs(result.front()), 100);
  EXPECT_LT(std::abs(result.back()), 100);
}

// A quarter of the sample rate, between its peaks: all samples are 3 dB under the true peak.
TEST(Limiter, SeesPeaksBetweenSamples) {
  const auto samples = sound(1, 1, sine(12'000, -0.3, M_PI / 4));
  ASSERT_LT(decibels(*std::max_element(samples.begin(), samples.end()) / 32768.0), kCeilingDb - 1);
  ASSERT_NEAR(true_peak_of(samples, 1), -0.3, 0.2);
  EXPECT_NEAR(true_peak_of(laid(samples, 1), 1), kCeilingDb, 0.15);
}

TEST(Limiter, KeepsTruePeaksUnderTheCeiling) {
  for (const double gain : {1.0, 4.0}) {
    EXPECT_LT(true_peak_of(laid(sound(3, 1, noise(0.9)), gain), 1), kCeilingDb + 0.3);
    EXPECT_LT(true_peak_of(laid(sound(3, 1, sine(220, 0)), gain), 1), kCeilingDb + 0.1);
  }
  // One sample alone.
  auto click = sound(0.5, 1, level(0));
  click[12'000] = 32'767;
  EXPECT_NEAR(true_peak_of(laid(click, 2), 1), kCeilingDb, 0.2);
}

TEST(Limiter, ActsOnAllChannelsAlikeAndOnlyNearThePeak) {
  std::vector<float> stereo(2 * kSampleRate, 0.25F);
  for (size_t i = 0; i < stereo.size(); i += 2)
    stereo[i] = 0.5F;
  stereo[kSampleRate] = 1.6F;
  std::vector<float> limited = stereo;
  limit(limited, 2);
  EXPECT_LT(limited[kSampleRate], kCeiling + 0.01F);
  for (size_t i = 0; i < stereo.size(); i += 2) {
    EXPECT_NEAR(limited[i] / stereo[i], limited[i + 1] / stereo[i + 1], 1e-5);
    const bool is_near = std::abs(static_cast<double>(i) - kSampleRate) <= 2 * kLimiterReach;
    if (is_near) continue;
    ASSERT_EQ(limited[i], stereo[i]) << i;
  }
}

TEST(Limiter, BlocksDoNotShow) {
  const auto samples = sound(3.3, 1, noise(0.8));
  const auto result = laid(samples, 3);
  std::vector<float> whole;
  for (const int16_t sample : samples)
    whole.push_back(3 * static_cast<float>(sample) / 32768);
  limit(whole, 1);
  for (size_t i = 240; i + 240 < samples.size(); ++i)
    ASSERT_NEAR(result[i], whole[i] * 32768, 1) << i;
}

}  // namespace
}  // namespace talkie
