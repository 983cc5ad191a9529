// SPDX-License-Identifier: LGPL-2.1-or-later
// Films as a user makes them, looked at from outside.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

#include "outside.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using outside::Folder;

constexpr double kFrame = 1.0 / 30;

outside::Outcome talkie(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), (outside::build_root() / "tools" / "talkie").string());
  return outside::run(arguments, 300);
}

// Renders `script` in `folder` as `name`; further options as given.
fs::path render(const Folder& folder, const std::string& script, const std::string& name,
                std::vector<std::string> options = {}) {
  const fs::path source = folder.write("talk.md", script);
  std::vector<std::string> arguments = {"render", source.string(), "-o",
                                        (folder.path() / name).string(), "--no-cache"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const auto outcome = talkie(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  return folder.path() / name;
}

json stream_of(const json& info, const std::string& type) {
  for (const json& stream : info["streams"])
    if (stream["codec_type"] == type) return stream;
  return {};
}

json inspect(const fs::path& script) {
  const auto outcome = talkie({"inspect", script.string(), "--json"});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  return json::parse(outcome.output);
}

constexpr const char* kTalk =
    "---\ntitle: Tides\nlanguage: en\nsize: 640x360\n---\n# How tides work\n\n"
    "Twice a day the sea comes up the beach.\n\n## Two pulls\n\n- The moon pulls\n- The earth "
    "turns\n\n"
    "The moon pulls at the sea. And the earth turns below.\n\n(pause: 0.7)\n\nThat is all.\n";

TEST(Film, IsWhatPlayersExpect) {
  const Folder folder;
  const auto info = outside::probe(render(folder, kTalk, "talk.mp4"));
  const json video = stream_of(info, "video");
  const json audio = stream_of(info, "audio");
  EXPECT_EQ(video["codec_name"], "h264");
  EXPECT_EQ(video["profile"], "High");
  EXPECT_EQ(video["pix_fmt"], "yuv420p");
  EXPECT_EQ(video["color_space"], "bt709");
  EXPECT_EQ(video["color_primaries"], "bt709");
  EXPECT_EQ(video["color_range"], "tv");
  EXPECT_EQ(video["chroma_location"], "left");
  EXPECT_EQ(audio["codec_name"], "aac");
  EXPECT_EQ(audio["sample_rate"], "48000");
  EXPECT_EQ(info["format"]["tags"]["title"], "Tides");
  EXPECT_EQ(audio["tags"]["language"], "eng");
}

TEST(Film, PutsItsIndexFirst) {
  const Folder folder;
  const fs::path film = render(folder, kTalk, "talk.mp4");
  std::ifstream file(film, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
}

TEST(Film, HasAConstantFrameRateAndTheLengthOfItsSpeech) {
  const Folder folder;
  for (const std::string rate : {"30", "25", "24000/1001", "60"}) {
    const fs::path film = render(folder, kTalk, "talk.mp4", {"--fps", rate});
    const json scenes = inspect(folder.path() / "talk.md");
    const auto info = outside::probe(film);
    const json video = stream_of(info, "video");
    const auto slash = rate.find('/');
    const double fps = slash == std::string::npos
                           ? std::stod(rate)
                           : std::stod(rate.substr(0, slash)) / std::stod(rate.substr(slash + 1));
    EXPECT_EQ(video["avg_frame_rate"], video["r_frame_rate"]) << rate;
    const auto times = outside::packet_times(film, "v:0");
    EXPECT_EQ(std::to_string(times.size()), video["nb_read_frames"]) << rate;
    ASSERT_GT(times.size(), 100u);
    EXPECT_NEAR(times.front(), 0, 1e-3) << "audio and video start together, at 0";
    for (size_t i = 1; i < times.size(); ++i)
      ASSERT_NEAR(times[i] - times[i - 1], 1 / fps, 1.1e-3) << rate << " at frame " << i;
    const double sound = static_cast<double>(outside::decode_sound(film).size()) / 48000;
    EXPECT_NEAR(static_cast<double>(times.size()) / fps, sound, 1 / fps) << rate;
  }
}

// The film's sound is the speech: found again at the place where it was said, to the millisecond.
TEST(Film, SoundStandsWhereTheSpeechIs) {
  const Folder folder;
  const fs::path film = render(folder, kTalk, "talk.mp4");
  const fs::path plain = render(folder, kTalk, "talk.wav");
  const auto heard = outside::decode_sound(film);
  const auto said = outside::decode_sound(plain);
  ASSERT_GT(said.size(), 48000u * 4);
  const size_t from = 48000;
  const size_t length = 48000 * 2;
  int best_lag = 0;
  double best = -1;
  for (int lag = -2400; lag <= 2400; ++lag) {
    double product = 0;
    for (size_t i = 0; i < length; i += 3)
      product += static_cast<double>(said[from + i]) *
                 heard[static_cast<size_t>(static_cast<int>(from + i) + lag)];
    if (product > best) {
      best = product;
      best_lag = lag;
    }
  }
  EXPECT_LE(std::abs(best_lag), 48) << "samples between the speech and the film's sound";
}

// Scenes of changing brightness, all saying the same word: from each change of the picture to the
// onset of its word is always as long, to one frame.
TEST(Film, PicturesChangeWhereTheirSoundBegins) {
  const Folder folder;
  std::string script = "---\nsize: 320x180\ntransition: cut\ncaptions: none\n---\n";
  for (int scene = 0; scene < 8; ++scene) {
    script += "(background: \"" + std::string(scene % 2 ? "#f0f0f0" : "#101010") + "\")\n\n";
    script += "Tock.\n\n(pause: " + std::to_string(0.41 + 0.13 * scene) + ")\n\n---\n\n";
  }
  const fs::path film = render(folder, script, "talk.mp4");
  const auto lumas = outside::luma_of_frames(film);
  const auto samples = outside::decode_sound(film);

  std::vector<double> changes = {0};
  for (size_t i = 1; i < lumas.size(); ++i)
    if (std::abs(lumas[i] - lumas[i - 1]) > 60) changes.push_back(static_cast<double>(i) * kFrame);
  ASSERT_EQ(changes.size(), 8u);

  // An onset: the first loud 5 ms after at least 300 ms of silence.
  std::vector<double> onsets;
  size_t quiet = 48000;
  constexpr size_t kStep = 240;
  for (size_t at = 0; at + kStep <= samples.size(); at += kStep) {
    const bool loud = std::any_of(samples.begin() + static_cast<long>(at),
                                  samples.begin() + static_cast<long>(at + kStep),
                                  [](int16_t s) { return std::abs(s) > 700; });
    if (loud && quiet > 14400) onsets.push_back(static_cast<double>(at) / 48000);
    quiet = loud ? 0 : quiet + kStep;
  }
  ASSERT_EQ(onsets.size(), 8u);
  const json scenes = inspect(folder.path() / "talk.md")["scenes"];
  std::vector<double> waits;
  for (size_t scene = 1; scene < 8; ++scene) {
    EXPECT_NEAR(changes[scene], scenes[scene]["start"].get<double>(), kFrame);
    waits.push_back(onsets[scene] - changes[scene]);
  }
  const auto [shortest, longest] = std::minmax_element(waits.begin(), waits.end());
  EXPECT_LT(*longest - *shortest, kFrame);
  EXPECT_GT(*shortest, 0);
  EXPECT_LT(*longest, 0.5);
}

// The last frame before a scene ends shows the whole slide; another program paints the same slide.
TEST(Film, ShowsTheSlidesAsAnotherProgramPaintsThem) {
  const Folder folder;
  const std::string script = std::string(kTalk).replace(4, 0, "captions: none\ntransition: cut\n") +
                             "\n## The end\n\nGoodbye.\n";
  const fs::path film = render(folder, script, "talk.mp4");
  const fs::path slides = folder.path() / "slides";
  ASSERT_EQ(talkie({"render", (folder.path() / "talk.md").string(), "--dump-svg", slides.string()})
                .status,
            0);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(slides))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  const json scenes = inspect(folder.path() / "talk.md")["scenes"];
  ASSERT_EQ(files.size(), scenes.size());
  for (size_t i = 0; i + 1 < files.size(); ++i) {  // the very last one fades out
    const fs::path png = files[i].string() + ".png";
    ASSERT_EQ(outside::run({"rsvg-convert", files[i].string(), "-o", png.string()}).status, 0);
    const double end = scenes[i]["start"].get<double>() + scenes[i]["duration"].get<double>();
    const auto frame = outside::decode_frame(film, static_cast<int>(std::lround(end * 30)) - 1);
    EXPECT_LT(outside::difference(frame, outside::read_picture(png)), 2.5) << files[i];
  }
}

TEST(Film, IsTheSameForASecondDecoder) {
  const Folder folder;
  const fs::path film = render(folder, kTalk, "talk.mp4");
  const fs::path raw = folder.path() / "second.yuv";
  const auto outcome = outside::run({"gst-launch-1.0", "-q", "filesrc", "location=" + film.string(),
                                     "!", "qtdemux", "!", "h264parse", "!", "openh264dec", "!",
                                     "filesink", "location=" + raw.string()});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const auto first = outside::run({"ffmpeg", "-v", "error", "-xerror", "-i", film.string(), "-an",
                                   "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"});
  EXPECT_EQ(first.errors, "");
  std::ifstream file(raw, std::ios::binary);
  const std::string second((std::istreambuf_iterator<char>(file)), {});
  EXPECT_TRUE(first.output == second)
      << first.output.size() << " and " << second.size() << " bytes";
}

TEST(Film, BurnsCaptionsIntoTheLowerPartOnly) {
  const Folder folder;
  const fs::path with = render(folder, kTalk, "with.mp4", {"--captions", "burned"});
  const fs::path without = render(folder, kTalk, "without.mp4", {"--captions", "none"});
  const double start = inspect(folder.path() / "talk.md")["scenes"][0]["start"].get<double>();
  const int frame = static_cast<int>((start + 1.5) * 30);  // in the middle of the first sentence
  const auto a = outside::decode_frame(with, frame);
  const auto b = outside::decode_frame(without, frame);
  ASSERT_EQ(a.rgb.size(), b.rgb.size());
  double lower = 0;
  for (int y = a.height * 8 / 10; y < a.height; ++y)
    for (int x = 0; x < a.width * 3; ++x) {
      const size_t at = static_cast<size_t>(y) * a.width * 3 + x;
      lower = std::max(lower, std::abs(static_cast<double>(a.rgb[at]) - b.rgb[at]));
    }
  EXPECT_GT(lower, 100) << "a caption stands in the lower fifth";
}

TEST(Film, WritesCaptionsBesideIt) {
  const Folder folder;
  const fs::path film = render(folder, kTalk, "talk.mp4", {"--captions", "srt,vtt"});
  for (const char* name : {"talk.srt", "talk.vtt"}) {
    const auto info = json::parse(outside::run({"ffprobe", "-v", "error", "-show_packets", "-of",
                                                "json", (folder.path() / name).string()})
                                      .output);
    ASSERT_GE(info["packets"].size(), 3u) << name;
    double last = 0;
    for (const json& packet : info["packets"]) {
      const double start = std::stod(packet["pts_time"].get<std::string>());
      EXPECT_GE(start, last - 1e-3) << "captions do not overlap";
      last = start + std::stod(packet["duration_time"].get<std::string>());
    }
    EXPECT_LE(last, std::stod(outside::probe(film)["format"]["duration"].get<std::string>()));
  }
}

class EachFormat : public testing::TestWithParam<const char*> {};

TEST_P(EachFormat, IsTheSameBytesEachTime) {
  const Folder folder;
  const auto bytes_of = [](const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(stream)), {});
  };
  const std::string once = bytes_of(render(folder, kTalk, std::string("one.") + GetParam()));
  const std::string again = bytes_of(render(folder, kTalk, std::string("two.") + GetParam()));
  EXPECT_GT(once.size(), 10000u);
  EXPECT_TRUE(once == again);
}

INSTANTIATE_TEST_SUITE_P(Formats, EachFormat,
                         testing::Values("mp4", "webm", "mkv", "m4a", "opus", "wav"),
                         [](const auto& info) { return std::string(info.param); });

class EachSize : public testing::TestWithParam<const char*> {};

TEST_P(EachSize, IsRendered) {
  const Folder folder;
  const auto info =
      outside::probe(render(folder, "# Hello\n\nHi.\n", "talk.mp4", {"--size", GetParam()}));
  const json video = stream_of(info, "video");
  EXPECT_EQ(
      std::to_string(video["width"].get<int>()) + "x" + std::to_string(video["height"].get<int>()),
      GetParam());
}

INSTANTIATE_TEST_SUITE_P(Sizes, EachSize,
                         testing::Values("1920x1080", "1080x1920", "1080x1080", "3840x2160"),
                         [](const auto& info) { return std::string("s") + info.param; });

}  // namespace
