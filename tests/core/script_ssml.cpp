// SPDX-License-Identifier: LGPL-2.1-or-later
// Paragraphs in SSML: what is shown, what is said how, and what is wrong where.
#include "script/ssml.h"

#include "script_testing.h"

namespace talkie {
namespace {

using Kind = SpeechSpan::Kind;

struct SsmlRead {
  std::vector<NarrationStep> steps;
  std::vector<std::string> problems;

  const Utterance& utterance(size_t step = 0) const { return std::get<Utterance>(steps.at(step)); }
  // The text that a span covers.
  std::string covered(const SpeechSpan& span, size_t step = 0) const {
    return utterance(step).text.substr(span.offset, span.length);
  }
};

SsmlRead read(std::string_view text, const Utterance& voice = {}) {
  SsmlRead result;
  Findings findings;
  result.steps = read_ssml(text, {"talk.md", 3, 1}, voice, findings);
  Problems problems;
  findings.deliver(problems);
  for (const Problem& problem : problems.all())
    result.problems.push_back(problem.to_string());
  return result;
}

TEST(Ssml, IsAParagraphThatBeginsWithSpeak) {
  EXPECT_TRUE(is_ssml("<speak>Hello</speak>"));
  EXPECT_TRUE(is_ssml("  <speak version=\"1.1\">"));
  EXPECT_FALSE(is_ssml("<speaker>"));
  EXPECT_FALSE(is_ssml("Say <speak>"));
}

TEST(Ssml, ShowsItsTextWithItsSpacesCollapsed) {
  const auto ssml = read(
      "<speak>\n  The <sub alias=\"World Wide Web Consortium\">W3C</sub>\n  says &amp; <emphasis> "
      "means </emphasis> it.\n</speak>");
  EXPECT_TRUE(ssml.problems.empty()) << ssml.problems.front();
  ASSERT_EQ(ssml.steps.size(), 1u);
  const Utterance& said = ssml.utterance();
  EXPECT_EQ(said.text, "The W3C says & means it.");
  ASSERT_EQ(said.spans.size(), 2u);
  EXPECT_EQ(said.spans[0].kind, Kind::sub);
  EXPECT_EQ(said.spans[0].value, "World Wide Web Consortium");
  EXPECT_EQ(ssml.covered(said.spans[0]), "W3C");
  EXPECT_EQ(said.spans[1].kind, Kind::emphasis);
  EXPECT_EQ(said.spans[1].value, "moderate");
  EXPECT_EQ(ssml.covered(said.spans[1]), "means");
}

TEST(Ssml, JoinsLinesOfChineseWithoutASpace) {
  EXPECT_EQ(read("<speak>潮汐\n的秘密</speak>").utterance().text, "潮汐的秘密");
}

TEST(Ssml, HasProsodyAsFactors) {
  const auto ssml = read(
      "<speak><prosody rate=\"80%\" pitch=\"+12st\" volume=\"-6dB\">a <prosody rate=\"+50%\">b"
      "</prosody> <prosody rate=\"fast\">c</prosody></prosody></speak>");
  EXPECT_TRUE(ssml.problems.empty()) << ssml.problems.front();
  const auto& spans = ssml.utterance().spans;
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(ssml.covered(spans[0]), "a b c");
  EXPECT_DOUBLE_EQ(spans[0].rate, 0.8);
  EXPECT_DOUBLE_EQ(spans[0].pitch, 2);
  EXPECT_NEAR(spans[0].volume, 0.501, 0.001);
  // A change is of what is around it, a word or percentage of the voice's own.
  EXPECT_DOUBLE_EQ(spans[1].rate, 1.5);
  EXPECT_DOUBLE_EQ(spans[2].rate * spans[0].rate, 1.25);
}

TEST(Ssml, HasPausesAndMarksAtTheirPlaces) {
  const auto ssml = read(
      "<speak>One<break time=\"1.5s\"/> two <mark name=\"here\"/>three<break "
      "strength=\"strong\"/></speak>");
  EXPECT_TRUE(ssml.problems.empty()) << ssml.problems.front();
  const auto& spans = ssml.utterance().spans;
  EXPECT_EQ(ssml.utterance().text, "One two three");
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[0].offset, 3u);
  EXPECT_EQ(spans[0].pause, std::chrono::milliseconds(1500));
  EXPECT_EQ(spans[1].kind, Kind::mark);
  EXPECT_EQ(spans[1].offset, 8u);
  EXPECT_EQ(spans[2].offset, 13u);
  EXPECT_EQ(spans[2].pause, std::chrono::milliseconds(750));
}

TEST(Ssml, BeginsAnUtteranceForAnotherVoiceLanguageOrParagraph) {
  Utterance voice;
  voice.voice = "en-gb";
  voice.speed = 1.1;
  const auto ssml = read(
      "<speak><prosody rate=\"80%\">Hello. <voice name=\"en-us\">Hi!</voice> <lang "
      "xml:lang=\"fr\">Salut.</lang> Bye.</prosody><p>New.</p><break time=\"2s\"/></speak>",
      voice);
  EXPECT_TRUE(ssml.problems.empty()) << ssml.problems.front();
  ASSERT_EQ(ssml.steps.size(), 6u);
  const char* texts[] = {"Hello.", "Hi!", "Salut.", "Bye.", "New."};
  const char* voices[] = {"en-gb", "en-us", "", "en-gb", "en-gb"};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(ssml.utterance(i).text, texts[i]);
    EXPECT_EQ(ssml.utterance(i).voice, voices[i]);
    EXPECT_EQ(ssml.utterance(i).language, i == 2 ? "fr" : "");
    EXPECT_EQ(ssml.utterance(i).speed, 1.1);
    ASSERT_EQ(ssml.utterance(i).spans.size(), i < 4 ? 1u : 0u) << texts[i];
    if (i == 4) break;
    EXPECT_EQ(ssml.covered(ssml.utterance(i).spans[0], i), texts[i]);
  }
  EXPECT_EQ(std::get<Pause>(ssml.steps[5]).length, std::chrono::seconds(2));
}

TEST(Ssml, SeparatesSentencesThatHaveNoFullStop) {
  const auto ssml = read("<speak><s>One</s><s>Two.</s><s>Three</s></speak>");
  EXPECT_EQ(ssml.utterance().text, "One Two. Three");
  ASSERT_EQ(ssml.utterance().spans.size(), 1u);
  EXPECT_EQ(ssml.utterance().spans[0].offset, 4u);
}

struct BadSsml {
  const char* text;
  const char* problem;  // how it begins
};

class SsmlProblems : public testing::TestWithParam<BadSsml> {};

TEST_P(SsmlProblems, AreNamedWithTheirPlace) {
  const auto ssml = read(GetParam().text);
  ASSERT_EQ(ssml.problems.size(), 1u);
  EXPECT_EQ(ssml.problems[0].substr(0, std::string_view(GetParam().problem).size()),
            GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Of, SsmlProblems,
    testing::Values(
        BadSsml{"<speak>One\n<emphasis>two</speak>",
                "talk.md:4:22: error: this XML is not well-formed"},
        BadSsml{"<speak>Tom & Jerry</speak>", "talk.md:3:13: error: this XML is not well-formed"},
        BadSsml{"<speak>&nbsp;</speak>", "talk.md:3:14: error: this XML is not well-formed"},
        BadSsml{"<speak>One</speak> and more", "talk.md:3:20: error: this XML is not well-formed"},
        BadSsml{"<speak>never ends", "talk.md:3:18: error: this XML is not well-formed"},
        BadSsml{"<!DOCTYPE speak [<!ENTITY a \"b\">]><speak>&a;</speak>", "talk.md:3:"},
        BadSsml{"<speak>\n\n é <blink>x</blink></speak>",
                "talk.md:5:4: warning: 'blink' is no element"},
        BadSsml{"<speak><break time=\"soon\"/></speak>",
                "talk.md:3:8: error: 'time' must be a time"},
        BadSsml{"<speak><break time=\"1e9s\"/></speak>",
                "talk.md:3:8: error: 'time' must be a time"},
        BadSsml{"<speak><prosody rate=\"900%\">x</prosody></speak>",
                "talk.md:3:8: error: 'rate' must be"},
        BadSsml{"<speak><prosody pitch=\"200Hz\">x</prosody></speak>",
                "talk.md:3:8: error: 'pitch' must be"},
        BadSsml{"<speak><sub>x</sub></speak>", "talk.md:3:8: error: <sub> needs 'alias'"},
        BadSsml{"<speak><phoneme alphabet=\"x-sampa\" ph=\"t@\">x</phoneme></speak>",
                "talk.md:3:8: warning: the alphabet 'x-sampa'"},
        BadSsml{"<speak><audio src=\"a.ogg\">beep</audio></speak>",
                "talk.md:3:8: warning: <audio> is not played"},
        BadSsml{"<speak>a <speak>b</speak></speak>", "talk.md:3:10: error: <speak> must not"}));

TEST(Ssml, IsNotNestedWithoutEnd) {
  std::string text = "<speak>";
  for (int i = 0; i < 3000; ++i)
    text += "<prosody>";
  const auto ssml = read(text);
  ASSERT_EQ(ssml.problems.size(), 1u);
  EXPECT_NE(ssml.problems[0].find("nested deeper than"), std::string::npos);
  EXPECT_TRUE(ssml.steps.empty());
}

TEST(Ssml, IsOneParagraphOfAScriptEvenWithEmptyLines) {
  const Script script = good(
      "# A\n\n<speak>\nIt's \"quoted\" -- <break time=\"1s\"/>\n\n  and *so* on.\n</speak>\n\n"
      "Next.\n");
  const auto& steps = script.scenes.at(0).narration;
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(std::get<Utterance>(steps[0]).text, "It's \"quoted\" -- and *so* on.");
  EXPECT_EQ(std::get<Utterance>(steps[1]).text, "Next.");
}

}  // namespace
}  // namespace talkie
