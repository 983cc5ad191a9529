// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows as the vectors make them, beside the same written out pixel by pixel: equal to the bit.
#include <gtest/gtest.h>

#include <algorithm>

#include "timeline/difference.h"
#include "timeline/rows.h"
#include "timeline/sprite.h"
#include "timeline/yuv.h"
#include "timeline_pictures.h"

namespace talkie {
namespace {

struct Pixel {
  int b, g, r, a;
};

// ITU-R BT.709-6, section 3, limited range, in 1/65536; `bits` more where weights were summed.
int fixed_luma(const Pixel& p, int bits) {
  return (4064 * p.b + 40254 * p.g + 11966 * p.r + 4112 * p.a + (1 << (15 + bits))) >> (16 + bits);
}
int fixed_cb(const Pixel& p, int bits) {
  return (28784 * p.b - 22188 * p.g - 6596 * p.r + 32897 * p.a + (1 << (15 + bits))) >> (16 + bits);
}
int fixed_cr(const Pixel& p, int bits) {
  return (28784 * p.r - 26145 * p.g - 2639 * p.b + 32897 * p.a + (1 << (15 + bits))) >> (16 + bits);
}

// One plane's sample. `at` gives a pixel of the frame, wherever it is.
template <typename At>
int sample_of(At at, int plane, int x, int y) {
  if (plane == 0) return fixed_luma(at(x, y), 0);
  Pixel sum{};
  for (const int row : {2 * y, 2 * y + 1})
    for (const int column : {2 * x - 1, 2 * x, 2 * x, 2 * x + 1}) {
      const Pixel one = at(column, row);
      sum = {sum.b + one.b, sum.g + one.g, sum.r + one.r, sum.a + one.a};
    }
  return plane == 1 ? fixed_cb(sum, 3) : fixed_cr(sum, 3);
}

template <typename Check>
void for_each_sample(Size size, Check check) {
  for (int plane = 0; plane < 3; ++plane) {
    const PlaneRect part = in_plane(whole(size), plane);
    for (int y = 0; y < part.height; ++y)
      for (int x = 0; x < part.width; ++x)
        check(plane, x, y);
  }
}

TEST(Rows, ConvertEveryPixelAlike) {
  std::mt19937 random(21);
  for (const Size size : {Size{1, 1}, Size{2, 3}, Size{37, 21}, Size{64, 2}, Size{131, 18}}) {
    // Alpha is noise too, and does not count.
    Bitmap picture = noise(size.width, size.height, true, random);
    for (size_t i = 3; i < picture.bgra.size(); i += 4)
      picture.bgra[i] = static_cast<uint8_t>(random());
    Canvas canvas(size);
    convert(view_of(picture), canvas.planes());
    const auto at = [&](int x, int y) {
      const uint8_t* p = picture.row(std::min(y, size.height - 1)) +
                         ptrdiff_t{4} * std::clamp(x, 0, size.width - 1);
      return Pixel{p[0], p[1], p[2], 255};
    };
    for_each_sample(size, [&](int plane, int x, int y) {
      ASSERT_EQ(row_of(canvas.planes(), plane, y)[x], sample_of(at, plane, x, y))
          << size.width << "x" << size.height << ", plane " << plane << " at " << x << ", " << y;
    });
  }
}

// A sprite over a picture, sample by sample: converted, premultiplied, and scaled by the opacity.
TEST(Rows, BlendEverySpriteAlike) {
  std::mt19937 random(22);
  const Size size{72, 40};
  for (int turn = 0; turn < 60; ++turn) {
    const Bitmap ground = noise(size.width, size.height, true, random);
    const Bitmap patch = noise(1 + static_cast<int>(random() % 60),
                               1 + static_cast<int>(random() % 30), false, random);
    const int left = static_cast<int>(random() % 90) - 20;
    const int top = static_cast<int>(random() % 60) - 20;
    const int opacity = turn % 2 ? 256 : static_cast<int>(random() % 257);
    Canvas below(size);
    convert(view_of(ground), below.planes());
    Canvas canvas(size);
    copy_rect(below.planes(), canvas.planes(), whole(size));
    Sprite(patch, left, top, size).blend(canvas.planes(), whole(size), opacity);

    const auto at = [&](int x, int y) {
      x = std::clamp(x, 0, size.width - 1) - left;
      y -= top;
      if (x < 0 || y < 0 || x >= patch.width || y >= patch.height) return Pixel{};
      const uint8_t* p = patch.row(y) + ptrdiff_t{4} * x;
      return Pixel{p[0], p[1], p[2], p[3]};
    };
    const auto alpha_at = [&](int plane, int x, int y) {
      if (plane == 0) return at(x, y).a;
      int sum = 4;
      for (const int row : {2 * y, 2 * y + 1})
        sum += at(2 * x - 1, row).a + 2 * at(2 * x, row).a + at(2 * x + 1, row).a;
      return sum / 8;
    };
    const auto scaled = [&](int value) { return (value * opacity + 128) / 256; };
    for_each_sample(size, [&](int plane, int x, int y) {
      const int rest = row_of(below.planes(), plane, y)[x] * (255 - scaled(alpha_at(plane, x, y)));
      ASSERT_EQ(row_of(canvas.planes(), plane, y)[x],
                scaled(sample_of(at, plane, x, y)) + (2 * rest + 255) / 510)
          << "turn " << turn << ", plane " << plane << " at " << x << ", " << y;
    });
  }
}

TEST(Rows, MixRowsOfEveryLengthAlike) {
  std::mt19937 random(23);
  for (int count = 0; count < 200; ++count) {
    std::vector<uint8_t> first(count);
    std::vector<uint8_t> second(count);
    std::vector<uint16_t> weights(count);
    for (int i = 0; i < count; ++i) {
      first[i] = static_cast<uint8_t>(random());
      second[i] = static_cast<uint8_t>(random());
      weights[i] = static_cast<uint16_t>(random() % 257);
    }
    const int weight = static_cast<int>(random() % 257);
    const auto value = static_cast<uint8_t>(random());
    std::vector<uint8_t> three(count + 1, 99);
    std::vector<uint8_t> here = second;
    std::vector<uint8_t> each = second;
    std::vector<uint8_t> constant = first;
    lerp_row(three.data(), first.data(), second.data(), weight, count);
    mix_row(here.data(), first.data(), weight, count);
    mix_row(each.data(), first.data(), weights.data(), count);
    lerp_row(constant.data(), value, weight, count);
    const auto mixed = [](int a, int b, int w) { return (a * (256 - w) + b * w + 128) / 256; };
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(three[i], mixed(first[i], second[i], weight));
      ASSERT_EQ(here[i], mixed(first[i], second[i], weight));
      ASSERT_EQ(each[i], mixed(first[i], second[i], weights[i]));
      ASSERT_EQ(constant[i], mixed(first[i], value, weight));
    }
    ASSERT_EQ(three[count], 99) << "one past the end";
  }
}

TEST(Rows, WeighBoxAndPickAlike) {
  std::mt19937 random(25);
  for (int count = 8; count < 120; ++count) {
    const auto length = static_cast<size_t>(count);
    std::vector<std::vector<uint8_t>> rows(4, std::vector<uint8_t>(length));
    for (std::vector<uint8_t>& row : rows)
      for (uint8_t& sample : row)
        sample = static_cast<uint8_t>(random());
    const int weights[] = {20, 100, 130, 6};
    std::vector<uint16_t> sum(length);
    weigh_rows(sum.data(), {rows[0].data(), rows[1].data(), rows[2].data(), rows[3].data()},
               weights, count);
    std::vector<uint16_t> boxed(length - 2);
    box_row(boxed.data(), sum.data(), 1, 40000, 12768, count - 2);
    std::vector<int32_t> at;
    std::vector<uint32_t> shares;
    for (int i = 0; i + 1 < count; ++i) {
      at.push_back(static_cast<int32_t>(random() % (length - 1)));
      shares.push_back(random() % 256);
    }
    std::vector<uint8_t> picked(length - 1);
    pick_row(picked.data(), sum.data(), at.data(), shares.data(), count - 1);
    for (size_t i = 0; i < length; ++i)
      ASSERT_EQ(sum[i], rows[0][i] * 20 + rows[1][i] * 100 + rows[2][i] * 130 + rows[3][i] * 6);
    for (size_t i = 0; i + 2 < length; ++i)
      ASSERT_NEAR(boxed[i],
                  (sum[i] * 12768.0 + sum[i + 1] * 40000.0 + sum[i + 2] * 12768.0) / 65536, 3);
    for (size_t i = 0; i + 1 < length; ++i) {
      const auto place = static_cast<size_t>(at[i]);
      const double exact = sum[place] + (double(sum[place + 1]) - sum[place]) * shares[i] / 256;
      ASSERT_NEAR(picked[i], exact / 256, 0.51);
    }
  }
}

TEST(Rows, MixInOrder) {
  std::mt19937 random(26);
  std::vector<uint8_t> first(300);
  std::vector<uint8_t> second(300);
  std::vector<uint16_t> order(300);
  for (size_t i = 0; i < 300; ++i) {
    first[i] = static_cast<uint8_t>(random());
    second[i] = static_cast<uint8_t>(random());
    order[i] = static_cast<uint16_t>(random() % 16384);
  }
  for (const int position : {0, 1, 500, 9000, 16384, 16384 + 512}) {
    std::vector<uint8_t> here = second;
    mix_row(here.data(), first.data(), order.data(), position, 128, 300);  // soft over 512
    for (size_t i = 0; i < 300; ++i) {
      const int weight = std::clamp((position - order[i]) / 2, 0, 256);
      ASSERT_EQ(here[i], (first[i] * (256 - weight) + second[i] * weight + 128) / 256) << position;
    }
  }
}

// Whatever is changed in whichever plane is found, and what is far from it is not.
TEST(Difference, IsAroundEveryChange) {
  std::mt19937 random(24);
  for (int turn = 0; turn < 300; ++turn) {
    const Size size{1 + static_cast<int>(random() % 700), 1 + static_cast<int>(random() % 300)};
    Canvas first(size);
    Canvas second(size);
    convert(view_of(filled(size.width, size.height, 0xff406080)), first.planes());
    copy_rect(first.planes(), second.planes(), whole(size));
    EXPECT_TRUE(differences(first.planes(), second.planes()).empty());
    const int changes = 1 + static_cast<int>(random() % 6);
    for (int i = 0; i < changes; ++i) {
      const int plane = static_cast<int>(random() % 3);
      const PlaneRect part = in_plane(whole(size), plane);
      row_of(second.planes(), plane,
             static_cast<int>(random() % part.height))[random() % part.width] ^= 1;
    }
    const std::vector<Rect> rects = differences(first.planes(), second.planes());
    for (const Rect& rect : rects) {
      EXPECT_EQ(intersect(rect, whole(size)), rect);
      EXPECT_EQ(rect.x0 % 2 + rect.y0 % 2, 0);
      copy_rect(second.planes(), first.planes(), rect);
    }
    ASSERT_EQ(bytes_of(first.planes()), bytes_of(second.planes())) << "turn " << turn;
  }
}

TEST(Difference, LeavesOutWhatIsEqual) {
  const Size size{1280, 720};
  const Bitmap ground = filled(size.width, size.height, 0xfffaf9f6);
  Canvas first(size);
  Canvas second(size);
  for (Canvas* canvas : {&first, &second})
    convert(view_of(ground), canvas->planes());
  // Three lines of text on the left, and a number in the corner.
  for (const int y : {200, 300, 400})
    Sprite(filled(500, 40, 0xff101010), 100, y, size).blend(second.planes(), whole(size), 256);
  Sprite(filled(20, 10, 0xff101010), 1200, 680, size).blend(second.planes(), whole(size), 256);
  const std::vector<Rect> rects = differences(first.planes(), second.planes());
  int64_t area = 0;
  for (const Rect& rect : rects)
    area += rect.area();
  EXPECT_LE(rects.size(), 4U);
  EXPECT_LT(area, 2 * (3 * 500 * 40 + 20 * 10));
}

}  // namespace
}  // namespace talkie
