// SPDX-License-Identifier: LGPL-2.1-or-later
// Animated GIFs, as another decoder sees them.
#include "render/gif_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "outside.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

constexpr Size kSize{160, 96};
using Pixels = std::vector<Colour>;

Pixels plain(Colour colour) {
  return Pixels(static_cast<size_t>(kSize.width) * kSize.height, colour);
}

Pixels decoded(const fs::path& gif, int frame) {
  const outside::Picture picture = outside::decode_frame(gif, frame);
  EXPECT_EQ(picture.width, kSize.width);
  EXPECT_EQ(picture.height, kSize.height);
  Pixels pixels;
  for (size_t i = 0; i + 2 < picture.rgb.size(); i += 3)
    pixels.push_back(Colour{picture.rgb[i]} << 16 | Colour{picture.rgb[i + 1]} << 8 |
                     picture.rgb[i + 2]);
  return pixels;
}

double mean_difference(const Pixels& a, const Pixels& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    for (int shift = 0; shift < 24; shift += 8)
      sum +=
          std::abs(static_cast<int>(a[i] >> shift & 0xff) - static_cast<int>(b[i] >> shift & 0xff));
  return sum / 3 / static_cast<double>(a.size());
}

// Noise goes through every width of LZW's codes and begins anew many times over.
TEST(Gif, KeepsFewColoursExactly) {
  const outside::Folder folder;
  const fs::path path = folder.path() / "a.gif";
  std::mt19937 dice(1);
  Pixels noise = plain(0);
  for (Colour& pixel : noise)
    pixel = (dice() % kMostGifColours * 0x010305) & 0xffffff;
  Pixels changed = noise;
  for (int y = 10; y < 20; ++y)
    for (int x = 30; x < 50; ++x)
      changed[static_cast<size_t>(y * kSize.width + x)] = 0x20ff40;
  GifFile gif(path, kSize);
  ASSERT_TRUE(gif.add(noise, from_seconds(0), from_seconds(1)));
  ASSERT_TRUE(gif.add(changed, from_seconds(1), from_seconds(1.5)));
  ASSERT_TRUE(gif.add(plain(0x204060), from_seconds(1.5), from_seconds(2)));
  ASSERT_TRUE(gif.finish());
  EXPECT_TRUE(decoded(path, 0) == noise);
  EXPECT_TRUE(decoded(path, 1) == changed) << "only what has changed is in it";
  EXPECT_TRUE(decoded(path, 2) == plain(0x204060));
}

TEST(Gif, HoldsPicturesAsLongAsTheyStay) {
  const outside::Folder folder;
  const fs::path path = folder.path() / "a.gif";
  GifFile gif(path, kSize);
  // Twelfths of a second are no hundredths; what is rounded must not add up.
  for (int i = 0; i < 48; ++i)
    ASSERT_TRUE(
        gif.add(plain(i % 2 ? 0xffffff : 0x000000), time_of(i, {12, 1}), time_of(i + 1, {12, 1})));
  ASSERT_TRUE(gif.add(plain(0xffffff), from_seconds(4), from_seconds(14)));  // as the one before
  ASSERT_TRUE(gif.finish());
  const auto times = outside::packet_times(path, "v:0");
  ASSERT_EQ(times.size(), 48u);
  for (size_t i = 0; i < times.size(); ++i)
    EXPECT_NEAR(times[i], static_cast<double>(i) / 12, 0.0051);
  EXPECT_NEAR(std::stod(outside::probe(path)["format"]["duration"].get<std::string>()), 14, 0.02);
}

// Colours without end: fewer have to do, and nothing is far off.
TEST(Gif, ComesCloseToManyColours) {
  const outside::Folder folder;
  const fs::path path = folder.path() / "a.gif";
  Pixels gradient = plain(0);
  for (int y = 0; y < kSize.height; ++y)
    for (int x = 0; x < kSize.width; ++x)
      gradient[static_cast<size_t>(y * kSize.width + x)] =
          Colour(x * 255 / kSize.width) << 16 | Colour(y * 255 / kSize.height) << 8 | 0x40;
  GifFile gif(path, kSize);
  ASSERT_TRUE(gif.add(gradient, from_seconds(0), from_seconds(1)));
  ASSERT_TRUE(gif.finish());
  const Pixels shown = decoded(path, 0);
  EXPECT_LT(mean_difference(shown, gradient), 8);
  const std::set<Colour> used(shown.begin(), shown.end());
  EXPECT_LE(used.size(), kMostGifColours);
  EXPECT_GT(used.size(), 200u);
}

TEST(GifPalette, HasAllColoursWhereTheyAreFew) {
  EXPECT_EQ(choose_palette(Pixels{5, 5, 7}), (Pixels{5, 7}));
  EXPECT_EQ(choose_palette({}), Pixels{0});
}

TEST(Gif, SaysThatItCannotBeWritten) {
  GifFile gif("/nowhere/a.gif", kSize);
  const auto added = gif.add(plain(0), from_seconds(0), from_seconds(1));
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().message.find("/nowhere/a.gif"), std::string::npos);
}

}  // namespace
}  // namespace talkie
