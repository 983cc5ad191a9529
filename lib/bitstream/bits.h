// SPDX-License-Identifier: LGPL-2.1-or-later
// Bits of an H.264 raw byte sequence payload (RBSP): read, written, and made fit for a NAL unit.
// Sections are those of Rec. ITU-T H.264 (08/2021).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace talkie {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

// A stretch of bits, counted from the first bit of an RBSP.
struct BitRange {
  size_t begin = 0;
  size_t end = 0;
};

// Reads an RBSP from its first bit. Reading past the end, or a code that is none, gives zeros and
// makes ok() false for good, so that a reader of syntax asks once, when it is through.
class BitReader {
 public:
  explicit BitReader(ByteView bytes) : bytes_(bytes) {}

  uint32_t bits(int count);  // u(n), count <= 32
  bool flag() { return bits(1) != 0; }
  uint32_t ue();  // ue(v), section 9.1
  int32_t se();   // se(v), section 9.1.1
  void skip(size_t count);

  [[nodiscard]] size_t position() const { return position_; }
  [[nodiscard]] size_t left() const { return bytes_.size() * 8 - position_; }
  [[nodiscard]] bool aligned() const { return position_ % 8 == 0; }
  [[nodiscard]] bool ok() const { return ok_; }
  // For values that the syntax does not allow.
  void fail() { ok_ = false; }

 private:
  ByteView bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

class BitWriter {
 public:
  void bits(uint32_t value, int count);  // count <= 32
  void flag(bool value) { bits(value, 1); }
  void ue(uint32_t value);
  void se(int32_t value);
  // The bits of `range`, which is inside of `from`.
  void copy(ByteView from, BitRange range);
  // A one and zeros up to a byte's end: rbsp_trailing_bits, section 7.3.2.11.
  void trailing();
  // Ones up to a byte's end: cabac_alignment_one_bit, section 7.3.4.
  void align_with_ones();

  // What was written, whole bytes.
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
  int free_ = 0;  // bits of the last byte that are not written yet
};

// The end of the data of an RBSP, in bits: where rbsp_trailing_bits begin. 0 where there are none.
size_t rbsp_data_end(ByteView rbsp);

// Emulation prevention, section 7.4.1: a NAL unit, header first, as it is sent and as it is meant.
Bytes unescape(ByteView nal);
void append_escaped(ByteView raw, Bytes& to);

}  // namespace talkie
