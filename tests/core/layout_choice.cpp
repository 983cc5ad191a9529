// SPDX-License-Identifier: LGPL-2.1-or-later
// Which layout a scene gets, what waits for its words, and what is said about what cannot be done.
#include "layout_testing.h"

namespace talkie {
namespace {

using namespace testing;
using Role = Label::Role;

const std::string kLine = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"160\" height=\"90\"/>";

std::string layout_of(Scene scene) {
  return laid_out(scene).layout;
}

TEST(LayoutChoice, FollowsWhatTheSceneHolds) {
  const TemporaryFolder folder;
  const std::string picture = folder.write("line.svg", kLine);
  EXPECT_EQ(layout_of(scene_of({heading(1, "Where the water goes")})), "section");
  EXPECT_EQ(layout_of(scene_of({heading(2, "Where the water goes")})), "statement");
  EXPECT_EQ(layout_of(scene_of({heading(2, "16 m")})), "number");
  EXPECT_EQ(layout_of(scene_of({heading(2, "12 h 25 min")})), "number");
  EXPECT_EQ(layout_of(scene_of({heading(2, "2024 was a dry year")})), "statement");
  EXPECT_EQ(layout_of(scene_of({label(Role::statement, "It waits for no one.")})), "statement");
  EXPECT_EQ(layout_of(scene_of({})), "statement");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), bullets({"b", "c"})})), "bullets");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), quote("b", "c")})), "quote");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), table({{"b"}, {"c"}})})), "table");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), code("b = c")})), "code");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), image(picture)})), "image");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), image(picture), bullets({"b"})})), "columns");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), bullets({"b"}), bullets({"c"})})), "comparison");
  EXPECT_EQ(layout_of(scene_of({heading(2, "A"), bullets({"b"}), code("c")})), "stack");
}

TEST(LayoutChoice, TheFirstAndTheLastHeadingAreTitleAndClosing) {
  Scene scene = scene_of({heading(1, "How tides work")});
  scene.index = 0;
  EXPECT_EQ(layout_of(scene), "title");
  scene.index = scene.count - 1;
  EXPECT_EQ(layout_of(scene), "closing");
}

TEST(LayoutChoice, TheScriptMayChoose) {
  Scene scene = scene_of({heading(2, "How tides work")});
  for (const char* layout : {"title", "section", "closing", "statement"}) {
    scene.layout = layout;
    EXPECT_EQ(layout_of(scene), layout);
  }
}

TEST(LayoutChoice, ALayoutThatCannotHoldTheBlocksIsAWarning) {
  Scene scene = scene_of({heading(2, "A"), bullets({"b"})});
  scene.layout = "quote";
  Problems problems;
  const Result<Slide> slide = lay_out(scene, {1920, 1080}, problems);
  ASSERT_TRUE(slide);
  EXPECT_EQ(slide->layout, "bullets");
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].to_string(),
            "film.md:3:1: warning: the layout 'quote' needs one quote and no other block; "
            "'bullets' is used instead");
}

TEST(LayoutChoice, AnUnknownLayoutIsAWarningThatNamesTheNearest) {
  Scene scene = scene_of({heading(2, "A"), bullets({"b"})});
  scene.layout = "bulets";
  Problems problems;
  ASSERT_TRUE(lay_out(scene, {1920, 1080}, problems));
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_NE(problems.all()[0].message.find("Did you mean 'bullets'?"), std::string::npos);
}

TEST(LayoutChoice, EveryLayoutThatIsListedCanBeChosen) {
  const std::vector<std::string> layouts = list_layouts();
  EXPECT_EQ(layouts.size(), 16u);
  for (const std::string& layout : layouts) {
    Scene scene = scene_of({heading(2, "A"), bullets({"b"})});
    scene.layout = layout;
    Problems problems;
    ASSERT_TRUE(lay_out(scene, {1920, 1080}, problems));
    for (const Problem& problem : problems.all())
      EXPECT_EQ(problem.message.find("there is no layout"), std::string::npos) << layout;
  }
}

TEST(Steps, ItemsOfAListWaitForTheirWords) {
  Block list = bullets({"The *moon* pulls", "The earth turns"});
  std::get<List>(list.content).items.push_back({rich("once a day"), 1, {}, {}, {}});
  list.after = 2;
  const Slide slide = laid_out(scene_of({heading(2, "A"), list}));
  ASSERT_EQ(slide.steps.size(), 2u);
  EXPECT_EQ(slide.steps[0].words, "The moon pulls");
  EXPECT_EQ(slide.steps[1].words, "The earth turns once a day");
  EXPECT_EQ(slide.steps[1].after, 2);
  EXPECT_NE(slide.svg.find("<g id=\"step-0\" class=\"step\">"), std::string::npos);
  EXPECT_NE(slide.svg.find("<g id=\"step-1\" class=\"step\">"), std::string::npos);
  EXPECT_EQ(slide.svg.find("step-2"), std::string::npos);
  EXPECT_LT(slide.svg.find(">A</text>"), slide.svg.find("step-0")) << "the title is there at first";
  EXPECT_LT(slide.svg.find("step-1"), slide.svg.find("once a day"));
}

TEST(Steps, RowsOfATableComeInOneByOneAndLongTablesByGroups) {
  std::vector<std::vector<std::string>> rows = {{"Harbour", "Range"}};
  for (int i = 1; i <= 3; ++i)
    rows.push_back({"Port " + std::to_string(i), "1"});
  const Slide three = laid_out(scene_of({heading(2, "A"), table(rows)}));
  ASSERT_EQ(three.steps.size(), 3u);
  EXPECT_EQ(three.steps[1].words, "Port 2 1");
  for (int i = 4; i <= 10; ++i)
    rows.push_back({"Port " + std::to_string(i), "1"});
  Scene scene = scene_of({table(rows)});
  scene.film.captions = CaptionMode::none;
  EXPECT_EQ(laid_out(scene, {1080, 1920}).steps.size(), 5u);
}

TEST(Steps, BlocksOfAStackFollowOneAnother) {
  const Slide slide = laid_out(
      scene_of({heading(2, "A"), bullets({"b"}), heading(3, "c"), code("d()"), quote("e", "f")}));
  std::vector<std::string> words;
  for (const Step& step : slide.steps)
    words.push_back(step.words);
  EXPECT_EQ(words, (std::vector<std::string>{"b", "c", "d()", "e f"}));
}

TEST(Steps, WhatStandsAloneIsThereFromTheStart) {
  EXPECT_TRUE(laid_out(scene_of({quote("The tide waits", "A master")})).steps.empty());
  EXPECT_TRUE(laid_out(scene_of({heading(2, "A"), code("b()")})).steps.empty());
  EXPECT_TRUE(laid_out(scene_of({heading(1, "How tides work")})).steps.empty());
}

TEST(Steps, AnEmptyPageDoesNotWait) {
  const Slide slide = laid_out(scene_of({bullets({"one", "two", "three"})}));
  ASSERT_EQ(slide.steps.size(), 2u);
  EXPECT_EQ(slide.steps[0].words, "two");
  EXPECT_LT(slide.svg.find(">one<"), slide.svg.find("step-0"));
}

TEST(Steps, WithoutNarrationNothingWaits) {
  Scene scene = scene_of({heading(2, "A"), bullets({"b", "c"})});
  scene.narration.clear();
  const Slide slide = laid_out(scene);
  EXPECT_TRUE(slide.steps.empty());
  EXPECT_NE(slide.svg.find(">c</text>"), std::string::npos);
}

TEST(LayoutErrors, TooMuchTextNamesTheSlideAndItsPlace) {
  const std::vector<std::string> items(40, "An item that is far too long to be read in a film");
  Problems problems;
  const auto slide =
      lay_out(scene_of({heading(2, "Tides"), bullets(items)}), {1920, 1080}, problems);
  ASSERT_FALSE(slide);
  EXPECT_EQ(slide.error().kind, ErrorKind::too_large);
  EXPECT_EQ(slide.error().to_string(),
            "film.md:3:1: the slide 'Tides' has too much on it to be read, even at the smallest "
            "size; split it in two with ---");
}

TEST(LayoutErrors, AHeadingOfFiveThousandCharactersIsAnErrorThatCanBeRead) {
  std::string text;
  while (text.size() < 5000)
    text += "water ";
  for (const std::string& long_heading : {text, std::string(5000, 'x')}) {
    Problems problems;
    const auto slide = lay_out(scene_of({heading(1, long_heading)}), {1920, 1080}, problems);
    ASSERT_FALSE(slide);
    EXPECT_EQ(slide.error().kind, ErrorKind::too_large);
    EXPECT_LT(slide.error().message.size(), 220u);
  }
}

TEST(LayoutErrors, AMissingPictureIsAWarningAndAPlaceholder) {
  Scene scene = scene_of({heading(2, "A"), image("/nowhere/harbour.png"), bullets({"b"})});
  Problems problems;
  const Result<Slide> slide = lay_out(scene, {1920, 1080}, problems);
  ASSERT_TRUE(slide);
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].severity, Problem::Severity::warning);
  EXPECT_EQ(problems.all()[0].where, (Place{"film.md", 8, 1}));
  EXPECT_NE(problems.all()[0].message.find("/nowhere/harbour.png"), std::string::npos);
  EXPECT_NE(slide->svg.find(">harbour.png</text>"), std::string::npos);
  EXPECT_NE(slide->svg.find("stroke-dasharray"), std::string::npos);
  EXPECT_EQ(slide->svg.find("<image"), std::string::npos);
}

TEST(LayoutErrors, ABrokenPictureIsAWarningToo) {
  const TemporaryFolder folder;
  Scene scene = scene_of({image(folder.write("broken.png", "\x89PNG\r\n\x1a\nnot a picture"))});
  Problems problems;
  ASSERT_TRUE(lay_out(scene, {1920, 1080}, problems));
  EXPECT_EQ(problems.all().size(), 1u);
  scene.blocks = {heading(2, "A")};
  scene.background = folder.write("ground.png", "nothing");
  ASSERT_TRUE(lay_out(scene, {1920, 1080}, problems));
  EXPECT_EQ(problems.all().size(), 2u);
}

TEST(LayoutErrors, AnUnknownThemeNamesTheNearestAndTheScene) {
  Scene scene = scene_of({heading(2, "A")});
  scene.theme = "midnigt";
  Problems problems;
  const Result<Slide> slide = lay_out(scene, {1920, 1080}, problems);
  ASSERT_FALSE(slide);
  EXPECT_EQ(slide.error().kind, ErrorKind::not_found);
  EXPECT_EQ(slide.error().where, (Place{"film.md", 3, 1}));
  EXPECT_NE(slide.error().message.find("Did you mean 'midnight'?"), std::string::npos);
}

}  // namespace
}  // namespace talkie
