// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole films with voices, music and effects, measured by ffmpeg: how loud they are, and what is
// heard when.
#include "sound_films.h"

#include <algorithm>
#include <numeric>

namespace talkie {
namespace {

constexpr int kRate = 48000;

const std::string kHeader = "---\ntitle: Tides\nlanguage: en\nsize: 320x180\n";
const std::string kSpoken =
    "# One\n\nEvery day the sea comes up the beach, and every day it goes down again.\n\n"
    "# Two\n\nThe moon pulls at the water. The earth turns below it, and takes a day for that.\n\n"
    "# Three\n\nSo every place has two tides a day, or nearly so.\n\n";

struct Kind {
  const char* name;
  std::string header;
  std::string scenes;
  std::string engine = "espeak";
  bool only_voices = false;
};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}

// A long stretch of music after the words, and before others.
const std::string kStretches =
    kSpoken + "# Four\n\n(duration: 14)\n\n# Five\n\nThat is all there is to say of tides.\n\n";

const std::vector<Kind> kKinds = {
    {"voice", "", kSpoken, "espeak", true},
    {"two engines", "speakers: {Ada: quiet/, Bob: loud/}\n",
     "# One\n\nAda: The sea comes up the beach.\n\n# Two\n\nBob: Then it goes down again.\n\n"
     "# Three\n\nAnd somebody else says this about it, for as long.\n\n# Four\n\nAda: Again.\n\n",
     "espeak", true},
    {"loud music", "music: loud.wav\n", kStretches},
    {"quiet music", "music: quiet.wav 0.3\n", kStretches},
    {"louder than the voice", "music: chord.wav 2 ducking 6\n", kStretches},
    {"effects", "",
     kSpoken + "# Bells\n\n(sound: ding.wav)\n\nNow [it rings](sound:ding.wav), and once more "
               "[it rings](<sound:ding.wav 50%>) for everybody.\n\n"},
};

class EachKind : public SoundFilms, public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    sound("loud.wav", "anoisesrc=d=20:c=pink:a=0.9:seed=1:r=48000");
    sound("quiet.wav", "anoisesrc=d=7:c=pink:a=0.01:seed=2:r=44100");
    sound("chord.wav",
          "aevalsrc='(sin(880*PI*t)+sin(1109*PI*t)+sin(1319*PI*t))*exp(-2*mod(t,0.5))/3':d=8");
    sound("ding.wav", "sine=f=880:d=0.8,afade=t=out:d=0.8");
  }
  [[nodiscard]] static std::string script(const std::string& more) {
    return kHeader + GetParam().header + more + "---\n" + GetParam().scenes;
  }
  // Every scene's words are as loud as all others'.
  static void check_scenes(const RenderOptions& options) {
    std::vector<double> levels;
    for (const SceneOutline& scene : outline_of(options).scenes)
      levels.push_back(heard_in(options.output, to_seconds(scene.start),
                                to_seconds(scene.start + scene.duration))
                           .loudness);
    ASSERT_GE(levels.size(), 3u);
    const auto [least, most] = std::ranges::minmax(levels);
    EXPECT_LT(most - least, 1) << testing::PrintToString(levels);
  }
};

TEST_P(EachKind, IsAsLoudAsItIsToldToBe) {
  const std::vector<std::pair<std::string, double>> levels = {
      {"", -16}, {"loudness: -14\n", -14}, {"loudness: broadcast\n", -23}};
  for (const std::string extension : {"mp4", "opus", "wav"})
    for (const auto& [header, loudness] : levels) {
      SCOPED_TRACE(extension + " at " + std::to_string(loudness));
      auto options = this->options(script(header), extension, GetParam().engine);
      options.cache = path("cache").string();
      const RenderReport report = make(options);
      EXPECT_TRUE(report.fallbacks.empty());
      const Heard heard = heard_in(options.output);
      EXPECT_NEAR(heard.loudness, loudness, 0.5);
      EXPECT_LT(heard.true_peak, -1);
      if (GetParam().only_voices) check_scenes(options);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EachKind, testing::ValuesIn(kKinds), [](const auto& info) {
  std::string name = info.param.name;
  std::ranges::replace(name, ' ', '_');
  return name;
});

// ---- the parts of the sound

using Sound = std::vector<int16_t>;

// In dB of full scale, over so many seconds.
double level(const Sound& sound, double from, double seconds) {
  double sum = 0;
  const auto first = static_cast<size_t>(from * kRate);
  const auto count = static_cast<size_t>(seconds * kRate);
  if (first + count > sound.size()) return 0;
  for (size_t i = first; i < first + count; ++i)
    sum += static_cast<double>(sound[i]) * sound[i];
  return 10 * std::log10(sum / static_cast<double>(count) / (32768.0 * 32768.0) + 1e-20);
}

// Seconds at which something is first heard, from `from` on.
double onset(const Sound& sound, double from = 0, int threshold = 100) {
  const auto begin = sound.begin() + static_cast<ptrdiff_t>(from * kRate);
  const auto found = std::find_if(begin, sound.end(),
                                  [&](int16_t sample) { return std::abs(sample) > threshold; });
  return static_cast<double>(found - sound.begin()) / kRate;
}

class Stemmed : public SoundFilms {
 protected:
  void SetUp() override {
    sound("tone.wav", "sine=f=440:d=3:r=48000");
    sound("ding.wav", "sine=f=880:d=0.5:r=48000");
  }
  struct Parts {
    Sound film, voice, music, effects;
  };
  Parts parts_of(const std::string& script, const std::string& extension = "wav") {
    auto options = this->options(script, extension);
    options.stems = path("stems").string();
    const RenderReport report = make(options);
    EXPECT_EQ(report.stems.size(), 3u);
    Parts parts;
    parts.film = outside::decode_sound(options.output);
    parts.voice = outside::decode_sound(path("stems") / "voice.wav");
    parts.music = outside::decode_sound(path("stems") / "music.wav");
    parts.effects = outside::decode_sound(path("stems") / "effects.wav");
    return parts;
  }
};

const std::string kDucked =
    "# One\n\n(duration: 9)\n\n# Two\n\nThe moon pulls at the water, and the earth turns below it, "
    "and takes a day for that.\n\n# Three\n\n(duration: 9)\n\n";

TEST_F(Stemmed, MusicMakesWayByWhatItIsTold) {
  for (const auto& [ducking, decibels] :
       std::vector<std::pair<std::string, double>>{{"", 12}, {" ducking 20", 20}}) {
    const auto parts = parts_of(kHeader + "music: tone.wav 0.5 fade-in 0" + ducking +
                                "\nloudness: -23\n---\n" + kDucked);
    const double voice = onset(parts.voice);
    ASSERT_GT(voice, 8) << "the second scene";
    const double under = level(parts.music, voice + 1, 2);
    EXPECT_NEAR(level(parts.music, 4, 2) - under, decibels, 1);
    EXPECT_NEAR(level(parts.music, 10 + voice, 2) - under, decibels, 1) << "and comes up again";
    // It is down when the voice begins.
    EXPECT_NEAR(level(parts.music, voice, 0.1), under, 1);
    EXPECT_NEAR(level(parts.music, voice - 1.5, 0.5) - under, decibels, 1);
  }
}

TEST_F(Stemmed, PartsAddUpToTheFilm) {
  const auto parts = parts_of(kHeader + "music: tone.wav 0.5\nloudness: -30\n---\n" + kDucked +
                              "# Four\n\nIt [rings](sound:ding.wav) in the end.\n");
  ASSERT_GT(parts.film.size(), 20u * kRate);
  ASSERT_EQ(parts.voice.size(), parts.film.size());
  ASSERT_EQ(parts.music.size(), parts.film.size());
  ASSERT_EQ(parts.effects.size(), parts.film.size());
  int worst = 0;
  for (size_t i = 0; i < parts.film.size(); ++i)
    worst = std::max(worst,
                     std::abs(parts.film[i] - parts.voice[i] - parts.music[i] - parts.effects[i]));
  EXPECT_LE(worst, 3) << "each of them is rounded";
  for (const Sound* part : {&parts.voice, &parts.music, &parts.effects})
    EXPECT_GT(*std::ranges::max_element(*part), 300) << "none is empty";
}

TEST_F(Stemmed, AreAsLongAsAFilmWithPictures) {
  const auto parts = parts_of(kHeader + "music: tone.wav\n---\n" + kSpoken, "mp4");
  EXPECT_EQ(parts.voice.size(), parts.music.size());
  EXPECT_EQ(parts.voice.size(), parts.effects.size());
  EXPECT_NEAR(static_cast<double>(parts.voice.size()), static_cast<double>(parts.film.size()),
              kRate / 30.0);
}

// After a pause the voice's first sample is the word's.
TEST_F(Stemmed, SoundsBeginWithTheirWords) {
  const auto parts = parts_of(kHeader +
                              "---\n# One\n\nAt noon.\n\n(pause: 2)\n\n"
                              "[All bells](sound:ding.wav) ring at once.\n");
  const double ding = onset(parts.effects);
  ASSERT_GT(ding, 2);
  EXPECT_NEAR(onset(parts.voice, ding - 1), ding, 0.02);
}

TEST_F(Stemmed, SoundsBeginWithTheNextWords) {
  const auto parts = parts_of(kHeader +
                              "---\n# One\n\nAt noon.\n\n(pause: 2)\n\n"
                              "(sound: ding.wav)\n\nAll bells ring at once.\n");
  const double ding = onset(parts.effects);
  ASSERT_GT(ding, 2);
  EXPECT_NEAR(onset(parts.voice, ding - 1), ding, 0.02);
}

TEST_F(Stemmed, ThreeSecondsOfMusicLastTenMinutes) {
  std::string scenes;
  for (int i = 0; i < 20; ++i)
    scenes += "# Part " + std::to_string(i) + "\n\n(duration: 30)\n\n";
  const auto parts = parts_of(kHeader + "music: tone.wav 0.5 fade-in 0 fade-out 0\n---\n" + scenes);
  ASSERT_NEAR(static_cast<double>(parts.music.size()) / kRate, 600, 1);
  std::vector<double> levels;
  for (int second = 1; second < 598; ++second)
    levels.push_back(level(parts.music, second, 1));
  const auto [least, most] = std::ranges::minmax(levels);
  EXPECT_GT(least, -40);
  EXPECT_LT(most - least, 3) << "neither gaps nor bumps where it begins again";
  EXPECT_NEAR(heard_in(path("talk.wav")).loudness, -16, 0.5);
}

}  // namespace
}  // namespace talkie
