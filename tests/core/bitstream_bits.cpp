// SPDX-License-Identifier: LGPL-2.1-or-later
// Bits, NAL units and avcC records.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "bitstream/bits.h"
#include "bitstream/nal.h"

namespace talkie {
namespace {

// The bits as text, up to the last one that was written.
std::string bits_of(BitWriter writer) {
  writer.trailing();
  const Bytes bytes = writer.take();
  std::string text;
  for (size_t i = 0; i < rbsp_data_end(bytes); ++i)
    text += bytes[i / 8] >> (7 - i % 8) & 1 ? '1' : '0';
  return text;
}

TEST(ExpGolomb, IsThatOfTable9_2) {
  const char* const kCodes[] = {"1",     "010",   "011",     "00100",   "00101",
                                "00110", "00111", "0001000", "0001001", "0001010"};
  for (uint32_t value = 0; value < std::size(kCodes); ++value) {
    BitWriter writer;
    writer.ue(value);
    EXPECT_EQ(bits_of(writer), kCodes[value]);
  }
}

TEST(ExpGolomb, IsSignedAsTable9_3Says) {
  const int32_t kOrder[] = {0, 1, -1, 2, -2, 3, -3};
  for (uint32_t code = 0; code < std::size(kOrder); ++code) {
    BitWriter as_signed, as_code;
    as_signed.se(kOrder[code]);
    as_code.ue(code);
    EXPECT_EQ(bits_of(as_signed), bits_of(as_code));
  }
}

TEST(ExpGolomb, IsReadAsItWasWritten) {
  std::mt19937 dice(1);
  std::vector<uint32_t> values{0, 1, 254, 255, 256, 0x7fffffff, 0xfffffffe};
  for (int i = 0; i < 1000; ++i)
    values.push_back(dice() >> dice() % 32 & 0x7fffffff);
  BitWriter writer;
  for (const uint32_t value : values) {
    writer.ue(value);
    writer.se(static_cast<int32_t>(value / 2));
    writer.se(-static_cast<int32_t>(value / 2));
    writer.bits(value, 32);
  }
  const Bytes bytes = writer.take();
  BitReader reader(bytes);
  for (const uint32_t value : values) {
    ASSERT_EQ(reader.ue(), value);
    ASSERT_EQ(reader.se(), static_cast<int32_t>(value / 2));
    ASSERT_EQ(reader.se(), -static_cast<int32_t>(value / 2));
    ASSERT_EQ(reader.bits(32), value);
  }
  EXPECT_TRUE(reader.ok());
}

TEST(BitReader, DoesNotReadPastTheEnd) {
  const Bytes bytes{0xff};
  BitReader reader(bytes);
  EXPECT_EQ(reader.bits(8), 0xffu);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.bits(1), 0u);
  EXPECT_FALSE(reader.ok());
  const Bytes zeros(100, 0);
  BitReader endless(zeros);
  EXPECT_EQ(endless.ue(), 0u);
  EXPECT_FALSE(endless.ok());
}

TEST(BitWriter, CopiesFromAnyBitToAnyBit) {
  std::mt19937 dice(2);
  Bytes from(40);
  for (uint8_t& byte : from)
    byte = static_cast<uint8_t>(dice());
  for (size_t begin = 0; begin < 20; ++begin) {
    for (size_t length : {0, 1, 7, 8, 9, 63, 64, 65, 299, 300}) {
      for (int before = 0; before < 9; ++before) {
        BitWriter whole, bit_by_bit;
        whole.bits(0, before);
        bit_by_bit.bits(0, before);
        whole.copy(from, {begin, begin + length});
        BitReader reader(from);
        reader.skip(begin);
        for (size_t i = 0; i < length; ++i)
          bit_by_bit.flag(reader.flag());
        ASSERT_EQ(bits_of(whole), bits_of(bit_by_bit)) << begin << " " << length << " " << before;
      }
    }
  }
}

TEST(EmulationPrevention, IsThatOfSection7_4_1) {
  const std::pair<Bytes, Bytes> kPairs[] = {
      {{0x65, 0, 0, 1}, {0x65, 0, 0, 3, 1}},
      {{0x65, 0, 0, 0, 0, 0, 0, 4}, {0x65, 0, 0, 3, 0, 0, 3, 0, 0, 4}},
      {{0x65, 0, 0, 3}, {0x65, 0, 0, 3, 3}},
      {{0x65, 0, 0, 4}, {0x65, 0, 0, 4}},
      {{0x65, 0x80, 0, 0}, {0x65, 0x80, 0, 0, 3}},  // a cabac_zero_word at the end
  };
  for (const auto& [meant, sent] : kPairs) {
    Bytes escaped;
    append_escaped(meant, escaped);
    EXPECT_EQ(escaped, sent);
    EXPECT_EQ(unescape(sent), meant);
  }
}

TEST(EmulationPrevention, IsTakenBackAndMakesNoStartCode) {
  std::mt19937 dice(3);
  for (int round = 0; round < 2000; ++round) {
    Bytes raw{0x65};
    for (unsigned i = dice() % 40; i > 0; --i)
      raw.push_back(static_cast<uint8_t>(dice() % 5));
    raw.push_back(0x80);
    Bytes sent;
    append_escaped(raw, sent);
    ASSERT_EQ(unescape(sent), raw);
    ASSERT_NE(sent.back(), 0);
    for (size_t i = 2; i < sent.size(); ++i)
      ASSERT_FALSE(sent[i - 2] == 0 && sent[i - 1] == 0 && sent[i] < 3);
  }
}

TEST(NalUnits, AreFoundBehindStartCodes) {
  const Bytes unit{0, 0, 0, 1, 9, 0x10, 0, 0, 1, 0x67, 1, 0, 0, 0, 0, 0, 1, 0x65, 7, 0, 0};
  const auto nals = split_nals(unit, {});
  ASSERT_TRUE(nals);
  ASSERT_EQ(nals->size(), 3u);
  EXPECT_EQ(Bytes((*nals)[0].begin(), (*nals)[0].end()), (Bytes{9, 0x10}));
  EXPECT_EQ(Bytes((*nals)[1].begin(), (*nals)[1].end()), (Bytes{0x67, 1}));
  EXPECT_EQ(Bytes((*nals)[2].begin(), (*nals)[2].end()), (Bytes{0x65, 7}));
  EXPECT_EQ(split_nals(Bytes{7, 0, 0, 1, 9}, {}).error().kind, ErrorKind::syntax);
}

TEST(NalUnits, AreFoundByTheirLengths) {
  for (const int width : {1, 2, 4}) {
    Bytes unit;
    for (const Bytes& nal : {Bytes{9, 0x10}, Bytes{0x65, 1, 2}}) {
      unit.insert(unit.end(), static_cast<size_t>(width - 1), 0);
      unit.push_back(static_cast<uint8_t>(nal.size()));
      unit.insert(unit.end(), nal.begin(), nal.end());
    }
    const auto nals = split_nals(unit, {width});
    ASSERT_TRUE(nals);
    ASSERT_EQ(nals->size(), 2u);
    EXPECT_EQ((*nals)[1].size(), 3u);
    for (size_t size = 1; size < unit.size(); ++size) {
      const bool whole = size == static_cast<size_t>(width) + 2;
      EXPECT_EQ(static_cast<bool>(split_nals(ByteView(unit).first(size), {width})), whole) << size;
    }
  }
}

TEST(AvcConfig, IsReadAsItWasWritten) {
  AvcConfig config;
  config.sps = {{0x67, 100, 0, 31, 1}, {0x67, 100, 0, 40, 2}};
  config.pps = {{0x68, 1}, {0x68, 2, 3}};
  config.rest = {0xfd, 0xf8, 0xf8, 0};
  const Bytes record = write_avc_config(config);
  EXPECT_EQ((Bytes(record.begin(), record.begin() + 6)), (Bytes{1, 100, 0, 31, 0xff, 0xe2}));
  const auto read = parse_avc_config(record);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sps, config.sps);
  EXPECT_EQ(read->pps, config.pps);
  EXPECT_EQ(read->rest, config.rest);
  EXPECT_EQ(read->framing.length_bytes, 4);
  for (size_t size = 0; size + config.rest.size() < record.size(); ++size)
    EXPECT_FALSE(parse_avc_config(ByteView(record).first(size))) << size;
}

}  // namespace
}  // namespace talkie
