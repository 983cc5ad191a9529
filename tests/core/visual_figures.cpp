// SPDX-License-Identifier: LGPL-2.1-or-later
// Drawings, terminals, placeholders and overlays on pages, and pages in parts.
#include <gtest/gtest.h>

#include "layout_testing.h"
#include "visual/drawing.h"

namespace talkie::testing {

namespace {

Block block_of(Block::Content content, int after = 0) {
  Block block;
  block.content = std::move(content);
  block.after = after;
  block.where = {"film.md", 7, 1};
  return block;
}

// A graph needs no part of the build that can be left out.
Block graph(std::string text = "digraph { rankdir=LR; parser -> planner -> executor }") {
  return block_of(Drawing{Drawing::Kind::dot, std::move(text), "", {}});
}

Box box_of(const Slide& slide, const std::string& name) {
  for (const Piece::Name& known : slide.plan->page.names)
    if (known.name == name) return known.box;
  ADD_FAILURE() << "nothing is called " << name;
  return {};
}

TEST(Figures, ADrawingComesInByItsParts) {
  const Slide slide = laid_out(scene_of({heading(1, "Graph"), graph()}));
  EXPECT_EQ(slide.layout, "image");
  ASSERT_EQ(slide.steps.size(), 3u);
  EXPECT_NE(slide.steps[0].words.find("parser"), std::string::npos);
  EXPECT_NE(slide.steps[2].words.find("executor"), std::string::npos);
  const Box first = box_of(slide, "parser");
  const Box last = box_of(slide, "executor");
  EXPECT_LT(first.right(), last.x);
  // Its place is where librsvg paints it, inside of the page.
  std::string group;
  for (const PageLayer& layer : layers_of(slide.plan->page))
    if (layer.step == 0) group = layer.group;
  const Ink ink = ink_of(slide.svg, {1920, 1080}, ("#" + group).c_str());
  EXPECT_NEAR(ink.left, first.x, 6);
  EXPECT_NEAR(ink.right, first.right(), 6);
  EXPECT_LE(last.right(), 1920 - 60);
}

TEST(Figures, ADrawingFillsItsPageAndIsNotBlownUp) {
  const Slide large = laid_out(scene_of({heading(1, "Graph"), graph()}));
  const Box wide{box_of(large, "parser").x, 0, 0, 0};
  EXPECT_LT(wide.x, 500);
  const Slide small = laid_out(scene_of({heading(1, "Graph"), graph("digraph { a }")}));
  EXPECT_LT(box_of(small, "a").width, 700);
}

TEST(Figures, ADrawingStandsBesideText) {
  const Slide slide = laid_out(scene_of({heading(1, "Graph"), bullets({"One", "Two"}), graph()}));
  EXPECT_EQ(slide.layout, "columns");
  EXPECT_GT(box_of(slide, "parser").x, 900);
}

TEST(Figures, WhatCannotBeDrawnSaysSo) {
  Problems problems;
  const auto slide =
      lay_out(scene_of({heading(1, "Graph"), graph("digraph { a -> ")}), {1920, 1080}, problems);
  ASSERT_TRUE(slide);
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_GE(problems.all()[0].where.line, 7);
  EXPECT_NE(problems.all()[0].message.find("placeholder"), std::string::npos);
  EXPECT_FALSE(slide->svg.find("stroke-dasharray") == std::string::npos);
}

TEST(Figures, APlaceholderShowsItsWords) {
  const Slide slide =
      laid_out(scene_of({heading(1, "Map"), block_of(Placeholder{"A map of the coast"})}));
  EXPECT_NE(slide.svg.find("A map of the coast"), std::string::npos);
}

TEST(Figures, ATerminalIsAWindowThatMoves) {
  Terminal terminal;
  terminal.text = "$ ls\nfilm.md";
  const Slide slide = laid_out(scene_of({heading(1, "Shell"), block_of(terminal)}));
  const auto layers = layers_of(slide.plan->page);
  ASSERT_EQ(layers.size(), 1u);
  ASSERT_TRUE(layers[0].plan.animation);
  const Box& box = layers[0].plan.box;
  EXPECT_EQ(box.width, layers[0].plan.animation->size().width);
  EXPECT_GE(box.x, 4 * 24);
  EXPECT_LE(box.bottom(), 1080 - 4 * 24);
  EXPECT_NE(key_of(scene_of({block_of(terminal)}), slide, {1920, 1080}).size(), 0u);
}

TEST(Figures, AnOverlayStandsOverThePage) {
  Terminal terminal;
  terminal.text = "$ ls";
  Block over = block_of(terminal);
  over.overlay = Overlay{Overlay::Place::bottom_right, 0.4};
  const Slide slide = laid_out(scene_of({heading(1, "Graph"), graph(), over}));
  const auto layers = layers_of(slide.plan->page);
  ASSERT_TRUE(layers.back().plan.animation) << "it is above everything";
  const Box& box = layers.back().plan.box;
  EXPECT_GT(box.x, 960);
  EXPECT_GT(box.y, 400);
  EXPECT_LE(box.width, 0.4 * 1920 + 1);
  // The page is laid out as if it were not there.
  const Slide alone = laid_out(scene_of({heading(1, "Graph"), graph()}));
  EXPECT_EQ(box_of(slide, "parser").x, box_of(alone, "parser").x);
}

TEST(Figures, ALowerThirdStandsAboveTheCaptions) {
  const Slide slide = laid_out(scene_of(
      {heading(1, "Graph"), graph(), label(Label::Role::lower_third, "Ada Marsh — sailor")}));
  EXPECT_NE(slide.svg.find("Ada Marsh"), std::string::npos);
  const std::string group = layers_of(slide.plan->page).back().group;
  const Ink ink = ink_of(slide.svg, {1920, 1080}, ("#" + group).c_str());
  EXPECT_LT(ink.left, 400);
  EXPECT_GT(ink.top, 600);
  EXPECT_LT(ink.bottom, 960);
}

TEST(Figures, WhatACueNamesHasComeInByThen) {
  Scene scene = scene_of({heading(1, "Graph"), graph()});
  scene.cues.push_back({Cue::Kind::highlight, "executor", 0, 4, {"film.md", 9, 1}});
  const Slide slide = laid_out(scene);
  EXPECT_EQ(slide.steps[2].by_cue, 0);
  EXPECT_EQ(slide.steps[0].by_cue, -1);
}

TEST(Figures, ThePartsOfAPageMorph) {
  Scene scene = scene_of({heading(1, "Tides"), bullets({"The moon", "The sun"})});
  EXPECT_TRUE(laid_out(scene).plan->parts.empty());
  scene.morphs = true;
  Problems problems;
  const auto painted = paint_scene(scene, {1280, 720}, problems);
  ASSERT_TRUE(painted);
  const Visual& visual = *painted->visual;
  ASSERT_TRUE(visual.without_parts);
  const auto part =
      std::ranges::find_if(visual.parts, [](const MorphPart& p) { return p.name == "Tides"; });
  ASSERT_NE(part, visual.parts.end());
  EXPECT_GT(part->bitmap.width, 50);
  // The heading is in its part and nowhere else; the page still shows it.
  const auto at = [](const Bitmap& bitmap, int x, int y) {
    return std::vector<uint8_t>(bitmap.row(y) + 4 * x, bitmap.row(y) + 4 * x + 4);
  };
  bool differs = false;
  for (int x = part->x; x < part->x + part->bitmap.width; ++x)
    differs = differs || at(painted->frame, x, part->y + part->bitmap.height / 2) !=
                             at(*visual.without_parts, x, part->y + part->bitmap.height / 2);
  EXPECT_TRUE(differs);
  // What comes in later is known by its words.
  EXPECT_TRUE(std::ranges::any_of(visual.layers,
                                  [](const Layer& layer) { return layer.part == "The moon"; }));
}

}  // namespace

}  // namespace talkie::testing
