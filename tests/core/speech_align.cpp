// SPDX-License-Identifier: LGPL-2.1-or-later
// Word times of sounds that came without: against those that the embedded voice knows of its own
// other voices, at other paces, with noise, and with longer pauses.
#include <gtest/gtest.h>
#include <soxr.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <thread>

#include "speech/align.h"
#include "speech/engines.h"
#include "speech/engines/module.h"
#include "speech/narrator.h"
#include "speech/sound.h"

namespace talkie {
namespace {

constexpr const char* kEnglish =
    "Every render starts with a plan: a list of the scenes, and for each of them what has to be "
    "made. Speech and pictures of one scene are made at the same time, on their own threads; they "
    "meet in the compositor, and only there. When you edit one word, one scene is made again. The "
    "others come out of the cache, which is why the second film takes less than a second. How do "
    "we know? We measured it, on a small machine with two cores, 24 scenes, and a network that "
    "was slow on purpose. That is the promise: same in, same out. It does not matter where.";
constexpr const char* kGerman =
    "Jeder Film beginnt mit einem Plan: einer Liste der Szenen, und für jede davon steht, was zu "
    "tun ist. Stimme und Bilder einer Szene entstehen gleichzeitig, jeweils für sich; sie treffen "
    "sich erst am Ende. Wer ein Wort ändert, bekommt eine Szene neu, und der Rest kommt aus dem "
    "Speicher. Woher wissen wir das? Wir haben es gemessen, auf einem kleinen Rechner mit zwei "
    "Kernen. Das ist das Versprechen, und es gilt überall.";
constexpr const char* kFrench =
    "Chaque film commence par un plan : la liste des scènes, et pour chacune ce qu'il faut faire. "
    "La voix et les images d'une scène sont produites en même temps, chacune de son côté ; elles "
    "se rejoignent à la fin. Si vous changez un mot, une seule scène est refaite, et les autres "
    "viennent de la mémoire. Comment le savons-nous ? Nous l'avons mesuré, sur une petite machine "
    "à deux cœurs. C'est la promesse, et elle vaut partout.";

struct Case {
  const char* name;
  const char* text;
  const char* language;
  const char* voice;  // that speaks
  double speed = 1;
  double pitch = 1;
  int rate = 24'000;         // of the sound
  double head = 0.4;         // seconds of silence in front
  double longer_pauses = 0;  // seconds more in every pause
  double noise = 0.003;      // of full scale: -50 dB
};

// A sound, and when its words begin in it, in seconds.
struct Spoken {
  std::vector<int16_t> samples;
  std::vector<double> begins;
};

std::unique_ptr<Provider> embedded_voice() {
  const auto engine = find_engine("espeak");
  return engine ? make_module_provider(**engine) : nullptr;
}

std::vector<double> begins_in(std::span<const float> sound, const std::string& text,
                              std::vector<WordEvent> events, int rate) {
  for (WordEvent& event : events)
    event.sample = event.sample * kSampleRate / rate;
  std::vector<double> begins;
  for (const WordSpan& span : place_words(find_words(text), events, loudness_of(sound),
                                          static_cast<int64_t>(sound.size())))
    begins.push_back(static_cast<double>(span.begin) / kSampleRate);
  return begins;
}

// Makes every silence of 60 ms and more longer, before the words that follow it.
void lengthen(std::vector<float>& sound, std::vector<double>& begins, double seconds) {
  constexpr size_t kLeast = kSampleRate * 60 / 1000;
  const auto more = static_cast<size_t>(seconds * kSampleRate);
  std::vector<float> longer;
  size_t word = 0;
  size_t quiet = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    const double added = static_cast<double>(longer.size() - i) / kSampleRate;
    for (; word < begins.size() && begins[word] * kSampleRate <= static_cast<double>(i); ++word)
      begins[word] += added;
    longer.push_back(sound[i]);
    quiet = std::abs(sound[i]) < 0.003F ? quiet + 1 : 0;
    if (quiet == kLeast) longer.insert(longer.end(), more, 0.0F);
  }
  sound = std::move(longer);
}

Spoken spoken(const Case& how) {
  const auto provider = embedded_voice();
  const auto take =
      provider->speak({how.text, false, how.voice, how.language, how.speed, how.pitch}, {});
  EXPECT_TRUE(take) << take.error().message;
  std::vector<float> sound = *resample(take->samples, take->rate, {});
  std::vector<double> begins = begins_in(sound, how.text, take->events, take->rate);
  lengthen(sound, begins, how.longer_pauses);
  sound.insert(sound.begin(), static_cast<size_t>(how.head * kSampleRate), 0.0F);
  std::mt19937 random(7);
  std::normal_distribution<float> noise(0, static_cast<float>(how.noise));
  for (float& sample : sound)
    sample = std::clamp(sample + noise(random), -1.0F, 1.0F);
  for (double& begin : begins)
    begin += how.head;
  Spoken made;
  made.begins = begins;
  made.samples.resize(sound.size() * static_cast<size_t>(how.rate) / kSampleRate + 1);
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_INT16_I);
  size_t count = 0;
  soxr_oneshot(kSampleRate, how.rate, 1, sound.data(), sound.size(), nullptr, made.samples.data(),
               made.samples.size(), &count, &io, nullptr, nullptr);
  made.samples.resize(count);
  return made;
}

// As a film gets them: silence before a word is taken off.
std::vector<double> aligned(const std::string& text, const std::string& language,
                            const Spoken& sound, int rate) {
  const auto events = align_words(text, language, sound.samples, rate, {});
  EXPECT_TRUE(events) << events.error().message;
  return begins_in(*resample(sound.samples, rate, {}), text, *events, rate);
}

double part_of(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values.at(static_cast<size_t>(static_cast<double>(values.size() - 1) * part));
}

std::vector<Case> cases() {
  return {{"same", kEnglish, "en-US", "en-us", 1, 1, 24'000, 0, 0, 0},
          {"pace", kEnglish, "en-US", "en-us", 1.25},
          {"slow", kEnglish, "en-US", "en-us", 0.7},
          {"fast", kEnglish, "en-US", "en-us", 1.6},
          {"woman", kEnglish, "en-US", "en-gb+f3", 1, 1, 16'000},
          {"man", kEnglish, "en-US", "en-us+m7", 0.85, 0.8},
          {"croak", kEnglish, "en-US", "en-gb+croak", 1.1},
          {"high", kEnglish, "en-US", "en-us+f2", 1.2, 1.5, 16'000},
          {"scotland", kEnglish, "en-US", "en-gb-scotland+f4", 0.9},
          {"pauses", kEnglish, "en-US", "en-gb+f3", 0.9, 1, 16'000, 0.4, 0.5},
          {"telephone", kEnglish, "en-US", "en-us+f2", 1, 1, 8'000, 0.4, 0.2},
          {"german", kGerman, "de-DE", "de+f2", 0.85, 1.2, 16'000},
          {"german-fast", kGerman, "de", "de+m3", 1.5, 0.9, 24'000, 0.4, 0.3},
          {"french", kFrench, "fr-FR", "fr-fr+f3", 1.1, 1, 24'000},
          {"french-slow", kFrench, "fr", "fr-ch+m2", 0.7, 1.2, 16'000, 0.4, 0.3}};
}

TEST(Align, FindsTheWordsOfOtherVoices) {
  if (!embedded_voice()) GTEST_SKIP() << "there is no embedded voice";
  std::vector<double> all;
  for (const Case& how : cases()) {
    const Spoken sound = spoken(how);
    const std::vector<double> found = aligned(how.text, how.language, sound, how.rate);
    ASSERT_EQ(found.size(), sound.begins.size());
    std::vector<double> errors;
    for (size_t i = 0; i < found.size(); ++i)
      errors.push_back(std::abs(found[i] - sound.begins[i]));
    std::printf("%-12s %3zu words: median %3.0f ms, 95 %% %3.0f ms, most %3.0f ms\n", how.name,
                errors.size(), 1e3 * part_of(errors, 0.5), 1e3 * part_of(errors, 0.95),
                1e3 * part_of(errors, 1));
    EXPECT_LT(part_of(errors, 0.5), 0.015) << how.name;
    EXPECT_LT(part_of(errors, 0.95), 0.100) << how.name;
    all.insert(all.end(), errors.begin(), errors.end());
  }
  const double median = 1e3 * part_of(all, 0.5);
  const double most = 1e3 * part_of(all, 0.95);
  std::printf("all          %3zu words: median %3.0f ms, 95 %% %3.0f ms\n", all.size(), median,
              most);
  testing::Test::RecordProperty("median_ms", std::to_string(median));
  testing::Test::RecordProperty("percentile_95_ms", std::to_string(most));
  EXPECT_LT(median, 10);
  EXPECT_LT(most, 60);
}

TEST(Align, KeepsThePlaceInALongRecordingAndCostsLittle) {
  if (!embedded_voice()) GTEST_SKIP() << "there is no embedded voice";
  std::string text;
  for (int i = 0; i < 17; ++i)
    text += std::string(kEnglish) + " ";
  const Spoken sound = spoken({"long", text.c_str(), "en-US", "en-gb+f3", 0.95, 1, 16'000, 2, 0.3});
  const double seconds = static_cast<double>(sound.samples.size()) / 16'000;
  ASSERT_GT(seconds, 600);
  const std::clock_t start = std::clock();
  const auto events = align_words(text, "en-US", sound.samples, 16'000, {});
  const double used = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), sound.begins.size());
  std::vector<double> errors;
  for (size_t i = 0; i < events->size(); ++i)
    errors.push_back(std::abs(static_cast<double>((*events)[i].sample) / 16'000 - sound.begins[i]));
  std::printf("long         %zu words: median %3.0f ms, 95 %% %3.0f ms; %.1f ms of CPU a second\n",
              errors.size(), 1e3 * part_of(errors, 0.5), 1e3 * part_of(errors, 0.95),
              1e3 * used / seconds);
  testing::Test::RecordProperty("cpu_ms_per_second", std::to_string(1e3 * used / seconds));
  EXPECT_LT(part_of(errors, 0.5), 0.015);
  EXPECT_LT(part_of(errors, 0.95), 0.080);
  EXPECT_LT(used / seconds, 0.020);  // 0.003, but for machines that do much else
}

TEST(Align, GivesEachWordOneEventInOrder) {
  if (!embedded_voice()) GTEST_SKIP() << "there is no embedded voice";
  for (const auto& [text, language] : {std::pair{"5 % of $ 3.50 & 2024 – 🙂 well…", "en"},
                                       std::pair{"我们在这里说话。", "zh"}, std::pair{"a", "en"},
                                       std::pair{"Wörter, die niemand spricht", "fr"}}) {
    // Of a sound that says something else altogether.
    const Spoken sound = spoken({"", kGerman, "de", "de"});
    const auto events = align_words(text, language, sound.samples, 24'000, {});
    ASSERT_TRUE(events);
    const auto words = find_words(text);
    ASSERT_EQ(events->size(), words.size()) << text;
    for (size_t i = 0; i < words.size(); ++i) {
      EXPECT_EQ((*events)[i].offset, words[i].offset) << text;
      EXPECT_GE((*events)[i].sample, i > 0 ? (*events)[i - 1].sample : 0) << text;
      EXPECT_LT((*events)[i].sample, static_cast<int64_t>(sound.samples.size())) << text;
    }
  }
}

// Two stretches of 1 s, at 1 s and at 4 s.
std::vector<int16_t> two_hums() {
  std::vector<int16_t> samples(6 * 16'000);
  for (size_t i = 0; i < 16'000; ++i)
    samples[16'000 + i] = samples[64'000 + i] =
        static_cast<int16_t>(8'000 * std::sin(static_cast<double>(i) * 0.1));
  return samples;
}

TEST(Align, WithoutAVoiceForTheLanguageWordsShareWhatIsHeard) {
  const auto events = align_words("aaaa bbbb cccc dddd", "zz", two_hums(), 16'000, {});
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 4U);
  const double begins[] = {1, 1.5, 4, 4.5};
  for (size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(static_cast<double>((*events)[i].sample) / 16'000, begins[i], 0.03);
}

TEST(Align, OfSilenceAndOfNothing) {
  const auto none = align_words(" – ", "en", two_hums(), 16'000, {});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
  for (const size_t count : {size_t{0}, size_t{1}, size_t{160}, size_t{16'000}}) {
    const std::vector<int16_t> silence(count);
    const auto events = align_words("one two", "en", silence, 16'000, {});
    ASSERT_TRUE(events);
    ASSERT_EQ(events->size(), 2U);
    EXPECT_LE(events->back().sample, static_cast<int64_t>(count));
  }
}

TEST(Align, EndsSoonAfterAStop) {
  std::string text;
  for (int i = 0; i < 17; ++i)
    text += std::string(kEnglish) + " ";
  std::mt19937 random(1);
  std::vector<int16_t> samples(600 * 24'000);
  for (int16_t& sample : samples)
    sample = static_cast<int16_t>(random());
  for (const int delay : {1, 50, 300, 900}) {
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::jthread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay));
      asked = std::chrono::steady_clock::now();
      stop.request_stop();
    });
    const auto events = align_words(text, "en", samples, 24'000, stop.get_token());
    const auto end = std::chrono::steady_clock::now();
    canceller.join();
    if (events) continue;  // faster than that
    EXPECT_EQ(events.error().kind, ErrorKind::cancelled);
    EXPECT_LT(std::chrono::duration<double>(end - asked).count(), 0.3) << delay;
  }
}

}  // namespace
}  // namespace talkie
