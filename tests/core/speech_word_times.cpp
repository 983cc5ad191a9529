// SPDX-License-Identifier: LGPL-2.1-or-later
// Word times against the sound itself: they are good to 50 ms.
#include "speech_testing.h"

namespace talkie {
namespace {

constexpr double kGood = 0.050;

struct Case {
  const char* voice;
  double speed;
  const char* text;  // words that do not begin or end softly, and have no silence inside
};

class Commas : public testing::TestWithParam<Case> {};

// espeak-ng pauses at commas: sound begins after silence where a word begins.
TEST_P(Commas, WordsBeginWhereTheSoundDoes) {
  Utterance said = utterance(GetParam().text, GetParam().voice);
  said.speed = GetParam().speed;
  Scene scene = scene_of({said});
  scene.film.loudness = -20;  // so that an onset is as high as a silence is not
  const SceneSpeech speech = speak(scene, {.engine = "espeak"}).speech;
  const auto& words = speech.utterances.at(0).words;
  const auto onsets = onsets_of(speech.samples, 0.080 / GetParam().speed);
  ASSERT_EQ(onsets.size(), words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    EXPECT_NEAR(to_seconds(words[i].start), onsets[i], kGood) << words[i].text;
    // It ends before the silence.
    const double next = i + 1 < words.size() ? onsets[i + 1] : 1e9;
    EXPECT_LT(to_seconds(words[i].end), next - 0.05) << words[i].text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Voices, Commas,
    testing::Values(Case{"en-us", 1, "ma, lamb, name, roll, wool, mine, low, rain, moon, war"},
                    Case{"en-us", 0.6, "ma, lamb, name, roll, wool, mine, low, rain, moon, war"},
                    Case{"en-us", 2, "Ma. Lamb. Name! Roll. Wool. Mine? Low. Rain. Moon. War."},
                    Case{"en-us+f1", 1, "ma, lamb, name, roll, wool, mine, low, rain, moon, war"},
                    Case{"en-gb", 1, "Name! Moon? Lane: wool; mine. Loan, ma."},
                    Case{"en-gb", 1, "“Name,” (moon), — lane, 9, 1, mañana"},
                    Case{"de", 1, "neun, Mohn, Wal, Lehm, Rom, Name"},
                    Case{"fr", 1, "lune, nous, mère, rame, vin, non"},
                    Case{"es", 1, "luna, nido, mano, rama, león, uno"},
                    Case{"ru", 1, "луна, мама, рама, вол, нам"}));

// Between 3 and 8 kHz there is much in an "s" and nearly nothing in "moo": where its share of the
// sound's differences jumps up, the word "sea" begins, in the middle of running speech.
std::vector<double> hiss_onsets(const std::vector<int16_t>& samples) {
  constexpr size_t kStep = 240;
  std::vector<double> onsets;
  bool hissed = false;
  size_t quiet_steps = 100;
  for (size_t at = 2; at + kStep < samples.size(); at += kStep) {
    double high = 0;
    double all = 1;
    for (size_t i = at; i < at + kStep; ++i) {
      const double bend = samples[i] - 2.0 * samples[i - 1] + samples[i - 2];
      high += bend * bend;
      all += double{1} * samples[i] * samples[i];
    }
    hissed = high / all > 0.05 && all > 1e6;
    if (hissed && quiet_steps > 20) onsets.push_back(static_cast<double>(at) / kSampleRate);
    quiet_steps = hissed ? 0 : quiet_steps + 1;
  }
  return onsets;
}

TEST(WordTimes, AreRightInRunningSpeech) {
  for (const double speed : {0.7, 1.0, 1.5}) {
    Utterance said = utterance("moo sea moo sea moo sea moo sea moo sea moo sea", "en-us");
    said.speed = speed;
    const SceneSpeech speech = speak(scene_of({said}), {.engine = "espeak"}).speech;
    std::vector<double> starts;
    for (const Word& word : speech.utterances.at(0).words)
      if (word.text == "sea") starts.push_back(to_seconds(word.start));
    const auto hisses = hiss_onsets(speech.samples);
    ASSERT_EQ(hisses.size(), starts.size()) << speed;
    for (size_t i = 0; i < starts.size(); ++i)
      EXPECT_NEAR(starts[i], hisses[i], kGood) << "number " << i << " at speed " << speed;
  }
}

TEST(WordTimes, FollowEachOther) {
  const char* text =
      "Chapter 42: On 3.5.2021 at 10:30, 1,000,000 people (e.g. Dr. Smith & Co.) paid $5 — "
      "that’s 50%! — for C++ 😀 at www.example.com/path?x=1 … “really”?";
  const SceneSpeech speech = speak(scene_of({utterance(text)}), {.engine = "espeak"}).speech;
  const SpokenUtterance& said = speech.utterances.at(0);
  ASSERT_GT(said.words.size(), 20u);
  Time last = said.start;
  for (const Word& word : said.words) {
    EXPECT_GE(word.start, last) << word.text;
    EXPECT_GT(word.end, word.start) << word.text;
    EXPECT_LT(word.end - word.start, Time{6'000'000'000}) << word.text;
    last = word.end;
  }
  EXPECT_LE(last, said.end);
}

}  // namespace
}  // namespace talkie
