// SPDX-License-Identifier: LGPL-2.1-or-later
// Video files of all kinds, as GStreamer opens them for scenes.
#include <gst/gst.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/hash.h"
#include "clip_testing.h"
#include "gst/clips.h"
#include "speech/narrator.h"

namespace talkie {
namespace {

using outside::Folder;

class ClipFiles : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    gst_init(nullptr, nullptr);
    use_gstreamer_for_clips();
  }

  static std::unique_ptr<ClipSource> open(const std::string& path, Size box = {160, 90},
                                          Clip clip = {}, Rate rate = {30, 1},
                                          std::optional<View> seen = {}) {
    clip.picture.path = path;
    ClipLayer layer{clip, {}, {}, 0};
    const auto info = clip_info(path);
    EXPECT_TRUE(info) << info.error().to_string();
    if (!info) return {};
    layer.natural = info->size;
    layer.seen = seen.value_or(View{0, 0, info->size.width * 1.0, info->size.height * 1.0});
    auto source = open_clip(layer, box, rate);
    EXPECT_TRUE(source) << source.error().to_string();
    return source ? *std::move(source) : nullptr;
  }

  // A picture's colour at a place given in shares of its width and height.
  static std::array<int, 3> colour_at(ClipSource& source, int64_t frame, double x, double y) {
    const auto picture = source.frame(frame);
    EXPECT_TRUE(picture) << picture.error().to_string();
    std::array<int, 3> colour{};
    for (int plane = 0; plane < 3 && picture; ++plane) {
      const int half = plane == 0 ? 1 : 2;
      const int column = static_cast<int>(x * picture->size.width / half);
      const int row = static_cast<int>(y * picture->size.height / half);
      colour[plane] = picture->data[plane][picture->stride[plane] * row + column];
    }
    return colour;
  }
  static int luma(ClipSource& source, int64_t frame) {
    return colour_at(source, frame, 0.5, 0.5)[0];
  }
  // The number of the picture of kGreys that is shown.
  static int number(ClipSource& source, int64_t frame) {
    return static_cast<int>(std::lround((luma(source, frame) - kFirstGrey) / double{kGreyStep}));
  }
  static std::string hash(ClipSource& source) {
    KeyMaker key("pictures");
    for (int64_t n = 0; n < source.frames(); ++n) {
      const auto picture = source.frame(n);
      EXPECT_TRUE(picture);
      for (int plane = 0; plane < 3 && picture; ++plane)
        for (int y = 0; y < picture->size.height / (plane == 0 ? 1 : 2); ++y)
          key.add(std::string_view(
              reinterpret_cast<const char*>(picture->data[plane] + picture->stride[plane] * y),
              static_cast<size_t>(picture->size.width / (plane == 0 ? 1 : 2))));
    }
    return key.key();
  }

  Folder folder_;
};

TEST_F(ClipFiles, EveryFrameShowsItsOwnPicture) {
  for (const char* name : {"grey.mp4", "grey.mkv", "grey.mov"}) {
    const auto source = open(make_pictures(folder_, kGreys, name, {"-g", "20", "-bf", "2"}));
    ASSERT_TRUE(source);
    EXPECT_EQ(source->frames(), 60);
    for (int n = 0; n < 60; ++n)
      EXPECT_EQ(number(*source, n), n) << name;
    EXPECT_EQ(number(*source, 400), 59);
  }
  const auto webm = open(make_clip(
      folder_, {"-f", "lavfi", "-i", kGreys, "-c:v", "libvpx", "-b:v", "4M", "grey.webm"}));
  for (int n = 0; n < 60; ++n)
    EXPECT_EQ(number(*webm, n), n) << "times are rounded to milliseconds";
}

TEST_F(ClipFiles, AnyFrameMayBeAskedForInAnyOrder) {
  const auto source = open(make_pictures(folder_, kGreys, "grey.mp4", {"-g", "10", "-bf", "2"}));
  for (const int n : {59, 0, 31, 30, 29, 31, 5, 58, 59, 0})
    EXPECT_EQ(number(*source, n), n);
  const auto slow = open(make_pictures(folder_,
                                       "color=black:s=64x64:r=5:d=50,format=yuv420p,"
                                       "geq=lum='16+N*0.8':cb=128:cr=128",
                                       "long.mp4", {"-g", "25"}),
                         {64, 64});
  for (const int second : {40, 2, 30, 49, 0, 20})
    EXPECT_NEAR(luma(*slow, second * 30), 16 + second * 5 * 0.8, 1.1);
}

TEST_F(ClipFiles, APartIsShownFromItsStartToItsEnd) {
  Clip clip;
  clip.start = Time{500'000'000};
  clip.end = Time{1'500'000'000};
  const auto source = open(make_pictures(folder_, kGreys, "grey.mp4"), {160, 90}, clip);
  EXPECT_EQ(source->frames(), 30);
  EXPECT_EQ(number(*source, 0), 15);
  EXPECT_EQ(number(*source, 29), 44);
  clip.start = Time{2'500'000'000};
  clip.end = {};
  clip.picture.path = (folder_.path() / "grey.mp4").string();
  EXPECT_EQ(part_of(clip).error().kind, ErrorKind::bad_value);
}

TEST_F(ClipFiles, FramesMayComeAtAnyPace) {
  // Of every seven pictures the last four are missing: the third one stays.
  const auto vfr = open(
      make_clip(folder_, {"-f", "lavfi", "-i", kGreys + ",select='lt(mod(n,7),3)'", "-fps_mode",
                          "vfr", "-c:v", "libx264", "-qp", "4", "-bf", "2", "vfr.mp4"}));
  for (int n = 0; n < 58; ++n) {
    const int shown = n % 7 < 3 ? n : n / 7 * 7 + 2;
    EXPECT_EQ(number(*vfr, n), shown) << n;
    EXPECT_EQ(vfr->next_frame_change(n), n % 7 < 2 ? n + 1 : (n / 7 + 1) * 7) << n;
  }
  EXPECT_EQ(number(*vfr, 12), 9) << "going back, too";
  EXPECT_EQ(number(*vfr, 6), 2);

  const auto fast = open(make_pictures(folder_,
                                       "color=black:s=64x64:r=50:d=1,format=yuv420p,"
                                       "geq=lum='20+3*N':cb=128:cr=128",
                                       "fast.mp4"),
                         {64, 64});
  EXPECT_EQ(fast->frames(), 30);
  for (int n = 0; n < 30; ++n)
    EXPECT_EQ(number(*fast, n), n * 50 / 30) << "50 a second in a film of 30";
  const auto slow = open(make_pictures(folder_, "testsrc2=s=64x64:r=10:d=1", "slow.mp4"), {64, 64});
  EXPECT_EQ(slow->next_frame_change(0), 3);
  EXPECT_EQ(slow->next_frame_change(4), 6);
}

// Red on the left, blue on the right; and half as high as wide.
const std::string kHalves =
    "color=red:s=160x160:r=30:d=0.5[a];color=blue:s=160x160:r=30:d=0.5[b];"
    "[a][b]hstack,format=yuv420p";

TEST_F(ClipFiles, PhonesHoldTheirPicturesUpright) {
  make_pictures(folder_, kHalves, "flat.mp4");
  const std::string flat = (folder_.path() / "flat.mp4").string();
  const auto upright = [&](const char* angle) {
    return make_clip(folder_, {"-i", flat, "-c", "copy", "-metadata:s:v",
                               std::string("rotate=") + angle, std::string(angle) + ".mp4"});
  };
  for (const char* angle : {"90", "180", "270"}) {
    const std::string path = upright(angle);
    // What another player shows.
    outside::Picture truth = outside::decode_frame(path, 0);
    if (std::string(angle) != "180") std::swap(truth.width, truth.height);
    const auto info = clip_info(path);
    ASSERT_TRUE(info) << info.error().to_string();
    EXPECT_EQ(info->size.width, truth.width) << angle;
    EXPECT_EQ(info->size.height, truth.height) << angle;
    const auto source = open(path, {truth.width, truth.height});
    for (const auto& [x, y] : {std::pair{0.2, 0.2}, {0.8, 0.2}, {0.2, 0.8}, {0.8, 0.8}}) {
      const size_t at =
          3 * (static_cast<size_t>(y * truth.height) * static_cast<size_t>(truth.width) +
               static_cast<size_t>(x * truth.width));
      const bool red = truth.rgb[at] > 128;
      const auto colour = colour_at(*source, 0, x, y);
      EXPECT_EQ(colour[2] > 160, red) << angle << " at " << x << ", " << y;
    }
  }
}

TEST_F(ClipFiles, PixelsNeedNotBeSquare) {
  const std::string path =
      make_pictures(folder_, "testsrc2=s=720x576:r=25:d=0.4,setsar=16/15", "pal.mp4");
  const auto info = clip_info(path);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->size, (Size{768, 576}));
}

TEST_F(ClipFiles, OnlyWhatIsSeenIsShown) {
  const std::string path = make_pictures(folder_, kHalves, "halves.mp4");
  const auto left = open(path, {80, 80}, {}, {30, 1}, View{0, 0, 160, 160});
  const auto right = open(path, {80, 80}, {}, {30, 1}, View{160, 0, 160, 160});
  for (const double x : {0.05, 0.5, 0.95}) {
    EXPECT_GT(colour_at(*left, 0, x, 0.5)[2], 200);
    EXPECT_LT(colour_at(*right, 0, x, 0.5)[2], 128);
  }
}

// However a file says its colours, the film's are those of BT.709.
TEST_F(ClipFiles, ColoursAreTheFilms) {
  struct Way {
    const char* name;
    std::string filter;
    std::vector<std::string> tags;
  };
  const std::vector<Way> ways = {
      {"601.mp4",
       "scale=out_color_matrix=bt601:out_range=tv,format=yuv444p",
       {"-colorspace", "smpte170m", "-color_range", "tv"}},
      {"709.mp4",
       "scale=out_color_matrix=bt709:out_range=tv,format=yuv444p",
       {"-colorspace", "bt709", "-color_range", "tv"}},
      {"full.mp4",
       "scale=out_color_matrix=bt709:out_range=pc,format=yuv444p",
       {"-colorspace", "bt709", "-color_range", "pc"}},
      {"full601.mp4",
       "scale=out_color_matrix=bt601:out_range=pc,format=yuv420p",
       {"-colorspace", "smpte170m", "-color_range", "pc"}},
  };
  // BT.709-6 of these colours.
  const std::map<std::string, std::array<int, 3>> colours = {
      {"0xff0000", {63, 102, 240}},  {"0x00ff00", {173, 42, 26}},   {"0x0000ff", {32, 240, 118}},
      {"0xffffff", {235, 128, 128}}, {"0x808080", {126, 128, 128}}, {"0xc08040", {134, 93, 159}}};
  for (const Way& way : ways)
    for (const auto& [name, expected] : colours) {
      auto more = way.tags;
      const std::string path = make_pictures(
          folder_, "color=" + name + ":s=128x96:r=30:d=0.2,format=rgb24," + way.filter,
          name + way.name, more);
      const auto source = open(path, {64, 48});
      ASSERT_TRUE(source);
      const auto colour = colour_at(*source, 0, 0.5, 0.5);
      for (int plane = 0; plane < 3; ++plane)
        EXPECT_NEAR(colour[plane], expected[plane], 2) << way.name << " " << name << " " << plane;
    }
}

TEST_F(ClipFiles, InterlacedPicturesAreMadeWhole) {
  // A bar that moves: its two fields are of different times.
  const std::string path = make_clip(
      folder_,
      {"-f", "lavfi", "-i", "testsrc2=s=320x240:r=50:d=1,format=yuv420p,interlace=scan=tff", "-c:v",
       "libx264", "-flags", "+ildct+ilme", "-x264opts", "tff=1", "-qp", "4", "interlaced.mp4"});
  const auto source = open(path, {320, 240}, {}, {50, 1});
  ASSERT_TRUE(source);
  // Combs: a line is unlike both of its neighbours, which are like each other.
  const auto picture = source->frame(25);
  ASSERT_TRUE(picture);
  int combs = 0;
  for (int y = 1; y + 1 < 240; ++y)
    for (int x = 0; x < 320; ++x) {
      const auto at = [&](int row) { return picture->data[0][picture->stride[0] * row + x]; };
      const bool neighbours_alike = std::abs(at(y - 1) - at(y + 1)) < 8;
      if (neighbours_alike && std::abs(at(y) - at(y - 1)) > 60) ++combs;
    }
  EXPECT_LT(combs, 320 * 240 / 100);
}

TEST_F(ClipFiles, TheSameFileGivesTheSameBytes) {
  const std::string path =
      make_pictures(folder_, "testsrc2=s=640x360:r=30:d=1", "t.mp4", {"-bf", "3", "-g", "12"});
  const std::string first = hash(*open(path));
  EXPECT_EQ(hash(*open(path)), first);
  const auto source = open(path);
  for (const int n : {29, 3, 17})
    ASSERT_TRUE(source->frame(n));
  EXPECT_EQ(hash(*source), first) << "wherever it was before";
}

TEST_F(ClipFiles, WhatIsNoVideoIsSaid) {
  const auto error_of = [](const std::string& path) {
    const auto info = clip_info(path);
    EXPECT_FALSE(info);
    EXPECT_NE(info.error().message.find(path), std::string::npos) << info.error().message;
    return info.error();
  };
  EXPECT_EQ(error_of((folder_.path() / "none.mp4").string()).kind, ErrorKind::not_found);
  EXPECT_EQ(error_of(folder_.write("text.mp4", "This is a text.\n")).kind, ErrorKind::unreadable);
  EXPECT_EQ(error_of(folder_.write("empty.mp4", "")).kind, ErrorKind::unreadable);
  const Error sound =
      error_of(make_clip(folder_, {"-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", "sound.mp4"}));
  EXPECT_EQ(sound.kind, ErrorKind::unsupported);
  EXPECT_NE(sound.message.find("sound only"), std::string::npos) << sound.message;

  const std::string whole = make_pictures(folder_, "testsrc2=s=320x180:r=30:d=8", "whole.mp4",
                                          {"-movflags", "faststart", "-g", "30"});
  for (const char* ending : {"mp4", "mkv"}) {
    std::string path = whole;
    if (std::string(ending) == "mkv")
      path = make_clip(folder_, {"-i", whole, "-c", "copy", "whole.mkv"});
    const std::string cut = (folder_.path() / (std::string("cut.") + ending)).string();
    std::filesystem::copy_file(path, cut);
    std::filesystem::resize_file(cut, std::filesystem::file_size(path) / 2);
    const Error broken = error_of(cut);
    EXPECT_EQ(broken.kind, ErrorKind::unreadable);
    EXPECT_NE(broken.message.find("breaks off after 0:0"), std::string::npos) << broken.message;
  }
  // A list of addresses is no video: nothing is fetched.
  const Error list = error_of(folder_.write(
      "list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n"));
  EXPECT_TRUE(list.kind == ErrorKind::unreadable || list.kind == ErrorKind::missing_part)
      << list.to_string();
}

TEST_F(ClipFiles, PicturesMayEndBeforeTheSound) {
  const std::string path =
      make_clip(folder_, {"-f", "lavfi", "-i", kGreys, "-f", "lavfi", "-i", "sine=d=6", "-c:v",
                          "libx264", "-qp", "4", "-c:a", "aac", "long-sound.mp4"});
  const auto info = clip_info(path);
  ASSERT_TRUE(info) << info.error().to_string();
  EXPECT_NEAR(to_seconds(info->duration), 2, 0.05);
  EXPECT_TRUE(info->has_sound);
}

TEST_F(ClipFiles, LengthIsFoundWhereTheFileDoesNotSayIt) {
  const std::string path = make_clip(folder_, {"-f", "lavfi", "-i", kGreys, "-c:v", "libvpx", "-f",
                                               "webm", "-live", "1", "live.webm"});
  const auto info = clip_info(path);
  ASSERT_TRUE(info) << info.error().to_string();
  EXPECT_NEAR(to_seconds(info->duration), 2, 0.05);
  const auto source = open(path);
  ASSERT_TRUE(source);
  ASSERT_TRUE(source->frame(55));
  ASSERT_TRUE(source->frame(2)) << "back, in a file without an index";
}

TEST_F(ClipFiles, ManyKindsAreOpened) {
  const std::string pictures = "testsrc2=s=160x90:r=25:d=3";
  const std::vector<std::pair<std::string, std::vector<std::string>>> kinds = {
      {"a.avi", {"-c:v", "mpeg4"}},
      {"a.ogv", {"-c:v", "libtheora"}},
      {"a.webm", {"-c:v", "libvpx-vp9", "-deadline", "realtime"}},
      {"a.mov", {"-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"}},
      {"a.m4v", {"-c:v", "libx264"}}};
  for (const auto& [name, codec] : kinds) {
    std::vector<std::string> arguments{"-f", "lavfi", "-i", pictures};
    arguments.insert(arguments.end(), codec.begin(), codec.end());
    arguments.push_back(name);
    const auto source = open(make_clip(folder_, arguments), {160, 90});
    ASSERT_TRUE(source) << name;
    EXPECT_NEAR(static_cast<double>(source->frames()), 90, 2) << name;
    ASSERT_TRUE(source->frame(80)) << name;
    ASSERT_TRUE(source->frame(10)) << name;
  }
}

TEST_F(ClipFiles, SoundIsReadToTheSample) {
  // Silent but for a burst at exactly one second.
  const std::string path =
      make_clip(folder_, {"-f", "lavfi", "-i",
                          "aevalsrc='if(between(t,1,1.1),0.5*sin(2*PI*1000*t),0)':s=44100:d=3",
                          "-f", "lavfi", "-i", "color=black:s=64x64:d=3", "-c:a", "aac", "-b:a",
                          "192k", "-c:v", "libx264", "burst.mp4"});
  const auto onset = [&](Time start) {
    const auto sound = read_clip_sound(path, start, Time{2'000'000'000}, {});
    EXPECT_TRUE(sound) << sound.error().to_string();
    EXPECT_EQ(sound->size(), 96'000u);
    const auto loud = std::find_if(sound->begin(), sound->end(),
                                   [](int16_t sample) { return std::abs(sample) > 4000; });
    return to_seconds(start) + static_cast<double>(loud - sound->begin()) / kSampleRate;
  };
  for (const int start_ms : {0, 250, 500, 990})
    EXPECT_NEAR(onset(Time{start_ms * 1'000'000LL}), 1.0, 0.002) << start_ms;
  const auto beyond = read_clip_sound(path, Time{2'500'000'000}, Time{2'000'000'000}, {});
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->size(), 96'000u) << "silent behind its end";
}

TEST_F(ClipFiles, LargePicturesAreBounded) {
  const auto source = open(
      make_pictures(folder_, "testsrc2=s=3840x2160:r=30:d=0.5", "4k.mp4", {"-preset", "ultrafast"}),
      {320, 180});
  ASSERT_TRUE(source);
  for (int n = 0; n < 15; ++n)
    ASSERT_TRUE(source->frame(n));
}

}  // namespace
}  // namespace talkie
