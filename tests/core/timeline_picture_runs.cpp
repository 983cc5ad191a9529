// SPDX-License-Identifier: LGPL-2.1-or-later
// Films as runs of equal pictures, against every frame's own next_change().
#include "timeline/picture_runs.h"

#include <gtest/gtest.h>

#include <memory>

#include "timeline_pictures.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;

constexpr Size kSize{64, 36};

// Scenes with a transition between them and layers that come in; now and then one holds for long.
std::unique_ptr<Stage> any_stage(Rate rate, std::mt19937& random) {
  auto stage = std::make_unique<Stage>(kSize, rate);
  Time start{};
  const int scenes = 1 + static_cast<int>(random() % 4);
  for (int index = 0; index < scenes; ++index) {
    Visual visual;
    visual.index = index;
    visual.size = kSize;
    visual.fade_out = index + 1 == scenes && random() % 2;
    visual.transition.kind = static_cast<Transition::Kind>(random() % 3);
    visual.transition.length = milliseconds(random() % 900);
    SceneTiming timing;
    timing.start = start;
    timing.duration = time_of(1 + static_cast<int64_t>(random() % (random() % 3 ? 90 : 900)), rate);
    for (int step = 0; step < static_cast<int>(random() % 3); ++step) {
      visual.steps.push_back({"words that are not said", 0});
      Layer layer;
      layer.bitmap = noise(20, 10, false, random);
      layer.step = step;
      visual.layers.push_back(std::move(layer));
    }
    const Bitmap picture = filled(kSize.width, kSize.height, 0xff000000 | random() % 0xffffff);
    stage->add_scene(view_of(picture), visual, timing);
    start += timing.duration;
  }
  return stage;
}

std::vector<PictureRun> runs_of(const Stage& stage, int64_t interval, int64_t first) {
  std::vector<PictureRun> runs;
  PictureRuns walk(interval);
  for (int64_t frame = first; frame < stage.end_frame(); frame = runs.back().end) {
    runs.push_back(walk.next(stage, frame));
    if (runs.back().end <= frame) {
      ADD_FAILURE() << "an empty run at " << frame;
      break;
    }
  }
  return runs;
}

// The frames from `first` on at which next_change() says that a picture may differ.
std::vector<int64_t> changes_of(const Stage& stage, int64_t first) {
  std::vector<int64_t> changes;
  for (int64_t frame = first; frame < stage.end_frame(); frame = stage.next_change(frame))
    changes.push_back(frame);
  return changes;
}

TEST(PictureRuns, CoverEveryFrameOnce) {
  std::mt19937 random(21);
  for (int turn = 0; turn < 200; ++turn) {
    const Rate rate = turn % 2 ? Rate{30, 1} : Rate{24000, 1001};
    const auto stage = any_stage(rate, random);
    const auto first = static_cast<int64_t>(random() % 2);
    if (first >= stage->end_frame()) continue;
    const int64_t interval = std::vector<int64_t>{0, 1, 7, 60, 300}[random() % 5];
    const auto runs = runs_of(*stage, interval, first);
    EXPECT_TRUE(runs.front().changed);
    EXPECT_EQ(runs.back().end, stage->end_frame());
    std::vector<int64_t> changes;
    for (size_t i = 0; i < runs.size(); ++i) {
      EXPECT_EQ(runs[i].first, i > 0 ? runs[i - 1].end : first);
      if (runs[i].changed) changes.push_back(runs[i].first);
      EXPECT_FALSE(interval == 0 && runs[i].key_unit);
      // Within a run nothing changes, whoever asks.
      EXPECT_GE(stage->next_change(runs[i].first), runs[i].end);
    }
    EXPECT_EQ(changes, changes_of(*stage, first));
  }
}

// The frames that are decodable by themselves: key units, and their repetitions inside their hold.
std::vector<int64_t> entries_of(const std::vector<PictureRun>& runs, int64_t interval) {
  std::vector<int64_t> entries;
  for (const PictureRun& run : runs)
    if (run.key_unit)
      for (int64_t frame = run.first; frame < run.end; frame += interval)
        entries.push_back(frame);
  return entries;
}

TEST(PictureRuns, HaveAKeyUnitAtLeastOnceInAnInterval) {
  std::mt19937 random(22);
  int cuts = 0;
  int unnecessary = 0;
  for (int turn = 0; turn < 200; ++turn) {
    const auto stage = any_stage({30, 1}, random);
    const int64_t interval = std::vector<int64_t>{1, 7, 60, 300}[random() % 4];
    const auto runs = runs_of(*stage, interval, 0);
    const auto entries = entries_of(runs, interval);
    EXPECT_EQ(entries.front(), 0);
    for (size_t i = 1; i < entries.size(); ++i)
      if (entries[i] - entries[i - 1] < interval) ++unnecessary;
    // None comes more than an interval late: the first picture that changes after it, at the latest
    // where a hold is cut for it.
    for (int64_t frame = 0; frame < stage->end_frame(); ++frame) {
      const auto next = std::upper_bound(entries.begin(), entries.end(), frame);
      ASSERT_LT(frame - *(next - 1), interval) << "at frame " << frame;
    }
    for (size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].changed) continue;
      ++cuts;
      // A hold is cut for a key unit and for nothing else, and none that began with one is.
      EXPECT_TRUE(runs[i].key_unit);
      EXPECT_FALSE(runs[i - 1].key_unit) << "it can repeat itself";
    }
  }
  EXPECT_GT(cuts, 20) << "the test has seen some";
  EXPECT_EQ(unnecessary, 0);
}

TEST(PictureRuns, BeginAnewAfterAReset) {
  std::mt19937 random(23);
  const auto stage = any_stage({30, 1}, random);
  PictureRuns walk(60);
  const PictureRun once = walk.next(*stage, 0);
  walk.next(*stage, once.end < stage->end_frame() ? once.end : 0);
  walk.reset();
  const PictureRun again = walk.next(*stage, 0);
  EXPECT_EQ(again.end, once.end);
  EXPECT_TRUE(again.changed);
  EXPECT_TRUE(again.key_unit);
}

}  // namespace
}  // namespace talkie
