// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bitstream/bits.h"

#include <algorithm>
#include <bit>

namespace talkie {

uint32_t BitReader::bits(int count) {
  if (static_cast<size_t>(count) > left()) ok_ = false;
  if (!ok_) return 0;
  uint64_t value = 0;
  int wanted = count;
  while (wanted > 0) {
    const int used = static_cast<int>(position_ % 8);
    const int here = std::min(8 - used, wanted);
    const uint32_t byte = bytes_[position_ / 8];
    value = value << here | (byte >> (8 - used - here) & ((1U << here) - 1));
    position_ += static_cast<size_t>(here);
    wanted -= here;
  }
  return static_cast<uint32_t>(value);
}

uint32_t BitReader::ue() {
  int zeros = 0;
  while (ok_ && !flag())
    if (++zeros > 31) ok_ = false;
  if (!ok_) return 0;
  return (1U << zeros) - 1 + bits(zeros);
}

int32_t BitReader::se() {
  const uint32_t code = ue();
  const auto half = static_cast<int32_t>(code / 2);
  return code % 2 ? half + 1 : -half;
}

void BitReader::skip(size_t count) {
  if (count > left()) ok_ = false;
  if (ok_) position_ += count;
}

void BitWriter::bits(uint32_t value, int count) {
  while (count > 0) {
    if (free_ == 0) {
      bytes_.push_back(0);
      free_ = 8;
    }
    const int here = std::min(free_, count);
    const uint32_t part = value >> (count - here) & ((1U << here) - 1);
    bytes_.back() = static_cast<uint8_t>(bytes_.back() | part << (free_ - here));
    free_ -= here;
    count -= here;
  }
}

void BitWriter::ue(uint32_t value) {
  const uint64_t code = uint64_t{value} + 1;
  const int length = std::bit_width(code);
  bits(0, length - 1);
  if (length > 32) bits(1, 1);
  bits(static_cast<uint32_t>(code), std::min(length, 32));
}

void BitWriter::se(int32_t value) {
  const int64_t wide = value;
  ue(static_cast<uint32_t>(wide > 0 ? 2 * wide - 1 : -2 * wide));
}

void BitWriter::copy(ByteView from, BitRange range) {
  BitReader reader(from);
  reader.skip(range.begin);
  size_t left = range.end - range.begin;
  // Up to a byte's end here, so that what follows is whole bytes there.
  const auto first = std::min(left, static_cast<size_t>(free_));
  bits(reader.bits(static_cast<int>(first)), static_cast<int>(first));
  left -= first;
  bytes_.reserve(bytes_.size() + left / 8 + 1);
  if (reader.aligned()) {
    const auto whole = from.subspan(reader.position() / 8, left / 8);
    bytes_.insert(bytes_.end(), whole.begin(), whole.end());
    reader.skip(whole.size() * 8);
  } else {
    const size_t shift = reader.position() % 8;
    for (size_t at = reader.position() / 8, end = at + left / 8; at < end; ++at)
      bytes_.push_back(static_cast<uint8_t>(from[at] << shift | from[at + 1] >> (8 - shift)));
    reader.skip(left / 8 * 8);
  }
  bits(reader.bits(static_cast<int>(left % 8)), static_cast<int>(left % 8));
}

void BitWriter::trailing() {
  flag(true);
  free_ = 0;
}

void BitWriter::align_with_ones() {
  bits(0xff, free_);
}

size_t rbsp_data_end(ByteView rbsp) {
  // Zero bytes behind the stop bit are cabac_zero_words, section 7.3.2.10.
  size_t size = rbsp.size();
  while (size > 0 && rbsp[size - 1] == 0)
    --size;
  if (size == 0) return 0;
  return size * 8 - 1 - static_cast<size_t>(std::countr_zero(rbsp[size - 1]));
}

Bytes unescape(ByteView nal) {
  Bytes raw;
  raw.reserve(nal.size());
  int zeros = 0;
  for (const uint8_t byte : nal) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    raw.push_back(byte);
  }
  return raw;
}

void append_escaped(ByteView raw, Bytes& to) {
  to.reserve(to.size() + raw.size() + raw.size() / 64 + 4);
  int zeros = 0;
  for (const uint8_t byte : raw) {
    if (zeros >= 2 && byte <= 3) {
      to.push_back(3);
      zeros = 0;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    to.push_back(byte);
  }
  if (zeros >= 2) to.push_back(3);  // cabac_zero_words at the end
}

}  // namespace talkie
