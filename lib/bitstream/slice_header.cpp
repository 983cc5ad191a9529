// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bitstream/slice_header.h"

#include <algorithm>
#include <bit>

namespace talkie {

namespace {

constexpr uint32_t kMaxRefIdx = 32;
constexpr uint32_t kMaxIdrPicId = 65535;
constexpr uint32_t kAllSlicesP = 5;

struct SliceContext {
  const Sps& sps;
  const Pps& pps;
  NalType type;
  int ref_idc;
};

// The front: the numbers.
void parse_numbers(BitReader& reader, const SliceContext& in, SliceHeader& header) {
  header.first_mb = reader.ue();
  header.slice_type = reader.ue();
  header.pps_id = reader.ue();
  if (in.sps.separate_colour_planes) header.colour_plane = reader.bits(2);
  header.frame_num = reader.bits(in.sps.log2_max_frame_num);
  if (!in.sps.frame_mbs_only) {
    header.field = reader.flag();
    if (header.field) header.bottom_field = reader.flag();
  }
  if (in.type == NalType::idr_slice) header.idr_pic_id = reader.ue();
  const bool both_fields = in.pps.bottom_field_poc && !header.field;
  if (in.sps.poc_type == 0) {
    header.poc_lsb = reader.bits(in.sps.log2_max_poc_lsb);
    if (both_fields) header.delta_poc_bottom = reader.se();
  }
  if (in.sps.poc_type == 1 && !in.sps.delta_poc_always_zero) {
    header.delta_poc[0] = reader.se();
    if (both_fields) header.delta_poc[1] = reader.se();
  }
  if (header.slice_type > 9 || header.idr_pic_id > kMaxIdrPicId) reader.fail();
}

void write_numbers(BitWriter& writer, const SliceContext& in, const SliceHeader& header) {
  writer.ue(header.first_mb);
  writer.ue(header.slice_type);
  writer.ue(header.pps_id);
  if (in.sps.separate_colour_planes) writer.bits(header.colour_plane, 2);
  writer.bits(header.frame_num, in.sps.log2_max_frame_num);
  if (!in.sps.frame_mbs_only) {
    writer.flag(header.field);
    if (header.field) writer.flag(header.bottom_field);
  }
  if (in.type == NalType::idr_slice) writer.ue(header.idr_pic_id);
  const bool both_fields = in.pps.bottom_field_poc && !header.field;
  if (in.sps.poc_type == 0) {
    writer.bits(header.poc_lsb, in.sps.log2_max_poc_lsb);
    if (both_fields) writer.se(header.delta_poc_bottom);
  }
  if (in.sps.poc_type == 1 && !in.sps.delta_poc_always_zero) {
    writer.se(header.delta_poc[0]);
    if (both_fields) writer.se(header.delta_poc[1]);
  }
}

// ref_pic_list_modification(), section 7.3.3.1, for one list.
void skip_list_modification(BitReader& reader) {
  if (!reader.flag()) return;
  for (uint32_t left = kMaxRefIdx + 2; reader.ok(); --left) {
    const uint32_t operation = reader.ue();
    if (operation == 3) return;
    if (operation > 3 || left == 0) reader.fail();
    reader.ue();  // abs_diff_pic_num_minus1 or long_term_pic_num
  }
}

// pred_weight_table(), section 7.3.3.2.
void skip_weights(BitReader& reader, const Sps& sps, const uint32_t (&counts)[2], int lists) {
  const bool chroma = sps.chroma_array_type() != 0;
  reader.ue();              // luma_log2_weight_denom
  if (chroma) reader.ue();  // chroma_log2_weight_denom
  for (int list = 0; list < lists; ++list) {
    for (uint32_t i = 0; i < counts[list] && reader.ok(); ++i) {
      if (reader.flag())  // luma: weight and offset
        for (int n = 0; n < 2; ++n)
          reader.se();
      if (chroma && reader.flag())  // of both
        for (int n = 0; n < 4; ++n)
          reader.se();
    }
  }
}

// dec_ref_pic_marking(), section 7.3.3.3.
void parse_marking(BitReader& reader, bool idr, SliceHeader& header) {
  if (idr) {
    reader.flag();                          // no_output_of_prior_pics_flag
    header.memory_control = reader.flag();  // long_term_reference_flag
    return;
  }
  header.memory_control = reader.flag();  // adaptive_ref_pic_marking_mode_flag
  if (!header.memory_control) return;
  for (uint32_t left = 2 * kMaxRefIdx + 3; reader.ok(); --left) {
    const uint32_t operation = reader.ue();
    if (operation == 0) return;
    if (operation > 6 || left == 0) reader.fail();
    if (operation == 5) header.resets_memory = true;
    if (operation != 5) reader.ue();
    if (operation == 3) reader.ue();
  }
}

// The width of slice_group_change_cycle, section 7.4.3.
int change_cycle_bits(const Sps& sps, const Pps& pps) {
  const uint32_t units = sps.width_in_mbs * sps.height_in_map_units;
  const uint32_t cycles =
      units / pps.slice_group_change_rate + (units % pps.slice_group_change_rate != 0 ? 1 : 0);
  return std::bit_width(cycles);  // Ceil(Log2(cycles + 1))
}

void skip_references(BitReader& reader, const SliceContext& in, SliceKind kind) {
  const bool b = kind == SliceKind::b;
  const bool predicted = kind == SliceKind::p || kind == SliceKind::sp;
  if (b) reader.flag();  // direct_spatial_mv_pred_flag
  if (!b && !predicted) return;
  uint32_t counts[2] = {in.pps.num_ref_idx_default[0], in.pps.num_ref_idx_default[1]};
  if (reader.flag()) {  // num_ref_idx_active_override_flag
    counts[0] = reader.ue() + 1;
    if (b) counts[1] = reader.ue() + 1;
  }
  if (counts[0] - 1 >= kMaxRefIdx || (b && counts[1] - 1 >= kMaxRefIdx)) return reader.fail();
  skip_list_modification(reader);
  if (b) skip_list_modification(reader);
  if ((in.pps.weighted_pred && predicted) || (in.pps.weighted_bipred_idc == 1 && b))
    skip_weights(reader, in.sps, counts, b ? 2 : 1);
}

void parse_rest(BitReader& reader, const SliceContext& in, SliceHeader& header) {
  const SliceKind kind = header.kind();
  const bool switching = kind == SliceKind::sp || kind == SliceKind::si;
  header.rest.begin = reader.position();
  if (in.pps.redundant_pictures) reader.ue();
  skip_references(reader, in, kind);
  if (in.ref_idc != 0) parse_marking(reader, in.type == NalType::idr_slice, header);
  if (in.pps.cabac && kind != SliceKind::i && kind != SliceKind::si) reader.ue();  // cabac_init_idc
  reader.se();                                                                     // slice_qp_delta
  if (kind == SliceKind::sp) reader.flag();
  if (switching) reader.se();  // slice_qs_delta
  if (in.pps.deblocking_control && reader.ue() != 1) {
    reader.se();  // slice_alpha_c0_offset_div2
    reader.se();  // slice_beta_offset_div2
  }
  if (in.pps.slice_groups > 1 && in.pps.slice_group_map_type >= 3 &&
      in.pps.slice_group_map_type <= 5)
    reader.bits(change_cycle_bits(in.sps, in.pps));
  header.rest.end = reader.position();
}

}  // namespace

Result<uint32_t> slice_pps_id(ByteView raw) {
  BitReader reader(raw);
  reader.bits(8);
  reader.ue();  // first_mb_in_slice
  reader.ue();  // slice_type
  const uint32_t id = reader.ue();
  if (!reader.ok() || id > kMaxPpsId)
    return Error{ErrorKind::syntax, "H.264: a slice header is broken"};
  return id;
}

Result<SliceHeader> parse_slice_header(ByteView raw, const Sps& sps, const Pps& pps) {
  BitReader reader(raw);
  reader.bits(8);
  const SliceContext in{sps, pps, nal_type(raw), nal_ref_idc(raw)};
  SliceHeader header;
  parse_numbers(reader, in, header);
  parse_rest(reader, in, header);
  if (pps.cabac)
    while (reader.ok() && !reader.aligned())
      if (!reader.flag()) reader.fail();  // cabac_alignment_one_bit
  if (!reader.ok() || reader.position() > rbsp_data_end(raw))
    return Error{ErrorKind::syntax, "H.264: a slice header is broken"};
  return header;
}

Bytes write_slice(const SliceHeader& header, ByteView raw, const Sps& sps, const Pps& pps) {
  const SliceContext in{sps, pps, nal_type(raw), nal_ref_idc(raw)};
  BitWriter writer;
  writer.bits(raw[0], 8);
  write_numbers(writer, in, header);
  writer.copy(raw, header.rest);
  if (pps.cabac) {
    writer.align_with_ones();
    const size_t data = (header.rest.end + 7) / 8;
    writer.copy(raw, {data * 8, raw.size() * 8});
  } else {
    writer.copy(raw, {header.rest.end, rbsp_data_end(raw)});
    writer.trailing();
  }
  return writer.take();
}

Bytes write_skip_slice(const SliceHeader& numbers, int ref_idc, const Sps& sps) {
  BitWriter writer;
  writer.bits(nal_header(ref_idc, NalType::slice), 8);
  SliceHeader header = numbers;
  header.first_mb = 0;
  header.slice_type = kAllSlicesP;
  write_numbers(writer, {sps, Pps{}, NalType::slice, ref_idc}, header);
  writer.flag(false);                                     // num_ref_idx_active_override_flag
  writer.flag(false);                                     // ref_pic_list_modification_flag_l0
  if (ref_idc != 0) writer.flag(false);                   // adaptive_ref_pic_marking_mode_flag
  writer.se(0);                                           // slice_qp_delta
  writer.ue(1);                                           // disable_deblocking_filter_idc
  writer.ue(sps.width_in_mbs * sps.height_in_map_units);  // mb_skip_run
  writer.trailing();
  return writer.take();
}

}  // namespace talkie
