// SPDX-License-Identifier: LGPL-2.1-or-later
// Music and effects under a film: measured in the mixed sound.
#include "bed_testing.h"

namespace talkie {
namespace {

const double kMiddleShare = std::sqrt(0.5);  // of mono sound, on each side

// Music that shows its gain: every sample is the same.
class Bed : public testing::Test {
 protected:
  Bed() { files_.add("level", 1, sound(40, 1, level(0.5))); }
  static constexpr double kLevel = 0.5 * 32767;
  // How far down the music is, in dB.
  static double down(const std::vector<int>& mixed, double second) {
    return -decibels(at(mixed, second) / (kLevel * kMiddleShare));
  }
  Files files_;
};

TEST_F(Bed, MusicGoesDownByWhatItIsToldUnderVoices) {
  files_.add("tone", 2, sound(30, 2, sine(997, -12)));
  for (const double ducking : {12.0, 20.0, 0.0}) {
    Music music = music_of("tone");
    music.ducking = ducking;
    const auto mixed = BedFilm(20, {{5, 9}}, {}, music).mixed();
    EXPECT_NEAR(decibels(rms(mixed, 1, 4) / rms(mixed, 5, 9)), ducking, 0.3);
    EXPECT_NEAR(decibels(rms(mixed, 1, 4) / rms(mixed, 11, 20)), 0, 0.1);
  }
}

TEST_F(Bed, TheRampsLieBeforeAndAfterTheVoice) {
  const auto mixed = BedFilm(12, {{4, 6}}, {}, music_of("level")).mixed();
  EXPECT_NEAR(down(mixed, 3.54), 0, 0.02);
  EXPECT_NEAR(down(mixed, 3.75), 6, 0.02);
  EXPECT_NEAR(down(mixed, 3.95), 12, 0.02);
  EXPECT_NEAR(down(mixed, 6.19), 12, 0.02);
  EXPECT_NEAR(down(mixed, 6.6), 6, 0.02);
  EXPECT_NEAR(down(mixed, 7.01), 0, 0.02);
}

TEST_F(Bed, ShortGapsAreNotFilled) {
  const auto mixed =
      BedFilm(14, {{2, 3}, {3.3, 4}, {5.4, 6}, {8, 9}}, {}, music_of("level")).mixed();
  for (const double second : {2.0, 3.1, 3.29, 4.7, 5.3, 6.1})
    EXPECT_NEAR(down(mixed, second), 12, 0.02) << second;
  EXPECT_NEAR(down(mixed, 7.2), 0, 0.02) << "2 s are no short gap";
}

TEST_F(Bed, WordsAtTheVeryBeginningAreMadeWayForAsSoonAsCanBe) {
  const auto mixed = BedFilm(4, {{0.2, 1}}, {}, music_of("level")).mixed();
  EXPECT_NEAR(down(mixed, 0.15), 12, 0.1);
  EXPECT_NEAR(down(BedFilm(4, {{0, 1}}, {}, music_of("level")).mixed(), 0.03), 12, 0.1);
}

// The same film in one scene and in many, cut within ramps, gaps, words and fades.
TEST_F(Bed, CutsBetweenScenesAreNotHeard) {
  files_.add("noise", 2, sound(3, 2, noise(0.9)));
  files_.add("ding", 1, sound(2.5, 1, sine(300, -6)));
  const std::vector<std::pair<double, double>> voices{{2.3, 3}, {4.25, 5}, {7.6, 8}, {11, 12.5}};
  for (const char* name : {"level", "noise"}) {
    Music music = music_of(name, name[0] == 'n' ? 3 : 1);
    music.fade_in = seconds(1.5);
    music.fade_out = seconds(0.5);
    music.ends = true;
    const auto film = [&](const std::vector<double>& cuts) {
      BedFilm made(14, voices, cuts, music);
      for (auto& part : made.parts)
        if (part.first <= frames(2.3) && part.first + part.samples > frames(2.3))
          part.scene.effects.push_back(effect_of("ding"));
      return made.mixed();
    };
    const auto whole = film({});
    EXPECT_LE(largest_difference(whole, film({2, 4, 5.5, 7.5, 10.8})), 1) << name;
    EXPECT_LE(largest_difference(whole, film({1, 3.1, 4.2, 8.4, 8.5, 9, 12.6})), 1) << name;
    EXPECT_EQ(whole, film({})) << "the same bytes";
  }
}

TEST_F(Bed, NothingJumpsEvenWhereTheScriptsGuessWasWrong) {
  for (const double guess : {-1.0, 0.0, 0.1, 0.6, 3.0}) {
    BedFilm film(12, {{2, 3.9}, {4.6, 5}, {9, 10}}, {4, 5.5, 8.7}, music_of("level"));
    for (auto& part : film.parts) {
      part.scene.voice_follows.reset();
      if (guess >= 0) part.scene.voice_follows = seconds(guess);
    }
    const auto mixed = film.mixed();
    EXPECT_LE(largest_step(std::vector(mixed.begin() + 500, mixed.end())), 20) << guess;
    for (const double second : {2.0, 3.0, 4.6, 4.9, 9.0, 9.9})
      EXPECT_NEAR(down(mixed, second), 12, 0.1) << guess << " at " << second;
  }
}

TEST_F(Bed, MusicFadesInAndOut) {
  Music music = music_of("level");
  music.fade_in = seconds(2);
  music.fade_out = seconds(3);
  music.ends = true;
  const auto mixed = BedFilm(10, {}, {1, 6}, music).mixed();
  const double full = kLevel * kMiddleShare;
  EXPECT_LE(std::abs(mixed.front()), 2);
  EXPECT_NEAR(at(mixed, 0.5) / full, 0.25, 0.01);
  EXPECT_NEAR(at(mixed, 1) / full, 0.5, 0.01);
  EXPECT_NEAR(at(mixed, 2.01) / full, 1, 0.001);
  EXPECT_NEAR(at(mixed, 6.99) / full, 1, 0.001);
  EXPECT_NEAR(at(mixed, 8.5) / full, 0.5, 0.01);
  EXPECT_LE(std::abs(mixed.back()), 2);
  EXPECT_LE(largest_step(mixed), 20);
}

TEST_F(Bed, ThreeSecondsOfMusicLastTenMinutes) {
  // A tone that does not fit into its file, over and over.
  files_.add("short", 1, sound(3, 1, sine(100.3, -12)));
  const auto mixed = BedFilm(600, {}, {100, 333}, music_of("short")).mixed();
  const double second = rms(mixed, 1, 2);
  for (int i = 1; i < 600; ++i)
    ASSERT_NEAR(decibels(rms(mixed, i, i + 1) / second), 0, 0.5) << i;
  const int within = largest_step(std::vector(mixed.begin() + 1000, mixed.begin() + 100'000));
  EXPECT_LE(largest_step(std::vector(mixed.begin() + 1000, mixed.end())), within * 2)
      << "no clicks at the seams";

  Music once = music_of("short");
  once.loop = false;
  const auto quiet = BedFilm(10, {}, {2, 5}, once).mixed();
  EXPECT_NEAR(rms(quiet, 2, 2.9), second, second / 50);
  EXPECT_EQ(rms(quiet, 3, 10), 0);
  EXPECT_LE(largest_step(std::vector(quiet.begin() + 1000, quiet.end())), within * 2);
}

TEST_F(Bed, MusicIsAsLoudAsTheFilmTimesItsVolume) {
  files_.add("quiet", 2, sound(10, 2, level(0.05)), -36);
  EXPECT_NEAR(rms(BedFilm(8, {}, {}, music_of("quiet", 0.5)).mixed(), 1, 8), 0.25 * 32767, 20)
      << "20 dB louder, and half of it";
  BedFilm film(8, {}, {}, music_of("quiet"));
  film.parts[0].scene.film.loudness = -30;
  EXPECT_NEAR(decibels(rms(film.mixed(), 1, 8) / (0.05 * 32767)), 6, 0.05);
  files_.add("silent", 2, sound(10, 2, level(0.0001)), -70);
  EXPECT_EQ(rms(BedFilm(8, {}, {}, music_of("silent")).mixed(), 0, 8), 0);
}

TEST_F(Bed, AnotherSectionBeginsItsFileAgain) {
  files_.add("slope", 1, sound(20, 1, [](int64_t i, int) { return 0.6 - i / 2e6; }));
  BedFilm film(12, {}, {4, 8}, music_of("slope"));
  film.parts[2].scene.music->section = 2;
  const auto mixed = film.mixed();
  EXPECT_EQ(at(mixed, 9), at(mixed, 1));
  EXPECT_LT(at(mixed, 5), at(mixed, 1)) << "it plays on over the first cut";
  film.parts[1].scene.music.reset();
  EXPECT_EQ(rms(film.mixed(), 4, 8), 0);
}

TEST_F(Bed, EffectsBeginAtTheirWordAndRingOn) {
  files_.add("ding", 1, sound(5, 1, level(0.25)));
  files_.add("sides", 2, sound(1, 2, [](int64_t, int side) { return side ? 0.1 : 0.4; }));
  BedFilm film(12, {{1, 2}, {3.5, 4}, {9.5, 10}}, {3, 5});
  film.parts[1].scene.effects.push_back(effect_of("ding", 2));
  film.parts[2].scene.effects.push_back(effect_of("sides"));
  const auto left = film.mixed();
  const double ding = 0.5 * 32767 * kMiddleShare;
  EXPECT_EQ(rms(left, 0, 3.5), 0);
  EXPECT_NEAR(at(left, 3.51), ding, 2);
  EXPECT_NEAR(at(left, 4.99), ding, 2);
  EXPECT_NEAR(at(left, 5), ding, 2) << "no gap at the border";
  EXPECT_NEAR(at(left, 8.49), ding, 2) << "in the next scene";
  EXPECT_EQ(rms(left, 8.5, 9.5), 0);
  EXPECT_NEAR(at(left, 10), 0.4 * 32767, 2);
  EXPECT_NEAR(at(film.mixed({}, {}, 1, 1), 10), 0.1 * 32767, 2);
  EXPECT_EQ(rms(left, 10.5, 12), 0);
  EXPECT_LE(largest_step(left), 80) << "faded at both ends";
}

TEST_F(Bed, StemsAddUp) {
  files_.add("noise", 2, sound(4, 2, noise(0.2)));
  files_.add("ding", 1, sound(1, 1, sine(700, -14)));
  BedFilm film(9, {{1, 2}, {5, 6}}, {4}, music_of("noise"));
  film.parts[1].scene.effects.push_back(effect_of("ding"));
  const auto voice = sound(9, 1, sine(200, -15));
  const auto whole = film.mixed({}, voice, 0.8);
  std::vector<int> sum(whole.size());
  for (const MixParts& part :
       {MixParts{true, false, false}, MixParts{false, true, false}, MixParts{false, false, true}}) {
    const auto stem = film.mixed(part, voice, 0.8);
    EXPECT_GT(rms(stem, 5, 6), 100);
    for (size_t i = 0; i < sum.size(); ++i)
      sum[i] += stem[i];
  }
  EXPECT_LE(largest_difference(whole, sum), 2);
}

TEST_F(Bed, WhatIsMissingIsSaidWithItsPlace) {
  BedFilm film(4, {}, {}, music_of("gone.mp3"));
  film.parts[0].scene.music->where = {"talk.md", 3, 1};
  const auto& part = film.parts[0];
  const auto error = [&](const Scene& scene) {
    const auto bed = SoundBed().add(scene, part.timing, 0, part.samples, {});
    EXPECT_FALSE(bed);
    EXPECT_EQ(bed.error().kind, ErrorKind::not_found);
    return bed.error().to_string();
  };
  EXPECT_EQ(error(part.scene), "talk.md:3:1: there is no sound file 'gone.mp3'");
  Scene scene = part.scene;
  scene.music.reset();
  scene.effects.push_back(effect_of("no.ogg", 1, {"talk.md", 9, 5}));
  EXPECT_EQ(error(scene), "talk.md:9:5: there is no sound file 'no.ogg'");
}

TEST_F(Bed, KeysAreOfWhatIsHeard) {
  files_.add("other", 1, sound(40, 1, level(0.5)));
  const auto key = [](const BedFilm& film) {
    const auto& part = film.parts[0];
    const auto bed = SoundBed().add(part.scene, part.timing, 0, part.samples, {});
    return bed ? bed->key() : bed.error().message;
  };
  const auto film = [](const Music& music, double voice = 2) {
    return BedFilm(8, {{voice, 3}}, {}, music);
  };
  const std::string first = key(film(music_of("level")));
  EXPECT_EQ(key(film(music_of("level"))), first);
  Music music = music_of("level");
  music.ducking = 11;
  BedFilm effect = film(music_of("level"));
  effect.parts[0].scene.effects.push_back(effect_of("level"));
  for (const BedFilm& other : {film(music_of("other")), film(music_of("level", 0.9)), film(music),
                               film(music_of("level"), 2.1), effect})
    EXPECT_NE(key(other), first);
}

TEST_F(Bed, MixingStopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  const auto mixed = mix_scene(std::vector<int16_t>(48'000), {}, 1, {}, source.get_token());
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace talkie
