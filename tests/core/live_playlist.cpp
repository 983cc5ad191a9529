// SPDX-License-Identifier: LGPL-2.1-or-later
// HLS: where segments begin, and what the playlist says.
#include <gtest/gtest.h>

#include <vector>

#include "live/hls_playlist.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kFrame{33'333'333};

// The lengths of the parts, in tenths of a second, for key units at these times (in tenths).
std::vector<int> cut(Time target, const std::vector<int>& key_units, int end,
                     const std::vector<int>& jumps = {}) {
  HlsCutter cutter(target, seconds(2));
  std::vector<int> lengths;
  const auto note = [&](const HlsCutter::Part& part) {
    lengths.push_back(static_cast<int>(part.length() / milliseconds(100)));
  };
  const auto has = [](const std::vector<int>& list, int time) {
    return std::find(list.begin(), list.end(), time) != list.end();
  };
  for (int time = 0; time < end; ++time)
    if (const auto part = cutter.add(milliseconds(100 * time), milliseconds(100),
                                     has(key_units, time), has(jumps, time)))
      note(*part);
  if (const auto last = cutter.end()) note(*last);
  return lengths;
}

TEST(HlsCutter, FillsTheTarget) {
  EXPECT_EQ(cut(seconds(4), {0, 20, 40, 60, 80, 100}, 110), (std::vector{40, 40, 30}));
  EXPECT_EQ(cut(seconds(6), {0, 20, 40, 60, 80, 100}, 110), (std::vector{60, 50}));
}

TEST(HlsCutter, IsNeverLongerThanTheTarget) {
  // The next key unit after 2.5 s may come at 4.5 s.
  EXPECT_EQ(cut(seconds(4), {0, 5, 25, 45, 62, 82}, 90), (std::vector{25, 37, 28}));
}

TEST(HlsCutter, ATargetBelowTheKeyIntervalIsTheInterval) {
  EXPECT_EQ(cut(seconds(1), {0, 20, 40}, 50), (std::vector{20, 20, 10}));
  EXPECT_EQ(HlsCutter(seconds(1), seconds(2)).target_seconds(), 2);
  EXPECT_EQ(HlsCutter(milliseconds(4500), seconds(2)).target_seconds(), 5);
}

TEST(HlsCutter, CutsWhereTheShowJumps) {
  EXPECT_EQ(cut(seconds(4), {0, 10, 20, 40}, 50, {10}), (std::vector{10, 30, 10}));
  EXPECT_EQ(cut(seconds(4), {0, 20, 40}, 50, {13}), (std::vector{20, 30}))
      << "at the next key unit";
  HlsCutter cutter(seconds(4), seconds(2));
  cutter.add({}, kFrame, true, true);
  EXPECT_FALSE(cutter.end()->discontinuity) << "there is nothing before the first one";
  const auto first = cutter.add(seconds(10), kFrame, true, true);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->length(), kFrame) << "a hole is no part of it";
  EXPECT_TRUE(cutter.end()->discontinuity);
}

TEST(HlsPlaylist, SlidesItsWindow) {
  HlsPlaylist playlist(4, 3, 0, 0);
  EXPECT_FALSE(playlist.add({segment_file(0), seconds(4), false}));
  EXPECT_FALSE(playlist.add({segment_file(1), milliseconds(2500), true}));
  EXPECT_FALSE(playlist.add({segment_file(2), seconds(4), false}));
  EXPECT_EQ(playlist.text(),
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXTINF:4.000000,\nsegment00000.ts\n"
            "#EXT-X-DISCONTINUITY\n#EXTINF:2.500000,\nsegment00001.ts\n"
            "#EXTINF:4.000000,\nsegment00002.ts\n");
  EXPECT_EQ(playlist.add({segment_file(3), seconds(4), false})->file, "segment00000.ts");
  EXPECT_EQ(playlist.add({segment_file(4), seconds(4), false})->file, "segment00001.ts");
  playlist.end();
  EXPECT_EQ(playlist.text(),
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:2\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXTINF:4.000000,\nsegment00002.ts\n#EXTINF:4.000000,\nsegment00003.ts\n"
            "#EXTINF:4.000000,\nsegment00004.ts\n#EXT-X-ENDLIST\n");
}

TEST(HlsPlaylist, KeepsAllInAnEventList) {
  HlsPlaylist playlist(4, 0, 7, 0);
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(playlist.add({segment_file(7 + i), seconds(4), false}));
  const std::string text = playlist.text();
  EXPECT_NE(text.find("#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-PLAYLIST-TYPE:EVENT\n"), std::string::npos);
  EXPECT_NE(text.find("\nsegment00007.ts\n"), std::string::npos);
  EXPECT_NE(text.find("\nsegment00106.ts\n"), std::string::npos);
}

TEST(HlsPlaylist, IsReadByTheNextShow) {
  HlsPlaylist playlist(4, 3, 5, 2);
  playlist.add({segment_file(5), seconds(4), true});
  playlist.add({segment_file(6), seconds(4), false});
  const auto old = read_playlist(playlist.text() + "../../segment00001.ts\nother.ts\n");
  EXPECT_EQ(old.files, (std::vector<std::string>{"segment00005.ts", "segment00006.ts"}));
  EXPECT_EQ(old.discontinuities, 3);
}

TEST(HlsPlaylist, NamesItsSegments) {
  EXPECT_EQ(segment_file(42), "segment00042.ts");
  EXPECT_EQ(segment_file(1234567), "segment1234567.ts");
  for (const int64_t number : {int64_t{0}, int64_t{99999}, int64_t{100000}})
    EXPECT_EQ(segment_number(segment_file(number)), number);
  for (const char* other : {"segment.ts", "segment1.ts", "segment00001.ts.x7Gh2k",
                            "segment-0001.ts", "part00001.ts", "segment00001.mp4", ""})
    EXPECT_FALSE(segment_number(other)) << other;
}

}  // namespace
}  // namespace talkie
