// SPDX-License-Identifier: LGPL-2.1-or-later
// Layers that come in, move, are partly seen, and leave: where they are in which frame.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "timeline/yuv.h"
#include "timeline_scenes.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Size kSize{160, 120};
constexpr Rate kRate{30, 1};
constexpr int kBlack = 16;
constexpr int kWhite = 235;

// The light of a frame: how much, and where its middle is.
struct Light {
  double sum = 0;  // in pixels of white
  double x = 0;
  double y = 0;
};

// One white layer on black, four seconds, and a sentence whose words take a second each from 0.5 s.
class Layers : public testing::Test {
 protected:
  Layers() {
    layer_.bitmap = filled(20, 40, 0xffffffff);
    layer_.x = 60;
    layer_.y = 40;
    layer_.step = -1;
    layer_.enter.kind = Enter::Kind::none;
  }
  void stage() {
    Visual visual;
    visual.size = kSize;
    visual.steps = {{"nothing that is said", 0}};
    visual.cues = {{0, 4}, {0, 8}};
    visual.layers = {layer_};
    SceneTiming timing;
    timing.duration = seconds(4);
    SpokenUtterance words = spoken(0, "one two three", milliseconds(500), milliseconds(3500));
    words.words = {{"one", 0, 3, milliseconds(500), milliseconds(1500)},
                   {"two", 4, 3, milliseconds(1500), milliseconds(2500)},
                   {"three", 8, 5, milliseconds(2500), milliseconds(3500)}};
    timing.utterances = {words};
    stage_ = std::make_unique<Stage>(kSize, kRate);
    stage_->add_scene(view_of(filled(kSize.width, kSize.height, 0xff000000)), visual, timing);
  }
  Light light(int64_t frame) {
    Canvas canvas(kSize);
    stage_->paint(frame, canvas.planes());
    Light light;
    for (int y = 0; y < kSize.height; ++y)
      for (int x = 0; x < kSize.width; ++x) {
        const double share = (row_of(canvas.planes(), 0, y)[x] - kBlack) / double(kWhite - kBlack);
        light.sum += share;
        light.x += share * (x + 0.5);
        light.y += share * (y + 0.5);
      }
    if (light.sum > 0) {
      light.x /= light.sum;
      light.y /= light.sum;
    }
    return light;
  }
  Layer layer_;
  std::unique_ptr<Stage> stage_;
};

TEST_F(Layers, AreThereFromTheStart) {
  stage();
  EXPECT_NEAR(light(0).sum, 800, 1);
  EXPECT_EQ(stage_->next_change(0), 120);
}

TEST_F(Layers, MoveWithTheirWord) {
  layer_.moves = {{{When::Kind::cue, 0}, milliseconds(500), {1, 30, 0}, Ease::linear}};
  stage();
  EXPECT_EQ(stage_->next_change(0), 45) << "1.5 s";
  for (int64_t frame = 45; frame < 60; ++frame) {
    const double share = double(frame - 44) / 16;
    EXPECT_NEAR(light(frame).x, 70 + 30 * share, 1.0 / 32) << frame;
    EXPECT_NEAR(light(frame).y, 60, 1.0 / 64);
  }
  EXPECT_NEAR(light(60).x, 100, 1e-6);
  EXPECT_EQ(stage_->next_change(60), 120);
}

// A second move that begins in the middle of the first one takes over from where that is.
TEST_F(Layers, MoveOnFromWhereTheyAre) {
  layer_.moves = {{{When::Kind::cue, 0}, milliseconds(2000), {1, 40, 0}, Ease::linear},
                  {{When::Kind::cue, 1}, milliseconds(500), {0.5, 0, 30}, Ease::in_out}};
  stage();
  Light last = light(44);
  for (int64_t frame = 45; frame < 100; ++frame) {
    const Light now = light(frame);
    EXPECT_LT(std::hypot(now.x - last.x, now.y - last.y), 4.5) << frame;
    EXPECT_LT(std::abs(now.sum - last.sum), 60) << frame;
    last = now;
  }
  EXPECT_NEAR(last.x, 70, 1.0 / 64);
  EXPECT_NEAR(last.y, 90, 1.0 / 64);
  EXPECT_NEAR(last.sum, 400, 4);
}

TEST_F(Layers, GrowFromTheirEdge) {
  for (const auto kind : {Enter::Kind::grow_up, Enter::Kind::grow_right}) {
    layer_.enter = {kind, milliseconds(1000), 0};
    layer_.step = 0;
    stage();
    const int64_t first = stage_->next_change(0);
    double last = 0;
    for (int64_t frame = first; frame < first + 30; ++frame) {
      const Light now = light(frame);
      EXPECT_GE(now.sum, last) << frame;
      // What is there is the part at the edge that it grows from, to parts of a pixel.
      if (kind == Enter::Kind::grow_up)
        EXPECT_NEAR(now.y, 80 - now.sum / 20 / 2, 0.05) << frame;
      else
        EXPECT_NEAR(now.x, 60 + now.sum / 40 / 2, 0.05) << frame;
      last = now.sum;
    }
    EXPECT_NEAR(light(first + 30).sum, 800, 1);
    EXPECT_LT(light(first).sum, 0.3 * 800);
  }
}

TEST_F(Layers, ScrollBehindTheirWindow) {
  layer_.window = View{60, 40, 20, 20};
  layer_.moves = {{{When::Kind::cue, 0}, milliseconds(500), {1, 0, -30}, Ease::linear}};
  stage();
  EXPECT_NEAR(light(0).sum, 400, 1);
  for (int64_t frame = 45; frame < 61; ++frame) {
    const double bottom = 80 - 30 * std::min(double(frame - 44) / 16, 1.0);
    EXPECT_NEAR(light(frame).sum, 20 * std::min(bottom - 40, 20.0), 3) << frame;
  }
  Canvas canvas(kSize);
  stage_->paint(50, canvas.planes());
  for (int y = 0; y < kSize.height; ++y)
    for (int x = 0; x < kSize.width; ++x)
      if (x < 60 || x >= 80 || y < 40 || y >= 60) {
        ASSERT_EQ(int{row_of(canvas.planes(), 0, y)[x]}, kBlack) << x << ", " << y;
      }
}

TEST_F(Layers, LeaveForGood) {
  layer_.leaves = When{When::Kind::cue, 1};
  layer_.leave_length = milliseconds(200);
  stage();
  EXPECT_EQ(stage_->next_change(0), 75);
  EXPECT_NEAR(light(74).sum, 800, 1);
  EXPECT_LT(light(77).sum, 800);
  EXPECT_NEAR(light(81).sum, 0, 1e-9);
  EXPECT_EQ(stage_->next_change(81), 120);
}

// The timeline asks an animation when it changes, and paints what it then is.
TEST_F(Layers, AnimationsPlayFromTheirWordOn) {
  layer_.animation = std::make_shared<HoppingSquare>(Size{60, 20});
  layer_.bitmap = Bitmap{};
  layer_.begins = {When::Kind::cue, 0};
  stage();
  int64_t frame = stage_->next_change(0);
  EXPECT_EQ(frame, 48) << "100 ms after 1.5 s";
  int changes = 0;
  for (; frame < 120; frame = stage_->next_change(frame), ++changes)
    EXPECT_GT(light(frame).x, light(frame - 1).x);
  EXPECT_EQ(changes, HoppingSquare::kHops);
}

class Clips : public Layers {
 protected:
  void stage_clip(Clip::Filling filling) {
    auto clip = std::make_shared<ClipLayer>();
    clip->clip.filling = filling;
    layer_.clip = clip;
    layer_.clip_size = {20, 20};
    stage();
  }
  int luma(int64_t frame) {
    Canvas canvas(kSize);
    stage_->paint(frame, canvas.planes());
    return row_of(canvas.planes(), 0, 50)[70];
  }
};

TEST_F(Clips, StandStillAfterTheirEnd) {
  const GreyClips clips(12, 1);
  stage_clip(Clip::Filling::freeze);
  for (const int64_t frame : {0, 1, 11, 12, 100})
    EXPECT_EQ(luma(frame),
              GreyClip::luma_of_number(static_cast<int>(std::min<int64_t>(frame, 11))));
  EXPECT_EQ(stage_->next_change(3), 4);
  EXPECT_EQ(stage_->next_change(11), 120);
}

TEST_F(Clips, BeginAgain) {
  const GreyClips clips(12, 4);
  stage_clip(Clip::Filling::loop);
  for (const int64_t frame : {0, 3, 4, 11, 12, 40, 119})
    EXPECT_EQ(luma(frame), GreyClip::luma_of_number(static_cast<int>(frame % 12 / 4))) << frame;
  EXPECT_EQ(stage_->next_change(0), 4);
  EXPECT_EQ(stage_->next_change(9), 12);
}

TEST_F(Clips, GoAsFastAsTheirSceneTakes) {
  const GreyClips clips(40, 1);
  stage_clip(Clip::Filling::match);
  for (const int64_t frame : {0, 2, 3, 60, 119})
    EXPECT_EQ(luma(frame), GreyClip::luma_of_number(static_cast<int>(frame / 3))) << frame;
  EXPECT_EQ(stage_->next_change(1), 3);
}

TEST_F(Clips, HaveRoundCorners) {
  const GreyClips clips(40, 1);
  auto clip = std::make_shared<ClipLayer>();
  clip->radius = 10;
  layer_.clip = clip;
  layer_.clip_size = {20, 20};
  stage();
  Canvas canvas(kSize);
  stage_->paint(30, canvas.planes());
  const int grey = GreyClip::luma_of_number(30);
  double area = 0;
  for (int y = 40; y < 60; ++y)
    for (int x = 60; x < 80; ++x)
      area += (row_of(canvas.planes(), 0, y)[x] - kBlack) / double(grey - kBlack);
  EXPECT_NEAR(area, 100 * 3.14159, 4) << "a disc";
  EXPECT_EQ(int{row_of(canvas.planes(), 0, 40)[60]}, kBlack);
  EXPECT_EQ(int{row_of(canvas.planes(), 0, 50)[70]}, grey);
}

TEST_F(Clips, ThatFailShowTheirPosterAndSayWhy) {
  set_clip_opener([](const ClipLayer&, Size, Rate) -> Result<std::unique_ptr<ClipSource>> {
    return Error{ErrorKind::unreadable, "no such clip"};
  });
  stage_clip(Clip::Filling::freeze);
  EXPECT_FALSE(stage_->failure());
  EXPECT_EQ(luma(0), kWhite);
  ASSERT_TRUE(stage_->failure());
  EXPECT_EQ(stage_->failure()->message, "no such clip");
  set_clip_opener({});
  stage_clip(Clip::Filling::freeze);
  EXPECT_EQ(luma(0), kWhite) << "nobody opens clips: that is no failure";
  EXPECT_FALSE(stage_->failure());
}

}  // namespace
}  // namespace talkie
