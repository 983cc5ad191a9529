// SPDX-License-Identifier: LGPL-2.1-or-later
// Visuals that others wrote: what is taken from them, and what is not.
#include "visual/modules.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "script/script.h"
#include "visual/painter.h"

namespace talkie {
namespace {

class Modules : public testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("TALKIE_BUILD_ROOT");
    ASSERT_TRUE(root);
    setenv("TALKIE_VISUAL_PATH", (std::string(root) + "/tests/visuals").c_str(), 1);
  }
  void TearDown() override { unsetenv("TALKIE_VISUAL_PATH"); }

  // A page with one drawing by "odd", in lines 3 and following.
  static Scene scene(const std::string& text, const std::string& name = "odd 200") {
    Problems problems;
    const auto script = parse_script("# Odd\n\n```visual " + name + "\n" + text + "\n```\n",
                                     "talk.md", {}, problems);
    EXPECT_TRUE(script) << (script ? "" : script.error().to_string());
    return script ? script->scenes.front() : Scene{};
  }
  static constexpr Size kSize{640, 360};

  // The only thing that is wrong with such a page.
  static std::string problem(const std::string& text, const std::string& name = "odd 200") {
    Problems problems;
    const auto slide = lay_out(scene(text, name), kSize, problems);
    EXPECT_TRUE(slide) << (slide ? "" : slide.error().to_string());
    EXPECT_LE(problems.all().size(), 1u);
    return problems.empty() ? "" : problems.all().front().to_string();
  }
};

TEST_F(Modules, DrawInTheThemesColours) {
  Problems problems;
  const auto painted = paint_scene(scene("anything"), kSize, problems);
  ASSERT_TRUE(painted) << painted.error().to_string();
  EXPECT_TRUE(problems.empty());
  int accented = 0;  // ink's accent, #e4572e
  for (const Layer& layer : painted->visual->layers)
    for (size_t i = 0; i < layer.bitmap.bgra.size(); i += 4)
      accented += layer.bitmap.bgra[i + 2] == 0xe4 && layer.bitmap.bgra[i + 1] == 0x57;
  for (size_t i = 0; i < painted->frame.bgra.size(); i += 4)
    accented += painted->frame.bgra[i + 2] == 0xe4 && painted->frame.bgra[i + 1] == 0x57;
  EXPECT_GT(accented, 5000);
}

TEST_F(Modules, AreNotTrusted) {
  EXPECT_NE(problem("file").find("what the visual 'odd' drew"), std::string::npos);
  EXPECT_NE(problem("file").find("/etc/passwd"), std::string::npos);
  EXPECT_NE(problem("broken").find("what the visual 'odd' drew"), std::string::npos);
  EXPECT_EQ(problem("large"),
            "talk.md:3:1: warning: the visual 'odd' draws more than 4 MB of SVG: show less in one "
            "picture; a placeholder is shown");
  EXPECT_EQ(problem("silent"),
            "talk.md:3:1: warning: the visual 'odd' failed and does not say why; a placeholder is "
            "shown");
}

TEST_F(Modules, SayWhichLineIsWrong) {
  EXPECT_EQ(problem("warn\nhere"), "talk.md:5: warning: the visual 'odd': this is odd");
  EXPECT_EQ(problem("fail\nhere"),
            "talk.md:5: warning: the visual 'odd': this is too odd; a placeholder is shown");
}

TEST_F(Modules, ThatAreNotThereAreNamed) {
  EXPECT_NE(problem("x", "ood").find("there is no visual 'ood'"), std::string::npos);
  EXPECT_NE(problem("x", "ood").find("'odd'?"), std::string::npos) << "the nearest one is named";
  EXPECT_NE(problem("x", "../visuals/odd").find("there is no visual"), std::string::npos);
}

TEST_F(Modules, ArePartOfThePagesKey) {
  const std::string key = layout_key(scene("x"), kSize);
  EXPECT_EQ(layout_key(scene("x"), kSize), key);
  EXPECT_NE(layout_key(scene("y"), kSize), key);
  EXPECT_NE(layout_key(scene("x", "odd 100"), kSize), key);
  setenv("ODD_FINGERPRINT", "another library", 1);
  EXPECT_NE(layout_key(scene("x"), kSize), key);
  unsetenv("ODD_FINGERPRINT");
  unsetenv("TALKIE_VISUAL_PATH");
  EXPECT_NE(layout_key(scene("x"), kSize), key);
}

TEST_F(Modules, AreSceneData) {
  Problems problems;
  const Scene before = scene("a\nb", "odd 200 wide");
  const auto after = scene_from_json(to_json(before), problems);
  ASSERT_TRUE(after);
  const auto& drawing = std::get<Drawing>(after->blocks.at(1).content);
  EXPECT_EQ(drawing.kind, Drawing::Kind::visual);
  EXPECT_EQ(drawing.name, "odd");
  EXPECT_EQ(drawing.info, "200 wide");
  EXPECT_EQ(drawing.text, "a\nb");
  EXPECT_FALSE(parse_script("```visual\nx\n```\n", "talk.md", {}, problems))
      << "a visual has a name";
}

}  // namespace
}  // namespace talkie
