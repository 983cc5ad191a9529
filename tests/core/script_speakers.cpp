// SPDX-License-Identifier: LGPL-2.1-or-later
// Paragraphs that begin with a speaker's name, lexicons, and paragraphs in SSML.
#include "script_testing.h"

namespace talkie {
namespace {

const std::string kCast =
    "---\nvoice: en-us\nspeakers:\n  Ada: en-gb\n  Émile Borel: {voice: openai/onyx, language: fr, "
    "speed: 90%, pitch: low, volume: 0.5}\n  Bob: {language: de}\n---\n";

Scene scene_of(const std::string& body) {
  const Script script = good(kCast + body);
  return script.scenes.empty() ? Scene{} : script.scenes[0];
}

TEST(Speakers, SpeakTheirParagraphs) {
  const Scene scene = scene_of("Before.\n\nAda: Hello, *you*.\n\nAfter.\n");
  ASSERT_EQ(scene.narration.size(), 3u);
  EXPECT_EQ(said(scene, 0).voice, "en-us");
  EXPECT_EQ(said(scene, 0).speaker, "");
  EXPECT_EQ(said(scene, 1).text, "Hello, you.");
  EXPECT_EQ(said(scene, 1).voice, "en-gb");
  EXPECT_EQ(said(scene, 1).speaker, "Ada");
  EXPECT_EQ(said(scene, 1).caption, "");
  EXPECT_EQ(said(scene, 2).speaker, "");
  EXPECT_EQ(said(scene, 2).voice, "en-us");
}

TEST(Speakers, AreKnownHoweverTheyAreWritten) {
  for (const char* line : {"Ada: Hi.", "ADA: Hi.", "**Ada:** Hi.", "**ada**: Hi.", "*Ada* : Hi.",
                           "Ada:Hi.", "Ada\uFF1AHi.", "Ada:\nHi."}) {
    const Scene scene = scene_of(std::string(line) + "\n");
    ASSERT_EQ(scene.narration.size(), 1u) << line;
    EXPECT_EQ(said(scene, 0).text, "Hi.") << line;
    EXPECT_EQ(said(scene, 0).speaker, "Ada") << line;
  }
  EXPECT_EQ(said(scene_of("\u00e9mile borel: Oui.\n"), 0).speaker, "\u00c9mile Borel");
  EXPECT_EQ(said(scene_of("`Ada`: Hi.\n"), 0).speaker, "");
  EXPECT_EQ(said(good("Ada: Hi.\n").scenes[0], 0).text, "Ada: Hi.");
}

TEST(Speakers, TheirSettingsWinOverTheScenes) {
  const Scene scene = scene_of(
      "(voice-speed: 2, voice-volume: 3, voice: fr)\n\nEmile.\n\n\u00c9mile Borel: Oui.\n\nAda: "
      "Yes.\n\nBob: Ja.\n");
  const Utterance& borel = said(scene, 1);
  EXPECT_EQ(borel.voice, "openai/onyx");
  EXPECT_EQ(borel.language, "fr");
  EXPECT_EQ(borel.speed, 0.9);
  EXPECT_EQ(borel.pitch, 0.85);
  EXPECT_EQ(borel.volume, 0.5);
  EXPECT_EQ(said(scene, 2).voice, "en-gb");
  EXPECT_EQ(said(scene, 2).speed, 2);
  EXPECT_EQ(said(scene, 2).volume, 3);
  // A language alone asks for a voice of it.
  EXPECT_EQ(said(scene, 3).voice, "");
  EXPECT_EQ(said(scene, 3).language, "de");
  EXPECT_EQ(said(scene, 0).speed, 2);
}

TEST(Speakers, ALineThatBeginsWithOneIsTheirs) {
  const Scene scene = scene_of(
      "Ada: One.\nBob: Two\nlines, [three](cue:wait=1) four.\n(pause: 1)\nFive.\n\nSix.\n");
  std::string told;
  for (const NarrationStep& step : scene.narration)
    if (const auto* utterance = std::get_if<Utterance>(&step))
      told += utterance->speaker + "|" + utterance->text + "\n";
  EXPECT_EQ(told, "Ada|One.\nBob|Two lines,\nBob|three four.\nBob|Five.\n|Six.\n");
}

TEST(Speakers, CuesStandAtTheirWords) {
  const Scene scene = scene_of("# A\n\n- x\n\nAda: Now [here](cue:next).\n");
  EXPECT_EQ(said(scene, 0).text.substr(scene.cues.at(0).offset), "here.");
}

TEST(Speakers, NearMissesAreWarnedOf) {
  const auto warnings = [](const std::string& body) { return problems_of(kCast + body); };
  ASSERT_EQ(warnings("Adda: Hi.\n").size(), 1u);
  EXPECT_NE(warnings("Adda: Hi.\n")[0].find("Did you mean 'Ada'?"), std::string::npos);
  EXPECT_TRUE(warnings("Adda: Hi.\n")[0].starts_with("talk.md:8:1: warning"));
  EXPECT_TRUE(warnings("Consider this: it works. At 10:30, say.\n").empty());
  EXPECT_TRUE(problems_of("Adda: Hi.\n").empty());
  const auto silent = warnings("Hi.\n\nAda:\n");
  ASSERT_EQ(silent.size(), 1u);
  EXPECT_NE(silent[0].find("nothing to say"), std::string::npos);
}

TEST(Speakers, WrongOnesAreErrors) {
  struct Case {
    const char* lines;
    int line;
    int column;
    const char* part;
  };
  for (const Case& c : {Case{"speakers: [Ada, Bob]", 2, 11, "names with their voices"},
                        Case{"speakers: Ada", 2, 11, "names with their voices"},
                        Case{"speakers:\n  Ada:", 3, 3, "has no voice"},
                        Case{"speakers:\n  Ada: ''", 3, 3, "has no voice"},
                        Case{"speakers:\n  Ada: {speed: 1}", 3, 3, "has no voice"},
                        Case{"speakers:\n  Ada: [en]", 3, 8, "'Ada' must be a text"},
                        Case{"speakers:\n  Ada: {voice: en, pitch: 9}", 3, 27, "from 0.5 to 2"},
                        Case{"speakers:\n  Ada: en\n  ADA: de", 4, 3, "two speakers"}}) {
    const Error error = error_of("---\n" + std::string(c.lines) + "\n---\nA.\n");
    EXPECT_EQ(error.kind, ErrorKind::bad_value) << c.lines;
    EXPECT_EQ(error.where, at(c.line, c.column)) << c.lines;
    EXPECT_NE(error.message.find(c.part), std::string::npos) << error.message;
  }
  EXPECT_EQ(warning_place("---\nspeakers:\n  Ada: {voice: en, spede: 2}\n---\nA.\n",
                          "a speaker has no field 'spede'"),
            at(3, 20));
  EXPECT_EQ(error_of("A.\n\n(speakers: {Ada: en})\n").where, at(3, 2));
  std::string crowd = "---\nspeakers:\n";
  for (int i = 0; i < 51; ++i)
    crowd += "  Person " + std::to_string(i) + ": en\n";
  EXPECT_EQ(error_of(crowd + "---\nA.\n").where, at(53, 3));
}

TEST(Lexicons, SayWordsOfTheWholeFilm) {
  const Folder folder;
  folder.write("names.yaml", "Saint-Malo: san ma low\n");
  const std::string body =
      "\nlexicon: names.yaml\n---\n# A\n\nIn Saint-Malo.\n\n# B\n\nNot here.\n\nSaint-Malo "
      "again.\n";
  const Script script = good("---" + body, {}, folder.file("talk.md"));
  ASSERT_EQ(said(script.scenes[0], 0).spans.size(), 1u);
  const SpeechSpan& span = said(script.scenes[0], 0).spans[0];
  EXPECT_EQ(span.kind, SpeechSpan::Kind::sub);
  EXPECT_EQ(span.value, "san ma low");
  EXPECT_EQ(said(script.scenes[0], 0).text.substr(span.offset, span.length), "Saint-Malo");
  EXPECT_EQ(said(script.scenes[0], 0).text, "In Saint-Malo.");
  EXPECT_TRUE(said(script.scenes[1], 0).spans.empty());
  EXPECT_EQ(said(script.scenes[1], 1).spans.size(), 1u);
  const Script other =
      good("---" + body, {.settings = {{"lexicon", "names.yaml"}}}, folder.file("talk.md"));
  EXPECT_EQ(said(other.scenes[0], 0).spans.size(), 1u);
  std::filesystem::remove(folder.file("names.yaml"));
  const Error error = error_of("---" + body, {}, folder.file("talk.md"));
  EXPECT_EQ(error.kind, ErrorKind::not_found);
  EXPECT_EQ(error.where.line, 2);
  EXPECT_EQ(error.where.column, 10);
}

TEST(SsmlParagraphs, AreOneHoweverMarkdownSeesThem) {
  for (const char* text :
       {"<speak>One <emphasis>two</emphasis>.</speak>\n",
        "<speak>\nOne <emphasis>two</emphasis>.\n</speak>\n",
        "<speak version=\"1.1\"\n  xml:lang=\"en\">One\n<emphasis>two</emphasis>.</speak>\n",
        "<speak>\n\nOne <emphasis>two</emphasis>.\n\n</speak>\n"}) {
    const Script script = good("# A\n\nBefore.\n\n" + std::string(text) + "\nAfter *it*.\n");
    const Scene& scene = script.scenes.at(0);
    ASSERT_EQ(scene.narration.size(), 3u) << text;
    EXPECT_EQ(said(scene, 1).text, "One two.") << text;
    ASSERT_EQ(said(scene, 1).spans.size(), 1u) << text;
    EXPECT_EQ(said(scene, 1).spans[0].offset, 4u) << text;
    EXPECT_EQ(said(scene, 2).text, "After it.") << text;
  }
}

TEST(SsmlParagraphs, ThatAreBrokenAreErrors) {
  for (const char* text :
       {"A.\n\n<speak>One <b>two</speak>\n", "A.\n\n<speak>One\n\nTwo.\n",
        "A.\n\n<speak>One</speak> and more.\n", "A.\n\n<speak>\nOne</speak>\nand more.\n"}) {
    const Error error = error_of(text);
    EXPECT_EQ(error.kind, ErrorKind::syntax) << text;
    EXPECT_GE(error.where.line, 3) << text;
  }
}

TEST(SsmlParagraphs, CodeIsCode) {
  const Script script = good("# A\n\n```xml\n<speak>x</speak>\n```\n\n    <speak>\n");
  EXPECT_TRUE(script.scenes.at(0).narration.empty());
  EXPECT_EQ(script.scenes[0].blocks.size(), 3u);
}

TEST(SpokenLimits, AVeryLongParagraphIsAnError) {
  std::string text = "# A\n\n";
  for (int i = 0; i < 20'000; ++i)
    text += "word ";
  const Error error = error_of(text + "\n");
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_EQ(error.where.line, 3);
  EXPECT_EQ(error_of("<speak>" + text.substr(5) + "</speak>\n").kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace talkie
