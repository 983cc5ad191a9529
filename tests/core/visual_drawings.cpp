// SPDX-License-Identifier: LGPL-2.1-or-later
// Every text in tests/data/drawings: it draws, can be read, looks as before; and what may not be.
#include "visual_drawings.h"

namespace talkie {
namespace {

class DrawingFile : public testing::TestWithParam<std::string> {};

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

std::vector<std::string> all_texts() {
  std::vector<std::string> all;
  for (const char* end : {".mmd", ".tex", ".chart", ".json", ".dot"})
    for (const std::string& name : files_ending(end))
      all.push_back(name);
  return all;
}

TEST_P(DrawingFile, DrawsAndLooksAsBefore) {
  const Drawing drawing = drawing_in(GetParam());
  const auto drawn = draw(drawing, ink(), {"talk.md", 10, 1});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  for (const DrawnPart& part : drawn->parts) {
    EXPECT_GT(part.box.right(), -0.1 * drawn->width) << part.id;
    EXPECT_LT(part.box.x, 1.1 * drawn->width) << part.id;
    EXPECT_LE(part.box.width, 1.2 * drawn->width) << part.id;
  }
  expect_as_before(*drawn, GetParam());
}

TEST_P(DrawingFile, CanBeReadInEveryTheme) {
  for (const DrawnLook& look : {ink(), midnight(), paper()}) {
    const auto drawn = draw(drawing_in(GetParam()), look, {});
    ASSERT_TRUE(drawn) << drawn.error().to_string();
    std::string worst;
    EXPECT_GE(least_contrast(*drawn, look, worst), 4.5)
        << worst << " on ground " << hex_of(look.ground);
  }
}

// Only what librsvg draws, and nothing that reaches out.
TEST_P(DrawingFile, HoldsPlainShapesAlone) {
  const auto drawn = draw(drawing_in(GetParam()), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const std::string svg = drawn->defs + all_of(*drawn);
  for (const char* word : {"<style", "<script", "foreignObject", "var(", "href=\"http", "<image",
                           "NaN", "undefined", "Infinity", "dominant-baseline"})
    EXPECT_EQ(svg.find(word), std::string::npos) << word;
  EXPECT_EQ(count_kind(drawn->defs, " id=\""), count_kind(drawn->defs, " id=\"d"));
}

INSTANTIATE_TEST_SUITE_P(All, DrawingFile, testing::ValuesIn(all_texts()), test_name);

TEST(Drawings, OfAllMermaidKindsAreThere) {
  EXPECT_GE(files_ending(".mmd").size(), 22U);
}

TEST(Drawings, AreTheSameEveryTime) {
  for (const std::string file : {"mindmap.mmd", "sequence.mmd", "architecture.mmd"}) {
    const auto first = draw(drawing_in(file), ink(), {});
    DrawnLook other = ink();
    other.text = 0x16161b;  // is drawn anew
    ASSERT_TRUE(draw(drawing_in(file), other, {}));
    const auto second = draw(drawing_in(file), ink(), {});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(all_of(*first), all_of(*second)) << file;
  }
}

TEST(Drawings, OfOnePageDoNotShareNames) {
  const auto a = draw(drawing_in("flowchart.mmd"), ink(), {});
  const auto b = draw(drawing_in("state.mmd"), ink(), {});
  ASSERT_TRUE(a && b);
  const std::regex id(" id=\"([^\"]+)\"");
  for (std::sregex_iterator it(a->defs.begin(), a->defs.end(), id), end; it != end; ++it)
    EXPECT_EQ(b->defs.find(it->str()), std::string::npos) << it->str();
}

// Paints all of them large, in three themes, into $TALKIE_DRAWINGS_OUT: to be looked at.
TEST(Drawings, DISABLED_LargePictures) {
  const std::filesystem::path folder(std::getenv("TALKIE_DRAWINGS_OUT"));
  const std::pair<const char*, DrawnLook> looks[] = {
      {"ink", ink()}, {"midnight", midnight()}, {"paper", paper()}};
  for (const std::string& file : all_texts()) {
    for (const auto& [name, look] : looks) {
      const auto drawn = draw(drawing_in(file), look, {});
      ASSERT_TRUE(drawn) << file << drawn.error().to_string();
      const auto png = to_png(paint_drawn(*drawn, look, {1600, 800}));
      ASSERT_TRUE(png && write_file(folder / (file + "-" + name + ".png"), *png));
    }
  }
}

}  // namespace
}  // namespace talkie
