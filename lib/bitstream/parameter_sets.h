// SPDX-License-Identifier: LGPL-2.1-or-later
// Sequence and picture parameter sets: what slice headers and hold filling need of them, and
// everything else kept as it came. Rec. ITU-T H.264 sections 7.3.2.1, 7.3.2.2 and E.1.1.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/time.h"
#include "bitstream/bits.h"

namespace talkie {

inline constexpr int kMaxSpsId = 31;
inline constexpr int kMaxPpsId = 255;

struct VuiTiming {
  uint32_t num_units_in_tick = 0;
  uint32_t time_scale = 0;
  bool fixed_frame_rate = false;
};

struct VuiRestriction {
  BitRange motion;  // what is said of motion vectors and sizes
  uint32_t max_num_reorder_frames = 0;
  uint32_t max_dec_frame_buffering = 0;
};

// vui_parameters(), in the order of section E.1.1.
struct Vui {
  BitRange colours;  // aspect_ratio_info_present_flag up to the chroma location
  std::optional<VuiTiming> timing;
  BitRange buffering;  // the HRD parameters, low_delay_hrd_flag, pic_struct_present_flag
  std::optional<VuiRestriction> restriction;
};

// A field is written as it stands; what no one changes stays a stretch of the original's bits.
struct Sps {
  Bytes raw;  // the original NAL unit without emulation prevention, header first
  uint8_t profile_idc = 0;
  uint8_t constraints = 0;  // constraint_set0_flag is the highest bit
  uint8_t level_idc = 0;
  BitRange picture_format;  // seq_parameter_set_id up to log2_max_frame_num_minus4
  uint32_t id = 0;
  int chroma_format_idc = 1;
  bool separate_colour_planes = false;
  int log2_max_frame_num = 4;
  uint32_t poc_type = 0;  // pic_order_cnt_type
  int log2_max_poc_lsb = 4;
  bool delta_poc_always_zero = false;
  BitRange poc_cycle;  // what type 1 has behind its number
  uint32_t max_num_ref_frames = 0;
  BitRange size;  // gaps_in_frame_num_value_allowed_flag up to the cropping
  uint32_t width_in_mbs = 0;
  uint32_t height_in_map_units = 0;
  bool frame_mbs_only = true;
  std::optional<Vui> vui;

  [[nodiscard]] int chroma_array_type() const {
    return separate_colour_planes ? 0 : chroma_format_idc;
  }
};

// From and to a NAL unit without emulation prevention. Errors: syntax.
Result<Sps> parse_sps(ByteView raw);
Bytes write_sps(const Sps& sps);

// pic_parameter_set_rbsp() as far as slice headers depend on it.
struct Pps {
  uint32_t id = 0;
  uint32_t sps_id = 0;
  bool cabac = false;             // entropy_coding_mode_flag
  bool bottom_field_poc = false;  // bottom_field_pic_order_in_frame_present_flag
  uint32_t slice_groups = 1;
  uint32_t slice_group_map_type = 0;
  uint32_t slice_group_change_rate = 1;
  uint32_t num_ref_idx_default[2] = {1, 1};  // num_ref_idx_l0 and l1_default_active, from 1
  bool weighted_pred = false;
  uint32_t weighted_bipred_idc = 0;
  bool deblocking_control = false;  // deblocking_filter_control_present_flag
  bool redundant_pictures = false;  // redundant_pic_cnt_present_flag
};
Result<Pps> parse_pps(ByteView raw);

// The picture parameter set of skip pictures: CAVLC, so that a run of skipped macroblocks is one
// number, one reference, no weights, and a deblocking filter that slices can turn off.
Bytes write_hold_pps(uint32_t id, uint32_t sps_id);

}  // namespace talkie
