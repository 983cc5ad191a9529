// SPDX-License-Identifier: LGPL-2.1-or-later
// Coded pictures in, the same pictures and as many copies as are wanted out: a copy is a picture
// of some ten bytes in which every macroblock is skipped.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "bitstream/sequence.h"

namespace talkie {

// Takes the access units of one H.264 stream in decoding order. After each, skip() makes the frame
// that shows its picture once more, as often as wanted; repeat() does so with a key frame.
class HoldFiller {
 public:
  // `rate` is that of the filled stream. It counts from the next parameter sets on.
  void set_rate(Rate rate) { rate_ = rate; }
  // From here on access units have start codes, or lengths as the avcC record says. Returns the
  // record of the filled stream. Errors: syntax.
  void use_byte_stream();
  Result<Bytes> use_codec_data(ByteView record);
  // Forgets the last picture and all numbers: the next one is an IDR. Parameter sets stay.
  void restart();

  struct Unit {
    Bytes bytes;
    bool picture = false;  // false: nothing but parameter sets and their like
    bool key = false;      // an IDR picture
  };
  // An access unit, with its numbers changed where it has to make room. Errors: syntax, and
  // unsupported where the holds before were too long for the encoder's references.
  Result<Unit> picture(ByteView access_unit);

  // Whether the last picture can be had again, by skip().
  [[nodiscard]] bool can_skip() const { return held_.valid && obstacle_.empty(); }
  // Errors: unsupported, where a hold is too long for an encoder with several references.
  Result<Bytes> skip();
  // Whether it can be had by repeat(): an IDR can, until the next picture.
  [[nodiscard]] bool can_repeat() const { return can_skip() && !held_.slices.empty(); }
  Bytes repeat();

  // What the stream has that cannot be filled; empty while there is nothing. It stays so. From then
  // on the stream passes, with its numbers still consistent. Only B-frames that come unannounced,
  // after a hold and with weights that depend on the distance in time, are off until the next IDR.
  [[nodiscard]] const std::string& obstacle() const { return obstacle_; }

 private:
  struct PictureSet {
    Pps pps;
    Bytes nal;
  };
  // The parameter set of the skip pictures of one sequence.
  struct HoldSet {
    uint32_t id = 0;
    bool sent = false;
  };
  struct Slice {
    Bytes raw;  // as it came, without emulation prevention
    SliceHeader header;
    Pps pps;
  };
  // A picture that may be held: the last one.
  struct Held {
    bool valid = false;
    std::shared_ptr<const Sequence> sequence;
    SliceHeader first;  // of its first slice, as it came
    bool idr = false;
    int ref_idc = 0;
    int64_t order = 0;  // its picture order count as the encoder has it
    bool delimiter = false;
    std::vector<Slice> slices;  // of an IDR, to be written again
  };

  Result<void> take(ByteView nal, Held& picture, Unit& unit);
  Result<std::shared_ptr<const Sequence>> learn_sps(ByteView nal);
  Result<void> learn_pps(ByteView nal);
  Result<void> take_slice(ByteView nal, Held& picture, Unit& unit);
  Result<void> begin_picture(const SliceHeader& slice, Held& picture, Unit& unit);
  void end_picture(const Held& picture);
  void look_for_obstacles(const SliceHeader& slice, const Held& picture);
  void hit(std::string obstacle);

  void place_hold_set(uint32_t sps_id);
  bool sends_hold_set(uint32_t sps_id) const;
  void append_hold_set(uint32_t sps_id, Bytes& unit);
  Bytes delimited(ByteView delimiter) const;
  // What a slice of a picture is to say.
  SliceHeader numbered(SliceHeader slice, const Held& picture) const;
  int64_t written_order(const Held& picture) const;
  Result<void> check_order(int64_t order, const Sequence& sequence) const;

  static constexpr uint32_t kNoIdr = 1 << 16;

  Rate rate_;
  Framing framing_in_;
  Framing framing_;
  std::map<uint32_t, std::shared_ptr<const Sequence>> sequences_;
  std::map<uint32_t, PictureSet> picture_sets_;
  std::map<uint32_t, HoldSet> hold_sets_;  // by the id of their SPS
  std::string obstacle_;

  Held held_;
  PictureOrder order_;
  Bytes early_;                   // came before its picture, by itself
  uint32_t idr_pic_id_ = kNoIdr;  // of the last IDR that was written
  uint32_t frame_num_shift_ = 0;  // what skip pictures took since then
  int64_t order_shift_ = 0;
  int64_t filled_order_ = 0;     // of the last picture that could be held, as the encoder has it
  int64_t earlier_shift_ = 0;    // what the shift was when it came
  int64_t reference_order_ = 0;  // written for the last reference picture
};

}  // namespace talkie
