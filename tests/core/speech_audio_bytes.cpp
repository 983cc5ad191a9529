// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound files in memory: right ones of every kind, and such as programs and services send.
#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "base/text.h"
#include "speech/audio_bytes.h"

namespace talkie {
namespace {

constexpr double kPi = 3.14159265358979;

std::string little(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i)
    text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string chunk(const std::string& name, const std::string& body) {
  return name + little(body.size(), 4) + body + std::string(body.size() % 2, '\0');
}

struct Pcm {
  int format = 1;  // 3: floating point
  int bits = 16;
  int channels = 1;
  int rate = 16'000;
};

std::string format_chunk(const Pcm& pcm) {
  const int frame = pcm.channels * pcm.bits / 8;
  return chunk("fmt ", little(static_cast<uint64_t>(pcm.format), 2) +
                           little(static_cast<uint64_t>(pcm.channels), 2) +
                           little(static_cast<uint64_t>(pcm.rate), 4) +
                           little(static_cast<uint64_t>(pcm.rate * frame), 4) +
                           little(static_cast<uint64_t>(frame), 2) +
                           little(static_cast<uint64_t>(pcm.bits), 2));
}

std::string riff(const std::string& chunks) {
  return chunk("RIFF", "WAVE" + chunks);
}

// The value, of -1 to 1, as a sample of that kind.
std::string sample(double value, const Pcm& pcm) {
  if (pcm.format == 3) return little(std::bit_cast<uint32_t>(static_cast<float>(value)), 4);
  if (pcm.bits == 8) return little(static_cast<uint64_t>(std::lround(value * 127) + 128), 1);
  const auto scaled = std::llround(value * std::ldexp(1, pcm.bits - 1));
  return little(static_cast<uint64_t>(scaled), pcm.bits / 8);
}

constexpr size_t kFrames = 1'600;

double tone(size_t i) {
  return 0.5 * std::sin(2 * kPi * 440 * static_cast<double>(i) / 16'000);
}

// A tone in every channel, louder in each that follows: channel c of n has (c + 1) / n of it.
std::string tone_samples(const Pcm& pcm) {
  std::string body;
  for (size_t i = 0; i < kFrames; ++i)
    for (int c = 0; c < pcm.channels; ++c)
      body += sample(tone(i) * (c + 1) / pcm.channels, pcm);
  return body;
}

std::string tone_wav(const Pcm& pcm = {}) {
  return riff(format_chunk(pcm) + chunk("data", tone_samples(pcm)));
}

// Where the sound of tone_wav() begins.
constexpr size_t kHeader = 44;

std::string with_data_length(std::string wav, uint32_t length) {
  return wav.replace(kHeader - 4, 4, little(length, 4));
}

// A folder for a test, removed in the end.
class AudioBytes : public testing::Test {
 protected:
  AudioBytes() {
    std::string name = testing::TempDir() + "/audio-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~AudioBytes() override { std::filesystem::remove_all(folder_); }

  // What ffmpeg makes of a WAV file.
  std::string converted(const std::string& wav, const std::string& name, const std::string& how) {
    EXPECT_TRUE(write_file(folder_ / "in.wav", wav));
    const std::string command = "ffmpeg -v error -y -i " + (folder_ / "in.wav").string() + " " +
                                how + " " + (folder_ / name).string();
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    const auto bytes = read_file(folder_ / name, 1 << 24);
    EXPECT_TRUE(bytes);
    return bytes ? *bytes : "";
  }

  std::filesystem::path folder_;
};

// How far `take` is from the tone, at `gain` and at its best delay under `most_delay` samples, as
// a part of the tone's own size.
double distance(const Take& take, double gain, size_t most_delay = 0) {
  double best = 1e9;
  for (size_t delay = 0; delay <= most_delay; ++delay) {
    double error = 0;
    double size = 0;
    for (size_t i = 200; i + 200 < kFrames && i + delay < take.samples.size(); ++i) {
      const double want = gain * tone(i) * 32768;
      error += std::pow(take.samples[i + delay] - want, 2);
      size += want * want;
    }
    best = std::min(best, std::sqrt(error / size));
  }
  return best;
}

class Kinds : public testing::TestWithParam<Pcm> {};

TEST_P(Kinds, AreReadAndMixed) {
  const Pcm pcm = GetParam();
  const auto take = take_from_audio(tone_wav(pcm), "it");
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->rate, pcm.rate);
  ASSERT_EQ(take->samples.size(), kFrames);
  const double mean = (pcm.channels + 1) / 2.0 / pcm.channels;
  EXPECT_LT(distance(*take, mean), pcm.bits == 8 ? 0.02 : 0.0005);
  EXPECT_FALSE(take->has_times);
}

INSTANTIATE_TEST_SUITE_P(Wav, Kinds,
                         testing::Values(Pcm{1, 8}, Pcm{1, 16}, Pcm{1, 24}, Pcm{1, 32}, Pcm{3, 32},
                                         Pcm{1, 16, 2}, Pcm{1, 24, 6, 48'000}, Pcm{1, 16, 1, 8'000},
                                         Pcm{1, 16, 1, 192'000}));

TEST_F(AudioBytes, SamplesOfSixteenBitsStayTheSame) {
  std::string body;
  for (int value = -32768; value <= 32767; ++value)
    body += little(static_cast<uint64_t>(value), 2);
  const auto take = take_from_audio(riff(format_chunk({}) + chunk("data", body)), "it");
  ASSERT_TRUE(take);
  ASSERT_EQ(take->samples.size(), 65'536U);
  for (int value = -32768; value <= 32767; ++value)
    ASSERT_EQ(take->samples[static_cast<size_t>(value + 32768)], value);
}

TEST_F(AudioBytes, OtherKindsOfFilesAreRead) {
  struct Kind {
    const char* name;
    const char* how;
    double error;
    size_t delay;
  };
  for (const Kind& kind :
       {Kind{"a.flac", "", 0.0005, 0}, Kind{"a.mp3", "-b:a 128k", 0.1, 2'400},
        Kind{"a.ogg", "-c:a libvorbis", 0.1, 0}, Kind{"b.ogg", "-c:a libopus -b:a 96k", 0.1, 400},
        Kind{"a.aiff", "", 0.0005, 0}}) {
    const auto take = take_from_audio(converted(tone_wav(), kind.name, kind.how), "it");
    ASSERT_TRUE(take) << kind.name << ": " << take.error().message << take.error().detail;
    EXPECT_EQ(take->rate, 16'000) << kind.name;
    EXPECT_GE(take->samples.size(), kFrames) << kind.name;
    EXPECT_LT(distance(*take, 1, kind.delay), kind.error) << kind.name;
  }
}

TEST_F(AudioBytes, FfmpegsSurroundSoundIsRead) {
  const std::string bytes = converted(tone_wav(), "surround.wav",
                                      "-af 'pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0' "
                                      "-c:a pcm_s24le -ar 48000");
  const auto take = take_from_audio(bytes, "it");
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->rate, 48'000);
  EXPECT_NEAR(static_cast<double>(take->samples.size()), 3.0 * kFrames, 48);
}

TEST_F(AudioBytes, TheLengthInAWavHeaderIsNotBelieved) {
  const std::string wav = tone_wav();
  for (const uint32_t length : {0U, 0xFFFFFFFFU, 0x7FFFFFFFU, 10U, 1'000U, 3'201U, 5'000U}) {
    std::string lies = with_data_length(wav, length);
    for (const uint32_t whole : {0U, 36U, 0xFFFFFFFFU}) {
      lies.replace(4, 4, little(whole, 4));
      const auto take = take_from_audio(lies, "it");
      ASSERT_TRUE(take) << length << ": " << take.error().message << take.error().detail;
      EXPECT_EQ(take->samples.size(), kFrames) << length;
      EXPECT_LT(distance(*take, 1), 0.0005) << length;
    }
  }
}

TEST_F(AudioBytes, WhatFollowsTheSoundIsNotSound) {
  const std::string notes = chunk("LIST", "INFOISFT" + little(5, 4) + "Lavf1" + '\0');
  const auto take =
      take_from_audio(riff(chunk("JUNK", "odd") + format_chunk({}) +
                           chunk("data", tone_samples({})) + notes + chunk("id3 ", "abc")),
                      "it");
  ASSERT_TRUE(take);
  EXPECT_EQ(take->samples.size(), kFrames);
}

TEST_F(AudioBytes, StreamedByFfmpegHasNoLengthAndIsRead) {
  ASSERT_TRUE(write_file(folder_ / "in.wav", tone_wav()));
  const std::string out = (folder_ / "out.wav").string();
  const std::string command =
      "ffmpeg -v error -i " + (folder_ / "in.wav").string() + " -f wav - | cat > " + out;
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto bytes = read_file(out, 1 << 20);
  ASSERT_TRUE(bytes);
  ASSERT_NE(bytes->find("\xFF\xFF\xFF\xFF"), std::string::npos);
  const auto take = take_from_audio(*bytes, "it");
  ASSERT_TRUE(take);
  EXPECT_EQ(take->samples.size(), kFrames);
}

TEST_F(AudioBytes, AWavFileThatEndsSoonIsTakenAsFarAsItGoes) {
  const std::string wav = tone_wav();
  for (const size_t size : {kHeader + 2, kHeader + 1'001, wav.size() - 1}) {
    const auto take = take_from_audio(std::string_view(wav).substr(0, size), "it");
    ASSERT_TRUE(take) << size << ": " << take.error().message;
    EXPECT_EQ(take->samples.size(), (size - kHeader) / 2);
  }
}

TEST_F(AudioBytes, AFlacFileThatEndsSoonIsAnError) {
  const std::string flac = converted(tone_wav(), "a.flac", "-frame_size 256");
  const auto take = take_from_audio(std::string_view(flac).substr(0, flac.size() - 500), "piper");
  ASSERT_FALSE(take);
  EXPECT_EQ(take.error().kind, ErrorKind::failed);
  EXPECT_TRUE(take.error().message.starts_with("piper delivered a sound file that b"))
      << take.error().message;
}

// Every length of every kind ends: with what is there, or with an error.
TEST_F(AudioBytes, CutAnywhereNothingBreaks) {
  std::vector<std::string> files = {tone_wav(), converted(tone_wav(), "a.flac", "")};
  files.push_back(converted(tone_wav(), "a.mp3", ""));
  files.push_back(converted(tone_wav(), "a.ogg", "-c:a libvorbis"));
  files.push_back(converted(tone_wav(), "b.ogg", "-c:a libopus"));
  for (const std::string& file : files)
    for (size_t size = 0; size < file.size(); size += size < 200 ? 1 : 97) {
      const auto take = take_from_audio(std::string_view(file).substr(0, size), "it");
      if (take)
        EXPECT_FALSE(take->samples.empty());
      else
        EXPECT_EQ(take.error().kind, ErrorKind::failed) << take.error().message;
    }
}

TEST_F(AudioBytes, WhatIsNoSoundIsAnError) {
  for (const std::string& bytes :
       {std::string(), std::string("hello"), std::string("{\"error\": \"no credit\"}"),
        std::string(5'000, '\0'), std::string("RIFF"), riff(""), riff(format_chunk({})),
        riff(format_chunk({}) + chunk("data", "")), riff(chunk("data", tone_samples({}))),
        tone_wav({1, 16, 0}), tone_wav({1, 0, 1})}) {
    const auto take = take_from_audio(bytes, "piper");
    ASSERT_FALSE(take) << bytes.substr(0, 30);
    EXPECT_EQ(take.error().kind, ErrorKind::failed);
    EXPECT_TRUE(take.error().message.starts_with("piper delivered ")) << take.error().message;
  }
}

TEST_F(AudioBytes, AbsurdRatesAreErrors) {
  for (const int rate : {1, 7'999, 192'001, 1'000'000}) {
    const auto take = take_from_audio(tone_wav({1, 16, 1, rate}), "it");
    ASSERT_FALSE(take) << rate;
    EXPECT_NE(take.error().message.find(std::to_string(rate) + " samples a second"),
              std::string::npos)
        << take.error().message;
  }
}

TEST_F(AudioBytes, SamplesThatAreNoNumbersAreErrors) {
  const Pcm pcm{3, 32};
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const std::string body = tone_samples(pcm) + little(std::bit_cast<uint32_t>(value), 4);
    EXPECT_FALSE(take_from_audio(riff(format_chunk(pcm) + chunk("data", body)), "it"));
  }
}

TEST_F(AudioBytes, TooLoudFloatsAreCut) {
  const Pcm pcm{3, 32};
  std::string body;
  for (const double value : {2.0, -2.0, 0.25})
    body += sample(value, pcm);
  const auto take = take_from_audio(riff(format_chunk(pcm) + chunk("data", body)), "it");
  ASSERT_TRUE(take);
  EXPECT_EQ(take->samples, (std::vector<int16_t>{32767, -32768, 8192}));
}

TEST_F(AudioBytes, MoreThanAnHourIsTooLarge) {
  const Pcm slow{1, 8, 1, 8'000};
  const std::string hour(3'600 * 8'000, '\x80');
  EXPECT_TRUE(take_from_audio(riff(format_chunk(slow) + chunk("data", hour)), "it"));
  const auto more =
      take_from_audio(riff(format_chunk(slow) + chunk("data", hour + "\x80\x80")), "it");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace talkie
