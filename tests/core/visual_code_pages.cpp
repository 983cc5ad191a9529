// SPDX-License-Identifier: LGPL-2.1-or-later
// Code on pages: steps that light lines up, windows that scroll, code that becomes other code.
#include <gtest/gtest.h>

#include <map>

#include "layout_testing.h"
#include "visual/drawing.h"

namespace talkie::testing {

namespace {

Block code_block(Code code, int after = 0) {
  return {std::move(code), after, {"film.md", 7, 1}};
}

Code python(std::string text) {
  return {.language = "python", .info = {}, .text = std::move(text)};
}

std::string lines_of_code(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i)
    text +=
        (i > 1 ? "\n" : "") + std::string("value_") + std::to_string(i) + " = " + std::to_string(i);
  return text;
}

// Everything that a page shows as text, line by line.
std::vector<std::string> texts_of(const Slide& slide) {
  std::vector<std::string> texts;
  for (const Item& item : slide.plan->page.items)
    if (const auto* text = std::get_if<Text>(&item.what)) {
      std::string all;
      for (const TextRun& run : text->line.runs)
        all += run.text;
      texts.push_back(all);
    }
  return texts;
}

bool has_text(const Slide& slide, const std::string& text) {
  return std::ranges::count(texts_of(slide), text) > 0;
}

TEST(CodePages, StepsDimTheOtherLines) {
  Code code = python("a = 1\nb = 2\nc = 3\nd = 4");
  code.steps = {{{1, 1}}, {{2, 3}}, {}};
  const Slide slide = laid_out(scene_of({heading(1, "Code"), code_block(code)}));
  ASSERT_EQ(slide.steps.size(), 2u);
  EXPECT_EQ(slide.steps[0].words, "b = 2\nc = 3");
  std::map<std::string, std::vector<double>> opacities;
  for (const Piece::Name& name : slide.plan->page.names) {
    if (!name.name.starts_with("line ")) continue;
    for (const Move& move : slide.plan->page.layers[static_cast<size_t>(name.layer)].moves)
      opacities[name.name].push_back(move.to.opacity);
  }
  EXPECT_EQ(opacities["line 1"], (std::vector<double>{0.4, 1}));
  EXPECT_EQ(opacities["line 2"], (std::vector<double>{0.4, 1}));
  EXPECT_EQ(opacities["line 4"], (std::vector<double>{0.4, 1}));
  // Lines 2 and 3 always look alike, and are one layer.
  const auto& names = slide.plan->page.names;
  const auto layer_of = [&](const std::string& wanted) {
    return std::ranges::find_if(names, [&](const auto& name) { return name.name == wanted; })
        ->layer;
  };
  EXPECT_EQ(layer_of("line 2"), layer_of("line 3"));
  EXPECT_NE(layer_of("line 1"), layer_of("line 2"));
}

TEST(CodePages, WithoutStepsNothingMoves) {
  const Slide slide = laid_out(scene_of({code_block(python("a = 1\nb = 2"))}));
  EXPECT_TRUE(layers_of(slide.plan->page).empty());
  EXPECT_TRUE(slide.steps.empty());
}

TEST(CodePages, LineNumbersBeginWhereTheAuthorSays) {
  Code code = python("a = 1\nb = 2");
  EXPECT_FALSE(has_text(laid_out(scene_of({code_block(code)})), "1"));
  code.line_numbers = true;
  EXPECT_TRUE(has_text(laid_out(scene_of({code_block(code)})), "2"));
  code.first_number = 41;
  const Slide slide = laid_out(scene_of({code_block(code)}));
  EXPECT_TRUE(has_text(slide, "41"));
  EXPECT_TRUE(has_text(slide, "42"));
}

TEST(CodePages, TheWindowHasATitle) {
  Code code = python("a = 1");
  EXPECT_TRUE(has_text(laid_out(scene_of({code_block(code)})), "python"));
  code.title = "tide.py";
  EXPECT_TRUE(has_text(laid_out(scene_of({code_block(code)})), "tide.py"));
}

TEST(CodePages, WhatDoesNotFitScrolls) {
  const Slide slide =
      laid_out(scene_of({heading(1, "Long"), code_block(python(lines_of_code(70)))}));
  ASSERT_FALSE(slide.steps.empty());
  for (const PageLayer& layer : layers_of(slide.plan->page)) {
    ASSERT_TRUE(layer.plan.window);
    EXPECT_LE(layer.plan.window->bottom(), 1080);
  }
  // Every line is painted where it can be seen, and the last one comes to rest there.
  const Box window = *layers_of(slide.plan->page).front().plan.window;
  int lines = 0;
  for (const Piece::Name& name : slide.plan->page.names) {
    if (!name.name.starts_with("line ")) continue;
    ++lines;
    EXPECT_GE(name.box.y, window.y - 1) << name.name;
    EXPECT_LE(name.box.bottom(), window.bottom() + 1) << name.name;
    const auto& moves = slide.plan->page.layers[static_cast<size_t>(name.layer)].moves;
    ASSERT_FALSE(moves.empty());
    if (name.name == "line 1") {
      EXPECT_LT(moves.back().to.dy, -100);
    }
    if (name.name == "line 70") {
      EXPECT_EQ(moves.back().to.dy, 0);
    }
    if (name.name == "line 70") {
      EXPECT_GT(moves.front().to.dy, 100);
    }
  }
  EXPECT_EQ(lines, 70);
}

TEST(CodePages, StepsScrollToTheirLines) {
  Code code = python(lines_of_code(70));
  code.steps = {{{1, 2}}, {{60, 62}}};
  const Slide slide = laid_out(scene_of({code_block(code)}));
  ASSERT_EQ(slide.steps.size(), 1u);
  for (const Piece::Name& name : slide.plan->page.names) {
    if (name.name != "line 61") continue;
    const LayerPlan& plan = slide.plan->page.layers[static_cast<size_t>(name.layer)];
    const double y = name.box.y + plan.moves.back().to.dy;
    EXPECT_GE(y, plan.window->y);
    EXPECT_LE(y, plan.window->bottom());
    EXPECT_EQ(plan.moves.back().to.opacity, 1);
  }
}

TEST(CodePages, MagicMoveTakesTokensToTheirNewPlaces) {
  Code first = python("total = price");
  Code second = python("# net\ntotal = price * rate");
  first.magic_move = second.magic_move = true;
  const Slide slide = laid_out(scene_of({code_block(first), code_block(second, 1)}));
  ASSERT_EQ(slide.steps.size(), 1u);
  EXPECT_EQ(slide.steps[0].after, 1);
  int moved = 0;
  int came = 0;
  for (const PageLayer& layer : layers_of(slide.plan->page)) {
    ASSERT_FALSE(layer.plan.moves.empty());
    const Look to = layer.plan.moves.back().to;
    EXPECT_EQ(to.opacity, 1);
    if (layer.plan.moves.front().to.opacity == 0)
      ++came;
    else if (to.dy > 10)
      ++moved;
  }
  EXPECT_GE(moved, 1);  // "total = price" goes down a line
  EXPECT_GE(came, 2);   // the comment, and what it is multiplied by
}

TEST(CodePages, EqualCodeDoesNotMove) {
  Code code = python("a = 1\nb = 2");
  code.magic_move = true;
  const Slide slide = laid_out(scene_of({code_block(code), code_block(code, 1)}));
  for (const PageLayer& layer : layers_of(slide.plan->page))
    EXPECT_TRUE(layer.plan.moves.empty());
}

TEST(CodePages, TextInOtherScriptsIsComplete) {
  const std::string text = "x = 'שלום'  # 世界\ny = 'é'";
  const Slide slide = laid_out(scene_of({code_block(python(text))}));
  std::string all;
  for (const std::string& line : texts_of(slide))
    all += line;
  for (const std::string part : {"שלום", "世界", "é", "x", "y"})
    EXPECT_NE(all.find(part), std::string::npos) << part;
}

}  // namespace

}  // namespace talkie::testing
