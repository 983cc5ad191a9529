// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenes spoken by espeak-ng: lengths, silence, loudness, voices, odd texts.
#include <chrono>
#include <cstring>
#include <thread>

#include "speech/loudness.h"
#include "speech/sound.h"
#include "speech_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

const NarratorOptions kEspeak = {.engine = "espeak"};

TEST(Narrator, FillsWholeFramesExactly) {
  for (const Rate rate : {Rate{30, 1}, Rate{24000, 1001}, Rate{30000, 1001}, Rate{60, 1}}) {
    int64_t frame = 0;
    int64_t samples = 0;
    Time end{};
    for (int i = 0; i < 40; ++i) {
      Scene scene = scene_of({});
      scene.film.frame_rate = rate;
      if (i % 2) scene.narration.emplace_back(utterance("Word " + std::to_string(i)));
      if (i % 3) scene.duration = Time{int64_t{70'000'000} * i};
      scene.lead = Time{int64_t{1'000'003} * i};
      SceneSpeech speech = speak(scene, kEspeak, frame).speech;
      ASSERT_EQ(static_cast<int64_t>(speech.samples.size()),
                sample_at(frame + speech.frames, rate) - sample_at(frame, rate));
      samples += static_cast<int64_t>(speech.samples.size());
      const int64_t first = frame;
      frame += speech.frames;
      const SceneTiming timing = timing_of(scene, first, std::move(speech), false);
      EXPECT_EQ(timing.start, end);
      end = timing.start + timing.duration;
      EXPECT_GE(timing.duration, scene.duration.value_or(Time{1}) - Time{1});
    }
    EXPECT_EQ(samples, sample_at(frame, rate));
    EXPECT_EQ(end, time_of(frame, rate));
    EXPECT_LE(std::abs(to_seconds(end) - static_cast<double>(samples) / kSampleRate), 1.0 / 48000);
  }
}

TEST(Narrator, LastsAsLongAsItHasTo) {
  EXPECT_EQ(speak(scene_of({})).speech.frames, 120);  // 4 s at 30
  Scene scene = scene_of({});
  scene.duration = Time{2'500'000'000};
  EXPECT_EQ(speak(scene).speech.frames, 75);
  scene = scene_of({Pause{Time{1'000'000'000}}});
  scene.lead = Time{500'000'000};
  scene.tail = Time{250'000'000};
  EXPECT_EQ(speak(scene).speech.frames, 53);  // 1.75 s, rounded up
  scene.duration = Time{0};
  scene.narration.clear();
  scene.lead = scene.tail = Time{0};
  EXPECT_EQ(speak(scene).speech.frames, 1);
}

TEST(Narrator, IsSilentInLeadPausesAndTail) {
  Scene scene =
      scene_of({Pause{Time{300'000'000}}, utterance("Hello there."), Pause{Time{1'500'000'000}},
                utterance("And again."), utterance("The end.")});
  scene.lead = Time{700'000'000};
  scene.tail = Time{900'000'000};
  const SceneSpeech speech = speak(scene, kEspeak).speech;
  ASSERT_EQ(speech.utterances.size(), 3u);
  const auto at = [](Time time) { return static_cast<size_t>(to_seconds(time) * kSampleRate); };
  const auto& said = speech.utterances;
  EXPECT_EQ(said[0].step, 1);
  EXPECT_EQ(said[2].step, 4);
  EXPECT_EQ(said[0].start, Time{1'000'000'000});
  EXPECT_NEAR(to_seconds(said[1].start - said[0].end), 1.5, 0.001);
  EXPECT_NEAR(to_seconds(said[2].start - said[1].end), 0.45, 0.001);
  EXPECT_EQ(peak_of(speech.samples, 0, at(said[0].start)), 0);
  EXPECT_EQ(peak_of(speech.samples, at(said[0].end) + 1, at(said[1].start)), 0);
  EXPECT_EQ(peak_of(speech.samples, at(said[1].end) + 1, at(said[2].start)), 0);
  EXPECT_EQ(peak_of(speech.samples, at(said[2].end) + 1, speech.samples.size()), 0);
  EXPECT_GE(static_cast<double>(speech.samples.size()) / kSampleRate,
            to_seconds(said[2].end) + 0.9);
  // What is heard begins and ends close to the utterance's ends, and without a click.
  for (const SpokenUtterance& one : said) {
    EXPECT_GT(peak_of(speech.samples, at(one.start), at(one.start) + 2400), 50);
    EXPECT_GT(peak_of(speech.samples, at(one.end) - 4800, at(one.end)), 50);
    EXPECT_LT(peak_of(speech.samples, at(one.start), at(one.start) + 24), 300);
    EXPECT_LT(peak_of(speech.samples, at(one.end) - 24, at(one.end)), 300);
  }
}

double lufs_of(const SceneSpeech& speech) {
  return integrated_loudness(loudness_blocks(speech.samples, 1, true));
}

TEST(Narrator, IsOfOneLoudnessAndNeverClips) {
  constexpr int kHighest = static_cast<int>(kCeiling * 32768) + 1;
  const std::string text =
      "Twice a day the water climbs the beach and falls back again, and sailors have known when "
      "for two thousand years. Why twice, and not once?";
  for (const char* voice : {"en-us", "en-gb", "en-us+f3", "en-us+whisper", "en-us+klatt"}) {
    const SceneSpeech speech = speak(scene_of({utterance(text, voice)}), kEspeak).speech;
    EXPECT_NEAR(lufs_of(speech), -16, 0.4) << voice;
    EXPECT_LE(peak_of(speech.samples, 0, speech.samples.size()), kHighest) << voice;
  }
  NarratorOptions loud = kEspeak;
  loud.volume = 4;
  const SceneSpeech speech = speak(scene_of({utterance(text)}), loud).speech;
  EXPECT_LE(peak_of(speech.samples, 0, speech.samples.size()), kHighest);
  EXPECT_GT(lufs_of(speech), -14);
  loud.volume = 0;
  const SceneSpeech mute = speak(scene_of({utterance(text)}), loud).speech;
  EXPECT_EQ(peak_of(mute.samples, 0, mute.samples.size()), 0);
  EXPECT_EQ(mute.samples.size(), speech.samples.size());  // only quieter
}

TEST(Narrator, SaysTheSameEachTime) {
  for (const char* voice : {"en-us", "en-us+whisper", "en-us+klatt", "fr"}) {
    const Scene scene = scene_of({utterance("The same words again.", voice)});
    const auto first = speak(scene, kEspeak).speech.samples;
    speak(scene_of({utterance("Something else, much longer than that, in between.", "de"),
                    utterance("With feeling", "en-us+croak")}),
          {.engine = "espeak", .rate = 1.7, .pitch = 1.3});
    EXPECT_EQ(speak(scene, kEspeak).speech.samples, first) << voice;
  }
}

TEST(Narrator, SpeaksOnManyThreads) {
  const Scene scene = scene_of({utterance("All at the same time.")});
  const auto expected = speak(scene, kEspeak).speech.samples;
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (size_t i = 0; i < right.size(); ++i)
    threads.emplace_back([&, i] {
      for (int k = 0; k < 5; ++k)
        right[i] += speak(scene, kEspeak).speech.samples == expected;
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(right, (std::vector<int>{5, 5, 5, 5}));
}

std::string long_text() {
  std::string text;
  while (text.size() < 20'000)
    text += "The quick brown fox jumps over the lazy dog, again and again. ";
  return text;
}

TEST(Narrator, StopsWhenItIsTold) {
  const Scene scene = scene_of({utterance(long_text())});
  for (const auto delay : {0ms, 20ms, 300ms, 700ms, 1200ms}) {
    std::stop_source stop;
    Problems problems;
    std::chrono::steady_clock::time_point stopped;
    std::thread stopper([&] {
      std::this_thread::sleep_for(delay);
      stopped = std::chrono::steady_clock::now();
      stop.request_stop();
    });
    const auto speech = narrate(scene, 0, kEspeak, problems, stop.get_token());
    const auto late = std::chrono::steady_clock::now() - stopped;
    stopper.join();
    if (speech) continue;  // a fast machine was done by then
    EXPECT_EQ(speech.error().kind, ErrorKind::cancelled);
    EXPECT_LT(late, 200ms) << delay.count();
  }
}

TEST(Narrator, StopsWhileAnotherSpeaks) {
  const EnginePath path(EnginePath::beep());
  std::stop_source stop;
  Problems problems;
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  const auto speech =
      narrate(scene_of({utterance("wait")}), 0, {.engine = "beep"}, problems, stop.get_token());
  stopper.join();
  ASSERT_FALSE(speech);
  EXPECT_EQ(speech.error().kind, ErrorKind::cancelled);
}

TEST(Narrator, ReadsAParagraphOfTwentyThousandCharacters) {
  const SceneSpeech speech = speak(scene_of({utterance(long_text())}), kEspeak).speech;
  const auto& words = speech.utterances.at(0).words;
  EXPECT_EQ(words.size(), 12u * ((20'000 + 61) / 62));
  EXPECT_EQ(words.back().text, "again");
  EXPECT_GT(to_seconds(words.back().start), 1000);
}

struct Odd {
  const char* name;
  std::string text;
};

class OddTexts : public testing::TestWithParam<Odd> {};

TEST_P(OddTexts, AreSpokenOrAreNot) {
  const Scene scene = scene_of({utterance(GetParam().text)});
  const auto [speech, problems] = speak(scene, kEspeak);
  ASSERT_EQ(speech.utterances.size(), 1u);
  EXPECT_GE(speech.frames, 1);
  EXPECT_LT(speech.frames, 30 * 600);
  Time last{};
  for (const Word& word : speech.utterances[0].words) {
    EXPECT_EQ(word.text, GetParam().text.substr(word.offset, word.length));
    EXPECT_GE(word.start, last);
    EXPECT_GE(word.end, word.start);
    last = word.end;
  }
  EXPECT_LE(last, speech.utterances[0].end);
}

INSTANTIATE_TEST_SUITE_P(
    Each, OddTexts,
    testing::Values(Odd{"empty", ""}, Odd{"space", " \n\t "}, Odd{"dots", "… — . ,"},
                    Odd{"emoji", "😀 🎉"}, Odd{"nul", std::string("a\0b c", 5)},
                    Odd{"controls", "one\x01+10S two\x02 three\x7f\xc2\x85 four"},
                    Odd{"long_word", std::string(5000, 'a')},
                    Odd{"long_mix", std::string(300, 'x') + " " + std::string(3000, '9')},
                    Odd{"marks", std::string("e") +
                                     [] {
                                       std::string m;
                                       for (int i = 0; i < 500; ++i)
                                         m += "\xcc\x81";
                                       return m;
                                     }()},
                    Odd{"rtl", "שלום עולם, مرحبا"}, Odd{"noncharacter", "a \xef\xbf\xbf b"},
                    Odd{"astral", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \xf4\x8f\xbf\xbd"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Narrator, NeverTakesTextForMarkup) {
  // Were it a pause of 20 s, there would be one.
  const auto ssml = speak(scene_of({utterance("one <break time=\"20s\"/> two")}), kEspeak).speech;
  EXPECT_LT(ssml.frames, 30 * 10);
  EXPECT_EQ(ssml.utterances[0].words.front().text, "one");
  // As phonemes "[[h@l'oU]]" would be one short word; its characters are read.
  const auto phonemes = speak(scene_of({utterance("[[h@l'oU]]")}), kEspeak).speech;
  const auto hello = speak(scene_of({utterance("hello")}), kEspeak).speech;
  EXPECT_GT(phonemes.frames, 2 * hello.frames);
  // Control-A begins espeak-ng's own commands: here it would make the voice very slow.
  const auto command = speak(scene_of({utterance("\x01"
                                                 "20S some more words here")}),
                             kEspeak);
  const auto plain = speak(scene_of({utterance(" 20S some more words here")}), kEspeak);
  EXPECT_EQ(command.speech.samples, plain.speech.samples);
}

TEST(Narrator, RefusesWhatIsNoText) {
  Problems problems;
  const auto bytes = narrate(scene_of({utterance("a\xff")}), 0, kEspeak, problems);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().to_string(), "talk.md:7:1: this text is not UTF-8");
  const auto large =
      narrate(scene_of({utterance(std::string(1'100'000, 'a'))}), 0, kEspeak, problems);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::too_large);
}

TEST(Narrator, RefusesASceneThatNeverEnds) {
  const auto refused = [](Scene scene) {
    scene.where = {"talk.md", 3, 1};
    Problems problems;
    const auto speech = narrate(scene, 0, kEspeak, problems);
    return !speech && speech.error().kind == ErrorKind::too_large && speech.error().where.line > 0;
  };
  const Time day{86'400'000'000'000};
  EXPECT_TRUE(refused(scene_of({Pause{day}})));
  EXPECT_TRUE(refused(scene_of({Pause{day / 30}, Pause{day / 30}})));
  Scene scene = scene_of({});
  scene.duration = Time{1'000'000'000'000'000'000};
  EXPECT_TRUE(refused(scene));
  scene.duration = {};
  scene.tail = day;
  EXPECT_TRUE(refused(scene));
  // A tone of 0.2 s for each of 20,000 words is more than an hour, too.
  const EnginePath path(EnginePath::beep());
  std::string words;
  for (int i = 0; i < 20'000; ++i)
    words += "a ";
  Problems problems;
  const auto speech = narrate(scene_of({utterance(words)}), 0, {.engine = "beep"}, problems);
  ASSERT_FALSE(speech);
  EXPECT_EQ(speech.error().kind, ErrorKind::too_large);
}

TEST(Narrator, WarnsOnceAndAtThePlace) {
  const auto [speech, problems] =
      speak(scene_of({utterance("Hello", "Ronald"), utterance("Again", "Ronald")}), kEspeak);
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].where, (Place{"talk.md", 7, 1}));
  EXPECT_NE(problems.all()[0].message.find("no voice 'Ronald'; 'en-us'"), std::string::npos)
      << problems.all()[0].message;
  EXPECT_GT(speech.utterances[0].words.size(), 0u);

  Scene klingon = scene_of({utterance("Hello")});
  klingon.film.language = "xx";
  EXPECT_EQ(speak(klingon, kEspeak).problems.all().size(), 1u);
  Scene kanji = scene_of({utterance("日本語です")});
  kanji.film.language = "ja";
  EXPECT_EQ(speak(kanji, kEspeak).problems.all().size(), 1u);
  kanji.film.language = "zh-CN";
  EXPECT_TRUE(speak(kanji, kEspeak).problems.empty());
}

TEST(Narrator, WarnsOfAVoiceOfAnotherLanguage) {
  Scene scene = scene_of({utterance("Guten Tag.", "en-us+f3")});
  EXPECT_TRUE(speak(scene).problems.empty()) << "nobody said what language this is";
  scene.film.language = "de";
  const Narrated wrong = speak(scene);
  ASSERT_EQ(wrong.problems.all().size(), 1u);
  EXPECT_NE(wrong.problems.all()[0].message.find("'en-us' does not speak the language 'de'"),
            std::string::npos);
  EXPECT_FALSE(wrong.speech.utterances[0].words.empty()) << "it reads it all the same";
  std::get<Utterance>(scene.narration[0]).language = "en-GB";
  EXPECT_TRUE(speak(scene).problems.empty());
}

TEST(Narrator, SpeaksAtTheSpeedAsked) {
  const std::string text = "Twice a day the water climbs the beach and falls back again.";
  const auto seconds = [&](double speed, bool warns = false) {
    Utterance said = utterance(text);
    said.speed = speed;
    const auto [speech, problems] = speak(scene_of({said}), kEspeak);
    EXPECT_EQ(problems.all().size(), warns ? 1u : 0u) << speed;
    return to_seconds(speech.utterances[0].end - speech.utterances[0].start);
  };
  const double usual = seconds(1);
  EXPECT_NEAR(12 / usual * 60, 185, 35);  // words a minute
  EXPECT_NEAR(usual / seconds(2), 2, 0.4);
  EXPECT_NEAR(usual / seconds(4), 4, 1);
  EXPECT_NEAR(usual / seconds(0.5), 0.5, 0.1);
  seconds(0.25, true);
}

TEST(Narrator, ChoosesVoicesByLanguage) {
  const auto voices = list_voices();
  ASSERT_TRUE(voices) << voices.error().to_string();
  const auto find = [&](const std::string& name) {
    for (const VoiceInfo& voice : *voices)
      if (voice.engine == "espeak" && voice.name == name) return voice;
    return VoiceInfo{};
  };
  EXPECT_GT(voices->size(), 100u);
  EXPECT_EQ(find("en-us").language, "en-US");
  EXPECT_EQ(find("en-us").description, "English (America)");
  EXPECT_EQ(find("pt-br").language, "pt-BR");
  for (size_t i = 1; i < voices->size(); ++i) {
    const VoiceInfo& voice = (*voices)[i];
    EXPECT_FALSE(voice.engine == (*voices)[i - 1].engine && voice.name == (*voices)[i - 1].name)
        << voice.name;
  }
  const auto same = [](const char* language, const char* voice) {
    Scene scene = scene_of({utterance("Casa 12")});
    scene.film.language = language;
    return speak(scene, kEspeak).speech.samples ==
           speak(scene_of({utterance("Casa 12", voice)}), kEspeak).speech.samples;
  };
  EXPECT_TRUE(same("en", "en-us"));
  EXPECT_TRUE(same("en-GB", "English (Great Britain)"));
  EXPECT_TRUE(same("pt-BR", "pt-br"));
  EXPECT_TRUE(same("de-AT", "de"));
  EXPECT_TRUE(same("zh-Hans-CN", "cmn"));
  EXPECT_TRUE(same("zh-HK", "yue"));
  EXPECT_TRUE(same("fr", "fr-fr"));
  EXPECT_FALSE(same("de", "en-us"));
}

}  // namespace
}  // namespace talkie
