// SPDX-License-Identifier: LGPL-2.1-or-later
// Cues on words: what they make of a page's steps, layers and camera.
#include <gtest/gtest.h>

#include "layout_testing.h"
#include "visual/drawing.h"

namespace talkie::testing {

namespace {

Cue cue(Cue::Kind kind, std::string what, size_t offset = 0) {
  return {kind, std::move(what), 0, offset, {"film.md", 12, 7}};
}

Scene list_with(std::vector<Cue> cues) {
  Scene scene = scene_of({heading(1, "Tides"), bullets({"The moon", "The sun", "The earth"})});
  scene.cues = std::move(cues);
  return scene;
}

Scene code_with(std::vector<Cue> cues) {
  Scene scene = scene_of({heading(1, "Code"), code("a = 1\nb = 2\nc = 3\nd = 4")});
  scene.cues = std::move(cues);
  return scene;
}

Error error_of(const Scene& scene) {
  Problems problems;
  const auto slide = lay_out(scene, {1920, 1080}, problems);
  EXPECT_FALSE(slide);
  return slide ? Error{} : slide.error();
}

// The layers that come in with a cue.
std::vector<PageLayer> layers_from_cues(const Slide& slide) {
  std::vector<PageLayer> layers;
  for (const PageLayer& layer : layers_of(slide.plan->page))
    if (layer.step >= 0 && slide.steps[static_cast<size_t>(layer.step)].cue >= 0)
      layers.push_back(layer);
  return layers;
}

TEST(Cues, ShowBringsAPartInAtItsWord) {
  const Slide slide = laid_out(list_with({cue(Cue::Kind::show, "3", 14)}));
  ASSERT_EQ(slide.steps.size(), 3u);
  EXPECT_EQ(slide.steps[2].cue, 0);
  EXPECT_EQ(slide.steps[0].cue, -1);
  ASSERT_EQ(slide.plan->cues.size(), 1u);
  EXPECT_EQ(slide.plan->cues[0].offset, 14u);
}

TEST(Cues, NextGoesOnFromWhatWasShown) {
  const Slide slide = laid_out(list_with(
      {cue(Cue::Kind::next, ""), cue(Cue::Kind::show, "2", 5), cue(Cue::Kind::next, "", 9)}));
  EXPECT_EQ(slide.steps[0].cue, 0);
  EXPECT_EQ(slide.steps[1].cue, 1);
  EXPECT_EQ(slide.steps[2].cue, 2);
}

TEST(Cues, WhatIsNotOnTheSlideIsAnErrorAtItsPlace) {
  const Error shown = error_of(list_with({cue(Cue::Kind::show, "4")}));
  EXPECT_NE(shown.message.find("3 parts"), std::string::npos) << shown.message;
  EXPECT_EQ(shown.where, (Place{"film.md", 12, 7}));
  const Error named = error_of(list_with({cue(Cue::Kind::highlight, "the muxer")}));
  EXPECT_NE(named.message.find("'the muxer'"), std::string::npos) << named.message;
  EXPECT_EQ(named.where, (Place{"film.md", 12, 7}));
  for (const Cue::Kind kind : {Cue::Kind::zoom, Cue::Kind::point, Cue::Kind::pan})
    EXPECT_EQ(error_of(list_with({cue(kind, "nowhere")})).kind, ErrorKind::bad_value);
  EXPECT_NE(error_of(list_with({cue(Cue::Kind::play, "")})).message.find("no clip"),
            std::string::npos);
  const std::vector<Cue> four(4, cue(Cue::Kind::next, ""));
  EXPECT_NE(error_of(list_with(four)).message.find("nothing left"), std::string::npos);
}

TEST(Cues, HighlightingLinesDimsTheOthers) {
  const Slide slide =
      laid_out(code_with({cue(Cue::Kind::highlight, "2-3"), cue(Cue::Kind::highlight, "all", 20)}));
  int lit = 0;
  int dimmed = 0;
  for (const Piece::Name& name : slide.plan->page.names) {
    if (!name.name.starts_with("line ")) continue;
    ASSERT_GE(name.layer, 0);
    const auto& moves = slide.plan->page.layers[static_cast<size_t>(name.layer)].moves;
    ASSERT_EQ(moves.size(), 2u);
    EXPECT_EQ(moves[0].when.kind, When::Kind::cue);
    const bool inside = name.name == "line 2" || name.name == "line 3";
    EXPECT_EQ(moves[0].to.opacity, inside ? 1 : 0.4) << name.name;
    EXPECT_EQ(moves[1].to.opacity, 1);
    ++(inside ? lit : dimmed);
  }
  EXPECT_EQ(lit, 2);
  EXPECT_EQ(dimmed, 2);
}

TEST(Cues, AHighlightStaysUntilTheNextOne) {
  const Slide slide =
      laid_out(list_with({cue(Cue::Kind::highlight, "1"), cue(Cue::Kind::highlight, "2", 8),
                          cue(Cue::Kind::highlight, "none", 16)}));
  const auto layers = layers_from_cues(slide);
  ASSERT_EQ(layers.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(slide.steps[static_cast<size_t>(layers[i].step)].cue, static_cast<int>(i));
    ASSERT_TRUE(layers[i].plan.leaves);
    EXPECT_EQ(layers[i].plan.leaves->index, static_cast<int>(i) + 1);
  }
  // It stands around the item, and not elsewhere.
  const Ink ink = ink_of(slide.svg, {1920, 1080}, ("#" + layers[1].group).c_str());
  const Ink item = ink_of(slide.svg, {1920, 1080}, "#step-1");
  EXPECT_LT(ink.left, item.left);
  EXPECT_GT(ink.right, item.right);
  EXPECT_LT(ink.bottom - ink.top, 3 * (item.bottom - item.top));
}

TEST(Cues, ZoomsKeepTheFramesShapeAndStayInside) {
  const Slide slide =
      laid_out(code_with({cue(Cue::Kind::zoom, "2"), cue(Cue::Kind::zoom, "line 4", 9),
                          cue(Cue::Kind::zoom, "home", 20)}));
  const auto& camera = slide.plan->camera;
  ASSERT_EQ(camera.size(), 4u);
  EXPECT_EQ(camera[0].to, (View{0, 0, 1920, 1080}));
  EXPECT_EQ(camera[3].to, (View{0, 0, 1920, 1080}));
  EXPECT_EQ(camera[1].to.width, 960);  // a factor
  for (const ViewMove& move : camera) {
    EXPECT_NEAR(move.to.width / move.to.height, 1920.0 / 1080, 1e-6);
    EXPECT_GE(move.to.x, 0);
    EXPECT_GE(move.to.y, 0);
    EXPECT_LE(move.to.x + move.to.width, 1920 + 1e-6);
    EXPECT_LE(move.to.y + move.to.height, 1080 + 1e-6);
  }
}

TEST(Cues, ZoomsGoToRectanglesAndLines) {
  const Slide slide = laid_out(
      code_with({cue(Cue::Kind::zoom, "50%,50%,40%,40%"), cue(Cue::Kind::zoom, "line 2", 20)}));
  const View& corner = slide.plan->camera[1].to;
  EXPECT_LE(corner.x, 960);
  EXPECT_LE(corner.y, 540);
  EXPECT_GE(corner.x + corner.width, 0.9 * 1920 - 1);
  EXPECT_GE(corner.y + corner.height, 0.9 * 1080 - 1);
}

TEST(Cues, ACalloutAndAPointerComeAndGo) {
  const Slide slide =
      laid_out(list_with({cue(Cue::Kind::callout, "mask 2"), cue(Cue::Kind::callout, "circle 1", 8),
                          cue(Cue::Kind::callout, "none", 12), cue(Cue::Kind::point, "1", 14),
                          cue(Cue::Kind::point, "3", 18), cue(Cue::Kind::point, "none", 22)}));
  const auto layers = layers_from_cues(slide);
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(layers[0].plan.leaves->index, 1);
  EXPECT_EQ(layers[1].plan.leaves->index, 2);
  EXPECT_EQ(layers[2].plan.leaves->index, 5);
  ASSERT_EQ(layers[2].plan.moves.size(), 1u);
  EXPECT_GT(layers[2].plan.moves[0].to.dy, 50);
}

TEST(Cues, TheKeyOfAPageKnowsThem) {
  const auto key = [](const Scene& scene) { return key_of(scene, laid_out(scene), {1920, 1080}); };
  const std::string plain_page = key(list_with({}));
  EXPECT_NE(key(list_with({cue(Cue::Kind::show, "2")})), plain_page);
  EXPECT_NE(key(list_with({cue(Cue::Kind::show, "2")})),
            key(list_with({cue(Cue::Kind::show, "2", 7)})));
  EXPECT_NE(key(list_with({cue(Cue::Kind::zoom, "1.5")})),
            key(list_with({cue(Cue::Kind::zoom, "1.6")})));
}

}  // namespace

}  // namespace talkie::testing
