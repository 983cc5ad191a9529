// SPDX-License-Identifier: LGPL-2.1-or-later
// Themes as folders: extending others, drawn layouts, logos; and colours that everybody can tell
// apart.
#include <cmath>
#include <cstdlib>
#include <map>

#include "layout_testing.h"
#include "visual/contrast_check.h"
#include "visual/drawing.h"

namespace talkie {
namespace {

using namespace testing;

constexpr Size kWide{1920, 1080};

// The folders that themes are looked for in, with one more at the front.
class ThemeFolder {
 public:
  ThemeFolder() : before_(std::getenv("TALKIE_THEME_PATH")) {
    setenv("TALKIE_THEME_PATH", (folder_.path().string() + ":" + before_).c_str(), 1);
  }
  ~ThemeFolder() { setenv("TALKIE_THEME_PATH", before_.c_str(), 1); }
  ThemeFolder(const ThemeFolder&) = delete;
  ThemeFolder& operator=(const ThemeFolder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    return folder_.write(name, text);
  }
  Result<Theme> read(const std::string& name) const {
    const std::string file = (folder_.path() / name / "theme.yaml").string();
    std::ifstream stream(file);
    const std::string yaml{std::istreambuf_iterator<char>(stream), {}};
    return read_theme(yaml, name, file);
  }

 private:
  TemporaryFolder folder_;
  std::string before_;
};

std::string drawing(const std::string& elements, const std::string& attributes = "") {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1600 900\"" + attributes + ">\n" +
         elements + "\n</svg>";
}

std::string problem_of(const ThemeFolder& folder, const std::string& svg) {
  folder.write("mine/theme.yaml", "extends: ink\n");
  folder.write("mine/layouts/section.svg", svg);
  const Result<Theme> theme = folder.read("mine");
  EXPECT_FALSE(theme) << svg;
  if (theme) return {};
  EXPECT_TRUE(theme.error().where.file.ends_with("mine/layouts/section.svg"));
  EXPECT_GT(theme.error().where.line, 0) << svg;
  return theme.error().message;
}

TEST(ThemeFiles, ExtendOthersAndSayOnlyWhatDiffers) {
  const ThemeFolder folder;
  folder.write("company/theme.yaml",
               "extends: ink\ncolours: {accent: \"#0a7d6c\"}\ntype: {hero: {size: 8}}\n");
  folder.write("team/theme.yaml", "extends: company\ndescription: Ours\nprogress: {height: 0.2}\n");
  const Result<Theme> team = folder.read("team");
  ASSERT_TRUE(team) << team.error().to_string();
  const Theme& ink = **find_theme("ink");
  EXPECT_EQ(team->palette.accent, 0x0a7d6cu);
  EXPECT_EQ(team->palette.text, ink.palette.text);
  EXPECT_EQ(team->style(TextRole::hero).size, 8);
  EXPECT_EQ(team->style(TextRole::hero).weight, ink.style(TextRole::hero).weight);
  EXPECT_EQ(team->description, "Ours");
  EXPECT_EQ(team->progress.height, 0.2);
  EXPECT_NE(team->source.find("#0a7d6c"), std::string::npos) << "keys see what it extends";

  folder.write("round/theme.yaml", "extends: about\n");
  folder.write("about/theme.yaml", "extends: round\n");
  EXPECT_NE(folder.read("round").error().message.find("one another"), std::string::npos);
  folder.write("lost/theme.yaml", "\nextends: inkk\n");
  const Error lost = folder.read("lost").error();
  EXPECT_NE(lost.message.find("Did you mean 'ink'?"), std::string::npos);
  EXPECT_EQ(lost.where.line, 2);
}

TEST(ThemeFiles, DrawnLayoutsSayWhereThingsStand) {
  const ThemeFolder folder;
  folder.write("drawn/theme.yaml", "extends: ink\nlayouts: {bullets: aside}\n");
  folder.write("drawn/layouts/aside.svg",
               drawing("<rect width=\"400\" height=\"900\" fill=\"var(--accent-2)\"/>"
                       "<rect id=\"title\" x=\"80\" y=\"200\" width=\"300\" height=\"600\" "
                       "data-ground=\"accent-2\"/>"
                       "<rect id=\"body\" x=\"800\" y=\"300\" width=\"700\" height=\"500\"/>"));
  Scene scene = scene_of({heading(2, "Beside"), bullets({"One", "Two"})});
  scene.theme = "drawn";
  scene.film.captions = CaptionMode::none;
  const std::vector<testing::Drawn> texts = texts_of(laid_out(scene, kWide).svg, kWide);
  ASSERT_EQ(texts.size(), 3u);
  const double scale = 1920.0 / 1600;
  EXPECT_NEAR(texts[0].ink.left, 80 * scale, 3);
  EXPECT_GE(texts[0].ink.top, 200 * scale);
  EXPECT_EQ(texts[0].fill, "#ffffff") << "readable on what the drawing paints there";
  for (const size_t i : {1u, 2u}) {
    EXPECT_GE(texts[i].ink.left, 800 * scale);
    EXPECT_GE(texts[i].ink.top, 300 * scale);
    EXPECT_LE(texts[i].ink.bottom, 800 * scale);
  }
  EXPECT_EQ(painted(laid_out(scene, kWide).svg, kWide).at(100, 1000), 0x2457c5u);
  // Other shapes are laid out as without it, and so is a page with a ground of its own.
  const Size upright{1080, 1920};
  EXPECT_EQ(painted(laid_out(scene, upright).svg, upright).at(20, 1800), 0xfaf9f6u);
  scene.background = "#ffe08a";
  EXPECT_EQ(painted(laid_out(scene, kWide).svg, kWide).at(100, 1000), 0xffe08au);
  // Pages that are read from the right are mirrored with their drawing.
  scene.background.clear();
  scene.film.language = "ar";
  EXPECT_EQ(painted(laid_out(scene, kWide).svg, kWide).at(1820, 1000), 0x2457c5u);
}

TEST(ThemeFiles, DrawnLayoutsAreCheckedWithTheirPlaces) {
  const ThemeFolder folder;
  const auto problem = [&](const std::string& elements) {
    return problem_of(folder, drawing(elements));
  };
  EXPECT_NE(problem("<rect fill=\"var(--acent)\"/>").find("no colour of a theme"),
            std::string::npos);
  EXPECT_NE(problem("<circle id=\"title\" r=\"3\"/>").find("must be a <rect>"), std::string::npos);
  EXPECT_NE(problem("<rect id=\"body\" x=\"0\" y=\"0\" width=\"9999\" height=\"3\"/>")
                .find("width as a number from 0 to 1600"),
            std::string::npos);
  EXPECT_NE(problem("<text>Hello</text>").find("cannot hold <text>"), std::string::npos);
  EXPECT_NE(problem("<image href=\"file:///etc/passwd\"/>"), "");
  EXPECT_NE(problem("<g><unclosed></g>"), "");
  EXPECT_NE(problem_of(folder, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").find("viewBox"),
            std::string::npos);
  folder.write("mine/layouts/section.svg", drawing(""));
  folder.write("mine/layouts/table.svg",
               drawing("<rect id=\"title\" x=\"0\" y=\"0\" width=\"9\" height=\"9\"/>"));
  EXPECT_NE(folder.read("mine").error().message.find("needs a box 'body'"), std::string::npos);
  folder.write("mine/layouts/table.svg", drawing(""));
  folder.write("mine/layouts/sektion.svg", drawing(""));
  const Result<Theme> unused = folder.read("mine");
  ASSERT_FALSE(unused);
  EXPECT_NE(unused.error().message.find("Did you mean 'section'?"), std::string::npos);
}

TEST(ThemeFiles, LogosWatermarksAndProgressAreShown) {
  const ThemeFolder folder;
  folder.write("company/theme.yaml",
               "extends: ink\nlogo: {file: logo.svg, corner: top-right, size: 2}\n"
               "watermark: {text: DRAFT, opacity: 0.3}\nprogress: {edge: bottom, height: 0.5}\n");
  folder.write("company/logo.svg",
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"100\">"
               "<rect width=\"200\" height=\"100\" fill=\"#00ff00\"/></svg>");
  Scene scene = scene_of({heading(2, "With a logo"), bullets({"One"})});
  scene.theme = "company";
  const Raster page = painted(laid_out(scene, kWide).svg, kWide);
  // Twice as wide as high, at the right edge of the text, in the margin above it.
  EXPECT_EQ(page.at(1920 - 144 - 48, 72), 0x00ff00u);
  EXPECT_EQ(page.at(1920 - 144 - 100, 72), 0xfaf9f6u);
  EXPECT_EQ(page.at(1920 - 144 + 4, 72), 0xfaf9f6u);
  // The fourth of twelve scenes: a third of the way.
  EXPECT_EQ(page.at(630, 1074), 0xe4572eu);
  EXPECT_NE(page.at(650, 1074), 0xe4572eu);
  EXPECT_NE(laid_out(scene, kWide).svg.find(">DRAFT</text>"), std::string::npos);

  folder.write("away/theme.yaml", "extends: ink\nlogo: {file: ../company/logo.svg}\n");
  EXPECT_NE(folder.read("away").error().message.find("own folder"), std::string::npos);
  folder.write("none/theme.yaml", "extends: ink\nlogo:\n  file: logo.png\n");
  const Error none = folder.read("none").error();
  EXPECT_NE(none.message.find("logo.png"), std::string::npos);
  EXPECT_EQ(none.where.line, 3);
}

// A picture that fills the page has what the theme puts on every page, and the title over both.
TEST(ThemeFiles, DecorationsStandOnPicturesToo) {
  const ThemeFolder folder;
  folder.write("company/theme.yaml",
               "extends: ink\nlogo: {file: logo.svg}\nprogress: {edge: bottom, height: 0.5}\n");
  folder.write("company/logo.svg",
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"100\">"
               "<rect width=\"200\" height=\"100\" fill=\"#00ff00\"/></svg>");
  const std::string sea = folder.write(
      "sea.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"16\" height=\"9\"/>");
  Scene scene = scene_of({heading(2, "The sea"), image(sea, Image::Fit::cover)});
  scene.theme = "company";
  const Raster page = painted(laid_out(scene, kWide).svg, kWide);
  EXPECT_EQ(page.at(1920 - 144 - 48, 72), 0x00ff00u);
  EXPECT_EQ(page.at(630, 1074), 0xea7c5cu) << "the accent, lighter than on the theme's ground";
  EXPECT_NE(page.at(650, 1074), 0xea7c5cu);
}

// Items step back when the next one comes; the last one stays.
TEST(ThemeFiles, WhatWasSaidStepsBack) {
  const ThemeFolder folder;
  folder.write("fading/theme.yaml", "extends: ink\nmotion: {said: 0.6}\n");
  Scene scene = scene_of({heading(2, "Three"), bullets({"One", "Two", "Three"})});
  const auto moves_of = [&] {
    std::map<int, std::vector<Move>> moves;
    for (const PageLayer& layer : layers_of(laid_out(scene, kWide).plan->page))
      moves[layer.step] = layer.plan.moves;
    return moves;
  };
  for (const auto& [step, moves] : moves_of())
    EXPECT_TRUE(moves.empty()) << step;
  scene.theme = "fading";
  auto moves = moves_of();
  ASSERT_EQ(moves.size(), 3u);
  for (const int step : {0, 1}) {
    ASSERT_EQ(moves[step].size(), 1u);
    EXPECT_EQ(moves[step][0].when, (When{When::Kind::step, step + 1}));
    EXPECT_EQ(moves[step][0].to.opacity, 0.6);
  }
  EXPECT_TRUE(moves[2].empty());
  scene.narration.clear();
  EXPECT_TRUE(moves_of().empty()) << "nothing is said";
}

// What a page is about decides what is shown at once, not what stands around it.
TEST(ThemeFiles, DecorationsDoNotStandForContent) {
  Scene scene = scene_of({bullets({"One", "Two"})});
  scene.theme = "garden";
  EXPECT_EQ(laid_out(scene, kWide).steps.size(), 1u) << "the first item is there at once";
}

// Oklab (Björn Ottosson, 2020) of a colour as those see it who lack a kind of cone: Machado,
// Oliveira and Fernandes, 2009, severity 1.
std::array<double, 3> seen(uint32_t colour, const std::array<std::array<double, 3>, 3>& eye) {
  const auto linear = [&](int shift) {
    const double c = ((colour >> shift) & 255) / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const std::array<double, 3> rgb = {linear(16), linear(8), linear(0)};
  std::array<double, 3> as_seen{};
  for (size_t i = 0; i < 3; ++i)
    as_seen[i] = std::clamp(eye[i][0] * rgb[0] + eye[i][1] * rgb[1] + eye[i][2] * rgb[2], 0.0, 1.0);
  const auto [r, g, b] = as_seen;
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

TEST(ThemeFiles, SeriesColoursStayApartForEverybody) {
  constexpr std::array<std::array<std::array<double, 3>, 3>, 3> kEyes = {
      {{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
       {{{0.152286, 1.052583, -0.204868},  // without long-wave cones
         {0.114503, 0.786281, 0.099216},
         {-0.003882, -0.048116, 1.051998}}},
       {{{0.367322, 0.860646, -0.227968},  // without middle-wave cones
         {0.280085, 0.672501, 0.047413},
         {-0.011820, 0.042940, 0.968881}}}}};
  constexpr double kApart = 0.06;  // some six of what can just be told apart
  for (const ThemeInfo& info : list_themes()) {
    const auto& series = (**find_theme(info.name)).palette.series;
    for (const auto& eye : kEyes)
      for (size_t i = 0; i < series.size(); ++i)
        for (size_t j = i + 1; j < series.size(); ++j) {
          const auto a = seen(series[i], eye);
          const auto b = seen(series[j], eye);
          EXPECT_GE(std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), kApart)
              << info.name << ": " << i + 1 << " and " << j + 1;
        }
  }
}

TEST(ContrastCheck, SeesWhatIsPaintedBehindText) {
  const TemporaryFolder folder;
  Scene scene = scene_of({heading(2, "On the ground"), bullets({"One"})});
  EXPECT_TRUE(hard_to_read(scene, laid_out(scene, kWide), kWide)->empty());
  // A theme whose drawing is as dark as its type, and that does not say so.
  const ThemeFolder themes;
  themes.write("dim/theme.yaml", "extends: ink\n");
  themes.write("dim/layouts/bullets.svg",
               drawing("<rect width=\"1600\" height=\"300\" fill=\"var(--text)\"/>"));
  scene.theme = "dim";
  const auto found = hard_to_read(scene, laid_out(scene, kWide), kWide);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u) << "the title; the list is further down";
  EXPECT_EQ(found->front().words, "On the ground");
  EXPECT_NEAR(found->front().contrast, 1, 0.05);
}

}  // namespace
}  // namespace talkie
