// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bitstream/hold_filler.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace talkie {

namespace {

constexpr int64_t kOrderStep = 2;      // of picture order counts, from frame to frame
constexpr int64_t kOrderMargin = 256;  // what the encoder's next picture may add to it
// access_unit_delimiter_rbsp with primary_pic_type 0 (I) and 1 (I and P), section 7.4.2.4.
constexpr std::array<uint8_t, 2> kDelimiterI{0x09, 0x10};
constexpr std::array<uint8_t, 2> kDelimiterP{0x09, 0x30};

void append_raw(ByteView raw, Framing framing, Bytes& unit) {
  Bytes nal;
  append_escaped(raw, nal);
  append_nal(nal, framing, unit);
}

// The numbers by which section 7.4.1.2.4 tells one picture from the next.
bool same_picture(const SliceHeader& a, const SliceHeader& b) {
  return a.frame_num == b.frame_num && a.idr_pic_id == b.idr_pic_id && a.poc_lsb == b.poc_lsb &&
         a.delta_poc_bottom == b.delta_poc_bottom;
}

}  // namespace

void HoldFiller::use_byte_stream() {
  framing_in_ = framing_ = Framing{};
}

Result<Bytes> HoldFiller::use_codec_data(ByteView record) {
  auto config = parse_avc_config(record);
  if (!config) return config.error();
  framing_in_ = config->framing;
  framing_ = Framing{4};
  std::set<uint32_t> ids;
  for (Bytes& nal : config->sps) {
    const auto sequence = learn_sps(nal);
    if (!sequence) return sequence.error();
    nal = (*sequence)->nal;
    ids.insert((*sequence)->original.id);
  }
  for (const Bytes& nal : config->pps)
    if (auto learnt = learn_pps(nal); !learnt) return learnt.error();
  for (auto& [sps_id, set] : hold_sets_) {
    if (!ids.contains(sps_id) || config->pps.size() >= kMaxPpsId) continue;
    append_escaped(write_hold_pps(set.id, sps_id), config->pps.emplace_back());
    set.sent = true;
  }
  return write_avc_config(*config);
}

void HoldFiller::restart() {
  held_ = {};
  order_ = {};
  early_.clear();
  frame_num_shift_ = 0;
  order_shift_ = earlier_shift_ = 0;
}

void HoldFiller::hit(std::string obstacle) {
  if (obstacle_.empty()) obstacle_ = std::move(obstacle);
}

// --- Parameter sets ---

Result<std::shared_ptr<const Sequence>> HoldFiller::learn_sps(ByteView nal) {
  auto sps = parse_sps(unescape(nal));
  if (!sps) return sps.error();
  const uint32_t id = sps->id;
  const auto sequence = std::make_shared<const Sequence>(make_sequence(*std::move(sps), rate_));
  if (sequence->obstacle.empty())
    place_hold_set(id);
  else
    hit(sequence->obstacle);
  sequences_[id] = sequence;
  return sequence;
}

Result<void> HoldFiller::learn_pps(ByteView nal) {
  const auto pps = parse_pps(unescape(nal));
  if (!pps) return pps.error();
  picture_sets_[pps->id] = {*pps, Bytes(nal.begin(), nal.end())};
  // Who finds sets among the pictures looks for all of them there.
  if (const auto set = hold_sets_.find(pps->sps_id); set != hold_sets_.end())
    set->second.sent = false;
  // The encoder may take an id that was free until now.
  const auto displaced = std::find_if(hold_sets_.begin(), hold_sets_.end(),
                                      [&](const auto& set) { return set.second.id == pps->id; });
  if (displaced == hold_sets_.end()) return {};
  const uint32_t sps_id = displaced->first;
  hold_sets_.erase(displaced);
  place_hold_set(sps_id);
  return {};
}

// Finds a free id for the skip pictures of a sequence, the smallest: it is in all of them.
void HoldFiller::place_hold_set(uint32_t sps_id) {
  if (hold_sets_.contains(sps_id)) return;
  const auto taken = [this](uint32_t id) {
    for (const auto& [other, set] : hold_sets_)
      if (set.id == id) return true;
    return picture_sets_.contains(id);
  };
  uint32_t id = 0;
  while (id <= kMaxPpsId && taken(id))
    ++id;
  if (id > kMaxPpsId) return hit("a picture parameter set for every number there is");
  hold_sets_[sps_id] = {id, false};
}

// With start codes every IDR has its sets with it; with lengths those of codec_data do.
bool HoldFiller::sends_hold_set(uint32_t sps_id) const {
  const auto set = hold_sets_.find(sps_id);
  return framing_.length_bytes == 0 || set == hold_sets_.end() || !set->second.sent;
}

void HoldFiller::append_hold_set(uint32_t sps_id, Bytes& unit) {
  const auto set = hold_sets_.find(sps_id);
  if (set == hold_sets_.end()) return;
  append_raw(write_hold_pps(set->second.id, sps_id), framing_, unit);
  set->second.sent = true;
}

// --- Pictures ---

Result<HoldFiller::Unit> HoldFiller::picture(ByteView access_unit) {
  const auto nals = split_nals(access_unit, framing_in_);
  if (!nals) return nals.error();
  Unit unit;
  Held picture;
  unit.bytes = std::exchange(early_, {});
  unit.bytes.reserve(unit.bytes.size() + access_unit.size() + 64);
  for (const ByteView nal : *nals)
    if (auto taken = take(nal, picture, unit); !taken) return taken.error();
  if (!unit.picture) {
    early_ = std::exchange(unit.bytes, {});
    held_.slices.clear();  // these may not be the parameter sets they were written with
    return unit;
  }
  unit.key = picture.idr;
  end_picture(picture);
  held_ = std::move(picture);
  return unit;
}

void HoldFiller::end_picture(const Held& picture) {
  if (picture.ref_idc != 0) reference_order_ = written_order(picture);
  if (picture.first.resets_memory) {  // this picture is number 0 now
    frame_num_shift_ = 0;
    order_shift_ = reference_order_ = 0;
  }
  if (!obstacle_.empty()) return;
  filled_order_ = picture.order;
  earlier_shift_ = order_shift_;
}

Result<void> HoldFiller::take(ByteView nal, Held& picture, Unit& unit) {
  switch (const NalType type = nal_type(nal)) {
    case NalType::slice:
    case NalType::idr_slice:
      return take_slice(nal, picture, unit);
    case NalType::sps: {
      const auto sequence = learn_sps(nal);
      if (!sequence) return sequence.error();
      append_nal((*sequence)->nal, framing_, unit.bytes);
      return {};
    }
    case NalType::pps:
      append_nal(nal, framing_, unit.bytes);
      return learn_pps(nal);
    case NalType::end_of_sequence:
    case NalType::end_of_stream:
      // It goes without saying, and copies of the picture may still follow.
      if (obstacle_.empty()) return {};
      break;
    case NalType::prefix:
    case NalType::subset_sps:
    case NalType::auxiliary_slice:
    case NalType::extension_slice:
    case NalType::depth_slice:
      hit("layers, views or auxiliary pictures");
      break;
    case NalType::delimiter:
      picture.delimiter = true;
      if (!unit.bytes.empty()) return {};  // it only stands first
      break;
    default:
      if (type >= NalType::partition_a && type <= NalType::partition_c) hit("data partitions");
  }
  append_nal(nal, framing_, unit.bytes);
  return {};
}

Result<void> HoldFiller::take_slice(ByteView nal, Held& picture, Unit& unit) {
  Bytes raw = unescape(nal);
  const auto pps_id = slice_pps_id(raw);
  if (!pps_id) return pps_id.error();
  const auto set = picture_sets_.find(*pps_id);
  const auto sequence =
      set == picture_sets_.end() ? sequences_.end() : sequences_.find(set->second.pps.sps_id);
  if (sequence == sequences_.end())
    return Error{ErrorKind::syntax, "H.264: a slice refers to parameter set " +
                                        std::to_string(*pps_id) + ", which has not been sent"};
  const bool first = !unit.picture;
  unit.picture = true;
  const bool idr = nal_type(nal) == NalType::idr_slice;
  if (first) picture.idr = idr;
  if (!sequence->second->obstacle.empty()) {
    hit(sequence->second->obstacle);
    append_nal(nal, framing_, unit.bytes);
    return {};
  }
  const Pps& pps = set->second.pps;
  const Sequence& in = *sequence->second;
  const auto slice = parse_slice_header(raw, in.original, pps);
  if (!slice) return slice.error();
  if (first) {
    picture.sequence = sequence->second;
    picture.ref_idc = nal_ref_idc(nal);
    if (auto begun = begin_picture(*slice, picture, unit); !begun) return begun;
  } else if (picture.sequence != sequence->second || picture.idr != idr ||
             (picture.ref_idc == 0) != (nal_ref_idc(nal) == 0) ||
             !same_picture(picture.first, *slice)) {
    return Error{ErrorKind::syntax,
                 "H.264: a buffer has more than one picture: put h264parse "
                 "before, with alignment=au"};
  }
  look_for_obstacles(*slice, picture);
  append_raw(write_slice(numbered(*slice, picture), raw, in.written, pps), framing_, unit.bytes);
  if (picture.idr) picture.slices.push_back({std::move(raw), *slice, pps});
  return {};
}

Result<void> HoldFiller::begin_picture(const SliceHeader& slice, Held& picture, Unit& unit) {
  picture.valid = true;
  picture.first = slice;
  picture.order = order_.next(slice, picture.sequence->original, picture.idr, picture.ref_idc);
  if (picture.idr) {
    frame_num_shift_ = 0;
    order_shift_ = earlier_shift_ = 0;
    // Two IDR pictures in a row have different numbers, section 7.4.3.
    idr_pic_id_ = slice.idr_pic_id == idr_pic_id_ ? (idr_pic_id_ + 1) & 1 : slice.idr_pic_id;
    const uint32_t sps_id = picture.sequence->original.id;
    if (sends_hold_set(sps_id)) append_hold_set(sps_id, unit.bytes);
  } else if (held_.valid && picture.order <= held_.order && !held_.first.resets_memory) {
    hit("pictures that are not in the order they are shown in");
  }
  if (picture.idr || !held_.valid) reference_order_ = written_order(picture);
  return check_order(written_order(picture), *picture.sequence);
}

void HoldFiller::look_for_obstacles(const SliceHeader& slice, const Held& picture) {
  if (slice.kind() == SliceKind::b) hit("B-frames (set bframes=0 on the encoder)");
  if (slice.kind() == SliceKind::sp || slice.kind() == SliceKind::si) hit("switching slices");
  if (slice.memory_control) hit("memory management control operations");
  if (picture.ref_idc == 0) hit("pictures that are no references");
}

// --- Numbers ---

int64_t HoldFiller::written_order(const Held& picture) const {
  // A picture shown before the one that was held last does not come after its copies.
  const bool before = picture.order < filled_order_;
  return picture.order + (before ? earlier_shift_ : order_shift_);
}

SliceHeader HoldFiller::numbered(SliceHeader slice, const Held& picture) const {
  const Sps& sps = picture.sequence->written;
  slice.frame_num = (slice.frame_num + frame_num_shift_) & ((1U << sps.log2_max_frame_num) - 1);
  if (picture.idr) slice.idr_pic_id = idr_pic_id_;
  slice.poc_lsb =
      static_cast<uint32_t>(written_order(picture)) & ((1U << sps.log2_max_poc_lsb) - 1);
  return slice;
}

// A decoder counts from the last reference picture, and sees only the lower bits: section 8.2.1.1.
Result<void> HoldFiller::check_order(int64_t order, const Sequence& sequence) const {
  const int64_t reach = int64_t{1} << (sequence.written.log2_max_poc_lsb - 1);
  if (sequence.written.poc_type != 0 || order - reference_order_ < reach) return {};
  return Error{
      ErrorKind::unsupported,
      "H.264: a picture is held for more than " +
          std::to_string((reach - kOrderMargin) / kOrderStep) +
          " frames, too long for an encoder with several reference frames: set ref=1 on it"};
}

// The beginning of a copy. Where lengths tell access units apart delimiters are but weight.
Bytes HoldFiller::delimited(ByteView delimiter) const {
  Bytes unit;
  if (held_.delimiter && framing_.length_bytes == 0) append_nal(delimiter, framing_, unit);
  return unit;
}

Result<Bytes> HoldFiller::skip() {
  const Sequence& sequence = *held_.sequence;
  const bool reference = sequence.skips_are_references;
  order_shift_ += kOrderStep;
  const int64_t order = held_.order + order_shift_;
  if (!reference)
    if (auto checked = check_order(order + kOrderMargin, sequence); !checked)
      return checked.error();
  if (reference) {
    ++frame_num_shift_;
    reference_order_ = order;
  }
  Bytes unit = delimited(kDelimiterP);
  const HoldSet& set = hold_sets_.at(sequence.original.id);
  if (!set.sent) append_hold_set(sequence.original.id, unit);
  SliceHeader slice;
  slice.pps_id = set.id;
  // A picture that is no reference has the number of the reference that comes next, section 7.4.3.
  slice.frame_num = held_.first.frame_num + frame_num_shift_ + (reference ? 0 : 1);
  slice.frame_num &= (1U << sequence.written.log2_max_frame_num) - 1;
  slice.poc_lsb = static_cast<uint32_t>(order) & ((1U << sequence.written.log2_max_poc_lsb) - 1);
  append_raw(write_skip_slice(slice, reference ? held_.ref_idc : 0, sequence.written), framing_,
             unit);
  return unit;
}

Bytes HoldFiller::repeat() {
  const Sequence& sequence = *held_.sequence;
  frame_num_shift_ = 0;
  order_shift_ = 0;
  reference_order_ = held_.order;
  idr_pic_id_ = (idr_pic_id_ + 1) & 1;
  Bytes unit = delimited(kDelimiterI);
  if (framing_.length_bytes == 0) {
    append_nal(sequence.nal, framing_, unit);
    for (const auto& [id, set] : picture_sets_)
      if (set.pps.sps_id == sequence.original.id) append_nal(set.nal, framing_, unit);
    append_hold_set(sequence.original.id, unit);
  }
  for (const auto& [raw, header, pps] : held_.slices)
    append_raw(write_slice(numbered(header, held_), raw, sequence.written, pps), framing_, unit);
  return unit;
}

}  // namespace talkie
