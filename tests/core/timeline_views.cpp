// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras over pictures and pages: where an edge is in each frame, to parts of a pixel.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>

#include "timeline/sampling.h"
#include "timeline/yuv.h"
#include "timeline_scenes.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Size kSize{320, 180};
constexpr Rate kRate{30, 1};
constexpr double kSmooth = 1.0 / 16;

// White on the left, black from `x` on.
Bitmap edge_at(int width, int height, int x) {
  Bitmap bitmap = filled(width, height, 0xff000000);
  for (int y = 0; y < height; ++y)
    std::memset(bitmap.row(y), 255, size_t{4} * static_cast<size_t>(x));
  return bitmap;
}

// Where the edge is in a frame: as many pixels are white.
double edge_in(Stage& stage, int64_t frame, int y = 90) {
  Canvas canvas(kSize);
  stage.paint(frame, canvas.planes());
  double sum = 0;
  for (int x = 0; x < kSize.width; ++x)
    sum += (row_of(canvas.planes(), 0, y)[x] - 16) / 219.0;
  return sum;
}

std::unique_ptr<Stage> stage_of(const Visual& visual, const Bitmap& picture, Time length) {
  SceneTiming timing;
  timing.duration = length;
  auto stage = std::make_unique<Stage>(kSize, kRate);
  stage->add_scene(view_of(picture), visual, timing);
  return stage;
}

// A picture of `bitmap_width` whose edge is at 400, in the whole frame.
Visual viewed(int bitmap_width, const View& from, const View& to) {
  Visual visual;
  visual.size = kSize;
  Layer layer;
  layer.bitmap = edge_at(bitmap_width, bitmap_width * 9 / 16, 400);
  layer.step = -1;
  layer.enter.kind = Enter::Kind::none;
  layer.view_size = kSize;
  layer.views = {{{}, Time{}, from}, {{}, Time{}, to, Ease::linear, true}};
  visual.layers = {layer};
  return visual;
}

TEST(Views, PanEvenly) {
  const Bitmap black = filled(kSize.width, kSize.height, 0xff000000);
  // 60 source pixels in 119 frames.
  const auto stage =
      stage_of(viewed(640, {200, 20, 320, 180}, {260, 20, 320, 180}), black, seconds(4));
  for (int64_t frame = 0; frame < 120; ++frame)
    EXPECT_NEAR(edge_in(*stage, frame), 200 - 60.0 * frame / 119, kSmooth) << frame;
  EXPECT_EQ(stage->next_change(50), 51);
}

// Equal factors in equal times, about one point that stays where it is.
TEST(Views, ZoomEvenly) {
  const Bitmap black = filled(kSize.width, kSize.height, 0xff000000);
  for (const int width : {640, 960, 1600}) {
    const View all{0, 0, double(width), width * 9 / 16.0};
    const View close{width == 640 ? 140.0 : 150.0, 60, 500, 281.25};
    // The first one is clamped into its picture.
    const auto stage = stage_of(viewed(width, all, {150, 60, 500, 281.25}), black, seconds(4));
    for (int64_t frame = 0; frame < 120; ++frame) {
      const double seen = width * std::pow(500.0 / width, frame / 119.0);
      const double left = close.x * (width - seen) / (width - 500);
      // A little more where pixels are taken together: an edge's light varies with where it falls.
      EXPECT_NEAR(edge_in(*stage, frame), (400 - left) * 320 / seen, 1.0 / 12)
          << width << ", frame " << frame;
    }
  }
}

// Fine stripes seen from far are grey, wherever the view stands: nothing flickers.
TEST(Views, DoNotFlicker) {
  Visual visual = viewed(1280, {0, 0, 1200, 675}, {80, 45, 1200, 675});
  Bitmap& stripes = visual.layers[0].bitmap;
  for (int y = 0; y < stripes.height; ++y)
    for (int x = 0; x < stripes.width; ++x)
      std::memset(stripes.row(y) + ptrdiff_t{4} * x, x % 2 ? 255 : 0, 3);
  const auto stage = stage_of(visual, filled(kSize.width, kSize.height, 0xff000000), seconds(4));
  Canvas canvas(kSize);
  for (int64_t frame = 0; frame < 120; frame += 7) {
    stage->paint(frame, canvas.planes());
    for (int x = 2; x < kSize.width - 2; ++x)
      ASSERT_NEAR(row_of(canvas.planes(), 0, 90)[x], 125.5, 12) << frame << " at " << x;
  }
}

class Cameras : public testing::Test {
 protected:
  Visual page_with_camera(const View& to) {
    Visual visual;
    visual.size = kSize;
    visual.camera = {{{When::Kind::start, 0, seconds(1)}, seconds(2), to, Ease::in_out}};
    auto fine = std::make_shared<Visual::Fine>();
    fine->scale = 2;
    fine->frame = edge_at(640, 360, 400);
    Layer layer;
    layer.bitmap = filled(20, 20, 0xffffffff);
    layer.x = 500;
    layer.y = 170;
    layer.step = -1;
    layer.enter.kind = Enter::Kind::none;
    fine->layers = {layer};
    visual.fine = fine;
    return visual;
  }
};

TEST_F(Cameras, GoWithoutAPop) {
  const Visual visual = page_with_camera({100, 40, 160, 90});
  const auto stage = stage_of(visual, edge_at(kSize.width, kSize.height, 200), seconds(4));
  EXPECT_EQ(stage->next_change(0), 30);
  EXPECT_NEAR(edge_in(*stage, 0, 20), 200, 0.01) << "the whole page";
  double last = edge_in(*stage, 29, 20);
  double last_step = 0;
  for (int64_t frame = 30; frame < 90; ++frame) {
    const double now = edge_in(*stage, frame, 20);
    EXPECT_NEAR(now - last, last_step, 0.15) << frame;
    last_step = now - last;
    last = now;
  }
  EXPECT_NEAR(edge_in(*stage, 90, 20), 200, 0.01) << "(200 - 100) * 2";
  // The layer, too: at 250, 85 of the page, 10 pixels large, seen twice as large.
  Canvas canvas(kSize);
  stage->paint(100, canvas.planes());
  EXPECT_EQ(int{row_of(canvas.planes(), 0, 100)[310]}, 235);
  EXPECT_EQ(int{row_of(canvas.planes(), 0, 100)[296]}, 16);
}

TEST_F(Cameras, LeaveCaptionsWhereTheyAre) {
  Visual visual = page_with_camera({100, 40, 160, 90});
  SceneTiming timing;
  timing.duration = seconds(4);
  timing.utterances = {spoken(0, "Words that stay for the whole time", Time{}, milliseconds(3900))};
  visual.caption_style.size_px = 16;
  visual.caption_style.bottom_px = 10;
  visual.caption_style.max_width_px = 300;
  Stage plain(kSize, kRate);
  plain.add_scene(view_of(filled(320, 180, 0xff000000)), visual, timing);
  visual.captions = CaptionMode::burned;
  Stage captioned(kSize, kRate);
  captioned.add_scene(view_of(filled(320, 180, 0xff000000)), visual, timing);
  const auto touched = [&](int64_t frame) {
    const std::string with = painted(captioned, kSize, frame);
    const std::string without = painted(plain, kSize, frame);
    int top = kSize.height;
    for (int y = kSize.height - 1; y >= 0; --y)
      if (with.compare(static_cast<size_t>(y) * 320, 320, without, static_cast<size_t>(y) * 320,
                       320))
        top = y;
    return top;
  };
  const int top = touched(10);
  EXPECT_LT(top, kSize.height);
  for (const int64_t frame : {31, 45, 60, 88})
    EXPECT_NEAR(touched(frame), top, 1) << frame;
}

// At whole pixels a sampler copies; between them it is exact arithmetic.
TEST(Sampling, CopiesWholePixels) {
  std::mt19937 random(31);
  std::vector<uint8_t> samples(40 * 30);
  for (uint8_t& sample : samples)
    sample = static_cast<uint8_t>(random());
  const PlaneView plane{samples.data(), 40, 40, 30};
  PlaneSampler sampler(plane, Edge::clear, {-3 * Axis::kSample}, {2 * Axis::kSample}, 0, 50);
  for (int y = -4; y < 34; ++y) {
    const uint8_t* const row = sampler.row(y);
    for (int x = 0; x < 50; ++x) {
      const bool inside = x >= 3 && x < 43 && y + 2 >= 0 && y + 2 < 30;
      ASSERT_EQ(int{row[x]}, inside ? int{samples[static_cast<size_t>((y + 2) * 40 + x - 3)]} : 0);
    }
  }
}

// A flat picture stays flat at every scale, and a ramp a ramp.
TEST(Sampling, KeepsFlatAndRamp) {
  std::vector<uint8_t> flat(64 * 8, 201);
  std::vector<uint8_t> ramp;
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 64; ++x)
      ramp.push_back(static_cast<uint8_t>(4 * x));
  for (const double step : {0.3, 0.77, 1.0, 1.01, 1.5, 2.0, 2.9, 3.0, 5.2}) {
    const auto fixed = static_cast<int64_t>(step * Axis::kSample);
    const Axis x{8 * Axis::kSample, fixed};
    const Axis y{Axis::kSample, static_cast<int64_t>(0.7 * Axis::kSample)};
    PlaneSampler even({flat.data(), 64, 64, 8}, Edge::clamp, x, y, 0, 8);
    PlaneSampler rising({ramp.data(), 64, 64, 8}, Edge::clamp, x, y, 0, 8);
    for (int row = 0; row < 8; ++row) {
      const uint8_t* const flat_row = even.row(row);
      const uint8_t* const ramp_row = rising.row(row);
      for (int i = 0; i < 8; ++i) {
        ASSERT_EQ(int{flat_row[i]}, 201) << step;
        ASSERT_NEAR(ramp_row[i], 4 * (8 + i * step), 1) << step;
      }
    }
  }
}

}  // namespace
}  // namespace talkie
