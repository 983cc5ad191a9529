// SPDX-License-Identifier: LGPL-2.1-or-later
// The stage: every frame whole, the runs of equal ones, and repainting.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "timeline/yuv.h"
#include "timeline_scenes.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Runs are exactly the stretches of equal pictures: nothing changes inside one, and only at a
// scene's border may the picture go on unchanged.
TEST(Stage, RunsAreTight) {
  const GreyClips clips(17, 2);
  std::mt19937 random(11);
  int needless = 0;
  int runs = 0;
  int64_t frames = 0;
  for (int turn = 0; turn < 40; ++turn) {
    const Size size{80, 44};
    const Rate rate = turn % 3 == 0 ? Rate{30000, 1001} : turn % 3 == 1 ? Rate{24, 1} : Rate{60, 1};
    Play play = any_play(size, rate, random);
    frames += play.end;
    for (int64_t frame = 0; frame < play.end;) {
      const int64_t next = play.stage->next_change(frame);
      ASSERT_GT(next, frame);
      ASSERT_LE(next, play.end);
      const std::string picture = painted(*play.stage, size, frame);
      for (int64_t held = frame + 1; held < next; ++held)
        ASSERT_EQ(painted(*play.stage, size, held), picture) << "frame " << held;
      // From inside the run its end is the same.
      ASSERT_EQ(play.stage->next_change((frame + next) / 2), next);
      if (next < play.end && painted(*play.stage, size, next) == picture) ++needless;
      ++runs;
      frame = next;
    }
  }
  EXPECT_GT(2 * frames, 3 * runs) << "there were holds";
  EXPECT_LT(needless, runs / 20) << needless << " of " << runs << " runs end without a change";
}

TEST(Stage, RepaintingIsPainting) {
  const GreyClips clips(17, 2);
  std::mt19937 random(12);
  for (int turn = 0; turn < 60; ++turn) {
    const Size size{80, 44};
    Play play = any_play(size, {30, 1}, random);
    Canvas held(size);
    Canvas fresh(size);
    for (int pair = 0; pair < 25 && play.end > 0; ++pair) {
      const auto from = static_cast<int64_t>(random()) % play.end;
      const int64_t to = random() % 2 ? static_cast<int64_t>(random()) % play.end
                                      : std::min(from + 1, play.end - 1);
      play.stage->paint(from, held.planes());
      play.stage->paint_from(from, held.planes(), to, fresh.planes());
      play.stage->repaint(from, to, held.planes());
      const std::string expected = painted(*play.stage, size, to);
      ASSERT_EQ(bytes_of(held.planes()), expected) << from << " to " << to;
      ASSERT_EQ(bytes_of(fresh.planes()), expected) << from << " to " << to;
    }
  }
}

// Pages that share a ground, with things here and there: what a film is made of.
Play pages_on_one_ground(Size size, std::mt19937& random) {
  Play play{std::make_unique<Stage>(size, Rate{30, 1}), 0};
  const Bitmap ground = noise(size.width, size.height, true, random);
  Time start{};
  for (int index = 0; index < 3; ++index) {
    MadeScene scene = any_scene(size, index, start, milliseconds(300 + random() % 1500), random);
    scene.picture = ground;
    scene.visual.fade_out = random() % 8 == 0;
    const int patches = static_cast<int>(random() % 4);
    for (int i = 0; i < patches; ++i) {
      const int width = 1 + static_cast<int>(random() % (size.width / 3));
      const int height = 1 + static_cast<int>(random() % (size.height / 3));
      const int left = static_cast<int>(random() % (size.width - width));
      const int top = static_cast<int>(random() % (size.height - height));
      const Bitmap patch = noise(width, height, true, random);
      for (int y = 0; y < height; ++y)
        std::memcpy(scene.picture.row(top + y) + ptrdiff_t{4} * left, patch.row(y),
                    size_t{4} * static_cast<size_t>(width));
    }
    for (Layer& layer : scene.visual.layers) {
      layer.x = static_cast<int>(random() % size.width) - 15;
      layer.y = static_cast<int>(random() % size.height) - 15;
    }
    play.stage->add_scene(view_of(scene.picture), scene.visual, scene.timing);
    start += scene.timing.duration;
  }
  play.end = play.stage->end_frame();
  return play;
}

TEST(Stage, RepaintingIsPaintingWhereOnlyPartsDiffer) {
  const GreyClips clips(40, 3);
  std::mt19937 random(15);
  for (int turn = 0; turn < 40; ++turn) {
    const Size size{300 + static_cast<int>(random() % 40), 120 + static_cast<int>(random() % 40)};
    Play play = pages_on_one_ground(size, random);
    Canvas held(size);
    Canvas fresh(size);
    play.stage->paint(0, held.planes());
    // As a film plays, by every frame or in steps, and now and then somewhere else.
    for (int64_t from = 0; from + 1 < play.end;) {
      const int64_t to = random() % 8 == 0 ? static_cast<int64_t>(random()) % play.end
                                           : from + 1 + static_cast<int64_t>(random() % 3);
      if (to >= play.end) break;
      play.stage->paint_from(from, held.planes(), to, fresh.planes());
      play.stage->repaint(from, to, held.planes());
      const std::string expected = painted(*play.stage, size, to);
      ASSERT_EQ(bytes_of(held.planes()), expected) << turn << ": " << from << " to " << to;
      ASSERT_EQ(bytes_of(fresh.planes()), expected) << turn << ": " << from << " to " << to;
      if (random() % 32 == 0) break;
      from = to;
    }
  }
}

// A caption or a layer that comes in touches its own place only: the rest is poisoned beforehand
// and has to stay so.
TEST(Stage, RepaintingTouchesOnlyWhatChanges) {
  const Size size{200, 100};
  std::mt19937 random(13);
  MadeScene scene = any_scene(size, 0, Time{}, seconds(4), random);
  scene.visual.captions = CaptionMode::none;
  scene.visual.fade_out = false;
  scene.visual.camera.clear();
  scene.visual.steps = {{"second words", 0}};
  scene.visual.layers.clear();
  Layer layer;
  layer.bitmap = filled(20, 10, 0xffffffff);
  layer.x = 50;
  layer.y = 40;
  layer.enter = {Enter::Kind::rise, milliseconds(400), 8};
  scene.visual.layers.push_back(layer);
  scene.timing.utterances = {
      spoken(0, "The first one. And second words.", milliseconds(500), seconds(3))};
  Stage stage(size, {30, 1});
  stage.add_scene(view_of(scene.picture), scene.visual, scene.timing);

  const int64_t change = stage.next_change(0);
  ASSERT_LT(change, stage.end_frame());
  Canvas canvas(size);
  stage.paint(0, canvas.planes());
  const std::string before = bytes_of(canvas.planes());
  Canvas poisoned(size);
  std::fill_n(poisoned.planes().data[0], 200 * 100 * 3 / 2, uint8_t{7});
  stage.repaint(0, change, poisoned.planes());
  int touched = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      if (row_of(poisoned.planes(), 0, y)[x] != 7) {
        ++touched;
        EXPECT_TRUE(x >= 50 && x < 72 && y >= 40 && y < 60) << x << ", " << y;
      }
  EXPECT_GT(touched, 100);
}

TEST(Stage, ForgetsScenesAndStillPaintsWhatFollows) {
  const GreyClips clips(9, 1);
  std::mt19937 random(14);
  const Size size{64, 36};
  const Rate rate{30, 1};
  Stage all(size, rate);
  Stage forgetful(size, rate);
  Canvas held(size);
  const Bitmap ground = noise(size.width, size.height, true, random);
  Time start{};
  int64_t frame = 0;
  for (int index = 0; index < 12; ++index) {
    MadeScene scene = any_scene(size, index, start, milliseconds(700), random);
    scene.picture = ground;  // what is not repainted would stay
    for (Stage* stage : {&all, &forgetful})
      stage->add_scene(view_of(scene.picture), scene.visual, scene.timing);
    start += milliseconds(700);
    for (; frame < forgetful.end_frame(); ++frame) {
      forgetful.forget_before(frame);
      if (frame == 0)
        forgetful.paint(frame, held.planes());
      else
        forgetful.repaint(frame - 1, frame, held.planes());
      ASSERT_EQ(bytes_of(held.planes()), painted(all, size, frame)) << frame;
      ASSERT_EQ(painted(forgetful, size, frame), painted(all, size, frame)) << frame;
      ASSERT_EQ(forgetful.next_change(frame),
                std::min(all.next_change(frame), forgetful.end_frame()));
    }
    forgetful.forget_before(frame);
  }
}

TEST(Stage, FadesToTheGround) {
  const Size size{32, 32};
  Visual visual;
  visual.size = size;
  visual.fade_out = true;
  visual.ground = 0xff0000ff;
  SceneTiming timing;
  timing.duration = seconds(2);
  Stage stage(size, {30, 1});
  stage.add_scene(view_of(filled(32, 32, 0xffffffff)), visual, timing);
  EXPECT_EQ(stage.next_change(0), 42) << "0.6 s before the end";
  Canvas canvas(size);
  stage.paint(41, canvas.planes());
  EXPECT_EQ(int{canvas.planes().data[0][0]}, 235);
  stage.paint(59, canvas.planes());
  EXPECT_EQ(int{canvas.planes().data[0][0]}, 32);
  EXPECT_EQ(int{canvas.planes().data[1][0]}, 240);
}

TEST(Stage, GrowsWithItsLastScene) {
  const Size size{32, 32};
  Visual visual;
  visual.size = size;
  SceneTiming timing;
  timing.duration = seconds(1);
  Stage stage(size, {25, 1});
  stage.add_scene(view_of(filled(32, 32, 0xffffffff)), visual, timing);
  EXPECT_EQ(stage.end_frame(), 25);
  stage.forget_before(25);
  stage.extend(milliseconds(2500));
  EXPECT_EQ(stage.end_frame(), 63);
  EXPECT_EQ(stage.next_change(30), 63);
  EXPECT_EQ(painted(stage, size, 62), painted(stage, size, 26));
}

TEST(Stage, LayersAreThereFromTheStartWithoutSpeech) {
  const Size size{64, 64};
  Visual visual;
  visual.size = size;
  visual.steps = {{"words", 0}};
  Layer layer;
  layer.bitmap = filled(64, 64, 0xffffffff);
  visual.layers.push_back(layer);
  SceneTiming timing;
  timing.duration = seconds(1);
  Stage stage(size, {30, 1});
  stage.add_scene(view_of(filled(64, 64, 0xff000000)), visual, timing);
  EXPECT_EQ(stage.next_change(0), 30);
  Canvas canvas(size);
  stage.paint(0, canvas.planes());
  EXPECT_EQ(int{canvas.planes().data[0][0]}, 235);
}

}  // namespace
}  // namespace talkie
