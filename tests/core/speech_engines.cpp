// SPDX-License-Identifier: LGPL-2.1-or-later
// The door for engines, with a module that somebody else could have written.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "speech/engines.h"
#include "speech/recording.h"
#include "speech_testing.h"

namespace talkie {
namespace {

TEST(Engines, AreFoundInTheFoldersOfTheEnvironment) {
  const EnginePath path("/nowhere::" + EnginePath::beep());
  EXPECT_EQ(engine_folders().at(0), "/nowhere");
  EXPECT_EQ(engine_folders().at(1), EnginePath::beep());
  const auto engines = list_engines();
  ASSERT_FALSE(engines.empty());
  EXPECT_EQ(engines[0].name, "beep");
  EXPECT_EQ(engines[0].version, "1");
  EXPECT_EQ(engines[0].problem, "");
  EXPECT_EQ(engines[0].path, EnginePath::beep() + "/talkie-engine-beep.so");
}

TEST(Engines, ThatCannotBeLoadedSayWhy) {
  const auto folder = std::filesystem::temp_directory_path() / "talkie-test-broken-engine";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "talkie-engine-broken.so") << "no module";
  const EnginePath path(folder.string());
  const auto engines = list_engines();
  ASSERT_FALSE(engines.empty());
  EXPECT_EQ(engines[0].name, "broken");
  EXPECT_NE(engines[0].problem, "");
  std::filesystem::remove_all(folder);
}

TEST(Engines, ThatAreMissingGiveAnErrorThatHelps) {
  const EnginePath path("/nowhere");
  Problems problems;
  const auto speech = narrate(scene_of({utterance("Hello")}), 0, {}, problems);
  if (speech) GTEST_SKIP() << "an engine is installed on this system";
  EXPECT_EQ(speech.error().kind, ErrorKind::missing_part);
  EXPECT_NE(speech.error().message.find("libespeak-ng"), std::string::npos);
  EXPECT_NE(speech.error().detail.find("/nowhere"), std::string::npos);
}

TEST(Engines, OfAnotherNameAreNotFound) {
  const EnginePath path(EnginePath::beep());
  Problems problems;
  const auto speech = narrate(scene_of({utterance("Hello")}), 0, {.engine = "bep"}, problems);
  ASSERT_FALSE(speech);
  EXPECT_EQ(speech.error().kind, ErrorKind::not_found);
  EXPECT_NE(speech.error().message.find("Did you mean 'beep'?"), std::string::npos);
}

TEST(Engines, WrittenInCSpeakThroughTheDoor) {
  const EnginePath path(EnginePath::beep());
  const auto [speech, problems] =
      speak(scene_of({utterance("one two\nthree")}), {.engine = "beep"});
  EXPECT_TRUE(problems.empty());
  const auto& words = speech.utterances.at(0).words;
  ASSERT_EQ(texts_of(words), (std::vector<std::string>{"one", "two", "three"}));
  // The tones begin every 0.2 s and last 0.1 s; 10 ms of the silence before them is kept, of which
  // there is none.
  const auto onsets = onsets_of(speech.samples, 0.05);
  ASSERT_EQ(onsets.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(onsets[i], 0.2 * static_cast<double>(i), 0.003);
    EXPECT_NEAR(to_seconds(words[i].start), onsets[i], 0.006);
    EXPECT_NEAR(to_seconds(words[i].end), onsets[i] + 0.1, 0.011);
  }
}

// The strongest tone, by counting how often the wave rises through zero.
double hertz_of(const std::vector<int16_t>& samples) {
  int crossings = 0;
  const size_t begin = kSampleRate * 2 / 100;
  const size_t end = kSampleRate * 8 / 100;
  for (size_t i = begin; i < end; ++i)
    crossings += samples[i] < 0 && samples[i + 1] >= 0;
  return crossings / 0.06;
}

TEST(Engines, GetTheVoiceThePitchAndTheVariant) {
  const EnginePath path(EnginePath::beep());
  const auto tone = [](const char* voice, double pitch = 1) {
    return speak(scene_of({utterance("a", voice)}), {.engine = "beep", .pitch = pitch}).speech;
  };
  EXPECT_NEAR(hertz_of(tone("low").samples), 220, 20);
  EXPECT_NEAR(hertz_of(tone("LOW").samples), 220, 20);
  EXPECT_NEAR(hertz_of(tone("A high tone").samples), 880, 20);
  EXPECT_NEAR(hertz_of(tone("fr-CA").samples), 880, 20);
  EXPECT_NEAR(hertz_of(tone("low", 2).samples), 440, 20);
  // As it was recorded: in a film every voice has the same level.
  const Utterance said = utterance("a", "low+soft");
  const auto soft = record({&said, "en"}, {.engine = "beep"}, {});
  ASSERT_TRUE(soft);
  EXPECT_NEAR(peak_of(soft->samples, 0, soft->samples.size()), 2000, 100);
}

TEST(Engines, HaveTheirErrorsAndWarningsPlaced) {
  const EnginePath path(EnginePath::beep());
  Problems problems;
  const auto failed = narrate(scene_of({utterance("fail")}), 0, {.engine = "beep"}, problems);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().to_string(), "talk.md:7:1: the beeper is broken");
  const auto warned = speak(scene_of({utterance("warn")}), {.engine = "beep"});
  ASSERT_EQ(warned.problems.all().size(), 1u);
  EXPECT_EQ(warned.problems.all()[0].to_string(), "talk.md:7:1: warning: this is no speech");
}

struct Choice {
  const char* wanted;
  const char* language;
  const char* name;
  const char* warning;
};

class VoiceChoices : public testing::TestWithParam<Choice> {};

TEST_P(VoiceChoices, AreTheNearest) {
  const EnginePath path(EnginePath::beep());
  const auto engine = find_engine("beep");
  ASSERT_TRUE(engine);
  const auto choice = choose_voice(**engine, GetParam().wanted, GetParam().language);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->name, GetParam().name);
  if (*GetParam().warning)
    EXPECT_NE(choice->warning.find(GetParam().warning), std::string::npos) << choice->warning;
  else
    EXPECT_EQ(choice->warning, "");
}

INSTANTIATE_TEST_SUITE_P(
    Beep, VoiceChoices,
    testing::Values(Choice{"", "en", "low", ""}, Choice{"", "en-AU", "low", ""},
                    Choice{"", "FR-be", "high", ""}, Choice{"high", "en", "high", ""},
                    Choice{" High ", "en", "high", ""}, Choice{"fr", "en", "high", ""},
                    Choice{"high+SOFT", "en", "high+soft", ""},
                    Choice{"high+sofd", "en", "high", "Did you mean 'soft'?"},
                    Choice{"hihg", "en", "low", "Did you mean 'high'?"},
                    Choice{"Ronald", "fr", "high", "there is no voice 'Ronald'"},
                    Choice{"", "xx", "low", "no voice speaks the language 'xx'"},
                    Choice{"", "", "low", "no voice speaks"}));

}  // namespace
}  // namespace talkie
