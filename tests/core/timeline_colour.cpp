// SPDX-License-Identifier: LGPL-2.1-or-later
// Colour: BGRA to I420, sprites over it, and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "timeline/easing.h"
#include "timeline/rows.h"
#include "timeline/sprite.h"
#include "timeline/yuv.h"
#include "timeline_pictures.h"

namespace talkie {
namespace {

struct Chart {
  const char* name;
  uint32_t rgb;
  int y, u, v;
};

// The 100 % colour bars in BT.709, limited range: ITU-R BT.709-6, section 3, and as SMPTE RP 219
// lists them for 8 bits.
constexpr Chart kChart[] = {
    {"white", 0xffffff, 235, 128, 128},  {"yellow", 0xffff00, 219, 16, 138},
    {"cyan", 0x00ffff, 188, 154, 16},    {"green", 0x00ff00, 173, 42, 26},
    {"magenta", 0xff00ff, 78, 214, 230}, {"red", 0xff0000, 63, 102, 240},
    {"blue", 0x0000ff, 32, 240, 118},    {"black", 0x000000, 16, 128, 128},
};

TEST(Colour, ChartIsBt709) {
  for (const Chart& colour : kChart) {
    Canvas canvas({16, 8});
    convert(view_of(filled(16, 8, 0xff000000 | colour.rgb)), canvas.planes());
    const Planes planes = canvas.planes();
    const std::array<int, 3> expected{colour.y, colour.u, colour.v};
    for (int plane = 0; plane < 3; ++plane)
      for (int x = 0; x < (plane ? 8 : 16); ++x)
        EXPECT_EQ(int{row_of(planes, plane, 3)[x]}, expected[static_cast<size_t>(plane)])
            << colour.name << ", plane " << plane;
    EXPECT_EQ(to_yuv(colour.rgb).y, colour.y) << colour.name;
  }
}

TEST(Colour, EveryGreyHasNoColour) {
  for (uint32_t grey = 0; grey < 256; ++grey) {
    const Yuv yuv = to_yuv(grey * 0x010101);
    EXPECT_EQ(int{yuv.y}, std::lround(16 + 219 * grey / 255.0));
    EXPECT_EQ(int{yuv.u}, 128);
    EXPECT_EQ(int{yuv.v}, 128);
  }
}

struct Exact {
  double y, u, v;
};

Exact exact_yuv(double r, double g, double b) {
  const double luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return {16 + 219 * luma / 255, 128 + 224 * (b - luma) / 1.8556 / 255,
          128 + 224 * (r - luma) / 1.5748 / 255};
}

// The same in floating point and by the definition: chroma on even columns, [1 2 1] across, the
// mean of two rows.
Exact exact_at(const Bitmap& bitmap, int column, int row, bool chroma) {
  const auto pixel = [&](int x, int y) {
    x = std::clamp(x, 0, bitmap.width - 1);
    y = std::min(y, bitmap.height - 1);
    const uint8_t* p = bitmap.row(y) + 4 * x;
    return exact_yuv(p[2], p[1], p[0]);
  };
  if (!chroma) return pixel(column, row);
  Exact sum{};
  for (const int y : {2 * row, 2 * row + 1})
    for (const int dx : {-1, 0, 0, 1}) {
      const Exact one = pixel(2 * column + dx, y);
      sum.u += one.u / 8;
      sum.v += one.v / 8;
    }
  return sum;
}

TEST(Colour, NoiseIsConvertedAsDefined) {
  std::mt19937 random(1);
  for (const Size size : {Size{64, 32}, Size{37, 21}, Size{2, 2}, Size{1, 1}}) {
    const Bitmap bitmap = noise(size.width, size.height, true, random);
    Canvas canvas(size);
    const Planes planes = canvas.planes();
    convert(view_of(bitmap), planes);
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) {
        ASSERT_NEAR(row_of(planes, 0, y)[x], exact_at(bitmap, x, y, false).y, 0.51);
        ASSERT_NEAR(row_of(planes, 1, y / 2)[x / 2], exact_at(bitmap, x / 2, y / 2, true).u, 0.51);
        ASSERT_NEAR(row_of(planes, 2, y / 2)[x / 2], exact_at(bitmap, x / 2, y / 2, true).v, 0.51);
      }
  }
}

TEST(Colour, RoundingHasNoBias) {
  std::mt19937 random(2);
  const Bitmap bitmap = noise(256, 256, true, random);
  Canvas canvas({256, 256});
  convert(view_of(bitmap), canvas.planes());
  double error[3] = {};
  for (int y = 0; y < 256; ++y)
    for (int x = 0; x < 256; ++x) {
      error[0] += row_of(canvas.planes(), 0, y)[x] - exact_at(bitmap, x, y, false).y;
      if (x % 2 || y % 2) continue;
      const Exact chroma = exact_at(bitmap, x / 2, y / 2, true);
      error[1] += 4 * (row_of(canvas.planes(), 1, y / 2)[x / 2] - chroma.u);
      error[2] += 4 * (row_of(canvas.planes(), 2, y / 2)[x / 2] - chroma.v);
    }
  for (const double sum : error)
    EXPECT_LT(std::abs(sum) / (256 * 256), 0.01);
}

TEST(Colour, ComesBackAsItWas) {
  // A slope of every primary, soft enough for chroma of half the size.
  Bitmap bitmap = filled(128, 64, 0xff000000);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 128; ++x) {
      uint8_t* p = bitmap.row(y) + 4 * x;
      p[0] = static_cast<uint8_t>(2 * x);
      p[1] = static_cast<uint8_t>(255 - 3 * y);
      p[2] = static_cast<uint8_t>(x + y);
    }
  Canvas canvas({128, 64});
  convert(view_of(bitmap), canvas.planes());
  const Bitmap back = to_bitmap(canvas.planes());
  for (int y = 2; y < 62; ++y)
    for (int x = 2; x < 126; ++x)
      for (int channel = 0; channel < 3; ++channel)
        ASSERT_NEAR(back.row(y)[4 * x + channel], bitmap.row(y)[4 * x + channel], 3)
            << x << ", " << y;
}

TEST(Rows, BlendAsDefined) {
  for (int alpha = 0; alpha < 256; ++alpha)
    for (int below = 16; below <= 240; below += 7)
      for (const int opacity : {0, 1, 77, 128, 255, 256}) {
        const int colour = alpha * 200 / 255;
        uint8_t target = static_cast<uint8_t>(below);
        const auto c = static_cast<uint8_t>(colour);
        const auto a = static_cast<uint8_t>(alpha);
        blend_row(&target, &c, &a, opacity, 1);
        const double share = opacity / 256.0;
        const double exact = colour * share + below * (1 - alpha * share / 255);
        // Fading rounds colour and alpha once more.
        ASSERT_NEAR(target, exact, opacity == 256 ? 1.01 : 1.51)
            << alpha << " over " << below << " at " << opacity;
      }
}

TEST(Rows, MixAsDefined) {
  for (int first = 0; first < 256; first += 5)
    for (int second = 0; second < 256; second += 5)
      for (uint16_t weight = 0; weight <= 256; weight += 16) {
        const auto a = static_cast<uint8_t>(first);
        const auto b = static_cast<uint8_t>(second);
        const double exact = first + (second - first) * weight / 256.0;
        uint8_t one = 0;
        uint8_t here = b;
        uint8_t each = b;
        uint8_t constant = a;
        lerp_row(&one, &a, &b, weight, 1);
        mix_row(&here, &a, weight, 1);
        mix_row(&each, &a, &weight, 1);
        lerp_row(&constant, b, weight, 1);
        ASSERT_NEAR(one, exact, 0.501);
        ASSERT_EQ(one, here);
        ASSERT_EQ(one, each);
        ASSERT_EQ(one, constant);
      }
}

// Over a flat ground the sum of a sprite and what is below it is exactly what converting the
// composed picture gives, to within the rounding of two steps.
TEST(Sprite, StandsAtEveryPlaceAsIfPaintedBefore) {
  std::mt19937 random(3);
  const Size size{48, 40};
  for (int turn = 0; turn < 200; ++turn) {
    const auto rgb = static_cast<uint32_t>(random() & 0xffffff);
    const Bitmap ground = filled(size.width, size.height, 0xff000000 | rgb);
    const Bitmap patch = noise(1 + static_cast<int>(random() % 30),
                               1 + static_cast<int>(random() % 30), false, random);
    const int x = static_cast<int>(random() % 80) - 30;
    const int y = static_cast<int>(random() % 80) - 30;

    Bitmap composed = ground;
    for (int row = 0; row < patch.height; ++row)
      for (int column = 0; column < patch.width; ++column) {
        if (x + column < 0 || x + column >= size.width || y + row < 0 || y + row >= size.height)
          continue;
        const uint8_t* over = patch.row(row) + 4 * column;
        uint8_t* p = composed.row(y + row) + 4 * (x + column);
        for (int channel = 0; channel < 3; ++channel)
          p[channel] = static_cast<uint8_t>(
              std::lround(over[channel] + p[channel] * (255 - over[3]) / 255.0));
      }
    Canvas expected(size);
    convert(view_of(composed), expected.planes());

    Canvas canvas(size);
    convert(view_of(ground), canvas.planes());
    const Sprite sprite(patch, x, y, size);
    sprite.blend(canvas.planes(), whole(size), 256);
    const std::string is = bytes_of(canvas.planes());
    const std::string should = bytes_of(expected.planes());
    for (size_t i = 0; i < is.size(); ++i)
      ASSERT_NEAR(static_cast<uint8_t>(is[i]), static_cast<uint8_t>(should[i]), 2)
          << "at " << x << ", " << y << ", byte " << i;
  }
}

TEST(Sprite, AWholeOpaqueOneIsThePictureItself) {
  std::mt19937 random(4);
  for (const Size size : {Size{64, 48}, Size{34, 18}}) {
    const Bitmap picture = noise(size.width, size.height, true, random);
    Canvas expected(size);
    Canvas canvas(size);
    convert(view_of(picture), expected.planes());
    Sprite(picture, 0, 0, size).blend(canvas.planes(), whole(size), 256);
    EXPECT_EQ(bytes_of(canvas.planes()), bytes_of(expected.planes()));
  }
}

// The middle of the white area moves by exactly the offset, each way.
TEST(Sprite, MovesByPartsOfAPixel) {
  const Size size{64, 64};
  const Sprite sprite(filled(8, 8, 0xffffffff), 24, 24, size);
  for (int way = -20 * 256; way <= 20 * 256; way += 37) {
    Canvas canvas(size);
    convert(view_of(filled(size.width, size.height, 0xff000000)), canvas.planes());
    const Offset offset{way, -way / 2};
    sprite.blend(canvas.planes(), whole(size), 256, offset);
    double sum = 0;
    double across = 0;
    double down = 0;
    const Rect rect = sprite.rect(offset);
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) {
        const double light = row_of(canvas.planes(), 0, y)[x] - 16;
        sum += light;
        across += light * x;
        down += light * y;
        const bool is_covered = x >= rect.x0 && x < rect.x1 && y >= rect.y0 && y < rect.y1;
        ASSERT_TRUE(is_covered || light <= 0);
      }
    EXPECT_NEAR(sum, 64 * 219, 24);
    EXPECT_NEAR(across / sum, 27.5 + way / 256.0, 0.02);
    EXPECT_NEAR(down / sum, 27.5 - way / 512.0, 0.02);
  }
}

// By whole pixels it is the same sprite elsewhere.
TEST(Sprite, MovesByWholePixelsUnchanged) {
  std::mt19937 random(6);
  const Size size{64, 64};
  const Bitmap ground = noise(64, 64, true, random);
  const Bitmap patch = noise(21, 17, false, random);
  Canvas moved(size);
  Canvas there(size);
  for (Canvas* canvas : {&moved, &there})
    convert(view_of(ground), canvas->planes());
  Sprite(patch, 10, 12, size, Sprite::Part::visible)
      .blend(moved.planes(), whole(size), 200, {14 * 256, -6 * 256});
  Sprite(patch, 24, 6, size).blend(there.planes(), whole(size), 200);
  EXPECT_EQ(bytes_of(moved.planes()), bytes_of(there.planes()));
}

// Converting what has changed gives what converting everything does.
TEST(Sprite, IsUpdatedInParts) {
  std::mt19937 random(7);
  const Size size{80, 60};
  for (int turn = 0; turn < 40; ++turn) {
    const int x = static_cast<int>(random() % 9);
    const int y = static_cast<int>(random() % 9);
    Bitmap bitmap = noise(50, 40, false, random);
    Sprite sprite(bitmap, x, y, size, Sprite::Part::whole);
    const int left = static_cast<int>(random() % 40);
    const int top = static_cast<int>(random() % 30);
    const Rect changed{left, top, left + 1 + static_cast<int>(random() % 10),
                       top + 1 + static_cast<int>(random() % 10)};
    for (int row = changed.y0; row < changed.y1; ++row)
      for (int column = changed.x0; column < changed.x1; ++column)
        std::memset(bitmap.row(row) + ptrdiff_t{4} * column, static_cast<int>(random() % 256), 4);
    sprite.update(bitmap, changed);
    Canvas parts(size);
    Canvas anew(size);
    for (Canvas* canvas : {&parts, &anew})
      convert(view_of(filled(80, 60, 0xff406080)), canvas->planes());
    sprite.blend(parts.planes(), whole(size), 256);
    Sprite(bitmap, x, y, size, Sprite::Part::whole).blend(anew.planes(), whole(size), 256);
    ASSERT_EQ(bytes_of(parts.planes()), bytes_of(anew.planes())) << turn;
  }
}

TEST(Sprite, ClipIsWhereItIsCut) {
  std::mt19937 random(5);
  const Size size{64, 64};
  const Bitmap ground = noise(64, 64, true, random);
  const Sprite sprite(noise(41, 37, false, random), 7, 9, size);
  Canvas at_once(size);
  Canvas in_parts(size);
  for (Canvas* canvas : {&at_once, &in_parts})
    convert(view_of(ground), canvas->planes());
  sprite.blend(at_once.planes(), whole(size), 200, {-700, 1000});
  for (int y = 0; y < 64; y += 16)
    for (int x = 0; x < 64; x += 22)
      sprite.blend(in_parts.planes(), {x, y, std::min(x + 22, 64), y + 16}, 200, {-700, 1000});
  EXPECT_EQ(bytes_of(at_once.planes()), bytes_of(in_parts.planes()));
}

TEST(Easing, HasItsShape) {
  // From an independent solver of cubic-bezier(.16, 1, .3, 1), as browsers have it.
  EXPECT_NEAR(ease_out(0.25), 0.82562, 0.0001);
  EXPECT_NEAR(ease_out(0.5), 0.97178, 0.0001);
  EXPECT_EQ(ease_out(0), 0);
  EXPECT_NEAR(ease_out(1), 1, 1e-6);
  EXPECT_EQ(ease_in_out(0.5), 0.5);
  double last = -1;
  for (int i = 0; i <= 100; ++i) {
    EXPECT_GE(ease_out(i / 100.0), last);
    last = ease_out(i / 100.0);
  }
}

}  // namespace
}  // namespace talkie
