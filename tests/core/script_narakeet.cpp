// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts as people write them for Narakeet.
#include "script_testing.h"

namespace talkie {
namespace {

const ScriptOptions kNarakeet{.dialect = Dialect::narakeet};

TEST(Narakeet, TheHeaderMaySayIt) {
  EXPECT_EQ(said(good("---\ndialect: narakeet\n---\nSpoken.\n\n> Shown.\n").scenes[0], 0).caption,
            "Shown.");
  EXPECT_TRUE(said(good("Spoken.\n\n> Shown.\n").scenes[0], 0).caption.empty());
}

TEST(Narakeet, QuotesAreCaptionsOfTheParagraphBeforeOrAfter) {
  const Script script = good(
      "Spoken.\n\n> Shown\n> instead.\n\n---\n\n> Shown first.\n\nSpoken then.\n\n---\n\nOne.\n\n> "
      "A\n\n> B\n\nTwo.\n",
      kNarakeet);
  EXPECT_EQ(said(script.scenes[0], 0).caption, "Shown instead.");
  EXPECT_TRUE(script.scenes[0].blocks.empty());
  EXPECT_EQ(said(script.scenes[1], 0).caption, "Shown first.");
  EXPECT_EQ(said(script.scenes[2], 0).caption, "A B");
  EXPECT_TRUE(said(script.scenes[2], 1).caption.empty());
}

TEST(Narakeet, ACaptionWhereNothingIsSaidIsShown) {
  const Script script = good("> Only shown.\n\n(pause: 2)\n", kNarakeet);
  EXPECT_EQ(plain_text(block<Label>(script.scenes[0], 0).text), "Only shown.");
}

TEST(Narakeet, PicturesCoverTheFrame) {
  const Folder folder;
  folder.write("a.png", "x");
  const Script script = good("![](a.png)\n\nA.\n\n---\n\n![contain](a.png)\n\nB.\n", kNarakeet,
                             folder.file("talk.md"));
  EXPECT_EQ(block<Image>(script.scenes[0], 0).fit, Image::Fit::cover);
  EXPECT_EQ(block<Image>(script.scenes[1], 0).fit, Image::Fit::contain);
}

TEST(Narakeet, FencedMarkdownIsASlide) {
  const Script script = good(
      "Hello.\n\n```md\n# Heading\n\n* one\n* two\n\nBelow.\n```\n\n```\nplain\n```\n", kNarakeet);
  ASSERT_EQ(script.scenes.size(), 1u);
  const Scene& scene = script.scenes[0];
  ASSERT_EQ(scene.blocks.size(), 4u);
  EXPECT_EQ(block<Heading>(scene, 0).level, 1);
  EXPECT_EQ(scene.blocks[0].where, at(4, 1));
  EXPECT_EQ(block<List>(scene, 1).items.size(), 2u);
  EXPECT_EQ(block<List>(scene, 1).items[1].where, at(7, 1));
  EXPECT_EQ(plain_text(block<Label>(scene, 2).text), "Below.");
  EXPECT_EQ(block<Code>(scene, 3).text, "plain");
  EXPECT_EQ(scene.narration.size(), 1u);
  EXPECT_EQ(std::holds_alternative<Code>(good("```md\n# H\n```\n").scenes[0].blocks[0].content),
            true);
}

TEST(Narakeet, VoicesSpeedsAndThemes) {
  const Script script = good(
      "---\nsize: 720p\nvoice: Ronald\nvoice-speed: slow\ntheme: dark\n---\nA.\n\n(voice-speed: "
      "120%)\n\nB.\n\n(theme: light)\n",
      kNarakeet);
  EXPECT_EQ(said(script.scenes[0], 0).voice, "Ronald");
  EXPECT_EQ(said(script.scenes[0], 0).speed, 0.8);
  EXPECT_EQ(said(script.scenes[0], 1).speed, 1.2);
  EXPECT_EQ(script.scenes[0].theme, "ink");
  EXPECT_EQ(script.film.size, (Size{1280, 720}));
}

TEST(Narakeet, WhatIsNotDoneYetIsWarnedOf) {
  for (const char* line :
       {"volume: soft", "canvas: sienna", "asset-resize: contain", "voice-style: calm"}) {
    const std::string text = "---\n" + std::string(line) + "\n---\nA.\n";
    EXPECT_EQ(warning_place(text, "is understood and not d", kNarakeet).line, 2) << line;
  }
  EXPECT_EQ(warning_place("A.\n\n(callout:\n  cx: 4\n  cy: 3)\n", "'callout'", kNarakeet),
            at(3, 2));
  EXPECT_EQ(problems_of("(voice-style: calm)\n(font-size: 3)\nA.\n").size(), 2u);
  const auto problems =
      problems_of("---\nsubtitles:\n  mode: overlay\n  color: red\n  scale: 2\n---\nA.\n");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_TRUE(problems[0].starts_with("talk.md:4:3: warning: 'color' of captions"));
}

TEST(Narakeet, BackgroundsMayBeMusic) {
  const Folder folder;
  folder.write("jungle.mp3", "x");
  const Script script = good(
      "---\nbackground: jungle.mp3 fade-in 0.4\nbackground-volume: 0.3\n---\nA.\n\n---\n\n"
      "(background: jungle.mp3 fade-out 20%)\n\nB.\n",
      kNarakeet, folder.file("talk.md"));
  const Music& first = script.scenes[0].music.value();
  EXPECT_TRUE(first.path.ends_with("/jungle.mp3"));
  EXPECT_EQ(first.volume, 0.3);
  EXPECT_EQ(first.fade_in, Music{}.fade_in);
  EXPECT_TRUE(script.scenes[0].background.empty());
  EXPECT_EQ(script.scenes[1].music->volume, 0.2);
  EXPECT_EQ(script.scenes[1].music->section, 1);
}

TEST(Narakeet, PiecesOfItsLibraryAreNoFiles) {
  EXPECT_EQ(warning_place("---\nbackground: corporate-1 fade-in\n---\nA.\n",
                          "Narakeet's own library", kNarakeet),
            at(2, 13));
}

TEST(Narakeet, VoicesHaveVolumesAndPitches) {
  const Script script = good(
      "---\nvoice-pitch: low\nvoice-volume: soft\n---\nA.\n\n(voice-volume: x-loud)\n"
      "(voice-pitch: high)\n\nB.\n",
      kNarakeet);
  EXPECT_EQ(said(script.scenes[0], 0).pitch, 0.85);
  EXPECT_EQ(said(script.scenes[0], 0).volume, 0.5);
  EXPECT_EQ(said(script.scenes[0], 1).pitch, 1.2);
  EXPECT_EQ(said(script.scenes[0], 1).volume, 2);
}

TEST(Narakeet, SoundsAreHeardAtTheirPlace) {
  const Folder folder;
  folder.write("ding.wav", "x");
  const Script script = good("A.\n\n(audio: ding.wav)\n\nB.\n\n![volume=50%](ding.wav)\n",
                             kNarakeet, folder.file("talk.md"));
  const auto& effects = script.scenes.at(0).effects;
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_EQ(effects[0].step, 1);
  EXPECT_EQ(effects[1].step, 2);
  EXPECT_EQ(effects[1].volume, 0.5);
  EXPECT_TRUE(script.scenes[0].blocks.empty());
}

TEST(Narakeet, SidesOfPicturesSayWhatIsCropped) {
  const Folder folder;
  folder.write("a.png", "x");
  const Script script = good("![left top pan Fog](a.png)\n\n![bottom-right](a.png)\n", kNarakeet,
                             folder.file("talk.md"));
  const auto& fog = block<Image>(script.scenes[0], 0);
  EXPECT_EQ(fog.side, Image::Side::automatic);
  EXPECT_EQ(fog.focus_x, 0);
  EXPECT_EQ(fog.focus_y, 0);
  EXPECT_EQ(fog.movement, Movement::pan);
  EXPECT_EQ(block<Image>(script.scenes[0], 1).focus_x, 1);
}

TEST(Narakeet, CanvasIsABackground) {
  EXPECT_EQ(good("A.\n\n(canvas: teal)\n", kNarakeet).scenes[0].background, "#008080");
}

}  // namespace
}  // namespace talkie
