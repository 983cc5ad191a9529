// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bitstream/parameter_sets.h"

#include <algorithm>
#include <array>

#include "bitstream/nal.h"

namespace talkie {

namespace {

constexpr size_t kMaxSetBytes = 1 << 15;
constexpr uint32_t kMaxSideInMbs = 16384 / 16;
constexpr uint32_t kMaxRefFrames = 16;
constexpr uint32_t kMaxCpbs = 32;
constexpr uint32_t kExtendedSar = 255;

// The profiles whose SPS says more of its format, section 7.3.2.1.1.
bool has_chroma_format(uint8_t profile_idc) {
  constexpr std::array kProfiles{100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
  return std::find(kProfiles.begin(), kProfiles.end(), profile_idc) != kProfiles.end();
}

// scaling_list(), section 7.3.2.1.1.1.
void skip_scaling_list(BitReader& reader, int size) {
  int last = 8, next = 8;
  for (int i = 0; i < size && reader.ok(); ++i) {
    if (next != 0) next = (last + reader.se()) & 0xff;
    if (next != 0) last = next;
  }
}

void parse_picture_format(BitReader& reader, Sps& sps) {
  sps.picture_format.begin = reader.position();
  sps.id = reader.ue();
  if (has_chroma_format(sps.profile_idc)) {
    sps.chroma_format_idc = static_cast<int>(std::min(reader.ue(), 4U));
    if (sps.chroma_format_idc == 3) sps.separate_colour_planes = reader.flag();
    reader.ue();    // bit_depth_luma_minus8
    reader.ue();    // bit_depth_chroma_minus8
    reader.flag();  // qpprime_y_zero_transform_bypass_flag
    if (reader.flag()) {
      const int lists = sps.chroma_format_idc == 3 ? 12 : 8;
      for (int i = 0; i < lists; ++i)
        if (reader.flag()) skip_scaling_list(reader, i < 6 ? 16 : 64);
    }
  }
  const uint32_t log2_max_frame_num = reader.ue() + 4;
  if (sps.id > kMaxSpsId || sps.chroma_format_idc > 3 || log2_max_frame_num > 16) reader.fail();
  sps.log2_max_frame_num = static_cast<int>(std::min(log2_max_frame_num, 16U));
  sps.picture_format.end = reader.position();
}

void parse_picture_order(BitReader& reader, Sps& sps) {
  sps.poc_type = reader.ue();
  if (sps.poc_type > 2) reader.fail();
  if (sps.poc_type == 0) {
    const uint32_t log2_max_poc_lsb = reader.ue() + 4;
    if (log2_max_poc_lsb > 16) reader.fail();
    sps.log2_max_poc_lsb = static_cast<int>(std::min(log2_max_poc_lsb, 16U));
  }
  sps.poc_cycle.begin = reader.position();
  if (sps.poc_type == 1) {
    sps.delta_poc_always_zero = reader.flag();
    reader.se();  // offset_for_non_ref_pic
    reader.se();  // offset_for_top_to_bottom_field
    const uint32_t cycle = reader.ue();
    if (cycle > 255) reader.fail();
    for (uint32_t i = 0; i < cycle && reader.ok(); ++i)
      reader.se();
  }
  sps.poc_cycle.end = reader.position();
}

void parse_size(BitReader& reader, Sps& sps) {
  sps.size.begin = reader.position();
  reader.flag();  // gaps_in_frame_num_value_allowed_flag
  sps.width_in_mbs = reader.ue() + 1;
  sps.height_in_map_units = reader.ue() + 1;
  if (sps.width_in_mbs - 1 >= kMaxSideInMbs || sps.height_in_map_units - 1 >= kMaxSideInMbs)
    reader.fail();
  sps.frame_mbs_only = reader.flag();
  if (!sps.frame_mbs_only) reader.flag();  // mb_adaptive_frame_field_flag
  reader.flag();                           // direct_8x8_inference_flag
  if (reader.flag())                       // frame_cropping_flag
    for (int i = 0; i < 4; ++i)
      reader.ue();
  sps.size.end = reader.position();
}

// hrd_parameters(), section E.1.2.
void skip_hrd(BitReader& reader) {
  const uint32_t cpbs = reader.ue() + 1;
  if (cpbs - 1 >= kMaxCpbs) reader.fail();
  reader.bits(4 + 4);  // bit_rate_scale, cpb_size_scale
  for (uint32_t i = 0; i < cpbs && reader.ok(); ++i) {
    reader.ue();  // bit_rate_value_minus1
    reader.ue();  // cpb_size_value_minus1
    reader.flag();
  }
  reader.bits(5 + 5 + 5 + 5);  // lengths of delays and of the time offset
}

// Section E.1.1, up to the chroma location.
void parse_colours(BitReader& reader, Vui& vui) {
  vui.colours.begin = reader.position();
  if (reader.flag() && reader.bits(8) == kExtendedSar) reader.bits(32);
  if (reader.flag()) reader.flag();  // overscan
  if (reader.flag()) {               // video_signal_type_present_flag
    reader.bits(3 + 1);
    if (reader.flag()) reader.bits(24);
  }
  if (reader.flag()) {  // chroma_loc_info_present_flag
    reader.ue();
    reader.ue();
  }
  vui.colours.end = reader.position();
}

void parse_restriction(BitReader& reader, Vui& vui) {
  VuiRestriction restriction;
  restriction.motion.begin = reader.position();
  reader.flag();  // motion_vectors_over_pic_boundaries_flag
  for (int i = 0; i < 4; ++i)
    reader.ue();
  restriction.motion.end = reader.position();
  restriction.max_num_reorder_frames = reader.ue();
  restriction.max_dec_frame_buffering = reader.ue();
  vui.restriction = restriction;
}

Vui parse_vui(BitReader& reader) {
  Vui vui;
  parse_colours(reader, vui);
  if (reader.flag()) {
    VuiTiming timing;
    timing.num_units_in_tick = reader.bits(32);
    timing.time_scale = reader.bits(32);
    timing.fixed_frame_rate = reader.flag();
    vui.timing = timing;
  }
  vui.buffering.begin = reader.position();
  const bool nal_hrd = reader.flag();
  if (nal_hrd) skip_hrd(reader);
  const bool vcl_hrd = reader.flag();
  if (vcl_hrd) skip_hrd(reader);
  if (nal_hrd || vcl_hrd) reader.flag();  // low_delay_hrd_flag
  reader.flag();                          // pic_struct_present_flag
  vui.buffering.end = reader.position();
  if (reader.flag()) parse_restriction(reader, vui);
  return vui;
}

void write_vui(const Vui& vui, ByteView raw, BitWriter& writer) {
  if (vui.colours.end > vui.colours.begin)
    writer.copy(raw, vui.colours);
  else
    writer.bits(0, 4);  // none of the four
  writer.flag(vui.timing.has_value());
  if (vui.timing) {
    writer.bits(vui.timing->num_units_in_tick, 32);
    writer.bits(vui.timing->time_scale, 32);
    writer.flag(vui.timing->fixed_frame_rate);
  }
  if (vui.buffering.end > vui.buffering.begin)
    writer.copy(raw, vui.buffering);
  else
    writer.bits(0, 3);  // no HRD, no pic_struct
  writer.flag(vui.restriction.has_value());
  if (!vui.restriction) return;
  if (const BitRange motion = vui.restriction->motion; motion.end > motion.begin) {
    writer.copy(raw, motion);
  } else {  // what is inferred where nothing is said, section E.2.1
    writer.flag(true);
    for (const uint32_t inferred : {2, 1, 15, 15})
      writer.ue(inferred);
  }
  writer.ue(vui.restriction->max_num_reorder_frames);
  writer.ue(vui.restriction->max_dec_frame_buffering);
}

// slice_group_id and its like, section 7.3.2.2.
void parse_slice_groups(BitReader& reader, Pps& pps) {
  pps.slice_group_map_type = reader.ue();
  if (pps.slice_groups > 8 || pps.slice_group_map_type > 6) return reader.fail();
  if (pps.slice_group_map_type == 0) {
    for (uint32_t i = 0; i < pps.slice_groups; ++i)
      reader.ue();  // run_length_minus1
  } else if (pps.slice_group_map_type == 2) {
    for (uint32_t i = 0; i + 1 < pps.slice_groups; ++i) {
      reader.ue();  // top_left
      reader.ue();  // bottom_right
    }
  } else if (pps.slice_group_map_type == 6) {
    const uint32_t count = reader.ue() + 1;
    const size_t width = pps.slice_groups > 4 ? 3 : pps.slice_groups > 2 ? 2 : 1;
    reader.skip(count * width);  // slice_group_id
  } else if (pps.slice_group_map_type >= 3) {
    reader.flag();  // slice_group_change_direction_flag
    pps.slice_group_change_rate = reader.ue() + 1;
    if (pps.slice_group_change_rate == 0) reader.fail();
  }
}

}  // namespace

Result<Sps> parse_sps(ByteView raw) {
  Sps sps;
  if (raw.size() > kMaxSetBytes)
    return Error{ErrorKind::syntax, "H.264: a sequence parameter set is too long"};
  sps.raw.assign(raw.begin(), raw.end());
  BitReader reader(raw);
  reader.bits(8);
  sps.profile_idc = static_cast<uint8_t>(reader.bits(8));
  sps.constraints = static_cast<uint8_t>(reader.bits(8));
  sps.level_idc = static_cast<uint8_t>(reader.bits(8));
  parse_picture_format(reader, sps);
  parse_picture_order(reader, sps);
  sps.max_num_ref_frames = reader.ue();
  if (sps.max_num_ref_frames > kMaxRefFrames) reader.fail();
  parse_size(reader, sps);
  if (reader.flag()) sps.vui = parse_vui(reader);
  if (!reader.ok()) return Error{ErrorKind::syntax, "H.264: a sequence parameter set is broken"};
  return sps;
}

Bytes write_sps(const Sps& sps) {
  BitWriter writer;
  writer.bits(sps.raw[0], 8);
  writer.bits(sps.profile_idc, 8);
  writer.bits(sps.constraints, 8);
  writer.bits(sps.level_idc, 8);
  writer.copy(sps.raw, sps.picture_format);
  writer.ue(sps.poc_type);
  if (sps.poc_type == 0) writer.ue(static_cast<uint32_t>(sps.log2_max_poc_lsb - 4));
  if (sps.poc_type == 1) writer.copy(sps.raw, sps.poc_cycle);
  writer.ue(sps.max_num_ref_frames);
  writer.copy(sps.raw, sps.size);
  writer.flag(sps.vui.has_value());
  if (sps.vui) write_vui(*sps.vui, sps.raw, writer);
  writer.trailing();
  return writer.take();
}

Result<Pps> parse_pps(ByteView raw) {
  Pps pps;
  BitReader reader(raw);
  reader.bits(8);
  pps.id = reader.ue();
  pps.sps_id = reader.ue();
  pps.cabac = reader.flag();
  pps.bottom_field_poc = reader.flag();
  pps.slice_groups = reader.ue() + 1;
  if (pps.slice_groups != 1) parse_slice_groups(reader, pps);
  for (uint32_t& count : pps.num_ref_idx_default)
    count = reader.ue() + 1;
  pps.weighted_pred = reader.flag();
  pps.weighted_bipred_idc = reader.bits(2);
  reader.se();  // pic_init_qp_minus26
  reader.se();  // pic_init_qs_minus26
  reader.se();  // chroma_qp_index_offset
  pps.deblocking_control = reader.flag();
  reader.flag();  // constrained_intra_pred_flag
  pps.redundant_pictures = reader.flag();
  if (!reader.ok() || pps.id > kMaxPpsId || pps.sps_id > kMaxSpsId || raw.size() > kMaxSetBytes)
    return Error{ErrorKind::syntax, "H.264: a picture parameter set is broken"};
  return pps;
}

Bytes write_hold_pps(uint32_t id, uint32_t sps_id) {
  BitWriter writer;
  writer.bits(nal_header(3, NalType::pps), 8);
  writer.ue(id);
  writer.ue(sps_id);
  writer.flag(false);  // entropy_coding_mode_flag
  writer.flag(false);  // bottom_field_pic_order_in_frame_present_flag
  writer.ue(0);        // num_slice_groups_minus1
  writer.ue(0);        // num_ref_idx_l0_default_active_minus1
  writer.ue(0);        // num_ref_idx_l1_default_active_minus1
  writer.flag(false);  // weighted_pred_flag
  writer.bits(0, 2);   // weighted_bipred_idc
  writer.se(0);        // pic_init_qp_minus26
  writer.se(0);        // pic_init_qs_minus26
  writer.se(0);        // chroma_qp_index_offset
  writer.flag(true);   // deblocking_filter_control_present_flag
  writer.flag(false);  // constrained_intra_pred_flag
  writer.flag(false);  // redundant_pic_cnt_present_flag
  writer.trailing();
  return writer.take();
}

}  // namespace talkie
