// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "paint_testing.h"
#include "visual/painter.h"
#include "visual/theme.h"
#include "visual/theme_data.h"

namespace talkie {
namespace {

constexpr uint32_t kBox = 0xff204060;  // opaque, so that all else is text

CaptionStyle style() {
  CaptionStyle style;
  style.text = 0xffffffff;
  style.spoken = 0xffff0000;
  style.box = kBox;
  return style;
}

// The part of the picture that is not box: left, top, right and bottom margins.
struct Margins {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
};
Margins margins_of(const Bitmap& bitmap) {
  Margins margins{bitmap.width, bitmap.height, bitmap.width, bitmap.height};
  for (int y = 0; y < bitmap.height; ++y) {
    for (int x = 0; x < bitmap.width; ++x) {
      const uint32_t colour = pixel(bitmap, x, y);
      if (colour >> 24 != 0xff || colour == kBox) continue;
      margins.left = std::min(margins.left, x);
      margins.top = std::min(margins.top, y);
      margins.right = std::min(margins.right, bitmap.width - 1 - x);
      margins.bottom = std::min(margins.bottom, bitmap.height - 1 - y);
    }
  }
  return margins;
}

// Pixels that are rather the accent than white.
int count_accent(const Bitmap& bitmap) {
  int count = 0;
  for (int y = 0; y < bitmap.height; ++y)
    for (int x = 0; x < bitmap.width; ++x)
      count += (pixel(bitmap, x, y) & 0xffffff) == 0xff0000;
  return count;
}

TEST(Caption, StandsCentredAboveTheLowerEdge) {
  for (const Size size : {Size{1920, 1080}, Size{1080, 1920}, Size{1079, 1080}, Size{3840, 2160}}) {
    for (const char* text : {"Tides", "The sea rises and falls\ntwice a day."}) {
      const CaptionPicture picture = paint_caption(text, style(), size);
      EXPECT_EQ(2 * picture.x + picture.bitmap.width, size.width);
      EXPECT_EQ(picture.y + picture.bitmap.height, size.height - 60);
      EXPECT_GE(picture.x, 0);
    }
  }
}

TEST(Caption, LeavesRoomAroundTheText) {
  const double em = style().size_px;
  const std::pair<const char*, bool> captions[] = {
      {"The sea rises and falls,\ncaused by the Moon’s pull.", false},
      {"Ågypj", false},
      {"潮汐は月の引力によって\n起こります。", false},
      {"ما هو المد والجزر؟", true},
      {"מה הם גאות ושפל?", true},
      {"Waves 🌊 and 🌙", false},
      {"น้ำขึ้นน้ำลง", false},
  };
  for (const auto& [text, rtl] : captions) {
    SCOPED_TRACE(text);
    CaptionStyle look = style();
    look.rtl = rtl;
    const Margins margins = margins_of(paint_caption(text, look, {1920, 1080}).bitmap);
    EXPECT_GE(margins.left, 0.6 * em);
    EXPECT_GE(margins.right, 0.6 * em);
    EXPECT_GE(margins.top, 0.15 * em);
    EXPECT_GE(margins.bottom, 0.15 * em);
    EXPECT_NEAR(margins.left, margins.right, 0.15 * em);
  }
}

TEST(Caption, CapitalsAreInTheMiddle) {
  const Margins margins = margins_of(paint_caption("HEIMATH", style(), {1920, 1080}).bitmap);
  EXPECT_NEAR(margins.top, margins.bottom, 2);
}

TEST(Caption, OnlyTheColourChangesWithTheSpokenWord) {
  const std::string text = "The sea rises\nand falls.";
  const CaptionPicture plain = paint_caption(text, style(), {1920, 1080});
  EXPECT_EQ(count_accent(plain.bitmap), 0);
  const std::pair<const char*, int> words[] = {{"The", 0}, {"sea", 0}, {"rises", 0}, {"falls", 1}};
  for (const auto& [word, line] : words) {
    SCOPED_TRACE(word);
    const CaptionPicture lit =
        paint_caption(text, style(), {1920, 1080}, text.find(word), std::strlen(word));
    EXPECT_EQ(lit.x, plain.x);
    EXPECT_EQ(lit.y, plain.y);
    ASSERT_EQ(lit.bitmap.bgra.size(), plain.bitmap.bgra.size());
    EXPECT_GT(count_accent(lit.bitmap), 50);
    // Red is in white and in the accent alike: the letters stand where they stood.
    int moved = 0;
    int other_line = 0;
    for (int y = 0; y < lit.bitmap.height; ++y) {
      for (int x = 0; x < lit.bitmap.width; ++x) {
        moved = std::max(moved,
                         std::abs(lit.bitmap.row(y)[4 * x + 2] - plain.bitmap.row(y)[4 * x + 2]));
        const bool upper = y < lit.bitmap.height / 2;
        if (upper != (line == 0)) other_line += pixel(lit.bitmap, x, y) == 0xffff0000;
      }
    }
    EXPECT_LE(moved, 2);
    EXPECT_EQ(other_line, 0);
  }
}

TEST(Caption, LightsAWordInsideJoinedLetters) {
  CaptionStyle look = style();
  look.rtl = true;
  const std::string text = "ما هو المد والجزر؟";
  const std::string word = "المد";
  const CaptionPicture lit = paint_caption(text, look, {1920, 1080}, text.find(word), word.size());
  EXPECT_GT(count_accent(lit.bitmap), 50);
  EXPECT_EQ(lit.bitmap.bgra.size(), paint_caption(text, look, {1920, 1080}).bitmap.bgra.size());
}

// One word after another, in both directions, with marks above and below, and over a line's end.
TEST(Caption, LightMovesAsIfPaintedAnew) {
  const struct {
    const char* text;
    bool rtl;
    std::vector<std::string> words;
  } captions[] = {
      {"The quick (jaffa) Ångström\nfly, and falls.",
       false,
       {"The", "jaffa", "Ångström\nfly", "falls", ""}},
      {"น้ำขึ้นน้ำลงเกิดจากแรงดึงดูด\nของดวงจันทร์ กุฏี", false, {"น้ำ", "ขึ้น", "แรงดึงดูด", "จันทร์", "กุฏี", ""}},
      {"عندما يقف القمر فوق المحيط\nفإنه يسحب GStreamer الماء نحوه.",
       true,
       {"عندما", "القمر", "GStreamer", "الماء", ""}},
      {"当月亮在海洋上方的时候，\n它会把海水拉向自己。", false, {"月亮", "海水", "自己", ""}},
  };
  for (const auto& [text, rtl, words] : captions) {
    SCOPED_TRACE(text);
    CaptionStyle look = style();
    look.rtl = rtl;
    const std::string all = text;
    const CaptionPicture plain = paint_caption(all, look, {1920, 1080});
    CaptionPainter painter(all, look, {1920, 1080});
    for (const std::string& spoken : words) {
      SCOPED_TRACE(spoken);
      const ByteSpan word{all.find(spoken), spoken.size()};
      painter.light(word);
      const Bitmap& lit = painter.picture().bitmap;
      EXPECT_EQ(lit.bgra,
                paint_caption(all, look, {1920, 1080}, word.begin, word.length).bitmap.bgra);
      // What it changes is inside of its place, and ends before the place's sides do.
      const PixelBox place = painter.place_of(word);
      for (int y = 0; y < lit.height; ++y) {
        for (int x = 0; x < lit.width; ++x) {
          if (x > place.x && x + 1 < place.x + place.width) continue;
          for (int channel = 0; channel < 4; ++channel) {
            const int at = 4 * x + channel;
            ASSERT_NEAR(lit.row(y)[at], plain.bitmap.row(y)[at], 8) << x << ", " << y;
          }
        }
      }
      EXPECT_EQ(word.length > 0, lit.bgra != plain.bitmap.bgra);
    }
  }
}

// The box lets the page through; what is behind it is at worst white.
TEST(Caption, LitWordsAreSeenInEveryTheme) {
  for (const ThemeInfo& info : list_themes()) {
    SCOPED_TRACE(info.name);
    const CaptionLook& look = (*find_theme(info.name))->captions;
    for (const uint32_t behind : {0x000000u, 0xffffffu})
      EXPECT_GE(contrast(look.spoken, mix(behind, look.box, look.opacity)), 4.5);
    int difference = 0;
    for (const int shift : {0, 8, 16})
      difference += std::abs(static_cast<int>(look.spoken >> shift & 255) -
                             static_cast<int>(look.text >> shift & 255));
    EXPECT_GE(difference, 150);
  }
}

TEST(Caption, WidthIsThatOfThePaintedLine) {
  const std::string text = "HIGH TIDE IN THE BAY OF FUNDY";
  const CaptionPicture picture = paint_caption(text, style(), {1920, 1080});
  const Margins margins = margins_of(picture.bitmap);
  const int ink = picture.bitmap.width - margins.left - margins.right;
  EXPECT_NEAR(caption_width(text, style()), ink, 8);  // side bearings
  EXPECT_GT(caption_width(text + "!", style()), caption_width(text, style()));
  EXPECT_EQ(caption_width("", style()), 0);
  CaptionStyle twice = style();
  twice.size_px *= 2;
  EXPECT_NEAR(caption_width(text, twice), 2 * caption_width(text, style()), 1);
}

TEST(Caption, StaysInANarrowFrame) {
  for (const Size size : {Size{640, 360}, Size{200, 200}, Size{64, 64}}) {
    const CaptionPicture picture = paint_caption(
        "Donaudampfschifffahrtsgesellschaftskapitän\nDonaudampfschiff", style(), size);
    EXPECT_GE(picture.x, 0);
    EXPECT_GE(picture.y, 0);
    EXPECT_LE(picture.x + picture.bitmap.width, size.width);
    EXPECT_LE(picture.y + picture.bitmap.height, size.height);
  }
  const CaptionPicture picture =
      paint_caption("Donaudampfschifffahrtsgesellschaftskapitän", style(), {640, 360});
  EXPECT_GT(margins_of(picture.bitmap).left, 0);
  EXPECT_GT(margins_of(picture.bitmap).right, 0);
}

TEST(Caption, TakesOddText) {
  for (const char* text : {"", "\n", " ", "a\nb\nc", "\x01"})
    EXPECT_GT(paint_caption(text, style(), {1920, 1080}, 0, 99).bitmap.width, 0);
}

// Grey on a grey box stays grey: no fringes for one kind of screen.
TEST(Caption, HasNoColourFringes) {
  CaptionStyle look = style();
  look.box = 0xff404040;
  const Bitmap bitmap = paint_caption("Hillim mnl vwx", look, {1920, 1080}).bitmap;
  for (int y = 0; y < bitmap.height; ++y) {
    for (int x = 0; x < bitmap.width; ++x) {
      const uint8_t* at = bitmap.row(y) + ptrdiff_t{4} * x;
      ASSERT_TRUE(at[0] == at[1] && at[1] == at[2]);
    }
  }
}

}  // namespace
}  // namespace talkie
