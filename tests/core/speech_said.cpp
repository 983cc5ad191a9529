// SPDX-License-Identifier: LGPL-2.1-or-later
// What providers are given of marked-up words, and that espeak says it so.
#include "speech/said.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include <algorithm>

#include "script/lexicon.h"
#include "script/ssml.h"
#include "speech/engines.h"

namespace talkie {
namespace {

using Kind = SpeechSpan::Kind;
using namespace std::chrono_literals;

Utterance utterance_of(std::string_view ssml) {
  Findings findings;
  const auto steps = read_ssml(ssml, {}, {}, findings);
  EXPECT_FALSE(findings.has_errors()) << findings.verdict().error().to_string();
  EXPECT_EQ(steps.size(), 1u);
  return steps.empty() ? Utterance{} : std::get<Utterance>(steps.front());
}

// Where each origin's words come from: "W3C<World Wide Web Consortium".
std::vector<std::string> origins_of(const Utterance& utterance, const SaidPart& part) {
  std::vector<std::string> origins;
  for (const SaidPart::Origin& origin : part.origins)
    origins.push_back(utterance.text.substr(origin.offset, origin.end - origin.offset) + "<" +
                      part.text.substr(origin.said, origin.said_end - origin.said));
  return origins;
}

TEST(Said, IsPlainTextWhereThereAreNoSpans) {
  Utterance utterance;
  utterance.text = "Tom & Jerry <3 [[x]]";
  for (const bool ssml : {false, true}) {
    const Said said = said_of(utterance, ssml);
    ASSERT_EQ(said.parts.size(), 1u);
    EXPECT_EQ(said.parts[0].text, utterance.text);
    EXPECT_FALSE(said.parts[0].ssml);
    EXPECT_EQ(said.parts[0].origin_of(6), 6u);
  }
}

TEST(Said, IsADocumentForProvidersThatTakeSsml) {
  const Utterance utterance = utterance_of(
      "<speak><break time=\"2s\"/>Tom &amp; <sub alias=\"World &lt;Wide&gt; Web\">W3C</sub> "
      "<prosody "
      "rate=\"80%\" pitch=\"+20%\" volume=\"-6dB\">so <emphasis level=\"strong\">slow</emphasis>"
      "</prosody><break time=\"500ms\"/> <phoneme ph=\"a&quot;b\">x</phoneme>.<break "
      "time=\"3s\"/></speak>");
  const Said said = said_of(utterance, true);
  ASSERT_EQ(said.parts.size(), 1u);
  const SaidPart& part = said.parts[0];
  EXPECT_TRUE(part.ssml);
  EXPECT_EQ(part.text,
            "<speak>Tom &amp; World &lt;Wide&gt; Web <prosody rate=\"80%\" pitch=\"+20%\" "
            "volume=\"-6dB\">so <emphasis level=\"strong\">slow</emphasis></prosody><break "
            "time=\"500ms\"/><phoneme alphabet=\"ipa\" ph=\"a&quot;b\">x</phoneme>.</speak>");
  EXPECT_EQ(part.pause_before, 2s);
  EXPECT_EQ(said.pause_after, 3s);
  EXPECT_TRUE(said.warnings.empty());
  EXPECT_EQ(origins_of(utterance, part),
            (std::vector<std::string>{"Tom <Tom ", "&<&amp;", " < ", "W3C<World &lt;Wide&gt; Web",
                                      " < ", "so <so ", "slow<slow", "x<x", ".<."}));
  EXPECT_EQ(utterance.text.substr(part.origin_of(part.text.find("slow")), 4), "slow");
  EXPECT_EQ(utterance.text.substr(part.origin_of(part.text.find("World")), 3), "W3C");
}

TEST(Said, IsDividedForOtherProviders) {
  const Utterance utterance = utterance_of(
      "<speak>One <break time=\"1s\"/>two <prosody rate=\"80%\">three <prosody "
      "rate=\"50%\">four</prosody></prosody>. <mark name=\"end\"/>Five <phoneme "
      "ph=\"sɪks\">six</phoneme>.<break time=\"2s\"/></speak>");
  const Said said = said_of(utterance, false);
  ASSERT_EQ(said.parts.size(), 5u);
  const char* texts[] = {"One ", "two ", "three ", "four. ", "Five six."};
  const double rates[] = {1, 1, 0.8, 0.5, 1};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(said.parts[i].text, texts[i]);
    EXPECT_DOUBLE_EQ(said.parts[i].rate, rates[i]);
    EXPECT_EQ(said.parts[i].pause_before, i == 1 ? 1s : 0s);
    EXPECT_FALSE(said.parts[i].ssml);
  }
  EXPECT_EQ(said.pause_after, 2s);
  ASSERT_EQ(said.parts[4].marks.size(), 1u);
  EXPECT_EQ(utterance.text.substr(said.parts[4].marks[0].offset, 4), "Five");
  ASSERT_EQ(said.warnings.size(), 1u);
  EXPECT_NE(said.warnings[0].find("/sɪks/"), std::string::npos);
}

TEST(Said, SpellsAndCounts) {
  const auto said = [](std::string_view how, std::string_view text, const char* language = "") {
    Utterance utterance = utterance_of("<speak><say-as interpret-as=\"" + std::string(how) + "\">" +
                                       std::string(text) + "</say-as></speak>");
    utterance.language = language;
    return said_of(utterance, false).parts.at(0).text;
  };
  EXPECT_EQ(said("characters", "GÏF"), "G, Ï, F");
  EXPECT_EQ(said("digits", "2024"), "2 0 2 4");
  EXPECT_EQ(said("ordinal", "3"), "3rd");
  EXPECT_EQ(said("ordinal", "112"), "112th");
  EXPECT_EQ(said("ordinal", "3", "de"), "3.");
  EXPECT_EQ(said("date", "2024-05-01"), "2024-05-01");
}

// ---- espeak

struct Spoken {
  std::vector<int16_t> samples;
  int rate = 0;
  std::vector<WordEvent> events;
  std::vector<std::string> warnings;

  // From the first sound to the last.
  [[nodiscard]] double seconds() const {
    const auto heard = [](int16_t sample) { return std::abs(int{sample}) > 60; };
    const auto first = std::find_if(samples.begin(), samples.end(), heard);
    const auto last = std::find_if(samples.rbegin(), samples.rend(), heard);
    return static_cast<double>(last.base() - first) / rate;
  }
  [[nodiscard]] double loudness() const {
    double sum = 0;
    for (const int16_t sample : samples)
      sum += double{static_cast<double>(sample)} * sample;
    return std::sqrt(sum / static_cast<double>(samples.size()));
  }
  // The byte of the author's text that was said at each event.
  std::vector<size_t> places;
};

class EspeakSsml : public testing::Test {
 protected:
  void SetUp() override {
    const auto engine = find_engine("espeak");
    if (!engine) GTEST_SKIP() << engine.error().message;
    engine_ = *engine;
  }

  Spoken say(const Utterance& utterance, const char* voice = "en-us") const {
    const Said said = said_of(utterance, true);
    EXPECT_EQ(said.parts.size(), 1u);
    const SaidPart& part = said.parts.front();
    Spoken spoken = say_text(part.text, part.ssml, voice);
    for (const WordEvent& event : spoken.events)
      spoken.places.push_back(part.origin_of(event.offset));
    return spoken;
  }
  Spoken say(std::string_view ssml, const char* voice = "en-us") const {
    return say(utterance_of(ssml), voice);
  }

  Spoken say_text(const std::string& text, bool ssml, const char* voice = "en-us",
                  double pitch = 1) const {
    Spoken spoken;
    TalkieSpeechSink sink = {};
    sink.data = &spoken;
    sink.samples = [](void* data, const int16_t* samples, size_t count, int rate) {
      auto& to = *static_cast<Spoken*>(data);
      to.samples.insert(to.samples.end(), samples, samples + count);
      to.rate = rate;
      return 0;
    };
    sink.word = [](void* data, size_t offset, size_t, int64_t sample) {
      static_cast<Spoken*>(data)->events.push_back({offset, sample});
    };
    sink.warning = [](void* data, const char* message) {
      static_cast<Spoken*>(data)->warnings.emplace_back(message);
    };
    sink.cancelled = [](void*) { return 0; };
    TalkieSpeechRequest request = {};
    request.text = text.c_str();
    request.voice = voice;
    request.language = "en";
    request.rate = 1;
    request.pitch = pitch;
    request.ssml = ssml ? 1 : 0;
    char error[200] = "";
    EXPECT_EQ(engine_->synthesise(&request, &sink, error, sizeof error), 0) << error;
    return spoken;
  }

  const TalkieEngine* engine_ = nullptr;
};

constexpr std::string_view kPlainSsml = "<speak>Hello big world and more.</speak>";

TEST_F(EspeakSsml, IsTakenAndPlainTextIsNot) {
  EXPECT_TRUE(TALKIE_ENGINE_HAS(engine_, takes_ssml));
  EXPECT_NE(engine_->takes_ssml, 0);
  const double words = say_text("Hello", false).seconds();
  EXPECT_GT(say_text("Hello <break time=\"1s\"/>", false).seconds(), words + 1.5);
  // In a document without spans the samples are those of the text.
  EXPECT_NEAR(say_text(std::string(kPlainSsml), true).seconds(),
              say_text("Hello big world and more.", false).seconds(), 0.001);
}

TEST_F(EspeakSsml, TellsOfTheAuthorsWords) {
  const Utterance utterance = utterance_of(
      "<speak>Tom &amp; <emphasis>Jörg</emphasis> say <sub alias=\"World Wide Web\">W3C</sub> "
      "<break time=\"1s\"/><prosody rate=\"50%\">twice</prosody>, "
      "<phoneme ph=\"təˈmeɪtoʊ\">tomato</phoneme>.</speak>");
  const Spoken spoken = say(utterance);
  EXPECT_TRUE(spoken.warnings.empty()) << spoken.warnings.front();
  std::vector<std::string> words;
  for (const size_t place : spoken.places) {
    const auto all = find_words(utterance.text);
    for (const TextWord& word : all)
      if (place >= word.offset && place < word.offset + word.length)
        if (const auto text = utterance.text.substr(word.offset, word.length);
            words.empty() || words.back() != text)
          words.push_back(text);
  }
  EXPECT_EQ(words, (std::vector<std::string>{"Tom", "&", "Jörg", "say", "W3C", "twice", "tomato"}));
  for (size_t i = 1; i < spoken.events.size(); ++i)
    EXPECT_GE(spoken.events[i].sample, spoken.events[i - 1].sample);
}

TEST_F(EspeakSsml, BreaksForAsLongAsItSays) {
  const double without = say(kPlainSsml).seconds();
  const double second =
      say("<speak>Hello big world <break time=\"1s\"/>and more.</speak>").seconds();
  const double two = say("<speak>Hello big world <break time=\"2s\"/>and more.</speak>").seconds();
  EXPECT_NEAR(two - second, 1, 0.01);
  EXPECT_NEAR(second - without, 1, 0.2);  // and the sentence is spoken in two
}

TEST_F(EspeakSsml, HasProsody) {
  const auto with = [&](const char* prosody) {
    return say("<speak><prosody " + std::string(prosody) +
               ">Hello big world and more.</prosody></speak>");
  };
  const Spoken plain = say(kPlainSsml);
  EXPECT_NEAR(with("rate=\"50%\"").seconds() / plain.seconds(), 2, 0.25);
  EXPECT_NEAR(with("rate=\"150%\"").seconds() / plain.seconds(), 0.66, 0.07);
  EXPECT_NEAR(with("volume=\"-6dB\"").loudness() / plain.loudness(), 0.5, 0.06);
  EXPECT_LT(with("volume=\"silent\"").loudness(), 1);
  // As a request for that pitch sounds, which is louder too.
  const Spoken high = with("pitch=\"+100%\"");
  const Spoken asked = say_text("Hello big world and more.", false, "en-us", 2);
  EXPECT_GT(asked.loudness(), 1.1 * plain.loudness());
  EXPECT_NEAR(high.loudness() / asked.loudness(), 1, 0.03);
  EXPECT_NEAR(high.seconds(), asked.seconds(), 0.02);
  EXPECT_NE(with("pitch=\"-30%\"").samples, plain.samples);
  EXPECT_NE(
      say("<speak>Hello <emphasis level=\"strong\">big</emphasis> world and more.</speak>").samples,
      plain.samples);
}

TEST_F(EspeakSsml, SpellsCharacters) {
  EXPECT_GT(
      say("<speak>Say <say-as interpret-as=\"characters\">cat</say-as> now</speak>").seconds(),
      say("<speak>Say <emphasis>cat</emphasis> now</speak>").seconds() + 0.25);
}

TEST_F(EspeakSsml, SaysSoundsAsItSaysTheirWords) {
  struct {
    const char* voice;
    const char* word;
    const char* ipa;
  } const words[] = {{"en-us", "tomato", "təmˈeɪɾoʊ"}, {"en-us", "church", "tʃˈɜːtʃ"},
                     {"en-us", "thing", "θˈɪŋ"},       {"de", "schön", "ʃˈøːn"},
                     {"de", "Bücher", "bˈyːçɜ"},       {"fr-fr", "bonjour", "bɔ̃ʒˈuːʁ"},
                     {"es", "niño", "nˈiɲo"},          {"es", "perro", "pˈero"}};
  for (const auto& [voice, word, ipa] : words) {
    const auto text = [&](const std::string& sounds) {
      return say("<speak>A <phoneme ph=\"" + sounds + "\">" + word + "</phoneme> a</speak>", voice);
    };
    const Spoken sounds = text(ipa);
    EXPECT_TRUE(sounds.warnings.empty()) << sounds.warnings.front();
    const Spoken written = say("<speak>A <emphasis level=\"none\">" + std::string(word) +
                                   "</emphasis> <mark name=\"m\"/>a</speak>",
                               voice);
    EXPECT_NEAR(sounds.seconds(), written.seconds(), 0.12) << word;
    EXPECT_GT(text("ˌɛləmɛntəˈɛləmɛntə").seconds(), written.seconds() + 0.15) << word;
  }
}

TEST_F(EspeakSsml, SaysTheWordWhereItHasNoSound) {
  const Spoken spoken = say("<speak>A <phoneme ph=\"ǃa\">click</phoneme>.</speak>");
  ASSERT_EQ(spoken.warnings.size(), 1u);
  EXPECT_NE(spoken.warnings[0].find("no sound for 'ǃ'"), std::string::npos);
  EXPECT_EQ(spoken.samples.size(), say_text("<speak>A click.</speak>", true).samples.size());
}

TEST_F(EspeakSsml, NeitherLosesWordsAtSoundsNorReadsTheirFullStops) {
  const char* phoneme = "<phoneme ph=\"təˈmeɪtoʊ\">tomato</phoneme>";
  // What is written around the word, which has to sound much as with the plain word.
  for (const std::string around :
       {"I say *.", "I say *. Next word.", "I say (*) now.", "I say \"*\".", "*", "*!", "* *, *.",
        "I say *.<break time=\"300ms\"/> Next.", "<prosody rate=\"90%\">I say *.</prosody> Next.",
        "<emphasis>*</emphasis>, I [[say]].", "Next, <prosody rate=\"90%\">* .</prosody>"}) {
    std::string sounds = "<speak>" + around + "</speak>";
    std::string words = sounds;
    for (size_t at; (at = sounds.find('*')) != std::string::npos;)
      sounds.replace(at, 1, phoneme);
    for (size_t at; (at = words.find('*')) != std::string::npos;)
      words.replace(at, 1, "tomato");
    // "dot" takes 0.3 s, and so does the word itself.
    EXPECT_NEAR(say_text(sounds, true).seconds(), say_text(words, true).seconds(), 0.28) << around;
  }
}

TEST_F(EspeakSsml, HearsTheLexiconAndTheTextStays) {
  Findings findings;
  Lexicon lexicon;
  lexicon.add({.word = "GIF", .say = "graphics interchange format"}, findings);
  Utterance utterance;
  utterance.text = "A GIF moves.";
  const Spoken before = say(utterance);
  lexicon.apply(utterance, "en");
  const Spoken after = say(utterance);
  EXPECT_EQ(utterance.text, "A GIF moves.");
  EXPECT_GT(after.seconds(), before.seconds() + 0.8);
  ASSERT_GE(after.places.size(), 3u);
  EXPECT_EQ(after.places[1], 2u);
  EXPECT_EQ(after.places.back(), 6u);
}

}  // namespace
}  // namespace talkie
