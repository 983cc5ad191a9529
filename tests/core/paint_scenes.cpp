// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole pages: what comes first, what comes in later, and what is told about it.
#include "paint_testing.h"
#include "script/script.h"
#include "visual/ground_paint.h"
#include "visual/painter.h"
#include "visual/svg_document.h"
#include "visual/theme.h"

namespace talkie {
namespace {

constexpr const char* kTalk =
    "---\ntitle: Tides\ntheme: midnight\nsize: 1280x720\n---\n"
    "# Tides\n\nThe sea rises and falls twice a day.\n\n"
    "## Three forces\n\n- The Moon pulls\n- The Earth spins\n- The Sun adds a little\n\n"
    "The Moon pulls. The Earth spins. The Sun adds a little.\n\n"
    "## Ranges\n\n| Place | Range |\n| --- | ---: |\n| Fundy | 16 m |\n| Bristol | 15 m |\n\n"
    "The Bay of Fundy has the largest tides.\n";

std::vector<Scene> scenes_of(const std::string& text, const std::string& file = "talk.md") {
  Problems problems;
  auto script = parse_script(text, file, {}, problems);
  EXPECT_TRUE(script) << script.error().to_string();
  return script ? std::move(script->scenes) : std::vector<Scene>{};
}

Painted paint(const Scene& scene, Size size) {
  Problems problems;
  auto painted = paint_scene(scene, size, problems);
  EXPECT_TRUE(painted) << painted.error().to_string();
  return painted ? *std::move(painted) : Painted{};
}

Bitmap with_all_layers(const Painted& painted) {
  Bitmap frame = painted.frame;
  for (const Layer& layer : painted.visual->layers)
    lay_over(frame, layer.bitmap, layer.x, layer.y);
  return frame;
}

// The frame with every layer on it is the page as rsvg-convert paints it; the ground's dither is
// all that they may differ in.
TEST(PaintScene, IsWhatAnotherProgramPaints) {
  const Folder folder;
  for (const char* theme : {"midnight", "ink", "paper"}) {
    for (const Size size : {Size{1280, 720}, Size{540, 960}}) {
      for (Scene& scene : scenes_of(kTalk)) {
        SCOPED_TRACE(std::string(theme) + " " + scene.id);
        scene.theme = theme;
        Problems problems;
        const auto slide = lay_out(scene, size, problems);
        ASSERT_TRUE(slide);
        const Difference apart =
            difference(with_all_layers(paint(scene, size)), painted_elsewhere(slide->svg, folder));
        EXPECT_LE(apart.largest, 4);
        EXPECT_LT(apart.mean, 0.6);
      }
    }
  }
}

TEST(PaintScene, StepsAreLayersAndNotInTheFirstFrame) {
  const Scene scene = scenes_of(kTalk)[1];
  const Painted painted = paint(scene, {1280, 720});
  ASSERT_EQ(painted.visual->steps.size(), 3U);
  ASSERT_EQ(painted.visual->layers.size(), 3U);
  EXPECT_NE(painted.visual->steps[1].words.find("Earth"), std::string::npos);

  const auto theme = find_theme(scene.theme);
  ASSERT_TRUE(theme);
  Bitmap ground = make_bitmap({1280, 720});
  paint_ground(ground_of(**theme, scene), ground);
  for (int i = 0; i < 3; ++i) {
    const Layer& layer = painted.visual->layers[i];
    EXPECT_EQ(layer.step, i);
    // Where the layer will be there is only ground.
    for (int y = 0; y < layer.bitmap.height; ++y)
      for (int x = 0; x < layer.bitmap.width; ++x)
        ASSERT_EQ(pixel(painted.frame, layer.x + x, layer.y + y),
                  pixel(ground, layer.x + x, layer.y + y));
    if (i > 0) {
      EXPECT_GT(layer.y, painted.visual->layers[i - 1].y);
    }
  }
}

TEST(PaintScene, LayersAreCutToTheirInk) {
  for (const Scene& scene : scenes_of(kTalk)) {
    const Painted painted = paint(scene, {1280, 720});
    for (const Layer& layer : painted.visual->layers) {
      const Bitmap& bitmap = layer.bitmap;
      bool edges[4] = {};
      for (int y = 0; y < bitmap.height; ++y) {
        for (int x = 0; x < bitmap.width; ++x) {
          const uint32_t alpha = pixel(bitmap, x, y) >> 24;
          if (alpha == 0) continue;
          for (const int shift : {0, 8, 16})  // premultiplied
            ASSERT_LE(pixel(bitmap, x, y) >> shift & 0xff, alpha);
          edges[0] |= x == 0;
          edges[1] |= y == 0;
          edges[2] |= x == bitmap.width - 1;
          edges[3] |= y == bitmap.height - 1;
        }
      }
      EXPECT_TRUE(edges[0] && edges[1] && edges[2] && edges[3]);
    }
  }
}

TEST(PaintScene, TellsEverythingAboutThePage) {
  std::vector<Scene> scenes = scenes_of(
      "---\nframe-rate: 25\ncaptions: none\ntheme: paper\nlanguage: de\n---\n# Eins\n\nDas "
      "Meer.\n\n"
      "# Zwei\n\n(duration: 20)\n\n(transition: wipe 0.75)\n\nEs steigt.\n");
  ASSERT_EQ(scenes.size(), 2U);
  const Visual visual = *paint(scenes[1], {640, 360}).visual;
  EXPECT_EQ(visual.scene, scenes[1].id);
  EXPECT_EQ(visual.index, 1);
  EXPECT_EQ(visual.size, (Size{640, 360}));
  EXPECT_EQ(visual.frame_rate, (Rate{25, 1}));
  EXPECT_EQ(visual.transition.kind, Transition::Kind::wipe);
  EXPECT_EQ(visual.transition.length, Time{750'000'000});
  EXPECT_TRUE(visual.fade_out);
  EXPECT_EQ(visual.captions, CaptionMode::none);
  EXPECT_EQ(visual.caption_style.language, "de");
  EXPECT_EQ(visual.silent_duration, Time{20'000'000'000});
  EXPECT_EQ(visual.where, scenes[1].where);
  const auto theme = find_theme("paper");
  EXPECT_EQ(visual.ground, 0xff000000 | ground_of(**theme, scenes[1]).colour);
  EXPECT_FALSE(paint(scenes[0], {640, 360}).visual->fade_out);
}

TEST(PaintScene, StaysAsLongAsItTakesToRead) {
  Scene scene = scenes_of("# One\n\nShort.\n").front();
  EXPECT_EQ(paint(scene, {640, 360}).visual->silent_duration,
            scene.lead + Time{4'000'000'000} + scene.tail);
  // 1,500 characters are some 250 words: a minute and a half to two.
  std::get<Utterance>(scene.narration[0]).text = std::string(1500, 'x');
  EXPECT_EQ(paint(scene, {640, 360}).visual->silent_duration,
            scene.lead + Time{100'000'000'000} + scene.tail);
  scene.narration.emplace_back(Pause{Time{2'000'000'000}});
  EXPECT_EQ(paint(scene, {640, 360}).visual->silent_duration,
            scene.lead + Time{102'000'000'000} + scene.tail);
}

TEST(PaintScene, IsTheSameEveryTime) {
  const Scene scene = scenes_of(kTalk)[1];
  const Painted first = paint(scene, {640, 360});
  const Painted second = paint(scene, {640, 360});
  EXPECT_EQ(first.frame.bgra, second.frame.bgra);
  ASSERT_EQ(first.visual->layers.size(), second.visual->layers.size());
  for (size_t i = 0; i < first.visual->layers.size(); ++i)
    EXPECT_EQ(first.visual->layers[i].bitmap.bgra, second.visual->layers[i].bitmap.bgra);
}

TEST(PaintScene, FillsEverySizeOpaquely) {
  for (const Size size : {Size{1920, 1080}, Size{1080, 1920}, Size{1080, 1080}, Size{3840, 2160}}) {
    const Painted painted = paint(scenes_of(kTalk)[1], size);
    ASSERT_EQ(painted.frame.width, size.width);
    ASSERT_EQ(painted.frame.height, size.height);
    for (size_t i = 3; i < painted.frame.bgra.size(); i += 4)
      ASSERT_EQ(painted.frame.bgra[i], 0xff);
    for (const Layer& layer : painted.visual->layers) {
      EXPECT_GE(layer.x, 0);
      EXPECT_GE(layer.y, 0);
      EXPECT_LE(layer.x + layer.bitmap.width, size.width);
      EXPECT_LE(layer.y + layer.bitmap.height, size.height);
    }
  }
}

TEST(PaintScene, ShowsThePicturesOfTheScriptsFolder) {
  const Folder folder;
  (void)folder.write("a b#1.jpg", red_jpeg());
  const std::string file = folder.write("talk.md", "");
  const auto scenes = scenes_of("![cover](<a b#1.jpg>)\n\nThis is red.\n", file);
  ASSERT_EQ(scenes.size(), 1U);
  const Painted painted = paint(scenes[0], {640, 360});
  const Bitmap page = with_all_layers(painted);
  EXPECT_NEAR(page.row(120)[4 * 320 + 2], 0xd0, 3);
  EXPECT_NEAR(page.row(120)[4 * 320 + 1], 0x20, 3);
}

TEST(PaintScene, RefusesAHostileDrawingAndSaysSo) {
  const Folder folder;
  const std::string file = folder.write("talk.md", "");
  (void)folder.write("evil.svg",
                     "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'>"
                     "<image href='/etc/passwd'/></svg>");
  const auto scenes = scenes_of("# Title\n\n![A drawing](evil.svg)\n\nLook.\n", file);
  ASSERT_EQ(scenes.size(), 1U);
  Problems problems;
  EXPECT_TRUE(paint_scene(scenes[0], {640, 360}, problems));
  ASSERT_EQ(problems.all().size(), 1U);
  EXPECT_NE(problems.all()[0].to_string().find("talk.md:3:"), std::string::npos);
  EXPECT_NE(problems.all()[0].message.find("/etc/passwd"), std::string::npos);
}

TEST(PaintScene, AnUnknownThemeIsAnErrorAtTheScene) {
  Scene scene = scenes_of(kTalk)[1];
  scene.theme = "midnite";
  Problems problems;
  const auto painted = paint_scene(scene, {640, 360}, problems);
  ASSERT_FALSE(painted);
  EXPECT_EQ(painted.error().kind, ErrorKind::not_found);
  EXPECT_EQ(painted.error().where, scene.where);
  EXPECT_NE(painted.error().message.find("midnight"), std::string::npos);
}

}  // namespace
}  // namespace talkie
