// SPDX-License-Identifier: LGPL-2.1-or-later
// scenecompositor between encoders and muxers that hold back as they like: no line stands still,
// and none loses a frame.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "outside.h"

namespace {

constexpr int kSeconds = 60;

// What a line is made of: how scenes reach the compositor, and what is behind it.
const std::string kQueues =
    "scenes. ! queue ! svgrender ! comp.video scenes. ! queue ! ttssrc ! comp.audio ";
const std::string kNoQueues =
    "scenes. ! identity ! svgrender ! comp.video scenes. ! identity ! ttssrc ! comp.audio ";
const std::string kSpeechFirst =
    "scenes. ! identity ! ttssrc ! comp.audio scenes. ! identity ! svgrender ! comp.video ";
const std::string kShortQueues =
    "scenes. ! queue max-size-buffers=1 ! svgrender ! comp.video "
    "scenes. ! queue max-size-buffers=1 ! ttssrc ! comp.audio ";
const std::string kPlainVideo = "comp.video_src ! x264enc ! mux. ";
const std::string kHungryVideo = "comp.video_src ! x264enc rc-lookahead=250 ! queue ! mux. ";
const std::string kFilledVideo = "comp.video_src ! x264enc bframes=0 ref=1 ! h264holdfill ! mux. ";
const std::string kSound = "comp.audio_src ! audioconvert ! avenc_aac ! mux. ";
const std::string kText = "comp.text_src ! mux. ";
const std::string kMp4 = "mp4mux name=mux ! filesink location=out.mp4";
const std::string kMkv = "matroskamux name=mux ! filesink location=out.mp4";

struct Line {
  const char* name;
  std::string feed;
  std::string rest;
  size_t streams;
  bool constant_rate;
};

// For messages.
void PrintTo(const Line& line, std::ostream* out) {
  *out << line.feed << line.rest;
}

const std::string kEveryFrame = "scenecompositor name=comp frames=constant ";
const std::string kByWhatFollows = "scenecompositor name=comp ";

const Line kLines[] = {
    {"Mp4", kQueues, kEveryFrame + kPlainVideo + kSound + kMp4, 2, true},
    {"Mp4NoQueues", kNoQueues, kEveryFrame + kPlainVideo + kSound + kMp4, 2, true},
    {"Mp4SpeechFirst", kSpeechFirst, kEveryFrame + kPlainVideo + kSound + kMp4, 2, true},
    {"Mp4ManyHeld", kSpeechFirst, kEveryFrame + kHungryVideo + kSound + kMp4, 2, true},
    {"Mp4Text", kQueues, kEveryFrame + kPlainVideo + kSound + kText + kMp4, 3, true},
    {"MkvShortQueues", kShortQueues, kEveryFrame + kPlainVideo + kSound + kMkv, 2, true},
    {"MkvTextNoQueues", kNoQueues, kEveryFrame + kPlainVideo + kSound + kText + kMkv, 3, true},
    {"Mp4OnChange", kQueues, kByWhatFollows + kPlainVideo + kSound + kMp4, 2, false},
    {"Mp4OnChangeManyHeld", kQueues, kByWhatFollows + kHungryVideo + kSound + kMp4, 2, false},
    {"MkvOnChangeText", kSpeechFirst, kByWhatFollows + kPlainVideo + kSound + kText + kMkv, 3,
     false},
    {"Mp4Filled", kQueues, kByWhatFollows + kFilledVideo + kSound + kMp4, 2, true},
    {"Mp4FilledNoQueues", kNoQueues, kByWhatFollows + kFilledVideo + kSound + kMp4, 2, true},
};

struct Script {
  const char* name;
  std::string text;
};

void PrintTo(const Script& script, std::ostream* out) {
  *out << script.name;
}

std::string many_short_scenes() {
  std::string text = "---\nsize: 320x180\n---\n";
  for (int i = 0; i < 20; ++i)
    text += "\n## Scene " + std::to_string(i) + "\n\n(duration: 0.3)\n";
  return text;
}

std::string spoken_scenes() {
  std::string text = "---\nsize: 320x180\n---\n";
  for (int i = 0; i < 6; ++i)
    text += "\n## Scene " + std::to_string(i) +
            "\n\n- one\n- two\n\nHere is one, and here is two.\n\nAnd more.\n";
  return text;
}

const Script kScripts[] = {
    {"ManyShort", many_short_scenes()},
    {"OneLong",
     "---\nsize: 320x180\n---\n# Long\n\n(duration: 60)\n\nA few words.\n\n## After\n\nMore of "
     "them.\n"},
    {"Spoken", spoken_scenes()},
};

class CompositorLines : public testing::TestWithParam<std::tuple<Line, Script>> {};

TEST_P(CompositorLines, ComesToItsEnd) {
  const auto& [line, script] = GetParam();
  outside::Folder folder;
  folder.write("talk.md", script.text);
  const auto outcome =
      outside::run({"sh", "-c",
                    "cd '" + folder.path().string() +
                        "' && gst-launch-1.0 -q scriptsrc location=talk.md ! tee name=scenes " +
                        line.feed + line.rest},
                   kSeconds);
  ASSERT_EQ(outcome.status, 0) << outcome.output << outcome.errors;
  const auto film = folder.path() / "out.mp4";
  const auto info = outside::probe(film);
  EXPECT_EQ(info["streams"].size(), line.streams);
  const std::vector<double> frames = outside::packet_times(film, "v:0");
  const std::vector<double> sounds = outside::packet_times(film, "a:0");
  ASSERT_FALSE(frames.empty());
  ASSERT_FALSE(sounds.empty());
  EXPECT_NEAR(frames.front(), 0, 0.001);
  const double sound_end = sounds.back() + 1024 / 48000.0;
  if (line.constant_rate) {
    EXPECT_NEAR(static_cast<double>(frames.size()) / 30, sound_end, 0.05);
    for (size_t n = 1; n < frames.size(); ++n)
      ASSERT_NEAR(frames[n] - frames[n - 1], 1 / 30.0, 0.0011) << "frame " << n;
  } else {
    EXPECT_LT(static_cast<double>(frames.size()) / 30, sound_end);
  }
}

INSTANTIATE_TEST_SUITE_P(All, CompositorLines,
                         testing::Combine(testing::ValuesIn(kLines), testing::ValuesIn(kScripts)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) +
                                  std::get<1>(info.param).name;
                         });

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The same colour bars converted by ffmpeg: equal but where two bars meet, since filters differ.
TEST(CompositorColours, AreThoseOfAnotherConverter) {
  outside::Folder folder;
  const auto outcome = outside::run(
      {"sh", "-c",
       "cd '" + folder.path().string() +
           "' && gst-launch-1.0 -q videotestsrc num-buffers=1 pattern=smpte100 ! "
           "video/x-raw,format=BGRA,width=640,height=360,framerate=30/1 ! tee name=bars "
           "bars. ! queue ! comp.video bars. ! queue ! filesink location=bars "
           "scenecompositor name=comp comp.video_src ! filesink location=ours && "
           "ffmpeg -v error -f rawvideo -pix_fmt bgra -s 640x360 -i bars -vf "
           "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int+bilinear,"
           "format=yuv420p -f rawvideo theirs"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const std::string ours = bytes_of(folder.path() / "ours");
  const std::string theirs = bytes_of(folder.path() / "theirs");
  ASSERT_EQ(ours.size(), 640u * 360 * 3 / 2);
  ASSERT_EQ(theirs.size(), ours.size());
  size_t unequal = 0;
  for (size_t i = 0; i < ours.size(); ++i)
    unequal += ours[i] != theirs[i];
  EXPECT_LE(unequal, 2u * 6 * 180) << "six borders, one sample wide, in two planes";
}

}  // namespace
