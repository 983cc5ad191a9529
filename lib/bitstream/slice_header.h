// SPDX-License-Identifier: LGPL-2.1-or-later
// Slice headers: read, and written again with other numbers. Rec. ITU-T H.264 section 7.3.3.
#pragma once

#include "bitstream/nal.h"
#include "bitstream/parameter_sets.h"

namespace talkie {

enum class SliceKind { p, b, i, sp, si };  // slice_type modulo 5, Table 7-6

// The numbers that hold filling changes come first in a header; what follows them is only looked
// through, and copied bit by bit.
struct SliceHeader {
  uint32_t first_mb = 0;
  uint32_t slice_type = 0;
  uint32_t pps_id = 0;
  uint32_t colour_plane = 0;
  uint32_t frame_num = 0;
  bool field = false;
  bool bottom_field = false;
  uint32_t idr_pic_id = 0;
  uint32_t poc_lsb = 0;           // where the SPS's type is 0
  int32_t delta_poc_bottom = 0;   // and where the PPS has it
  int32_t delta_poc[2] = {0, 0};  // where the type is 1
  BitRange rest;                  // redundant_pic_cnt up to the slice data
  bool memory_control = false;    // marks references by itself, or makes long-term ones
  bool resets_memory = false;     // memory_management_control_operation 5

  [[nodiscard]] SliceKind kind() const { return static_cast<SliceKind>(slice_type % 5); }
};

// pic_parameter_set_id of a slice, to find its parameter sets by. Errors: syntax.
Result<uint32_t> slice_pps_id(ByteView raw);
// `raw` is a slice's NAL unit without emulation prevention, the sets are those it refers to.
Result<SliceHeader> parse_slice_header(ByteView raw, const Sps& sps, const Pps& pps);
// The slice `raw`, which was parsed as having `header`'s rest, with the numbers in `header`, which
// are written as `sps` says. The slice data stay what they were, to the bit.
Bytes write_slice(const SliceHeader& header, ByteView raw, const Sps& sps, const Pps& pps);

// A P picture in one slice in which every macroblock is skipped: the picture that is first in its
// reference list again (sections 7.3.4 and 8.4.1.1: with no neighbour that moves, none moves).
// Its PPS is one of write_hold_pps. Without emulation prevention.
Bytes write_skip_slice(const SliceHeader& numbers, int ref_idc, const Sps& sps);

}  // namespace talkie
