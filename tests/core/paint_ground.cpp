// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/ground_paint.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "paint_testing.h"
#include "visual/svg_document.h"

namespace talkie {
namespace {

// Two dark lights over a dark ground: what bands most.
Ground dark_ground() {
  return {0x0b1020,
          {{0.86, 0.08, 0.9, {{0, 0x27407a, 0.55}, {0.55, 0x141c3a, 0.35}, {1, 0x0b1020, 0}}},
           {0.1, 0.9, 0.6, {{0, 0x8b3bff, 0.16}, {1, 0x8b3bff, 0}}}}};
}

std::string hex(uint32_t colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%06x", colour);
  return text;
}

// The same ground as SVG 1.1, section 13.2.3, has it.
std::string as_svg(const Ground& ground, Size size) {
  std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' width='" + std::to_string(size.width) +
                    "' height='" + std::to_string(size.height) + "'><rect width='100%' " +
                    "height='100%' fill='" + hex(ground.colour) + "'/>";
  for (size_t i = 0; i < ground.glows.size(); ++i) {
    const Ground::Glow& glow = ground.glows[i];
    const std::string id = "g" + std::to_string(i);
    svg += "<radialGradient id='" + id + "' cx='" + std::to_string(glow.x) + "' cy='" +
           std::to_string(glow.y) + "' r='" + std::to_string(glow.radius) + "'>";
    for (const Ground::Stop& stop : glow.stops)
      svg += "<stop offset='" + std::to_string(stop.offset) + "' stop-color='" + hex(stop.colour) +
             "' stop-opacity='" + std::to_string(stop.opacity) + "'/>";
    svg += "</radialGradient><rect width='100%' height='100%' fill='url(#" + id + ")'/>";
  }
  return svg + "</svg>";
}

TEST(Ground, IsWhatAnotherProgramPaints) {
  const Folder folder;
  for (const Size size : {Size{640, 360}, Size{270, 480}}) {
    Bitmap ours = make_bitmap(size);
    paint_ground(dark_ground(), ours);
    // Theirs is rounded after every layer, ours is dithered once.
    const Difference apart =
        difference(ours, painted_elsewhere(as_svg(dark_ground(), size), folder));
    EXPECT_LE(apart.largest, 2);
    EXPECT_LT(apart.mean, 0.6);
  }
}

TEST(Ground, KeepsTheMeanOfEverySmallPart) {
  constexpr Size kSize{1920, 1080};
  Bitmap bitmap = make_bitmap(kSize);
  paint_ground(dark_ground(), bitmap);
  double worst = 0;
  for (int top = 0; top + 8 <= kSize.height; top += 8) {
    for (int left = 0; left + 8 <= kSize.width; left += 8) {
      double apart[3] = {};
      for (int y = top; y < top + 8; ++y) {
        for (int x = left; x < left + 8; ++x) {
          const auto ideal =
              ground_at(dark_ground(), (x + 0.5) / kSize.width, (y + 0.5) / kSize.height);
          for (int c = 0; c < 3; ++c)
            apart[c] += bitmap.row(y)[4 * x + 2 - c] - ideal[c];
        }
      }
      for (const double sum : apart)
        worst = std::max(worst, std::abs(sum / 64));
    }
  }
  EXPECT_LT(worst, 0.2);
}

// Along a row of a soft gradient every level mixes with the next: nowhere is a run of one level as
// long as the band that rounding would make of it.
TEST(Ground, HasNoBands) {
  constexpr Size kSize{1920, 64};
  const Ground soft{0x101010, {{0, 0.5, 1, {{0, 0x1a1a1a, 1}, {1, 0x101010, 1}}}}};
  Bitmap dithered = make_bitmap(kSize);
  paint_ground(soft, dithered);
  int longest = 0;
  int longest_band = 0;
  int run = 0;
  int band = 0;
  for (int x = 1; x < kSize.width; ++x) {
    const auto rounded = [&](int at) {
      return std::lround(ground_at(soft, (at + 0.5) / kSize.width, 0.5)[0]);
    };
    run = dithered.row(32)[4 * x] == dithered.row(32)[4 * (x - 1)] ? run + 1 : 0;
    band = rounded(x) == rounded(x - 1) ? band + 1 : 0;
    longest = std::max(longest, run);
    longest_band = std::max(longest_band, band);
  }
  EXPECT_GT(longest_band, 150);  // so wide are the bands without dither
  EXPECT_LT(longest, 60);
}

TEST(Ground, IsExactlyFlatWhereItIsFlat) {
  for (const uint32_t colour : {0x000000U, 0xffffffU, 0x0b1020U, 0xf4efe6U, 0x010203U, 0xfefdfcU}) {
    Bitmap bitmap = make_bitmap({333, 77});
    paint_ground({colour, {}}, bitmap);
    for (int y = 0; y < bitmap.height; ++y)
      for (int x = 0; x < bitmap.width; ++x)
        ASSERT_EQ(pixel(bitmap, x, y), 0xff000000U | colour);
  }
  // Out of a glow's reach too.
  Bitmap bitmap = make_bitmap({400, 400});
  paint_ground({0x203040, {{0, 0, 0.25, {{0, 0xffffff, 1}, {1, 0xffffff, 0}}}}}, bitmap);
  EXPECT_GT(pixel(bitmap, 0, 0) & 0xff, 0xf0U);
  for (int y = 200; y < 400; ++y)
    for (int x = 0; x < 400; ++x)
      ASSERT_EQ(pixel(bitmap, x, y), 0xff203040U);
}

TEST(Ground, IsTheSameEveryTime) {
  Bitmap first = make_bitmap({320, 180});
  Bitmap second = make_bitmap({320, 180});
  paint_ground(dark_ground(), first);
  paint_ground(dark_ground(), second);
  EXPECT_EQ(first.bgra, second.bgra);
}

TEST(Ground, IsKeptForThePagesThatShareIt) {
  const Size size{160, 90};
  Bitmap painted = make_bitmap(size);
  paint_ground(dark_ground(), painted);
  const auto first = painted_ground(dark_ground(), size);
  EXPECT_EQ(first->bgra, painted.bgra);
  EXPECT_EQ(painted_ground(dark_ground(), size), first);
  EXPECT_NE(painted_ground(dark_ground(), {90, 160}), first);
  EXPECT_EQ(painted_ground(dark_ground(), {90, 160})->width, 90);
  Ground other = dark_ground();
  other.glows[1].stops[0].opacity = 0.17;
  Bitmap painted_other = make_bitmap(size);
  paint_ground(other, painted_other);
  EXPECT_NE(painted_other.bgra, painted.bgra);
  EXPECT_EQ(painted_ground(other, size)->bgra, painted_other.bgra);
}

TEST(Ground, IsNotKeptForEver) {
  std::vector<std::weak_ptr<const Bitmap>> kept;
  for (uint32_t colour = 0; colour < 20; ++colour)
    kept.push_back(painted_ground({colour, {}}, {64, 36}));
  const auto alive =
      std::count_if(kept.begin(), kept.end(), [](const auto& bitmap) { return !bitmap.expired(); });
  EXPECT_GE(alive, 1);
  EXPECT_LE(alive, 4);
}

TEST(Ground, IsTheSameForEveryThread) {
  const Size size{320, 180};
  const auto variant = [](int i) {
    Ground ground = dark_ground();
    ground.glows[0].x = 0.1 * i;
    return ground;
  };
  std::vector<Bitmap> expected(6, make_bitmap(size));
  for (int i = 0; i < 6; ++i)
    paint_ground(variant(i), expected[i]);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i) {
        const int which = (i + t) % 6;
        wrong += painted_ground(variant(which), size)->bgra != expected[which].bgra;
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace talkie
