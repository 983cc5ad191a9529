// SPDX-License-Identifier: LGPL-2.1-or-later
// Cues: what happens at a word, and where the word is.
#include "script_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;
using Kind = Cue::Kind;

Scene scene_of(const std::string& text) {
  return good(text).scenes.at(0);
}

// The text of the utterance from the cue's word on.
std::string from(const Scene& scene, const Cue& cue) {
  return said(scene, static_cast<size_t>(cue.step)).text.substr(cue.offset);
}

TEST(Cues, AreAtTheFirstWordOfTheirLink) {
  const Scene scene = scene_of(
      "First.\n\nThen it *reaches [the muxer](cue:highlight=mux) at* last,\nand “[ö "
      "“far](cue:next)\" "
      "again.\n");
  ASSERT_EQ(scene.cues.size(), 2u);
  EXPECT_EQ(said(scene, 1).text, "Then it reaches the muxer at last, and “ö “far” again.");
  EXPECT_EQ(said(scene, 1).caption, "");
  EXPECT_EQ(scene.cues[0].kind, Kind::highlight);
  EXPECT_EQ(scene.cues[0].what, "mux");
  EXPECT_EQ(scene.cues[0].step, 1);
  EXPECT_EQ(from(scene, scene.cues[0]).substr(0, 9), "the muxer");
  EXPECT_EQ(scene.cues[0].where, at(3, 30));
  EXPECT_EQ(scene.cues[1].kind, Kind::next);
  EXPECT_EQ(from(scene, scene.cues[1]).substr(0, 2), "ö");
  EXPECT_EQ(scene.cues[1].where.line, 4);
}

TEST(Cues, SeveralInOneLink) {
  const Scene scene = scene_of("The [mux](cue:next;zoom=mux&play) and [on](<cue:show=2; next>).\n");
  ASSERT_EQ(scene.cues.size(), 5u);
  EXPECT_EQ(scene.cues[1].kind, Kind::zoom);
  EXPECT_EQ(scene.cues[1].what, "mux");
  EXPECT_EQ(scene.cues[2].kind, Kind::play);
  EXPECT_EQ(scene.cues[0].offset, scene.cues[2].offset);
  EXPECT_EQ(scene.cues[3].what, "2");
  EXPECT_EQ(from(scene, scene.cues[4]), "on.");
}

TEST(Cues, FormulasInTheirLinksCountAsSpoken) {
  const Scene scene = scene_of("As $a^2$ grows [$x^2$ and](cue:next) [`c`](cue:point=b) end.\n");
  EXPECT_EQ(from(scene, scene.cues.at(0)), "x squared and c end.");
  EXPECT_EQ(from(scene, scene.cues.at(1)), "c end.");
  EXPECT_EQ(said(scene, 0).caption, "As a² grows x² and c end.");
}

TEST(Cues, WithoutAWordBehindThemBelongToTheNextStep) {
  const Scene scene = scene_of("One [](cue:next) two [](cue:play)\n\n[](cue:show=1)\n\nThree.\n");
  ASSERT_EQ(scene.cues.size(), 3u);
  EXPECT_EQ(from(scene, scene.cues[0]), "two");
  EXPECT_EQ(scene.cues[1].step, 1);
  EXPECT_EQ(scene.cues[1].offset, 0u);
  EXPECT_EQ(scene.cues[2].step, 1);
  EXPECT_EQ(scene.narration.size(), 2u);
}

TEST(Cues, AsDirectionsComeWithTheNextStep) {
  const Scene scene = scene_of(
      "One.\n\n(cue: highlight=mux)\n\nTwo.\n(cue: {zoom: 1.5, highlight: 3})\nThree.\n\n(cue: "
      "[next, play])\n\n(camera: home)\n");
  ASSERT_EQ(scene.cues.size(), 6u);
  EXPECT_EQ(scene.cues[0].step, 1);
  EXPECT_EQ(scene.cues[0].where, at(3, 7));
  EXPECT_EQ(scene.cues[1].kind, Kind::zoom);
  EXPECT_EQ(scene.cues[1].what, "1.5");
  EXPECT_EQ(scene.cues[1].step, 2);
  EXPECT_EQ(scene.cues[2].what, "3");
  EXPECT_EQ(scene.cues[3].step, 3);
  EXPECT_EQ(scene.cues[5].kind, Kind::zoom);
  EXPECT_EQ(scene.cues[5].what, "home");
}

TEST(Cues, WaitIsAPause) {
  const Scene scene =
      scene_of("So we wait [for it](cue:wait=2;next) here.\n\n(cue: wait=0.5)\n\nOn.\n");
  ASSERT_EQ(scene.narration.size(), 5u);
  EXPECT_EQ(said(scene, 0).text, "So we wait");
  EXPECT_EQ(std::get<Pause>(scene.narration[1]).length, Time{2s});
  EXPECT_EQ(said(scene, 2).text, "for it here.");
  EXPECT_EQ(scene.cues.at(0).step, 2);
  EXPECT_EQ(scene.cues.at(0).offset, 0u);
  EXPECT_EQ(std::get<Pause>(scene.narration[3]).length, Time{500ms});
}

TEST(Cues, EveryFormThatCanBe) {
  for (const char* form : {"show=1",
                           "show=big box",
                           "next",
                           "step",
                           "highlight=3",
                           "highlight=2-4,7",
                           "highlight=mux",
                           "highlight=a b",
                           "zoom=1.5",
                           "zoom=mux",
                           "zoom=10%,20%,30%,40%",
                           "zoom=home",
                           "pan=left",
                           "pan=mux",
                           "callout=circle mux",
                           "callout=rect:mux",
                           "callout=mask 10%,10%,30%,20%",
                           "callout=mux",
                           "point=mux",
                           "play",
                           "wait=1:00",
                           "HIGHLIGHT=mux",
                           "highlight = mux"}) {
    EXPECT_EQ(problems_of("A [b](<cue:" + std::string(form) + ">) c.\n").size(), 0u) << form;
    EXPECT_EQ(problems_of("(cue: \"" + std::string(form) + "\")\n\nA.\n").size(), 0u) << form;
  }
  EXPECT_EQ(scene_of("A [b](cue:callout=rect:mux) c.\n").cues[0].what, "rect mux");
  EXPECT_EQ(scene_of("A [b](cue:callout=mux) c.\n").cues[0].what, "circle mux");
  EXPECT_EQ(scene_of("A [b](cue:callout=circle%20mux) c.\n").cues[0].what, "circle mux");
}

TEST(Cues, WhatCannotBeIsAnErrorAtItsPlace) {
  struct Case {
    const char* cue;
    const char* part;
  };
  for (const Case& c : {Case{"", "there is no cue ''"},
                        Case{"hilight=a", "Did you mean 'highlight'?"},
                        Case{"show", "number from 1"},
                        Case{"show=0", "number from 1"},
                        Case{"show=2x", "number from 1"},
                        Case{"next=1", "nothing behind"},
                        Case{"highlight=", "lines or a name"},
                        Case{"highlight=5-2", "lines or a name"},
                        Case{"highlight=0", "lines or a name"},
                        Case{"zoom=0.5", "1 to 3"},
                        Case{"zoom=10%,20%,30%", "percent"},
                        Case{"zoom=80%,0%,30%,10%", "percent"},
                        Case{"zoom=1,2,3,4", "percent"},
                        Case{"zoom=nan", "1 to 3"},
                        Case{"callout=circle", "circle"},
                        Case{"callout=rect:1%,2%", "four percentages"},
                        Case{"point=", "a name"},
                        Case{"wait=soon", "60 seconds"},
                        Case{"wait=61", "60 seconds"},
                        Case{"next;;play", "''"},
                        Case{"next;zap", "'zap'"}}) {
    const Error error = error_of("# A\n\nTo [b](<cue:" + std::string(c.cue) + ">) c.\n");
    EXPECT_EQ(error.where.to_string(), "talk.md:3:9") << c.cue;
    EXPECT_NE(error.message.find(c.part), std::string::npos) << c.cue << ": " << error.message;
    EXPECT_EQ(error_of("# A\n\n(cue: \"" + std::string(c.cue) + "\")\n\nA.\n").where, at(3, 7));
  }
}

TEST(Cues, NeedWordsThatAreSpoken) {
  for (const char* text :
       {"# The [mux](cue:next)\n", "# A\n\n- the [mux](cue:next)\n", "> the [mux](cue:next)\n",
        "| a [mux](cue:next) |\n|---|\n", "Said.\n> Shown [mux](cue:next).\n",
        "# A\n\n(statement: the [mux](cue:next))\n"}) {
    const Error error = error_of(text);
    EXPECT_NE(error.message.find("a word that is spoken"), std::string::npos) << text;
    EXPECT_GT(error.where.line, 0) << text;
  }
  EXPECT_EQ(error_of("# A\n\n- the [mux](cue:next)\n").where, at(3, 13));
}

TEST(Cues, TooManyAreRefused) {
  std::string text = "# A\n\n";
  for (int i = 0; i < 501; ++i)
    text += "[a](cue:next) b\n";
  const Error error = error_of(text);
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_EQ(error.where.line, 503);
}

TEST(Camera, MovesAtAPlaceOrOverTheScene) {
  const Scene scene = scene_of(
      "A.\n\n(camera: zoom mux)\n\nB.\n\n(camera: pan left)\n\nC.\n\n"
      "(camera: zoom 10%,20%,30%,40%)\n");
  ASSERT_EQ(scene.cues.size(), 3u);
  EXPECT_EQ(scene.cues[0].kind, Kind::zoom);
  EXPECT_EQ(scene.cues[0].what, "mux");
  EXPECT_EQ(scene.cues[1].kind, Kind::pan);
  EXPECT_EQ(scene.cues[1].step, 2);
  EXPECT_EQ(scene.cues[2].what, "10%,20%,30%,40%");
  EXPECT_EQ(scene.camera, Movement::none);
  EXPECT_EQ(scene_of("A.\n\n(camera: panzoom)\n").camera, Movement::pan_zoom);
  EXPECT_EQ(scene_of("A.\n\n(camera: zoom)\n").camera, Movement::zoom);
  for (const char* bad : {"spin", "zoom 99", "[a]", "home mux", ""})
    EXPECT_EQ(error_of("A.\n\n(camera: '" + std::string(bad) + "')\n").where, at(3, 10)) << bad;
}

TEST(Camera, ALinkOfAnotherSchemeIsJustText) {
  const Scene scene = scene_of("See [this](https://example.org/cue:next) and [that](cues:x).\n");
  EXPECT_TRUE(scene.cues.empty());
  EXPECT_EQ(said(scene, 0).text, "See this and that.");
}

}  // namespace
}  // namespace talkie
