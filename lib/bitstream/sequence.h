// SPDX-License-Identifier: LGPL-2.1-or-later
// What a sequence parameter set means for hold filling: whether it can be done, in which of two
// ways, and the parameter set that is sent instead.
#pragma once

#include <string>

#include "bitstream/slice_header.h"

namespace talkie {

// With one reference frame, skip pictures are references: each takes the place of the one before,
// which it equals, and later frame_nums make room. With several they would push out the encoder's
// references, so they are none; then the order of pictures has to be written down, as type 2 of it
// forbids two pictures in a row that are not references (section 8.2.1.3).
struct Sequence {
  Sps original;
  Sps written;
  Bytes nal;  // `written`, ready to send
  bool skips_are_references = true;
  std::string obstacle;  // what cannot be filled; empty where all can, and else nothing changes
};
// `rate` is that of the filled stream.
Sequence make_sequence(Sps sps, Rate rate);

// The picture order count of the encoder's frames, section 8.2.1, for the types 0 and 2.
class PictureOrder {
 public:
  // For the first slice of each picture, in decoding order.
  int64_t next(const SliceHeader& slice, const Sps& sps, bool idr, int ref_idc);

 private:
  int64_t msb_ = 0;  // of the last reference picture
  int64_t lsb_ = 0;
  int64_t frame_num_offset_ = 0;
  int64_t frame_num_ = 0;
};

}  // namespace talkie
