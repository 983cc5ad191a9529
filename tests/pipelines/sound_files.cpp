// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound files of all kinds, as GStreamer opens them; and levels, as another program measures them.
#include <gst/gst.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <thread>

#include "clip_testing.h"
#include "gst/clips.h"
#include "speech/loudness.h"
#include "speech/narrator.h"
#include "speech/sound.h"
#include "speech/sound_file.h"

namespace talkie {
namespace {

using outside::Folder;
using Sound = std::shared_ptr<const SoundFile>;

std::string bytes_of(uint32_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

// A mono WAV file at kSampleRate that says it has `stated` bytes of sound.
std::string wav_of(std::span<const int16_t> samples, std::optional<uint32_t> stated = {}) {
  const auto size = static_cast<uint32_t>(samples.size_bytes());
  const uint32_t said = stated.value_or(size);
  std::string wav = "RIFF" + bytes_of(said == 0xFFFFFFFF ? said : said + 36, 4) + "WAVEfmt " +
                    bytes_of(16, 4) + bytes_of(1, 2) + bytes_of(1, 2) + bytes_of(kSampleRate, 4) +
                    bytes_of(kSampleRate * 2, 4) + bytes_of(2, 2) + bytes_of(16, 2) + "data" +
                    bytes_of(said, 4);
  for (const int16_t sample : samples)
    wav += bytes_of(static_cast<uint16_t>(sample), 2);
  return wav;
}

// Bursts of noise, a little like speech.
std::vector<int16_t> bursts(double seconds, double amplitude) {
  std::mt19937 generator(3);
  std::vector<int16_t> samples;
  double slow = 0;
  for (int i = 0; i < static_cast<int>(seconds * kSampleRate); ++i) {
    slow += 0.2 * (static_cast<double>(generator() % 20'001) / 10'000 - 1 - slow);
    samples.push_back(static_cast<int16_t>(
        std::lround(32767 * amplitude * slow * std::pow(std::sin(i / 9000.0), 2))));
  }
  return samples;
}

// A vowel in syllables: pulses that ring in two formants, with peaks far above their mean.
std::vector<int16_t> vowels(double seconds) {
  std::vector<double> sound(static_cast<size_t>(seconds * kSampleRate));
  for (size_t i = 0; i < sound.size(); i += 400 + i / 977 % 90)
    sound[i] = 1;
  for (const double hertz : {700.0, 1800.0}) {
    const double decay = 0.985;
    const double turn = 2 * decay * std::cos(2 * M_PI * hertz / kSampleRate);
    for (size_t i = 2; i < sound.size(); ++i)
      sound[i] += turn * sound[i - 1] - decay * decay * sound[i - 2];
  }
  const double largest = *std::max_element(sound.begin(), sound.end());
  std::vector<int16_t> samples;
  for (size_t i = 0; i < sound.size(); ++i)
    samples.push_back(static_cast<int16_t>(std::lround(
        16'000 * sound[i] / largest * std::pow(std::sin(static_cast<double>(i) / 7000), 2))));
  return samples;
}

// What ffmpeg's ebur128 says: {LUFS, dBTP}.
std::pair<double, double> measured(const std::string& path) {
  const auto outcome = outside::run({"ffmpeg", "-hide_banner", "-nostats", "-i", path, "-af",
                                     "ebur128=peak=true", "-f", "null", "-"});
  const std::string summary = outcome.errors.substr(outcome.errors.rfind("Summary:"));
  std::smatch loudness;
  std::smatch peak;
  EXPECT_TRUE(std::regex_search(summary, loudness, std::regex(R"(I:\s+(-?[\d.]+) LUFS)")));
  EXPECT_TRUE(std::regex_search(summary, peak, std::regex(R"(Peak:\s+(-?[\d.]+) dBFS)")));
  return {std::stod(loudness[1]), std::stod(peak[1])};
}

class SoundFiles : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    gst_init(nullptr, nullptr);
    use_gstreamer_for_clips();
  }
  static Sound read(const std::string& path) {
    auto file = read_sound_file(path);
    EXPECT_TRUE(file) << file.error().to_string();
    return file ? *file : nullptr;
  }
  static ErrorKind refusal(const std::string& path, const std::stop_token& stop = {}) {
    const auto file = read_sound_file(path, stop);
    EXPECT_FALSE(file) << path;
    if (file) return ErrorKind::failed;
    EXPECT_NE(file.error().message.find(path), std::string::npos) << file.error().message;
    return file.error().kind;
  }
  // One channel's level in the middle of the file, in dB of a full sine's.
  static double level(const SoundFile& file, int channel) {
    double power = 0;
    int64_t count = 0;
    for (int64_t i = file.frames / 4; i < file.frames / 2; ++i, ++count)
      power +=
          std::pow(file.samples[static_cast<size_t>(i * file.channels + channel)] / 32768.0, 2);
    return 10 * std::log10(2 * power / static_cast<double>(count) + 1e-12);
  }
  std::string made(const std::string& graph, const std::string& name,
                   const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"-f", "lavfi", "-i", graph};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(name);
    return make_clip(folder_, arguments);
  }
  std::string path(const std::string& name) { return (folder_.path() / name).string(); }

  Folder folder_;
};

// 440 Hz on the left, 660 Hz and 6 dB less on the right.
const std::string kSides =
    "aevalsrc=exprs='0.25*sin(2*PI*440*t)|0.125*sin(2*PI*660*t)':s=44100:d=4";

TEST_F(SoundFiles, OfAllKindsAreRead) {
  for (const char* name : {"a.wav", "a.flac", "a.mp3", "a.m4a", "a.opus", "a.ogg", "a.mka"}) {
    const std::string file = made(kSides, name, {"-b:a", "192k"});
    const Sound sound = read(file);
    ASSERT_TRUE(sound);
    EXPECT_EQ(sound->channels, 2) << name;
    EXPECT_NEAR(static_cast<double>(sound->frames) / kSampleRate, 4, 0.06) << name;
    EXPECT_EQ(static_cast<int64_t>(sound->samples.size()), 2 * sound->frames);
    EXPECT_NEAR(level(*sound, 0), -12, 0.6) << name;
    EXPECT_NEAR(level(*sound, 1), -18, 0.6) << name;
    EXPECT_NEAR(sound->loudness, measured(file).first, 0.15) << name;
  }
  EXPECT_EQ(read(made("sine=d=1", "mono.flac"))->channels, 1);
}

TEST_F(SoundFiles, SurroundIsMixedDownToStereo) {
  // A tone in the centre, and another in the left surround.
  const Sound sound = read(
      made("aevalsrc=exprs='0|0|0.25*sin(2*PI*440*t)|0|0.1*sin(2*PI*660*t)|0':c=5.1:s=48000:d=4",
           "surround.wav", {"-c:a", "pcm_s24le"}));
  ASSERT_TRUE(sound);
  EXPECT_EQ(sound->channels, 2);
  EXPECT_EQ(sound->frames, 4 * kSampleRate);
  EXPECT_GT(level(*sound, 1), -26);
  EXPECT_GT(level(*sound, 0), level(*sound, 1));
}

TEST_F(SoundFiles, HeadersMayLieAboutTheLength) {
  const std::vector<int16_t> samples = bursts(2, 0.8);
  const auto size = static_cast<uint32_t>(samples.size() * 2);
  for (const uint32_t stated : {size, 2 * size, uint32_t{0}, 0xFFFFFFFF}) {
    const Sound sound =
        read(folder_.write("lie" + std::to_string(stated) + ".wav", wav_of(samples, stated)));
    ASSERT_TRUE(sound) << stated;
    EXPECT_TRUE(
        std::equal(samples.begin(), samples.end(), sound->samples.begin(), sound->samples.end()))
        << stated << ": " << sound->frames;
  }
  // Where it says less, the rest may be anything.
  EXPECT_EQ(read(folder_.write("less.wav", wav_of(samples, size / 2)))->frames, kSampleRate);
}

TEST_F(SoundFiles, WhatIsCutOffIsReadSoFar) {
  const std::string whole = made(kSides, "whole.mp3", {"-b:a", "128k"});
  std::filesystem::copy_file(whole, path("cut.mp3"));
  std::filesystem::resize_file(path("cut.mp3"), std::filesystem::file_size(whole) / 2);
  const Sound sound = read(path("cut.mp3"));
  ASSERT_TRUE(sound);
  EXPECT_NEAR(static_cast<double>(sound->frames) / kSampleRate, 2, 0.15);
  EXPECT_NEAR(level(*sound, 0), -12, 0.6);
}

TEST_F(SoundFiles, WhatIsNoSoundIsSaid) {
  EXPECT_EQ(refusal(path("none.mp3")), ErrorKind::not_found);
  EXPECT_EQ(refusal(folder_.write("text.mp3", "This is a text, and not a sound.\n")),
            ErrorKind::unreadable);
  EXPECT_EQ(refusal(folder_.write("empty.wav", "")), ErrorKind::unreadable);
  EXPECT_EQ(refusal(made("testsrc2=s=64x64:d=1", "silent.mp4")), ErrorKind::unsupported);
  EXPECT_EQ(refusal(folder_.path().string()), ErrorKind::not_found);
}

TEST_F(SoundFiles, IsDecodedOnceAndAgainWhenItChanges) {
  const std::string file = made("sine=r=48000:d=2", "tone.wav");
  std::vector<Sound> sounds(4);
  {
    std::vector<std::jthread> threads;
    for (Sound& sound : sounds)
      threads.emplace_back([&] { sound = read(file); });
  }
  for (const Sound& sound : sounds)
    EXPECT_EQ(sound, sounds[0]);
  std::filesystem::copy_file(file, path("copy.wav"));
  EXPECT_EQ(read(path("copy.wav"))->key, sounds[0]->key) << "by content";
  made("sine=r=48000:f=300:d=3", "tone.wav");
  const Sound changed = read(file);
  EXPECT_NE(changed->key, sounds[0]->key);
  EXPECT_EQ(changed->frames, 3 * kSampleRate);
  EXPECT_EQ(sounds[0]->frames, 2 * kSampleRate) << "who holds the old one still has it";
  EXPECT_NE(sounds[0]->samples[1000], 0);
}

TEST_F(SoundFiles, NeedsRoomAndMayBeStopped) {
  const std::string file = made("sine=d=2", "tone.flac");
  const char* const before = std::getenv("TMPDIR");
  const std::string folder = before ? before : "";
  setenv("TMPDIR", "/no/such/folder", 1);
  EXPECT_EQ(refusal(file), ErrorKind::unwritable);
  folder.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", folder.c_str(), 1);
  std::stop_source source;
  source.request_stop();
  const auto stopped = read_sound_file(file, source.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(read(file));
}

TEST_F(SoundFiles, LoudnessIsWhatOthersMeasure) {
  for (const double amplitude : {0.1, 0.5, 2.0}) {
    const std::vector<int16_t> samples = bursts(12, amplitude);
    const std::string file = folder_.write("bursts.wav", wav_of(samples));
    EXPECT_NEAR(integrated_loudness(loudness_blocks(samples, 1)), measured(file).first, 0.1);
  }
}

// A film's voice is some 10 dB louder than its peaks would allow.
TEST_F(SoundFiles, PeaksStayUnderTheLimitAfterEncoding) {
  const std::vector<int16_t> voice = vowels(12);
  const double loudness = integrated_loudness(loudness_blocks(voice, 1));
  for (const double wanted : {-16.0, -13.0}) {
    std::vector<int16_t> loud;
    lay(voice, std::pow(10, (wanted - loudness) / 20), loud, {});
    const std::string file = folder_.write("loud.wav", wav_of(loud));
    EXPECT_NEAR(measured(file).second, -2, 0.15) << "the limiter is at work";
    const std::vector<std::vector<std::string>> encoders = {
        {"-c:a", "aac", "-aac_coder", "fast", "-aac_pns", "0", "-b:a", "64k", "loud.m4a"},
        {"-c:a", "libopus", "-b:a", "64k", "loud.opus"}};
    for (std::vector<std::string> encoder : encoders) {
      encoder.insert(encoder.begin(), {"-i", file});
      const std::string encoded = make_clip(folder_, encoder);
      EXPECT_LT(measured(encoded).second, -1) << encoded << " at " << wanted;
    }
  }
}

}  // namespace
}  // namespace talkie
