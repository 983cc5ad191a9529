// SPDX-License-Identifier: LGPL-2.1-or-later
// From one scene to the next: what shows where and when, and what is touched.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "script/transition_text.h"
#include "timeline/yuv.h"
#include "timeline_scenes.h"

namespace talkie {
namespace {

using std::chrono::seconds;

// Plain scenes one colour each: what a transition shows where, and when.
class Transitions : public testing::Test {
 protected:
  static constexpr Size kSize{160, 90};
  static constexpr int kBlack = 16;
  static constexpr int kWhite = 235;

  // Two seconds of black, then two of white that come in by `transition`.
  void play(const std::string& transition) {
    const Result<Transition> parsed = parse_transition(transition);
    ASSERT_TRUE(parsed) << parsed.error().message;
    stage_ = std::make_unique<Stage>(kSize, Rate{30, 1});
    Visual visual;
    visual.size = kSize;
    visual.transition = *parsed;
    SceneTiming timing;
    timing.duration = seconds(2);
    stage_->add_scene(view_of(filled(160, 90, 0xff000000)), visual, timing);
    timing.start = seconds(2);
    timing.index = 1;
    stage_->add_scene(view_of(filled(160, 90, 0xffffffff)), visual, timing);
  }
  int luma(int64_t frame, int x, int y) {
    Canvas canvas(kSize);
    stage_->paint(frame, canvas.planes());
    return row_of(canvas.planes(), 0, y)[x];
  }
  std::unique_ptr<Stage> stage_;
};

TEST_F(Transitions, CutIsBetweenTwoFrames) {
  play("cut");
  EXPECT_EQ(luma(59, 80, 45), kBlack);
  EXPECT_EQ(luma(60, 80, 45), kWhite);
  EXPECT_EQ(stage_->next_change(0), 60);
  EXPECT_EQ(stage_->next_change(60), 120);
}

TEST_F(Transitions, CrossfadeEasesInAndOut) {
  play("crossfade 0.5");
  EXPECT_EQ(luma(59, 80, 45), kBlack);
  int last = kBlack;
  int largest = 0;
  for (int64_t frame = 60; frame < 75; ++frame) {
    const int now = luma(frame, 80, 45);
    EXPECT_GT(now, last) << frame;
    EXPECT_LT(now, kWhite) << frame;
    largest = std::max(largest, now - last);
    last = now;
  }
  EXPECT_EQ(luma(75, 80, 45), kWhite);
  EXPECT_NEAR(luma(67, 80, 45), (kBlack + kWhite) / 2, 2) << "half of it after half of the time";
  EXPECT_LT(luma(61, 80, 45) - luma(60, 80, 45), largest / 2) << "slow at first";
  EXPECT_EQ(stage_->next_change(75), 120);
}

TEST_F(Transitions, WipesGoTheirWay) {
  struct Way {
    const char* name;
    int from_x, from_y, to_x, to_y;
  };
  for (const Way& way :
       {Way{"wipe left 0.5", 158, 45, 1, 45}, Way{"wipe right 0.5", 1, 45, 158, 45},
        Way{"wipe up 0.5", 80, 88, 80, 1}, Way{"wipe down 0.5", 80, 1, 80, 88}}) {
    play(way.name);
    EXPECT_EQ(luma(59, way.from_x, way.from_y), kBlack);
    EXPECT_EQ(luma(67, way.from_x, way.from_y), kWhite) << way.name;
    EXPECT_EQ(luma(67, way.to_x, way.to_y), kBlack) << way.name;
    EXPECT_NEAR(luma(67, 80, 45), 125, 80) << way.name << ": the edge is in the middle";
    EXPECT_EQ(luma(75, way.to_x, way.to_y), kWhite) << way.name;
  }
}

// Every kind begins with the old picture and ends with the new one, to the bit, and in between
// there is some of both.
TEST_F(Transitions, HaveExactEnds) {
  for (const char* kind :
       {"crossfade", "dissolve", "fade through black", "fade through white", "wipe", "slide",
        "push", "reveal", "circle", "radial", "zoom", "morph"}) {
    play(std::string(kind) + " 0.5");
    const std::string old_picture = painted(*stage_, kSize, 0);
    const std::string new_picture = painted(*stage_, kSize, 119);
    EXPECT_TRUE(painted(*stage_, kSize, 59) == old_picture) << kind;
    EXPECT_TRUE(painted(*stage_, kSize, 75) == new_picture) << kind;
    // (The way from black through black shows nothing at first; white to white, nothing at last.)
    EXPECT_TRUE(painted(*stage_, kSize, 62) != new_picture) << kind;
    EXPECT_TRUE(painted(*stage_, kSize, 72) != old_picture) << kind;
    EXPECT_EQ(stage_->next_change(75), 120) << kind;
  }
}

// How much of a frame is white.
double white_share(Stage& stage, Size size, int64_t frame) {
  Canvas canvas(size);
  stage.paint(frame, canvas.planes());
  double sum = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      sum += (row_of(canvas.planes(), 0, y)[x] - 16) / 219.0;
  return sum / (size.width * size.height);
}

TEST_F(Transitions, BringInAsMuchAsTheyShould) {
  for (const char* kind : {"dissolve", "slide left", "push up", "reveal right", "radial"}) {
    play(std::string(kind) + " 0.5");
    for (int64_t frame = 60; frame < 75; ++frame) {
      const double share = double(frame - 59) / 16;
      EXPECT_NEAR(white_share(*stage_, kSize, frame), share * share * (3 - 2 * share), 0.13)
          << kind << ", frame " << frame;
    }
  }
}

TEST_F(Transitions, MovingOnesGoTheirWay) {
  struct Way {
    const char* name;
    int new_x, new_y, old_x, old_y;
  };
  for (const char* kind : {"slide", "push", "reveal"})
    for (const Way& way : {Way{"left", 158, 45, 1, 45}, Way{"right", 1, 45, 158, 45},
                           Way{"up", 80, 88, 80, 1}, Way{"down", 80, 1, 80, 88}}) {
      play(std::string(kind) + " " + way.name + " 0.5");
      EXPECT_EQ(luma(67, way.new_x, way.new_y), kWhite) << kind << " " << way.name;
      EXPECT_EQ(luma(67, way.old_x, way.old_y), kBlack) << kind << " " << way.name;
    }
}

TEST_F(Transitions, FadesGoThroughTheirColour) {
  play("fade through black 0.5");
  EXPECT_EQ(luma(66, 80, 45), kBlack);
  EXPECT_GT(luma(70, 80, 45), kBlack);
  play("fade through white 0.5");
  EXPECT_GT(luma(64, 80, 45), 100) << "out to white in the first half";
  EXPECT_EQ(luma(68, 80, 45), kWhite);
}

TEST_F(Transitions, CircleGrowsFromTheMiddle) {
  play("circle 0.5");
  EXPECT_EQ(luma(67, 80, 45), kWhite);
  EXPECT_EQ(luma(67, 1, 1), kBlack);
}

// What a scene before shows at its end is all that is needed of it, wherever it began.
TEST_F(Transitions, NeedOnlyTheEndOfTheSceneBefore) {
  Visual visual;
  visual.size = kSize;
  visual.frame_rate = {30, 1};
  visual.transition = Transition{Transition::Kind::slide};
  Layer layer;
  layer.animation = std::make_shared<HoppingSquare>(Size{60, 20});
  layer.step = -1;
  visual.layers = {layer};
  EXPECT_TRUE(ends_by_timing(visual));
  EXPECT_FALSE(ends_by_timing(Visual{}));
  const Bitmap page = filled(160, 90, 0xff203040);
  Stage all(kSize, visual.frame_rate);
  Stage end_only(kSize, visual.frame_rate);
  SceneTiming timing;
  timing.duration = std::chrono::milliseconds(1500);
  all.add_scene(view_of(page), visual, timing);
  timing.start = time_of(1, visual.frame_rate) - timing.duration;
  end_only.add_scene(view_of(page), visual, timing);
  timing.duration = seconds(2);
  timing.start = std::chrono::milliseconds(1500);
  all.add_scene(view_of(page), visual, timing);
  timing.start = time_of(1, visual.frame_rate);
  end_only.add_scene(view_of(page), visual, timing);
  end_only.forget_before(1);
  for (int64_t frame = 0; frame < 60; ++frame)
    ASSERT_TRUE(painted(end_only, kSize, 1 + frame) == painted(all, kSize, 45 + frame)) << frame;
}

// A part that both pages have goes from one place to the other; the others fade.
TEST(Morph, PartsGoToTheirPlace) {
  const Size size{320, 180};
  const Bitmap black = filled(320, 180, 0xff000000);
  const auto page = [&](int x, int y, int width, const char* other) {
    Visual visual;
    visual.size = size;
    visual.transition = {Transition::Kind::morph, Transition::Direction::left, seconds(1)};
    visual.without_parts = std::make_shared<Bitmap>(black);
    visual.parts = {{"title", filled(width, 20, 0xffffffff), x, y},
                    {other, filled(10, 10, 0xffffffff), 300, 5}};
    return visual;
  };
  const auto picture = [&](const Visual& visual) {
    Bitmap bitmap = black;
    for (const MorphPart& part : visual.parts)
      for (int y = 0; y < part.bitmap.height; ++y)
        std::memset(bitmap.row(part.y + y) + ptrdiff_t{4} * part.x, 255,
                    size_t{4} * static_cast<size_t>(part.bitmap.width));
    return bitmap;
  };
  const Visual first = page(20, 100, 40, "old");
  const Visual second = page(201, 31, 80, "new");
  SceneTiming timing;
  timing.duration = seconds(1);
  Stage stage(size, {30, 1});
  stage.add_scene(view_of(picture(first)), first, timing);
  timing.start = seconds(1);
  timing.duration = seconds(2);
  stage.add_scene(view_of(picture(second)), second, timing);
  Canvas canvas(size);
  for (int64_t frame = 30; frame < 60; ++frame) {
    stage.forget_before(frame);
    stage.paint(frame, canvas.planes());
    const double share = double(frame - 29) / 31;
    const double way = share * share * (3 - 2 * share);
    double sum = 0;
    double across = 0;
    double down = 0;
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < 296; ++x) {
        const double light = (row_of(canvas.planes(), 0, y)[x] - 16) / 219.0;
        sum += light;
        across += light * (x + 0.5);
        down += light * (y + 0.5);
      }
    EXPECT_NEAR(across / sum, 40 + (241 - 40) * way, 1.0 / 16) << frame;
    EXPECT_NEAR(down / sum, 110 + (41 - 110) * way, 1.0 / 16) << frame;
    EXPECT_NEAR(sum, 20 * (40 + 40 * way), 16) << frame;
  }
  EXPECT_EQ(painted(stage, size, 60), [&] {
    Canvas expected(size);
    convert(view_of(picture(second)), expected.planes());
    return bytes_of(expected.planes());
  }());
}

TEST_F(Transitions, TheFirstSceneHasNone) {
  play("crossfade 2");
  EXPECT_EQ(stage_->next_change(0), 60);
  EXPECT_EQ(luma(0, 5, 5), kBlack);
}

TEST(Transition, IsReadFromText) {
  EXPECT_EQ(parse_transition("wipe up 500ms")->direction, Transition::Direction::up);
  EXPECT_EQ(parse_transition("wipe 2 right")->length, seconds(2));
  EXPECT_EQ(parse_transition("cut")->length, Time{});
  for (const char* bad :
       {"", "dissolve left", "crossfade left", "wipe sideways", "crossfade -1", "crossfade 60"})
    EXPECT_FALSE(parse_transition(bad)) << bad;
}

// A crossfade, and the way into it, touch only what the two pages do not share.
TEST(Transition, TouchesOnlyWhatDiffers) {
  const Size size{640, 320};
  for (const char* kind : {"crossfade 0.5", "wipe right 0.5", "wipe up 0.5", "dissolve 0.5",
                           "circle 0.5", "radial 0.5"}) {
    Stage stage(size, {30, 1});
    Visual visual;
    visual.size = size;
    visual.transition = *parse_transition(kind);
    SceneTiming timing;
    timing.duration = seconds(2);
    Bitmap page = filled(640, 320, 0xff203040);
    stage.add_scene(view_of(page), visual, timing);
    for (int y = 100; y < 130; ++y)
      std::fill_n(page.row(y) + 4 * 200, 4 * 90, uint8_t{0xff});
    timing.start = seconds(2);
    stage.add_scene(view_of(page), visual, timing);
    int touched = 0;
    for (int64_t frame = 59; frame < 75; ++frame) {
      Canvas poisoned(size);
      std::fill_n(poisoned.planes().data[0], 640 * 320 * 3 / 2, uint8_t{7});
      stage.repaint(frame, frame + 1, poisoned.planes());
      for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
          const bool near = x >= 128 && x < 384 && y >= 80 && y < 144;
          const bool same = row_of(poisoned.planes(), 0, y)[x] == 7;
          ASSERT_TRUE(near || same) << kind << ", frame " << frame << " at " << x << ", " << y;
          touched += same ? 0 : 1;
        }
    }
    EXPECT_GE(touched, 30 * 90) << kind;
  }
}

}  // namespace
}  // namespace talkie
