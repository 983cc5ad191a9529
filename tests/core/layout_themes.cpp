// SPDX-License-Identifier: LGPL-2.1-or-later
// Themes: what their files may say, where they are found, and whether they can be read.
#include <cstdlib>

#include "layout_testing.h"
#include "visual/typography.h"

namespace talkie {
namespace {

using namespace testing;

std::string ink_yaml() {
  for (const ThemeInfo& theme : list_themes()) {
    if (theme.name != "ink") continue;
    std::ifstream file(theme.path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  ADD_FAILURE() << "there is no theme 'ink'";
  return {};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Error error_of(const std::string& yaml) {
  const Result<Theme> theme = read_theme(yaml, "mine", "mine.yaml");
  EXPECT_FALSE(theme);
  return theme ? Error{} : theme.error();
}

// All that come with the program.
constexpr const char* kThemes[] = {"ink",    "midnight", "paper", "slate",
                                   "garden", "ember",    "mono",  "signal"};

TEST(Themes, EightComeWithTheProgram) {
  std::vector<std::string> names;
  for (const ThemeInfo& theme : list_themes()) {
    names.push_back(theme.name);
    EXPECT_FALSE(theme.description.empty());
    EXPECT_EQ(theme.description.find('\n'), std::string::npos);
    EXPECT_TRUE(find_theme(theme.name)) << theme.name;
  }
  for (const char* name : kThemes)
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end());
}

TEST(Themes, ContrastIsAsWcagCountsIt) {
  EXPECT_NEAR(contrast(0x000000, 0xffffff), 21, 0.001);
  EXPECT_NEAR(contrast(0x777777, 0xffffff), 4.478, 0.001);
  EXPECT_GE(contrast(readable(0xe4572e, 0xfaf9f6, 4.5), 0xfaf9f6), 4.5);
  EXPECT_EQ(readable(0x16161a, 0xfaf9f6, 7), 0x16161au) << "what can be read stays as it is";
}

TEST(Themes, CanBeRead) {
  for (const char* name : kThemes) {
    SCOPED_TRACE(name);
    const Theme& theme = **find_theme(name);
    const Palette& palette = theme.palette;
    // The lightest and the darkest the ground gets under its glows.
    std::vector<uint32_t> grounds = {palette.ground, palette.surface};
    for (const Ground::Glow& glow : theme.glows)
      for (const Ground::Stop& stop : glow.stops)
        grounds.push_back(mix(palette.ground, stop.colour, stop.opacity));
    for (const uint32_t ground : grounds) {
      EXPECT_GE(contrast(palette.text, ground), 7);
      EXPECT_GE(contrast(palette.muted, ground), 4.5);
      EXPECT_GE(contrast(readable(palette.accent, palette.ground, 4.5), ground), 4);
      EXPECT_GE(contrast(palette.accent, ground), 3) << "shapes";
    }
    EXPECT_GE(contrast(theme.code.text, theme.code.ground), 7);
    EXPECT_GE(contrast(theme.code.muted, theme.code.ground), 4.5);
    // The captions' box lets the page through; at worst a white or a black one.
    const CaptionLook& captions = theme.captions;
    for (const uint32_t behind : {0x000000u, 0xffffffu, palette.ground}) {
      const uint32_t box = mix(behind, captions.box, captions.opacity);
      EXPECT_GE(contrast(captions.text, box), 4.5);
      EXPECT_GE(contrast(captions.spoken, box), 4.5);
    }
  }
}

TEST(Themes, ErrorsNameLineColumnAndWhatToDo) {
  const std::string good = ink_yaml();
  ASSERT_TRUE(read_theme(good, "mine", "mine.yaml"));
  EXPECT_EQ(error_of(replaced(good, "  muted:", "  mutted:")).message,
            "'colours' needs the key 'muted'");
  const Error unknown = error_of(replaced(good, "  title-bar: 1", "  tittle-bar: 1"));
  EXPECT_EQ(unknown.message, "'decorations' has no key 'tittle-bar'. Did you mean 'title-bar'?");
  EXPECT_EQ(unknown.where.file, "mine.yaml");
  EXPECT_EQ(unknown.where.line,
            1 + std::count(good.begin(), good.begin() + static_cast<long>(good.find("  title-bar")),
                           '\n'));
  EXPECT_EQ(unknown.where.column, 3);
  EXPECT_NE(error_of(replaced(good, "\"#faf9f6\"", "\"cream\"")).message.find("must be a colour"),
            std::string::npos);
  EXPECT_NE(error_of(replaced(good, "size: 7,", "size: 700,")).message.find("from 1.2 to 40"),
            std::string::npos);
  EXPECT_NE(
      error_of(replaced(good, "bullet: dot", "bullet: star")).message.find("dot, dash, square"),
      std::string::npos);
  EXPECT_EQ(error_of("- a\n- b\n").message, "a theme must be a map of keys");
  EXPECT_FALSE(read_theme("colours: [", "mine", "mine.yaml"));
}

TEST(Themes, AreFoundInTheFoldersOfTheEnvironment) {
  const TemporaryFolder folder;
  folder.write("seaside/theme.yaml",
               replaced(ink_yaml(), "ground: \"#faf9f6\"", "ground: \"#fefefe\""));
  folder.write("unfinished/theme.yaml", "description: not yet\n");
  const std::string before = std::getenv("TALKIE_THEME_PATH");
  ASSERT_EQ(setenv("TALKIE_THEME_PATH", (folder.path().string() + ":" + before).c_str(), 1), 0);
  const Result<const Theme*> theme = find_theme("seaside");
  const Result<const Theme*> unfinished = find_theme("unfinished");
  const std::vector<ThemeInfo> all = list_themes();
  setenv("TALKIE_THEME_PATH", before.c_str(), 1);

  ASSERT_TRUE(theme);
  EXPECT_EQ((*theme)->palette.ground, 0xfefefeu);
  Scene scene = scene_of({heading(2, "A")});
  scene.theme = "seaside";
  EXPECT_NE(laid_out(scene).svg.find("#fefefe"), std::string::npos);
  ASSERT_FALSE(unfinished);
  EXPECT_TRUE(unfinished.error().where.file.ends_with("unfinished/theme.yaml"));
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const ThemeInfo& info) {
                            return info.description.starts_with("cannot be used: ");
                          }),
            1);
}

TEST(Themes, AFontThatIsNotInstalledIsReplaced) {
  const Result<Theme> theme =
      read_theme(replaced(ink_yaml(), "text: Inter", "text: No Such Family"), "mine", "mine.yaml");
  ASSERT_TRUE(theme);
  Typeface face;
  face.family = theme->families[1];
  face.size = 40;
  EXPECT_GT(set_text(rich("Water"), face, {1e6, Flow::single, Align::left, false, "en"}).width, 60);
}

TEST(Themes, TheGroundIsTheScenesOwnOrTheThemes) {
  const Theme& theme = **find_theme("midnight");
  Scene scene = scene_of({});
  EXPECT_EQ(ground_of(theme, scene).colour, 0x0b1020u);
  EXPECT_EQ(ground_of(theme, scene).glows.size(), 1u);
  scene.background = "#123456";
  EXPECT_EQ(ground_of(theme, scene).colour, 0x123456u);
  EXPECT_TRUE(ground_of(theme, scene).glows.empty());
}

TEST(Themes, CaptionsAndMotionScaleWithTheFrame) {
  const Theme& theme = **find_theme("ink");
  const Scene scene = scene_of({});
  const CaptionStyle full = caption_style_of(theme, scene, {1920, 1080});
  const CaptionStyle third = caption_style_of(theme, scene, {640, 360});
  EXPECT_DOUBLE_EQ(full.size_px, 42);
  EXPECT_DOUBLE_EQ(third.size_px, 14);
  EXPECT_DOUBLE_EQ(full.bottom_px, 3 * third.bottom_px);
  EXPECT_LE(full.max_width_px, 1920 - 240);
  EXPECT_FALSE(full.rtl);
  Scene arabic = scene;
  arabic.film.language = "ar-EG";
  EXPECT_TRUE(caption_style_of(theme, arabic, {1920, 1080}).rtl);
  EXPECT_EQ(enter_of(theme, {1920, 1080}).length, Time{400'000'000});
  EXPECT_NEAR(enter_of(theme, {1920, 1080}).distance_px, 14.4, 1e-9);
}

}  // namespace
}  // namespace talkie
