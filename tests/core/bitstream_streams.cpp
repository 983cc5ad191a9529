// SPDX-License-Identifier: LGPL-2.1-or-later
// Parameter sets, slice headers and hold filling, on streams that x264 and openh264 made.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "../fuzz/access_units.h"
#include "bitstream/hold_filler.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const char* root = std::getenv("TALKIE_SOURCE_ROOT");
  return fs::path(root ? root : ".") / "tests" / "fuzz" / "corpus" / "bitstream";
}

Bytes stream(const std::string& name) {
  std::ifstream file(folder() / (name + ".h264"), std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(bytes.empty()) << name;
  return bytes;
}

std::vector<std::string> stream_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder()))
    names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Parameter sets and slices of a stream, in their order.
struct Parsed {
  struct Slice {
    bool idr = false;
    int ref_idc = 0;
    SliceHeader header;
    Sps sps;
    size_t bytes = 0;
  };
  std::vector<Slice> slices;
  Sps sps;
};

// Reads a stream, and checks that what is read is written again bit by bit.
Parsed parse(ByteView file) {
  Parsed parsed;
  std::map<uint32_t, Pps> sets;
  std::map<uint32_t, Sps> sequences;
  const auto nals = split_nals(file, {});
  for (const ByteView nal : *nals) {
    const Bytes raw = unescape(nal);
    if (nal_type(nal) == NalType::sps) {
      const auto sps = parse_sps(raw);
      EXPECT_TRUE(sps);
      EXPECT_EQ(write_sps(*sps), raw);
      parsed.sps = sequences[sps->id] = *sps;
    } else if (nal_type(nal) == NalType::pps) {
      const auto pps = parse_pps(raw);
      EXPECT_TRUE(pps);
      sets[pps->id] = *pps;
    } else if (nal_type(nal) == NalType::slice || nal_type(nal) == NalType::idr_slice) {
      const Pps& pps = sets.at(*slice_pps_id(raw));
      const Sps& sps = sequences.at(pps.sps_id);
      const auto header = parse_slice_header(raw, sps, pps);
      EXPECT_TRUE(header) << header.error().message;
      EXPECT_EQ(write_slice(*header, raw, sps, pps), raw);
      parsed.slices.push_back(
          {nal_type(nal) == NalType::idr_slice, nal_ref_idc(nal), *header, sps, nal.size()});
    }
  }
  return parsed;
}

// A stream in which every picture is held for some frames.
Bytes fill(HoldFiller& filler, const std::string& name, int copies, int repeat_at = -1) {
  Bytes filled;
  const auto append = [&filled](const Bytes& unit) {
    filled.insert(filled.end(), unit.begin(), unit.end());
  };
  for (const Bytes& bytes : access_units(stream(name))) {
    const auto unit = filler.picture(bytes);
    EXPECT_TRUE(unit) << unit.error().message;
    append(unit->bytes);
    for (int i = 0; i < copies && filler.can_skip(); ++i) {
      if (i == repeat_at && filler.can_repeat())
        append(filler.repeat());
      else
        append(*filler.skip());
    }
  }
  return filled;
}

class Stream : public testing::TestWithParam<std::string> {};

TEST_P(Stream, IsWrittenAsItWasRead) {
  EXPECT_GE(parse(stream(GetParam())).slices.size(), 4u);
}

// Cut anywhere, an access unit gives an error or something that can be read, and nothing worse.
TEST_P(Stream, MayBeCutAnywhere) {
  const auto units = access_units(stream(GetParam()));
  for (size_t size = 0; size < units[0].size(); ++size) {
    HoldFiller filler;
    const auto unit = filler.picture(ByteView(units[0]).first(size));
    if (unit && filler.can_skip()) {
      EXPECT_TRUE(filler.skip());
    }
    if (!unit) {
      EXPECT_EQ(unit.error().kind, ErrorKind::syntax);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Stream, testing::ValuesIn(stream_names()),
                         [](const auto& info) { return info.param; });

TEST(HoldFiller, CountsReferencesWithOneReferenceFrame) {
  HoldFiller filler;
  const Parsed filled = parse(fill(filler, "cabac_one_reference", 7));
  ASSERT_EQ(filled.slices.size(), 64u);
  for (uint32_t i = 0; i < 64; ++i) {
    const auto& slice = filled.slices[i];
    EXPECT_GT(slice.ref_idc, 0);
    EXPECT_EQ(slice.header.frame_num, i % (1U << slice.sps.log2_max_frame_num));
    if (i % 8 != 0) {
      EXPECT_LE(slice.bytes, 10u);
    }
  }
  EXPECT_EQ(filled.sps.poc_type, 2u);
}

TEST(HoldFiller, WritesTheOrderDownWithSeveralReferenceFrames) {
  HoldFiller filler;
  const Parsed plain = parse(stream("cabac_references"));
  ASSERT_EQ(plain.sps.poc_type, 2u);
  const Parsed filled = parse(fill(filler, "cabac_references", 4));
  ASSERT_EQ(filled.slices.size(), 5 * plain.slices.size());
  EXPECT_EQ(filled.sps.poc_type, 0u);
  ASSERT_TRUE(filled.sps.vui && filled.sps.vui->restriction);
  EXPECT_EQ(filled.sps.vui->restriction->max_num_reorder_frames, 0u);
  for (uint32_t i = 0; i < filled.slices.size(); ++i) {
    const auto& slice = filled.slices[i];
    const bool coded = i % 5 == 0;
    const uint32_t coded_num = plain.slices[i / 5].header.frame_num;
    EXPECT_EQ(slice.ref_idc > 0, coded);
    EXPECT_EQ(slice.header.frame_num, coded ? coded_num : coded_num + 1);
    EXPECT_EQ(slice.header.poc_lsb, 2 * i);
  }
}

TEST(HoldFiller, WritesTheFrameRateWhereThereIsOne) {
  HoldFiller filler;
  filler.set_rate({24000, 1001});
  const auto timing = parse(fill(filler, "cabac_one_reference", 1)).sps.vui->timing;
  ASSERT_TRUE(timing);
  EXPECT_EQ(timing->num_units_in_tick, 1001u);
  EXPECT_EQ(timing->time_scale, 48000u);
  EXPECT_TRUE(timing->fixed_frame_rate);

  HoldFiller other;
  ASSERT_FALSE(parse(stream("openh264")).sps.vui->timing);
  EXPECT_FALSE(parse(fill(other, "openh264", 1)).sps.vui->timing);
}

TEST(HoldFiller, RepeatsKeyFramesUnderAnotherNumber) {
  for (const char* name : {"cabac_one_reference", "cavlc_slices", "intra"}) {
    HoldFiller filler;
    const Parsed filled = parse(fill(filler, name, 5, 2));
    int repeated = 0;
    for (size_t i = 1; i < filled.slices.size(); ++i) {
      const auto& [before, now] = std::tie(filled.slices[i - 1], filled.slices[i]);
      if (!now.idr || now.header.first_mb != 0) continue;
      ++repeated;
      EXPECT_EQ(now.header.frame_num, 0u);
      EXPECT_EQ(now.header.poc_lsb, 0u);
      EXPECT_TRUE(!before.idr || before.header.idr_pic_id != now.header.idr_pic_id);
    }
    EXPECT_GT(repeated, 0) << name;
  }
}

TEST(HoldFiller, HoldsForDaysWithOneReferenceFrame) {
  HoldFiller filler;
  const auto units = access_units(stream("cabac_one_reference"));
  ASSERT_TRUE(filler.picture(units[0]));
  ASSERT_TRUE(filler.picture(units[1]));
  for (int i = 0; i < 1'000'000; ++i)
    ASSERT_TRUE(filler.skip());
  EXPECT_TRUE(filler.picture(units[2]));
}

TEST(HoldFiller, SaysWhatToDoWhereAHoldIsTooLong) {
  HoldFiller filler;
  const auto units = access_units(stream("cabac_references"));
  ASSERT_TRUE(filler.picture(units[0]));
  ASSERT_TRUE(filler.picture(units[1]));
  int copies = 0;
  auto skip = filler.skip();
  for (; skip && copies < 20'000; ++copies)
    skip = filler.skip();
  EXPECT_GT(copies, 16'000);
  ASSERT_FALSE(skip);
  EXPECT_EQ(skip.error().kind, ErrorKind::unsupported);
  EXPECT_NE(skip.error().message.find("set ref=1"), std::string::npos);
}

// An encoder that comes to use the number of our parameter set gets it.
TEST(HoldFiller, MakesWayForTheEncodersParameterSets) {
  HoldFiller filler;
  auto units = access_units(stream("cabac_one_reference"));
  ASSERT_TRUE(filler.picture(units[0]));
  const auto hold_id = [&filler] {
    const Bytes unit = *filler.skip();
    const auto nals = *split_nals(unit, {});
    return *slice_pps_id(unescape(nals.back()));
  };
  const uint32_t before = hold_id();
  append_nal(write_hold_pps(before, 0), {}, units[1]);
  Bytes second = units[1];
  ASSERT_TRUE(filler.picture(second));
  const auto nals = *split_nals(*filler.skip(), {});
  EXPECT_NE(hold_id(), before);
}

struct Obstacle {
  const char* stream;
  const char* what;
};

TEST(HoldFiller, NamesWhatItCannotFill) {
  for (const auto& [name, what] : {Obstacle{"b_frames", "B-frames"}, Obstacle{"mmco", "B-frames"},
                                   Obstacle{"interlaced", "interlaced"}}) {
    HoldFiller filler;
    const Bytes filled = fill(filler, name, 3);
    EXPECT_NE(filler.obstacle().find(what), std::string::npos) << name << filler.obstacle();
    EXPECT_EQ(parse(filled).slices.size(), parse(stream(name)).slices.size());
  }
}

TEST(HoldFiller, KeepsParameterSetsThatComeAloneForTheirPicture) {
  const auto units = access_units(stream("openh264"));
  const auto nals = *split_nals(units[0], {});
  HoldFiller at_once, apart;
  const auto expected = at_once.picture(units[0]);
  ASSERT_TRUE(expected);
  Bytes sets, picture;
  for (const ByteView nal : nals)
    append_nal(nal, {}, nal_type(nal) == NalType::idr_slice ? picture : sets);
  const auto nothing = apart.picture(sets);
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->picture);
  EXPECT_TRUE(nothing->bytes.empty());
  const auto whole = apart.picture(picture);
  ASSERT_TRUE(whole);
  EXPECT_EQ(parse(whole->bytes).slices.size(), parse(expected->bytes).slices.size());
  EXPECT_TRUE(apart.can_skip());
}

TEST(HoldFiller, WantsOnePictureAtATime) {
  const auto units = access_units(stream("cabac_one_reference"));
  HoldFiller filler;
  Bytes two = units[0];
  two.insert(two.end(), units[1].begin(), units[1].end());
  const auto unit = filler.picture(two);
  ASSERT_FALSE(unit);
  EXPECT_NE(unit.error().message.find("more than one picture"), std::string::npos);
  HoldFiller late;
  EXPECT_NE(late.picture(units[1]).error().message.find("has not been sent"), std::string::npos);
}

}  // namespace
}  // namespace talkie
