// SPDX-License-Identifier: LGPL-2.1-or-later
// h264holdfill, seen by two decoders: at every frame the picture that the unfilled stream shows.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../fuzz/access_units.h"
#include "bitstream/hold_filler.h"
#include "hold_film.h"
#include "outside.h"

namespace {

using hold::Setting;
using talkie::Rate;

struct Case {
  const char* name;
  Setting setting;
  // openh264 does not decode lossless pictures, which are of High 4:4:4 Predictive.
  bool openh264 = true;
};

const std::string kX264 = "x264enc threads=1 bframes=0 speed-preset=medium ";
const std::string kOpenH264 = "openh264enc bitrate=300000 ";
const std::string kShortKeys = "key-unit-interval=300000000";

const Case kCases[] = {
    {"OneReference", {kX264 + "ref=1", "", true}},
    {"OneReferenceKeys", {kX264 + "ref=1", "", true, kShortKeys}},
    {"OneReferenceStartCodes", {kX264 + "ref=1 tune=zerolatency key-int-max=5", "", false}},
    {"TwoReferences", {kX264 + "ref=2", "", true}},
    {"ThreeReferencesKeys", {kX264 + "ref=3 key-int-max=4", "", true, kShortKeys}},
    {"FourReferencesStartCodes", {kX264 + "ref=4", "", false}},
    {"FourReferencesKeysStartCodes", {kX264 + "ref=4 key-int-max=6", "", false, kShortKeys}},
    {"Cavlc", {kX264 + "ref=1 cabac=false", "", true, kShortKeys}},
    {"CavlcReferences", {kX264 + "ref=4 cabac=false", "", false}},
    {"Slices", {kX264 + "ref=1 option-string=slices=4", "", true}},
    {"SlicesReferencesCavlc",
     {kX264 + "ref=3 cabac=false option-string=slices=4", "", false, kShortKeys}},
    {"WeightsOneReference", {kX264 + "ref=1 option-string=weightp=2", "", false}},
    {"WeightsReferences", {kX264 + "ref=4 option-string=weightp=2", "", true}},
    {"Baseline", {kX264 + "ref=3", "profile=constrained-baseline", true}},
    {"BaselineOneReference", {kX264 + "ref=1 aud=false", "profile=baseline", false, kShortKeys}},
    {"Main", {kX264 + "ref=2", "profile=main", true, kShortKeys}},
    {"Intra", {kX264 + "key-int-max=1", "", true, kShortKeys}},
    {"IntraStartCodes", {kX264 + "key-int-max=1", "", false}},
    {"OpenGop", {kX264 + "ref=2 key-int-max=4 option-string=open-gop=1", "", true}},
    {"IntraRefresh", {kX264 + "ref=1 intra-refresh=true key-int-max=6", "", false}},
    {"Lossless", {kX264 + "ref=2 pass=quant quantizer=0", "", true}, false},
    {"Buffering",
     {kX264 + "ref=2 pass=cbr option-string=nal-hrd=vbr:pic-struct=1", "", false, kShortKeys}},
    {"Threads", {"x264enc bframes=0", "", true}},
    {"VariableRate", {kX264 + "ref=1", "", true, "", true}},
    {"OpenH264", {kOpenH264, "", false, kShortKeys}},
    {"OpenH264Slices", {kOpenH264 + "gop-size=3 slice-mode=n-slices num-slices=4", "", false}},
};

constexpr Rate kRates[] = {{30, 1}, {24000, 1001}, {60, 1}, {25, 1}};

// TALKIE_HOLD_SEED makes other films of the same settings, to search for longer.
unsigned seed_of(size_t test) {
  const char* offset = std::getenv("TALKIE_HOLD_SEED");
  return static_cast<unsigned>(test) + 1 + (offset ? static_cast<unsigned>(std::atoi(offset)) : 0);
}

class HoldFill : public testing::TestWithParam<size_t> {};

TEST_P(HoldFill, ShowsThePictureOfTheUnfilledStream) {
  const Case& test = kCases[GetParam()];
  const auto script =
      hold::random_script(seed_of(GetParam()), kRates[GetParam() % std::size(kRates)]);
  const outside::Folder folder;
  const auto made = hold::make_film(script, test.setting, folder.path());
  ASSERT_EQ(made.error, "");
  EXPECT_TRUE(made.warnings.empty()) << made.warnings[0];

  const auto plain = hold::decode_with_ffmpeg(made.plain);
  ASSERT_EQ(plain.count(), script.holds.size());
  const auto filled = hold::decode_with_ffmpeg(made.filled);
  EXPECT_EQ(filled.words, "");
  ASSERT_EQ(filled.count(), static_cast<size_t>(script.frames()));
  EXPECT_EQ(first_difference(script, plain, filled), -1);
  if (test.openh264) {
    const auto other = hold::decode_with_openh264(made.filled);
    EXPECT_EQ(other.words, "");
    ASSERT_EQ(other.count(), static_cast<size_t>(script.frames()));
    EXPECT_EQ(first_difference(script, plain, other), -1);
  }
}

INSTANTIATE_TEST_SUITE_P(Settings, HoldFill, testing::Range(size_t{0}, std::size(kCases)),
                         [](const auto& info) { return std::string(kCases[info.param].name); });

// A parser in between takes the durations for a frame each; the next picture's time tells.
TEST(HoldFillDurations, AreNotNeeded) {
  const hold::Script script{6, {25, 1}, {1, 17, 2, 1, 40, 3, 1}};
  const outside::Folder folder;
  const auto made =
      hold::make_film(script, {kOpenH264 + "gop-size=4 ! h264parse", "", true}, folder.path());
  ASSERT_EQ(made.error, "");
  const auto plain = hold::decode_with_ffmpeg(made.plain);
  for (const auto& filled :
       {hold::decode_with_ffmpeg(made.filled), hold::decode_with_openh264(made.filled)}) {
    EXPECT_EQ(filled.words, "");
    ASSERT_EQ(filled.count(), static_cast<size_t>(script.frames()));
    EXPECT_EQ(first_difference(script, plain, filled), -1);
  }
}

std::vector<std::string> frame_hashes(const std::filesystem::path& film,
                                      std::vector<std::string> options = {}) {
  std::vector<std::string> command{"ffmpeg", "-v", "warning"};
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(),
                 {"-i", film.string(), "-fps_mode", "passthrough", "-f", "framehash", "-"});
  const auto outcome = outside::run(command);
  EXPECT_EQ(outcome.errors, "");
  std::vector<std::string> hashes;
  std::istringstream lines(outcome.output);
  for (std::string line; std::getline(lines, line);)
    if (line[0] != '#') hashes.push_back(line.substr(line.rfind(',')));
  return hashes;
}

std::filesystem::path corpus() {
  return outside::source_root() / "tests" / "fuzz" / "corpus" / "bitstream";
}

talkie::Bytes bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(std::ofstream& file, const talkie::Bytes& bytes) {
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

// B-frames that nothing has announced come after a picture was held: from there on the stream
// passes, with its order kept. (Their weights must not depend on distances: those have grown.)
TEST(HoldFillStreams, MayTurnOutToHaveBFrames) {
  const outside::Folder folder;
  const auto plain = folder.path() / "plain.h264", filled = folder.path() / "filled.h264";
  std::ofstream plain_file(plain, std::ios::binary), filled_file(filled, std::ios::binary);
  constexpr int kCopies = 6;
  talkie::HoldFiller filler;
  bool first = true;
  for (const auto& unit : talkie::access_units(bytes_of(corpus() / "b_frames.h264"))) {
    talkie::Bytes silent;
    const auto nals = talkie::split_nals(unit, {});
    ASSERT_TRUE(nals);
    for (const auto nal : *nals) {
      talkie::Bytes sent(nal.begin(), nal.end());
      if (talkie::nal_type(nal) == talkie::NalType::sps) {
        auto sps = *talkie::parse_sps(talkie::unescape(nal));
        sps.vui->restriction.reset();
        sent.clear();
        talkie::append_escaped(talkie::write_sps(sps), sent);
      }
      talkie::append_nal(sent, {}, silent);
    }
    write(plain_file, silent);
    const auto made = filler.picture(silent);
    ASSERT_TRUE(made) << made.error().message;
    write(filled_file, made->bytes);
    for (int i = 1; first && i < kCopies; ++i)
      write(filled_file, *filler.skip());
    first = false;
  }
  EXPECT_NE(filler.obstacle(), "");
  plain_file.close();
  filled_file.close();
  // As the standard has it: ffmpeg likes to guess how many pictures may come out of order.
  auto expected = frame_hashes(plain, {"-strict", "strict"});
  ASSERT_GE(expected.size(), 8u);
  expected.insert(expected.begin(), kCopies - 1, expected.front());
  EXPECT_EQ(frame_hashes(filled, {"-strict", "strict"}), expected);
}

// One stream after another, each with parameter sets of its own under the same numbers.
TEST(HoldFillStreams, MayChange) {
  const outside::Folder folder;
  const auto plain = folder.path() / "plain.h264", filled = folder.path() / "filled.h264";
  std::ofstream plain_file(plain, std::ios::binary), filled_file(filled, std::ios::binary);
  constexpr int kCopies = 6;
  size_t pictures = 0;
  talkie::HoldFiller filler;
  for (const char* name :
       {"cabac_one_reference", "cabac_references", "openh264", "cavlc_slices", "baseline", "intra",
        "openh264_slices", "buffering", "open_gop", "intra_refresh", "cabac_one_reference"}) {
    const auto bytes = bytes_of(corpus() / (std::string(name) + ".h264"));
    write(plain_file, bytes);
    for (const auto& unit : talkie::access_units(bytes)) {
      const auto made = filler.picture(unit);
      ASSERT_TRUE(made) << made.error().message;
      write(filled_file, made->bytes);
      ASSERT_TRUE(filler.can_skip()) << name << ": " << filler.obstacle();
      for (int i = 1; i < kCopies; ++i)
        write(filled_file, i == 3 && filler.can_repeat() ? filler.repeat() : *filler.skip());
      ++pictures;
    }
  }
  plain_file.close();
  filled_file.close();
  const auto distinct = frame_hashes(plain), all = frame_hashes(filled);
  ASSERT_EQ(distinct.size(), pictures);
  ASSERT_EQ(all.size(), pictures * kCopies);
  for (size_t i = 0; i < all.size(); ++i)
    ASSERT_EQ(all[i], distinct[i / kCopies]) << i;
}

nlohmann::json packets_of(const std::filesystem::path& film) {
  const auto outcome =
      outside::run({"ffprobe", "-v", "error", "-show_packets", "-of", "json", film.string()});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  return nlohmann::json::parse(outcome.output)["packets"];
}

class HoldFillRate : public testing::TestWithParam<Rate> {};

TEST_P(HoldFillRate, IsConstant) {
  const Rate rate = GetParam();
  const hold::Script script{5, rate, {1, 40, 3, 1, 1, 90}};
  const outside::Folder folder;
  const auto made = hold::make_film(script, {kX264 + "ref=1", "", true}, folder.path());
  ASSERT_EQ(made.error, "");
  const auto stream = outside::probe(made.filled)["streams"][0];
  const std::string text = std::to_string(rate.numerator) + "/" + std::to_string(rate.denominator);
  EXPECT_EQ(stream["r_frame_rate"], text);
  EXPECT_EQ(stream["avg_frame_rate"], text);
  EXPECT_EQ(stream["nb_frames"], std::to_string(script.frames()));
  EXPECT_EQ(stream["has_b_frames"], 0);
  const auto packets = packets_of(made.filled);
  ASSERT_EQ(packets.size(), static_cast<size_t>(script.frames()));
  for (size_t i = 1; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i]["duration"], packets[0]["duration"]);
    EXPECT_EQ(packets[i]["pts"].get<int64_t>() - packets[i - 1]["pts"].get<int64_t>(),
              packets[0]["duration"].get<int64_t>());
    EXPECT_EQ(packets[i]["pts"], packets[i]["dts"]);
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, HoldFillRate,
                         testing::Values(Rate{30, 1}, Rate{24000, 1001}, Rate{60, 1}),
                         [](const auto& info) {
                           return "At" + std::to_string(info.param.numerator);
                         });

TEST(HoldFillSize, IsThatOfTheDistinctPictures) {
  const hold::Script script{9, {30, 1}, {300, 300, 300, 300}};
  const outside::Folder folder;
  const auto made =
      hold::make_film(script, {kX264 + "ref=1", "", false, "key-unit-interval=0"}, folder.path());
  ASSERT_EQ(made.error, "");
  const auto added = file_size(made.filled) - file_size(made.plain);
  // A start code, a delimiter with its own, and some ten bytes.
  EXPECT_LT(added, 1196u * 21);
}

TEST(HoldFillKeys, ComeInTimeAndCanBeStartedFrom) {
  const hold::Script script{3, {30, 1}, {950, 40}};
  const outside::Folder folder;
  for (const bool avc : {true, false}) {
    const auto made =
        hold::make_film(script, {kX264 + "ref=3 tune=zerolatency", "", avc}, folder.path());
    ASSERT_EQ(made.error, "");
    const auto packets = packets_of(made.filled);
    ASSERT_EQ(packets.size(), 990u);
    for (size_t i = 0; i < packets.size(); ++i)
      EXPECT_EQ(packets[i]["flags"].get<std::string>()[0] == 'K', i % 300 == 0 && i < 950) << i;
    const auto plain = hold::decode_with_ffmpeg(made.plain);
    const auto filled = hold::decode_with_ffmpeg(made.filled);
    EXPECT_EQ(filled.words, "");
    EXPECT_EQ(first_difference(script, plain, filled), -1);
  }
}

// What cannot be filled comes out as it went in.
class HoldFillPasses : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(HoldFillPasses, TheStreamAndSaysSoOnce) {
  const auto [encoder, reason] = GetParam();
  const hold::Script script{4, {30, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 30, 1, 1, 1}};
  const outside::Folder folder;
  const auto made = hold::make_film(script, {encoder, "", false}, folder.path());
  ASSERT_EQ(made.error, "");
  ASSERT_EQ(made.warnings.size(), 1u);
  EXPECT_NE(made.warnings[0].find(reason), std::string::npos) << made.warnings[0];
  const auto plain = hold::decode_with_ffmpeg(made.plain);
  const auto filled = hold::decode_with_ffmpeg(made.filled);
  EXPECT_EQ(filled.words, "");
  EXPECT_EQ(plain.count(), script.holds.size());
  EXPECT_EQ(plain.frames == filled.frames, true);
}

INSTANTIATE_TEST_SUITE_P(
    Obstacles, HoldFillPasses,
    testing::Values(std::pair{"x264enc threads=1 bframes=3", "B-frames"},
                    std::pair{"x264enc threads=1 bframes=0 option-string=fake-interlaced=1",
                              "interlaced"}));

}  // namespace
