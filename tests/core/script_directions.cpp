// SPDX-License-Identifier: LGPL-2.1-or-later
// Stage directions.
#include "script_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

Scene scene_with(const std::string& direction) {
  return good("# A\n\n" + direction + "\n\nText.\n").scenes.at(0);
}

TEST(Directions, PauseIsAStepOfTheNarration) {
  const Scene scene = good("One.\n\n(pause: 1.5)\n\nTwo.\n").scenes.at(0);
  ASSERT_EQ(scene.narration.size(), 3u);
  EXPECT_EQ(std::get<Pause>(scene.narration[1]).length, Time{1500ms});
}

TEST(Directions, ChangeTheScene) {
  EXPECT_EQ(scene_with("(duration: 4)").duration, Time{4s});
  EXPECT_EQ(scene_with("(layout: title)").layout, "title");
  EXPECT_EQ(scene_with("(theme: paper)").theme, "paper");
  EXPECT_EQ(scene_with("(background: '#102030')").background, "#102030");
  EXPECT_EQ(scene_with("(background: navy)").background, "#000080");
  EXPECT_EQ(scene_with("(id: my-scene)").id, "my-scene");
  EXPECT_EQ(scene_with("(transition: cut)").transition.kind, Transition::Kind::cut);
  EXPECT_EQ(scene_with("(transition: crossfade 0.25)").transition.length, Time{250ms});
  EXPECT_EQ(scene_with("(transition:\n  kind: wipe\n  direction: down)").transition.direction,
            Transition::Direction::down);
}

TEST(Directions, VoiceHoldsToTheScenesEnd) {
  const Script script = good(
      "---\nvoice: en\n---\nOne.\n\n(voice: de, voice-speed: 1.25, language: de)\n\nTwo.\n\nThree."
      "\n\n---\n\nFour.\n");
  EXPECT_EQ(said(script.scenes[0], 0).voice, "en");
  for (size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(said(script.scenes[0], i).voice, "de");
    EXPECT_EQ(said(script.scenes[0], i).speed, 1.25);
    EXPECT_EQ(said(script.scenes[0], i).language, "de");
  }
  EXPECT_EQ(said(script.scenes[1], 0).voice, "en");
  EXPECT_EQ(said(script.scenes[1], 0).speed, 1);
  EXPECT_EQ(said(script.scenes[1], 0).language, "");
}

TEST(Directions, SmallPrintBecomesLabels) {
  const Scene scene =
      good(
          "# A\n\nText.\n\n(kicker: Field notes, subtitle: And a half)\n\n(statement: 'Yes: it "
          "is.')\n\n(footer: 2024)\n")
          .scenes.at(0);
  ASSERT_EQ(scene.blocks.size(), 5u);
  EXPECT_EQ(block<Label>(scene, 1).role, Label::Role::kicker);
  EXPECT_EQ(plain_text(block<Label>(scene, 1).text), "Field notes");
  EXPECT_EQ(scene.blocks[1].after, 1);
  EXPECT_EQ(block<Label>(scene, 2).role, Label::Role::subtitle);
  EXPECT_EQ(plain_text(block<Label>(scene, 3).text), "Yes: it is.");
  EXPECT_EQ(plain_text(block<Label>(scene, 4).text), "2024");
}

TEST(Directions, SmallPrintHasMarkdownsStyles) {
  const Scene scene = scene_with("(statement: The *picture* -- \"what\".)");
  EXPECT_EQ(block<Label>(scene, 1).text,
            (RichText{{"The "}, {"picture", false, true}, {" – “what”."}}));
  EXPECT_EQ(plain_text(block<Label>(scene_with("(kicker: 1. May)"), 1).text), "1. May");
  EXPECT_EQ(warning_place("# A\n\n(kicker: a <b>)\n", "raw HTML"), at(3, 10));
}

TEST(Directions, ManyWaysToWriteSeveral) {
  for (const char* text :
       {"(duration: 4, layout: title)", "(duration: 4\nlayout: title)",
        "(duration: 4\n layout: title)", "(duration: 4,\n layout: title)",
        "(duration: 4)\n(layout: title)", "  (duration: 4)\n  (layout: title)"}) {
    const Scene scene = scene_with(text);
    EXPECT_EQ(scene.duration, Time{4s}) << text;
    EXPECT_EQ(scene.layout, "title") << text;
    EXPECT_EQ(scene.narration.size(), 1u) << text;
  }
}

TEST(Directions, AmongLinesOfProseTheyAreNotSpoken) {
  const Scene scene = good("(pause: 1)\nOne *and\ntwo*.\n(pause: 2)\nThree.\n").scenes.at(0);
  ASSERT_EQ(scene.narration.size(), 4u);
  EXPECT_EQ(said(scene, 1).text, "One and two.");
  EXPECT_EQ(said(scene, 1).where, at(2, 1));
  EXPECT_EQ(std::get<Pause>(scene.narration[2]).length, Time{2s});
  EXPECT_EQ(said(scene, 3).text, "Three.");
  EXPECT_EQ(said(scene, 3).where, at(5, 1));
}

TEST(Directions, ProseInParenthesesIsSpoken) {
  for (const char* text : {"(Nobody knows why.)", "(As we said: it works.)", "(see 10:30)",
                           "(a) one (b: two)", "()", "(:)", "(http://example.org)"})
    EXPECT_EQ(scene_with(text).narration.size(), 2u) << text;
}

TEST(Directions, BeforeTheFirstHeadingBelongToItsScene) {
  const Script script = good("(layout: title)\n\n# A\n\n---\n\n(layout: quote)\n\n# B\n\nText.\n");
  ASSERT_EQ(script.scenes.size(), 2u);
  EXPECT_EQ(script.scenes[0].layout, "title");
  EXPECT_EQ(script.scenes[1].layout, "quote");
  EXPECT_EQ(script.scenes[1].id, "b");
}

TEST(Directions, ImageShowsAPicture) {
  const Folder folder;
  folder.write("a.png", "x");
  folder.write("my pic.png", "x");
  const std::string file = folder.file("talk.md");
  const Script script = good(
      "# A\n\n(image: a.png contain left)\n\n(image:\n  file: my pic.png\n  fit: cover\n  alt: "
      "Us)\n",
      {}, file);
  EXPECT_EQ(block<Image>(script.scenes[0], 1).fit, Image::Fit::contain);
  EXPECT_EQ(block<Image>(script.scenes[0], 1).side, Image::Side::left);
  EXPECT_EQ(block<Image>(script.scenes[0], 2).alt, "Us");
  EXPECT_TRUE(block<Image>(script.scenes[0], 2).path.ends_with("/my pic.png"));
  EXPECT_EQ(error_of("# A\n\n(image: ../b.png)\n", {}, file).kind, ErrorKind::refused);
}

TEST(Directions, WrongValuesAreErrorsAtTheirPlace) {
  struct Case {
    const char* text;
    int line;
    int column;
    const char* part;
  };
  for (const Case& c :
       {Case{"(pause: soon)", 3, 9, "from 0 to 60; it is 'soon'"}, Case{"(pause: 61)", 3, 9, "60"},
        Case{"(pause: -1)", 3, 9, "0 to 60"}, Case{"(pause: [1])", 3, 9, "a list"},
        Case{"(pause:)", 3, 2, "nothing"}, Case{"(duration: 3601)", 3, 12, "3600"},
        Case{"(layout: title, duration: long)", 3, 27, "'duration'"},
        Case{"  (voice-speed: 5)", 3, 17, "0.25 to 4"},
        Case{"(voice: ok\npause: bad)", 4, 8, "'pause'"},
        Case{"(voice: ok\n pause: bad)", 4, 9, "'pause'"},
        Case{"(transition: wipe upward)", 3, 14, "wipe left 0.7"},
        Case{"(size: 4k)", 3, 2, "in the header"}, Case{"(title: A)", 3, 2, "in the header"},
        Case{"(pause: {)", 3, 2, "cannot be read"}}) {
    const Error error = error_of("# A\n\n" + std::string(c.text) + "\n\nText.\n");
    if (c.text != std::string("(pause:)")) {
      EXPECT_EQ(error.where.line, c.line) << c.text;
      if (c.text != std::string("(pause: {)")) {
        EXPECT_EQ(error.where.column, c.column) << c.text;
      }
    }
    EXPECT_NE(error.message.find(c.part), std::string::npos) << c.text << ": " << error.message;
  }
}

TEST(Directions, UnknownOnesNameTheNearest) {
  EXPECT_EQ(warning_place("# A\n\n(puase: 1)\n", "Did you mean 'pause'?"), at(3, 2));
  EXPECT_EQ(warning_place("# A\n\n(layout: bulets)\n", "Did you mean 'bullets'?"), at(3, 10));
  EXPECT_EQ(warning_place("# A\n\n(pause: 1)\n(zzz: 1)\n", "no stage direction 'zzz'"), at(4, 2));
}

TEST(Directions, WithoutASceneAreWarnedOf) {
  EXPECT_EQ(warning_place("# A\n\n---\n\n(layout: title)\n", "nothing to show or say"), at(5, 2));
  EXPECT_EQ(warning_place("(voice: de)\n\n---\n\n# A\n", "nothing to show or say"), at(1, 2));
  EXPECT_EQ(good("# A\n\n---\n\n(duration: 2)\n").scenes.size(), 2u);
}

TEST(Directions, ATakenIdIsWarnedOf) {
  Problems problems;
  const auto script = parse("# A\n\n---\n\n(id: a)\n\nText.\n", problems);
  ASSERT_TRUE(script);
  EXPECT_EQ(script->scenes[1].id, "a-2");
  EXPECT_EQ(problems.all().size(), 1u);
}

}  // namespace
}  // namespace talkie
