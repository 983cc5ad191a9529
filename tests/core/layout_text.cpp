// SPDX-License-Identifier: LGPL-2.1-or-later
// Text set in lines, and whether librsvg draws it as wide as it was measured.
#include "layout_testing.h"
#include "visual/drawing.h"
#include "visual/typography.h"

namespace talkie {
namespace {

using namespace testing;

Typeface inter(double size) {
  Typeface face;
  face.family = "Inter";
  face.mono_family = "JetBrains Mono";
  face.size = size;
  face.leading = 1.3 * size;
  return face;
}

TextBlock set(const std::string& text, double width, const std::string& language = "en",
              bool rtl = false, Flow flow = Flow::running) {
  return set_text(rich(text), inter(40), {width, flow, Align::left, rtl, language});
}

std::string text_of(const TextLine& line) {
  std::string text;
  for (const TextRun& run : line.runs)
    text += run.text;
  return text;
}

// The line on a page of its own, as the SVG that librsvg gets.
std::string page_with(const TextBlock& block, const std::string& language) {
  Piece piece;
  piece.add(block, 100, 100);
  std::string svg = to_svg(piece, {{1600, 400}, {}, language, ""});
  const size_t ground_end = svg.find("</g>") + 4;
  svg.insert(ground_end, "<g id=\"t\">");
  svg.insert(svg.rfind("</svg>"), "</g>");
  return svg;
}

TEST(Typography, NumbersKeepTheirUnits) {
  EXPECT_EQ(with_bound_units("16 m deep, 5 km/h, 20 %"), "16\u00A0m deep, 5\u00A0km/h, 20\u00A0%");
  EXPECT_EQ(with_bound_units("16 men, in 5 minutes"), "16 men, in 5 minutes");
}

TEST(Typography, CapitalsFollowTheLanguage) {
  EXPECT_EQ(in_capitals("straße", "de"), "STRASSE");
  EXPECT_EQ(in_capitals("izmir", "tr"), "\u0130ZM\u0130R");
  EXPECT_EQ(in_capitals("izmir", "en"), "IZMIR");
}

// What is laid out must be what is drawn. The other program here is librsvg: the left and right
// edges of its ink are compared with Pango's ink of the same line, runs and spacing included.
TEST(Typography, WidthsAreThoseThatLibrsvgDraws) {
  struct Case {
    std::string text;
    std::string language;
    bool rtl;
    double tracking;
  };
  const std::vector<Case> cases = {
      {"How tides work, and *why* they do", "en", false, 0},
      {"How tides work, and *why* they do", "en", false, -2.5},
      {"Spaced `code` and *strong* words", "en", false, 4},
      {"كيف يعمل *المد* والجزر (HTML)", "ar", true, -2},
      {"אחת (שתיים) three 4", "he", true, 0},
      {"潮の満ち引きの*しくみ*", "ja", false, -1},
      {"ज्वार कैसे *काम* करता है", "hi", false, -1},
  };
  for (const Case& c : cases) {
    Typeface face = inter(60);
    face.tracking = c.tracking;
    const TextBlock block =
        set_text(rich(c.text), face, {1e6, Flow::single, Align::left, c.rtl, c.language});
    ASSERT_EQ(block.lines.size(), 1u);
    const Ink drawn = ink_of(page_with(block, c.language), {1600, 400}, "#t");
    EXPECT_NEAR(drawn.left, 100 + block.lines[0].ink_left, 1.0) << c.text << c.tracking;
    EXPECT_NEAR(drawn.right, 100 + block.lines[0].ink_right, 1.0) << c.text << c.tracking;
    EXPECT_NEAR(drawn.top, 100 + block.lines[0].baseline + block.lines[0].ink_top, 1.0) << c.text;
  }
}

TEST(Typography, RunsOfTwoDirectionsStandFromLeftToRight) {
  const TextBlock block = set("abc שלום עולם def", 1e6, "en", false, Flow::single);
  const TextLine& line = block.lines.front();
  ASSERT_EQ(line.runs.size(), 3u);
  EXPECT_EQ(line.runs[1].level % 2, 1);
  EXPECT_EQ(line.runs[1].text, "שלום עולם");
  for (size_t i = 1; i < line.runs.size(); ++i)
    EXPECT_NEAR(line.runs[i].x, line.runs[i - 1].x + line.runs[i - 1].width, 0.01);
}

TEST(Typography, LinesFitTheirWidth) {
  const std::string text = "The moon pulls at the sea and raises it, and the earth turns below";
  for (const double width : {260.0, 400.0, 777.0}) {
    for (const Flow flow : {Flow::running, Flow::balanced}) {
      const TextBlock block = set(text, width, "en", false, flow);
      EXPECT_GT(block.lines.size(), 1u);
      for (const TextLine& line : block.lines)
        EXPECT_LE(line.width, width + 0.01);
      EXPECT_FALSE(block.torn);
    }
  }
}

TEST(Typography, JapaneseBreaksBetweenCharactersButNotBeforeAFullStop) {
  const std::string text =
      "月の引力が海の水を引き寄せて、地球の両側に水のふくらみができます。潮は満ちて、引く。";
  for (double width = 130; width < 700; width += 40) {
    const TextBlock block = set(text, width, "ja");
    std::string joined;
    for (const TextLine& line : block.lines) {
      EXPECT_FALSE(text_of(line).starts_with("。") || text_of(line).starts_with("、"));
      joined += text_of(line);
    }
    EXPECT_EQ(joined, text);
    EXPECT_FALSE(block.torn);
  }
}

TEST(Typography, AddressesAndEndlessWordsAreCutToFit) {
  for (const std::string text :
       {"https://www.example.org/a/very/long/path/that/does/not/fit?with=parameters&and=more",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"}) {
    const TextBlock block = set(text, 500);
    std::string joined;
    for (const TextLine& line : block.lines) {
      EXPECT_LE(line.width, 500.01);
      joined += text_of(line);
    }
    EXPECT_EQ(joined, text);
    EXPECT_EQ(block.torn, !text.starts_with("https")) << "an address may end lines after a slash";
  }
}

TEST(Typography, TallLettersOfTwoLinesDoNotTouch) {
  Typeface face = inter(40);
  face.leading = 32;  // far too tight
  const TextBlock block = set_text(rich("Åßg ṩ̇ Ấ ज्ञी gjpq Ấgjpq ज्ञी ÅÅ"), face,
                                   {200, Flow::running, Align::left, false, "en"});
  ASSERT_GT(block.lines.size(), 1u);
  for (size_t i = 1; i < block.lines.size(); ++i)
    EXPECT_LE(block.lines[i - 1].baseline + block.lines[i - 1].ink_bottom,
              block.lines[i].baseline + block.lines[i].ink_top);
}

TEST(Typography, TabularFiguresAreAllOfOneWidth) {
  Typeface face = inter(40);
  const TextSetting setting{1e6, Flow::single, Align::left, false, "en"};
  const auto width = [&](const char* text) { return set_text(rich(text), face, setting).width; };
  EXPECT_GT(std::abs(width("11.1 m") - width("88.8 m")), 1.0);
  face.tabular = true;
  EXPECT_NEAR(width("11.1 m"), width("88.8 m"), 0.1);
  const TextBlock block = set_text(rich("11.1 m"), face, setting);
  const Ink drawn = ink_of(page_with(block, "en"), {1600, 400}, "#t");
  EXPECT_NEAR(drawn.right, 100 + block.width, 4.0) << "the m ends where the line ends";
}

TEST(Typography, EmojiKeepTheirColours) {
  const TextBlock block = set("Sea 🌊", 1e6, "en", false, Flow::single);
  const TextRun& wave = block.lines.front().runs.back();
  ASSERT_TRUE(wave.colour_glyphs);
  const GlyphPicture picture = paint_run(wave, "en", 2);
  int colourful = 0;
  for (size_t i = 0; i + 3 < picture.bitmap.bgra.size(); i += 4)
    colourful += std::abs(picture.bitmap.bgra[i] - picture.bitmap.bgra[i + 2]) > 60;
  EXPECT_GT(colourful, 500);
  EXPECT_NE(page_with(block, "en").find("<title>🌊</title>"), std::string::npos);
}

TEST(Typography, CodeKeepsItsSpaces) {
  const TextBlock block = set_lines("if x:\n    y\n\tz", inter(40), "en");
  ASSERT_EQ(block.lines.size(), 3u);
  EXPECT_EQ(text_of(block.lines[1]), "    y");
  EXPECT_EQ(text_of(block.lines[2]), "    z");
}

}  // namespace
}  // namespace talkie
