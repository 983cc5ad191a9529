// SPDX-License-Identifier: LGPL-2.1-or-later
// The sound of clips on their scene's line; files and decoders are made up.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "script/clip_info.h"
#include "speech/clip_sound.h"
#include "speech_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

constexpr int16_t kLevel = 8000;

// Every file is two seconds of one level.
Result<ClipInfo> probe(const std::string&) {
  return ClipInfo{{320, 180}, 2s, true};
}
int reads = 0;
Result<std::vector<int16_t>> read(const std::string&, Time, Time length, const std::stop_token&) {
  ++reads;
  return std::vector<int16_t>(static_cast<size_t>(nearest(length, {kSampleRate, 1})), kLevel);
}

class SpeechClips : public testing::Test {
 protected:
  void SetUp() override {
    set_clip_prober(probe);
    set_clip_sound_reader(read);
    reads = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("talkie-clip-" + std::to_string(getpid()) + ".mp4"))
                .string();
    std::ofstream(path_) << "one";
  }
  void TearDown() override {
    set_clip_prober(nullptr);
    set_clip_sound_reader(nullptr);
    std::filesystem::remove(path_);
  }
  [[nodiscard]] Block block(int after = 0, Clip clip = {}) const {
    clip.picture.path = path_;
    Block made;
    made.content = clip;
    made.after = after;
    return made;
  }
  static Scene silent(Time length) {
    Scene scene = scene_of({});
    scene.duration = length;
    return scene;
  }
  static int at(const SceneSpeech& speech, double seconds) {
    return speech.samples.at(static_cast<size_t>(seconds * kSampleRate));
  }

  std::string path_;
};

TEST_F(SpeechClips, AreHeardAtHalfTheirLoudnessForAsLongAsTheyLast) {
  Scene scene = silent(3s);
  scene.blocks = {block()};
  const SceneSpeech speech = speak(scene).speech;
  EXPECT_EQ(at(speech, 1), kLevel / 2);
  EXPECT_EQ(at(speech, 2.01), 0);
  EXPECT_EQ(speech.quiet_end, kSampleRate);
  EXPECT_LT(speech.samples[0], 20) << "it does not click";
  EXPECT_LT(speech.samples[2 * kSampleRate - 1], 20);
  EXPECT_EQ(at(speech, 0.011), kLevel / 2) << "and is there soon";
}

TEST_F(SpeechClips, RepeatStopAndKeepQuiet) {
  Clip clip;
  clip.filling = Clip::Filling::loop;
  Scene scene = silent(5s);
  scene.blocks = {block(0, clip)};
  SceneSpeech speech = speak(scene).speech;
  EXPECT_EQ(at(speech, 4.9), kLevel / 2);
  EXPECT_LT(at(speech, 4 - 1e-4), 300) << "faded where it begins again";
  EXPECT_EQ(speech.quiet_end, 0);
  EXPECT_EQ(reads, 1);

  clip.mute = true;
  scene.blocks = {block(0, clip)};
  EXPECT_EQ(peak_of(speak(scene).speech.samples, 0, 5 * kSampleRate), 0);
  clip.mute = false;
  clip.volume = 4;
  scene.blocks = {block(0, clip), block(0, clip), block(0, clip)};
  EXPECT_LT(at(speak(scene).speech, 1), 29'205) << "under -1 dBTP";
}

TEST_F(SpeechClips, BeginWithTheWordsBehindThem) {
  Scene scene = scene_of({utterance("First words."), utterance("Second words."), Pause{3s}});
  scene.blocks = {block(1)};
  const Narrated alone = speak(scene_of(scene.narration));
  const Narrated both = speak(scene);
  const auto begin = static_cast<size_t>(
      sample_at(nearest(both.speech.utterances[1].words[0].start, {30, 1}), {30, 1}));
  std::vector<int16_t> rest;
  for (size_t i = 0; i < both.speech.samples.size(); ++i)
    rest.push_back(static_cast<int16_t>(both.speech.samples[i] - alone.speech.samples[i]));
  EXPECT_EQ(peak_of(rest, 0, begin), 0) << "on a frame of the film";
  EXPECT_GT(rest.at(begin + 5), 10);
  EXPECT_EQ(rest.at(begin + 600), kLevel / 2);

  scene.cues = {Cue{Cue::Kind::play, "", 0, 6, {}}};
  const Narrated played = speak(scene);
  const auto word = static_cast<size_t>(
      sample_at(nearest(played.speech.utterances[0].words[1].start, {30, 1}), {30, 1}));
  EXPECT_EQ(played.speech.samples.at(word + 600) - alone.speech.samples.at(word + 600), kLevel / 2)
      << "a cue plays it sooner";
}

TEST_F(SpeechClips, WithoutSamplesNothingIsDecodedAndTheKeyIsTheSame) {
  Scene scene = silent(3s);
  scene.blocks = {block()};
  NarratorOptions times;
  times.samples = false;
  const std::string key = speak(scene, times).speech.sound_key;
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(speak(scene).speech.sound_key, key);
  EXPECT_NE(speak(silent(3s)).speech.sound_key, key);
  Clip clip;
  clip.volume = 0.5;
  scene.blocks = {block(0, clip)};
  EXPECT_NE(speak(scene, times).speech.sound_key, key);
  scene.blocks = {block()};
  std::ofstream(path_) << "another";
  EXPECT_NE(speak(scene, times).speech.sound_key, key) << "what is in the file matters";
}

TEST_F(SpeechClips, WhatCannotBeDecodedIsAnErrorAtItsPlace) {
  set_clip_sound_reader([](const std::string&, Time, Time, const std::stop_token&) {
    return Result<std::vector<int16_t>>(Error{ErrorKind::missing_part, "no decoder"});
  });
  Scene scene = silent(3s);
  scene.blocks = {block()};
  scene.blocks[0].where = {"talk.md", 5, 1};
  Problems problems;
  const auto speech = narrate(scene, 0, {}, problems);
  ASSERT_FALSE(speech);
  EXPECT_EQ(speech.error().where.line, 5);
}

}  // namespace
}  // namespace talkie
