// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bitstream/sequence.h"

#include <algorithm>

namespace talkie {

namespace {

constexpr int kLog2MaxPocLsb = 16;  // the most there is: the longer a hold may be
constexpr uint8_t kExtendedProfile = 88;
constexpr uint8_t kCavlcIntraProfile = 44;
constexpr uint8_t kConstraintSet3 = 0x10;
constexpr uint8_t kConstraintSet5 = 0x04;

std::string obstacle_of(const Sps& sps) {
  if (!sps.frame_mbs_only) return "interlaced pictures";
  if (sps.poc_type == 1) return "pictures in an order of type 1";
  if (sps.separate_colour_planes) return "colour planes coded apart";
  if (sps.profile_idc == kExtendedProfile) return "the Extended profile";
  if (sps.profile_idc == kCavlcIntraProfile) return "the CAVLC 4:4:4 Intra profile";
  if (sps.vui && sps.vui->restriction && sps.vui->restriction->max_num_reorder_frames > 0)
    return "B-frames (set bframes=0 on the encoder)";
  return {};
}

// An intra profile (section A.2.8 and on) becomes the one that it is a part of: that allows P.
void allow_p_slices(Sps& sps) {
  const bool has_intra_twin = sps.profile_idc == 100 || sps.profile_idc == 110 ||
                              sps.profile_idc == 122 || sps.profile_idc == 244;
  if (has_intra_twin) sps.constraints &= static_cast<uint8_t>(~kConstraintSet3);
  sps.max_num_ref_frames = std::max(sps.max_num_ref_frames, 1U);
}

// Filling may make more macroblocks a second of the stream than its level allows: Table A-1.
void raise_level(Sps& sps, Rate rate) {
  struct Level {
    uint8_t idc;
    int64_t macroblocks_a_second;
  };
  constexpr Level kLevels[] = {{10, 1485},    {11, 3000},    {12, 6000},    {13, 11880},
                               {20, 11880},   {21, 19800},   {22, 20250},   {30, 40500},
                               {31, 108000},  {32, 216000},  {40, 245760},  {41, 245760},
                               {42, 522240},  {50, 589824},  {51, 983040},  {52, 2073600},
                               {60, 4177920}, {61, 8355840}, {62, 16711680}};
  const int64_t wanted =
      int64_t{sps.width_in_mbs} * sps.height_in_map_units * rate.numerator / rate.denominator;
  uint8_t needed = 0;
  for (const Level& level : kLevels) {
    needed = level.idc;
    if (level.macroblocks_a_second >= wanted) break;
  }
  // Level 1b, which has more than one number, is not below level 1.
  if (needed > kLevels[0].idc) sps.level_idc = std::max(sps.level_idc, needed);
}

// Whether it is certain that pictures are shown in the order they are sent in: type 2 says so, the
// Baseline profile has no B slices, and constraint_set5_flag of the High profiles says the same.
bool keeps_order(const Sps& sps) {
  constexpr uint8_t kBaseline = 66, kHigh = 100;
  return sps.poc_type == 2 || sps.profile_idc == kBaseline ||
         (sps.profile_idc == kHigh && (sps.constraints & kConstraintSet5) != 0);
}

// A decoder that is not told would wait for pictures that might come before: section E.2.1.
void promise_order(Sps& sps) {
  if (!sps.vui) sps.vui.emplace();
  if (!sps.vui->restriction) sps.vui->restriction.emplace();
}

}  // namespace

Sequence make_sequence(Sps sps, Rate rate) {
  Sequence sequence;
  sequence.obstacle = obstacle_of(sps);
  sequence.skips_are_references = sps.max_num_ref_frames <= 1;
  sequence.written = sps;
  sequence.original = std::move(sps);
  if (!sequence.obstacle.empty()) {
    append_escaped(sequence.original.raw, sequence.nal);
    return sequence;
  }
  const bool in_order = keeps_order(sequence.original);
  Sps& written = sequence.written;
  allow_p_slices(written);
  raise_level(written, rate);
  if (!sequence.skips_are_references) {
    written.poc_type = 0;
    written.log2_max_poc_lsb = kLog2MaxPocLsb;
  }
  if (in_order && written.poc_type == 0) promise_order(written);
  if (written.vui && written.vui->restriction)
    written.vui->restriction->max_dec_frame_buffering =
        std::max(written.vui->restriction->max_dec_frame_buffering, written.max_num_ref_frames);
  if (written.vui && written.vui->timing)
    written.vui->timing = {static_cast<uint32_t>(rate.denominator),
                           static_cast<uint32_t>(rate.numerator) * 2, true};
  append_escaped(write_sps(written), sequence.nal);
  return sequence;
}

int64_t PictureOrder::next(const SliceHeader& slice, const Sps& sps, bool idr, int ref_idc) {
  if (idr) *this = {};
  const int64_t frame_num = slice.frame_num;
  int64_t order = 0;
  if (sps.poc_type == 0) {  // section 8.2.1.1
    const int64_t range = int64_t{1} << sps.log2_max_poc_lsb;
    const int64_t lsb = slice.poc_lsb;
    int64_t msb = msb_;
    if (lsb < lsb_ && lsb_ - lsb >= range / 2) msb += range;
    if (lsb > lsb_ && lsb - lsb_ > range / 2) msb -= range;
    order = msb + lsb;
    if (ref_idc != 0) {
      msb_ = msb;
      lsb_ = lsb;
    }
  } else {  // section 8.2.1.3
    if (frame_num < frame_num_) frame_num_offset_ += int64_t{1} << sps.log2_max_frame_num;
    order = 2 * (frame_num_offset_ + frame_num) - (ref_idc == 0 ? 1 : 0);
    frame_num_ = frame_num;
  }
  if (slice.resets_memory) {  // the picture counts as number 0 from now on
    *this = {};
    lsb_ = std::max(0, -slice.delta_poc_bottom);
  }
  return order;
}

}  // namespace talkie
