// SPDX-License-Identifier: LGPL-2.1-or-later
// The header, and the settings over and under it.
#include "script_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

std::string header(const std::string& lines) {
  return "---\n" + lines + "\n---\n\n# A\n\nText.\n";
}

TEST(Header, SetsTheWholeFilm) {
  const Script script = good(header(
      "title: \"Tides: a story\"\nauthor: Ada\nlanguage: de-AT\nsize: vertical\nfps: 24000/1001\n"
      "voice: en-gb\nvoice-speed: 0.9\ntheme: paper\ntransition: wipe up 0.7\nsubtitles: none\n"
      "background: '#ABC'\nlayout: title"));
  EXPECT_EQ(script.film.title, "Tides: a story");
  EXPECT_EQ(script.film.author, "Ada");
  EXPECT_EQ(script.film.language, "de-AT");
  EXPECT_EQ(script.film.size, (Size{1080, 1920}));
  EXPECT_EQ(script.film.frame_rate, (Rate{24000, 1001}));
  EXPECT_EQ(script.film.captions, CaptionMode::none);
  const Scene& scene = script.scenes.at(0);
  EXPECT_EQ(scene.film.title, script.film.title);
  EXPECT_EQ(scene.theme, "paper");
  EXPECT_EQ(scene.background, "#aabbcc");
  EXPECT_EQ(scene.layout, "title");
  EXPECT_EQ(scene.transition.kind, Transition::Kind::wipe);
  EXPECT_EQ(scene.transition.direction, Transition::Direction::up);
  EXPECT_EQ(scene.transition.length, Time{700ms});
  EXPECT_EQ(said(scene, 0).voice, "en-gb");
  EXPECT_EQ(said(scene, 0).speed, 0.9);
  EXPECT_EQ(scene.where, at(16, 1));
}

TEST(Header, MayBeEmptyOrEndWithDots) {
  EXPECT_EQ(good("---\n---\n# A\n").scenes.size(), 1u);
  EXPECT_EQ(good("---\n# only a comment\n---\n# A\n").scenes.size(), 1u);
  EXPECT_EQ(good("---\ntitle: T\n...\n# A\n").film.title, "T");
}

TEST(Header, KeysMayHaveUnderscoresAndCapitals) {
  const Script script = good(header("Voice_Speed: 2\nLang: fr"));
  EXPECT_EQ(said(script.scenes[0], 0).speed, 2);
  EXPECT_EQ(script.film.language, "fr");
}

TEST(Header, NamesAndNumbersOfSizes) {
  struct Case {
    const char* text;
    Size size;
  };
  for (const Case& c :
       {Case{"720p", {1280, 720}}, Case{"1080p", {1920, 1080}}, Case{"4k", {3840, 2160}},
        Case{"2160p", {3840, 2160}}, Case{"square", {1080, 1080}}, Case{"portrait", {1080, 1920}},
        Case{"1280x720", {1280, 720}}, Case{"1280 X 720", {1280, 720}},
        Case{"[640, 360]", {640, 360}}, Case{"instagram-story", {1080, 1920}}})
    EXPECT_EQ(good(header(std::string("size: ") + c.text)).film.size, c.size) << c.text;
}

TEST(Header, FormsOfTransitions) {
  struct Case {
    const char* text;
    Transition::Kind kind;
    Transition::Direction direction;
    Time length;
  };
  using Kind = Transition::Kind;
  using Direction = Transition::Direction;
  for (const Case& c :
       {Case{"cut", Kind::cut, Direction::left, 0ms}, Case{"none", Kind::cut, Direction::left, 0ms},
        Case{"crossfade", Kind::crossfade, Direction::left, 500ms},
        Case{"crossfade 0.25", Kind::crossfade, Direction::left, 250ms},
        Case{"crossfade 800ms", Kind::crossfade, Direction::left, 800ms},
        Case{"wipe", Kind::wipe, Direction::left, 500ms},
        Case{"wipe-right 1", Kind::wipe, Direction::right, 1s},
        Case{"wipe 0.7 down", Kind::wipe, Direction::down, 700ms},
        Case{"fade", Kind::crossfade, Direction::left, 500ms},
        Case{"2", Kind::crossfade, Direction::left, 2s},
        Case{"{kind: wipe, direction: up, length: 0.3}", Kind::wipe, Direction::up, 300ms}}) {
    const Transition transition =
        good(header(std::string("transition: ") + c.text)).scenes.at(0).transition;
    EXPECT_EQ(transition.kind, c.kind) << c.text;
    EXPECT_EQ(transition.direction, c.direction) << c.text;
    EXPECT_EQ(transition.length, c.length) << c.text;
  }
}

TEST(Header, FormsOfCaptions) {
  for (const char* text :
       {"true", "burned", "yes", "overlay", "burned,srt", "srt, burned", "{mode: overlay}"})
    EXPECT_EQ(good(header(std::string("captions: ") + text)).film.captions, CaptionMode::burned);
  for (const char* text : {"words", "words,srt", "burned, words", "words, burned", "{mode: words}"})
    EXPECT_EQ(good(header(std::string("captions: ") + text)).film.captions, CaptionMode::words);
  for (const char* text : {"false", "none", "no", "srt", "vtt,srt"})
    EXPECT_EQ(good(header(std::string("captions: ") + text)).film.captions, CaptionMode::none);
}

TEST(Header, WrongValuesAreErrorsAtTheirPlace) {
  struct Case {
    const char* line;
    int column;
    const char* part;
  };
  for (const Case& c :
       {Case{"title: [a]", 8, "'title' must be a text; it is a list"},
        Case{"size: big", 7, "1280x720"}, Case{"size: 1281x720", 7, "even"},
        Case{"size: 20000x20000", 7, "64 to 7680"}, Case{"fps: 0", 6, "from 1 to 240"},
        Case{"fps: [1]", 6, "from 1 to 240"}, Case{"voice-speed: 9", 14, "from 0.25 to 4"},
        Case{"voice-speed: soon", 14, "0.25 to 4"}, Case{"voice: {a: 1}", 8, "'voice'"},
        Case{"language: not a tag", 11, "de-AT"}, Case{"transition: swirl", 13, "crossfade 0.5"},
        Case{"transition: crossfade 9", 13, "0 to 5 seconds"},
        Case{"transition: {kind: swirl}", 20, "cut, crossfade, dissolve"},
        Case{"subtitles: maybe", 12, "burned, words or none"},
        Case{"background: #123", 1, "in quotes"}, Case{"background: '#12'", 13, "colour"},
        Case{"layout: [x]", 9, "'layout'"}, Case{"dialect: klingon", 10, "talkie or narakeet"}}) {
    const Error error = error_of(header(c.line));
    EXPECT_EQ(error.kind, ErrorKind::bad_value) << c.line;
    if (std::string(c.line) != "background: #123") {
      EXPECT_EQ(error.where, at(2, c.column)) << c.line;
    }
    EXPECT_NE(error.message.find(c.part), std::string::npos) << error.message;
  }
}

TEST(Header, UnknownKeysNameTheNearest) {
  EXPECT_EQ(warning_place(header("author: me\ntehme: ink"), "Did you mean 'theme'?"), at(3, 1));
  EXPECT_EQ(warning_place(header("zzzzzz: ink"), "no header key 'zzzzzz'"), at(2, 1));
  EXPECT_EQ(warning_place(header("layout: bulets"), "Did you mean 'bullets'?"), at(2, 9));
}

TEST(Header, BrokenYamlIsAnErrorAtItsPlace) {
  const Error open = error_of("---\ntitle: [a\nfoo: b\n---\n# x\n");
  EXPECT_EQ(open.kind, ErrorKind::syntax);
  EXPECT_EQ(open.where.line, 3);
  EXPECT_EQ(error_of("---\ntitle: a\ntitle: b\n---\n# x\n").where, at(3, 1));
  EXPECT_EQ(error_of("---\n\ttitle: a\n---\n# x\n").where.line, 2);
}

TEST(Header, ThatNeverEndsOrIsNoneIsAnError) {
  const Error endless = error_of("---\ntitle: a\n\n# x\n");
  EXPECT_EQ(endless.where, at(1, 1));
  EXPECT_NE(endless.message.find("never ends"), std::string::npos);
  EXPECT_NE(error_of("---\nJust prose.\n---\n# x\n").message.find("remove the ---"),
            std::string::npos);
}

TEST(Settings, WinOverTheHeaderAndDefaultsLieUnderIt) {
  const ScriptOptions options{
      .settings = {{"theme", "ink"}, {"voice_speed", "1.5"}, {"size", "square"}, {"title", "A: b"}},
      .defaults = {{"theme", "night"}, {"voice", "fr"}, {"author", "Conf"}}};
  const Script script =
      good(header("theme: paper\nvoice-speed: 2\ntitle: C\nauthor: Header"), options);
  EXPECT_EQ(script.scenes[0].theme, "ink");
  EXPECT_EQ(said(script.scenes[0], 0).speed, 1.5);
  EXPECT_EQ(script.film.size, (Size{1080, 1080}));
  EXPECT_EQ(script.film.title, "A: b");
  EXPECT_EQ(script.film.author, "Header");
  EXPECT_EQ(said(script.scenes[0], 0).voice, "fr");
}

TEST(Settings, ABadOneIsAnErrorThatNamesItAndHasNoPlace) {
  const Error error = error_of("# A\n", {.settings = {{"size", "huge"}}});
  EXPECT_EQ(error.kind, ErrorKind::bad_value);
  EXPECT_EQ(error.where, Place{});
  EXPECT_EQ(error.message.find("'size' must be"), 0u);
  EXPECT_NE(error.message.find("'huge'"), std::string::npos);
  EXPECT_EQ(warning_place("# A\n", "no header key 'tempo'", {.settings = {{"tempo", "1"}}}),
            Place{});
  EXPECT_EQ(good("# A\n", {.settings = {{"background", "#123456"}}}).scenes[0].background,
            "#123456");
}

}  // namespace
}  // namespace talkie
