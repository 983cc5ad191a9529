// SPDX-License-Identifier: LGPL-2.1-or-later
// From one scene to the next: what shows where and when, and what is touched.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "timeline/transition.h"
#include "timeline/yuv.h"
#include "timeline_pictures.h"

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
       {"", "dissolve", "crossfade left", "wipe sideways", "crossfade -1", "crossfade 60"})
    EXPECT_FALSE(parse_transition(bad)) << bad;
}

// A crossfade, and the way into it, touch only what the two pages do not share.
TEST(Transition, TouchesOnlyWhatDiffers) {
  const Size size{640, 320};
  for (const char* kind : {"crossfade 0.5", "wipe right 0.5", "wipe up 0.5"}) {
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
