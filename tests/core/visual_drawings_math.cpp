// SPDX-License-Identifier: LGPL-2.1-or-later
// Formulas: lines, baselines, colours, errors, bounds.
#include "visual_drawings.h"

namespace talkie {
namespace {

Result<Drawn> math(std::string tex) {
  return draw(drawing_of(Drawing::Kind::math, std::move(tex)), ink(), {"talk.md", 10, 1});
}

TEST(Formulas, ComeInLineByLine) {
  const std::pair<const char*, int> files[] = {
      {"lines-align.tex", 3}, {"lines-many.tex", 3}, {"lines-scripts.tex", 3}, {"chem.tex", 3}};
  for (const auto& [file, lines] : files) {
    const auto drawn = draw(drawing_in(file), ink(), {});
    ASSERT_TRUE(drawn) << drawn.error().to_string();
    ASSERT_EQ(drawn->parts.size(), static_cast<size_t>(lines)) << file;
    for (int i = 0; i < lines; ++i) {
      EXPECT_EQ(drawn->parts[i].order, i);
      if (i > 0) {
        EXPECT_GT(drawn->parts[i].box.y, drawn->parts[i - 1].box.y);
      }
    }
  }
}

TEST(Formulas, OfOneLineAreThereFromTheStart) {
  const auto drawn = math("a = \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}");
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  for (const DrawnPart& part : drawn->parts)
    EXPECT_EQ(part.order, -1);
}

TEST(Formulas, KeepTheNumberOfALineInIt) {
  const auto drawn = math("\\begin{align} a &= b \\tag{7} \\\\ c &= d \\end{align}");
  const auto bare = math("\\begin{align} a &= b \\\\ c &= d \\end{align}");
  ASSERT_TRUE(drawn && bare);
  ASSERT_EQ(drawn->parts.size(), 2U);
  EXPECT_GT(drawn->parts[0].box.width, bare->parts[0].box.width + 1000);
  EXPECT_NEAR(drawn->parts[1].box.width, bare->parts[1].box.width, 1);
}

TEST(Formulas, StandOnTheBaseline) {
  const auto flat = draw_formula("x", ink(), {});
  const auto deep = draw_formula("\\frac{1}{y_1}", ink(), {});
  ASSERT_TRUE(flat && deep);
  EXPECT_NEAR(flat->baseline, flat->height, 0.05 * flat->text_size);
  EXPECT_GT(deep->height - deep->baseline, 0.2 * deep->text_size);
  // An x is as tall as in text around it, within a seventh: Inter's is 0.546 of its size.
  EXPECT_NEAR(flat->baseline / flat->text_size, 0.546, 0.08);
  // Ink begins where letters begin.
  EXPECT_LT(flat->parts.at(0).box.x, 0.1 * flat->text_size);
}

TEST(Formulas, AreInTheThemesColours) {
  const auto drawn = math("a + \\color{accent}{b}");
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const std::string svg = all_of(*drawn);
  EXPECT_NE(svg.find(hex_of(ink().text)), std::string::npos);
  EXPECT_NE(svg.find(hex_of(ink().accent)), std::string::npos);
  EXPECT_EQ(svg.find("currentColor"), std::string::npos);
}

TEST(Formulas, DoNotRememberMacros) {
  ASSERT_TRUE(math("\\newcommand{\\mine}{x} \\mine"));
  ASSERT_TRUE(math("\\def\\other{x} \\other"));
  EXPECT_FALSE(math("\\mine + 1"));
  EXPECT_FALSE(math("\\other + 1"));
}

TEST(Formulas, NameWhatIsWrong) {
  const auto macro = math("\\frac{1}{2} + \\nosuchmacro");
  ASSERT_FALSE(macro);
  EXPECT_EQ(macro.error().kind, ErrorKind::syntax);
  EXPECT_NE(macro.error().message.find("\\nosuchmacro"), std::string::npos)
      << macro.error().message;
  EXPECT_EQ(macro.error().where.line, 10);
  const auto brace = math("\\frac{1}{2");
  ASSERT_FALSE(brace);
  EXPECT_NE(brace.error().message.find("brace"), std::string::npos) << brace.error().message;
  EXPECT_FALSE(math(""));
}

TEST(Formulas, AreBounded) {
  EXPECT_FALSE(math(std::string(10'000, '{') + std::string(10'000, '}')));
  EXPECT_FALSE(math("\\def\\a{\\a\\a}\\a"));
  EXPECT_FALSE(math(std::string(size_t{1} << 20, 'x')));
  EXPECT_TRUE(math("x"));
}

}  // namespace
}  // namespace talkie
