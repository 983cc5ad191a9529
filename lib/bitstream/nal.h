// SPDX-License-Identifier: LGPL-2.1-or-later
// NAL units: found in access units, put into them, and kept in an avcC box.
#pragma once

#include <vector>

#include "base/error.h"
#include "bitstream/bits.h"

namespace talkie {

// nal_unit_type, Rec. ITU-T H.264 Table 7-1.
enum class NalType : uint8_t {
  slice = 1,
  partition_a = 2,
  partition_c = 4,
  idr_slice = 5,
  sei = 6,
  sps = 7,
  pps = 8,
  delimiter = 9,
  end_of_sequence = 10,
  end_of_stream = 11,
  filler = 12,
  prefix = 14,
  subset_sps = 15,
  auxiliary_slice = 19,
  extension_slice = 20,
  depth_slice = 21,
};

constexpr NalType nal_type(ByteView nal) {
  return static_cast<NalType>(nal[0] & 0x1f);
}
constexpr int nal_ref_idc(ByteView nal) {
  return nal[0] >> 5 & 3;
}
constexpr uint8_t nal_header(int ref_idc, NalType type) {
  return static_cast<uint8_t>(ref_idc << 5 | static_cast<int>(type));
}

// How NAL units follow each other: start codes (Annex B), or lengths of 1, 2 or 4 bytes (ISO/IEC
// 14496-15).
struct Framing {
  int length_bytes = 0;  // 0: start codes
  bool operator==(const Framing&) const = default;
};

// The NAL units of an access unit, none of them empty, as views into it.
Result<std::vector<ByteView>> split_nals(ByteView access_unit, Framing framing);
// Puts a NAL unit at the end of an access unit. Lengths are written with four bytes.
void append_nal(ByteView nal, Framing framing, Bytes& access_unit);

// AVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 5.3.3.1.2: GStreamer's codec_data.
struct AvcConfig {
  Framing framing{4};
  std::vector<Bytes> sps;
  std::vector<Bytes> pps;
  Bytes rest;  // what High profiles add
};
Result<AvcConfig> parse_avc_config(ByteView record);
// Its framing is always of four bytes; profile and level are those of the first SPS.
Bytes write_avc_config(const AvcConfig& config);

}  // namespace talkie
