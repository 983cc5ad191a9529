// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bitstream/nal.h"

#include <algorithm>
#include <string>

namespace talkie {

namespace {

constexpr size_t kMaxConfigSps = 31;

// The offset of the next 00 00 01 at or after `from`, or the size.
size_t find_start_code(ByteView bytes, size_t from) {
  for (size_t at = from; at + 3 <= bytes.size();) {
    if (bytes[at + 2] > 1)
      at += 3;
    else if (bytes[at + 2] == 0)
      at += 1;
    else if (bytes[at] == 0 && bytes[at + 1] == 0)
      return at;
    else
      at += 3;
  }
  return bytes.size();
}

// Annex B. A NAL unit does not end with a zero: zeros there belong to the next start code.
Result<std::vector<ByteView>> split_start_codes(ByteView bytes) {
  std::vector<ByteView> nals;
  size_t code = find_start_code(bytes, 0);
  if (std::any_of(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(code),
                  [](uint8_t byte) { return byte != 0; }))
    return Error{ErrorKind::syntax, "H.264: an access unit does not begin with a start code"};
  while (code < bytes.size()) {
    const size_t begin = code + 3;
    code = find_start_code(bytes, begin);
    size_t end = code;
    while (end > begin && bytes[end - 1] == 0)
      --end;
    if (end > begin) nals.push_back(bytes.subspan(begin, end - begin));
  }
  return nals;
}

Result<std::vector<ByteView>> split_lengths(ByteView bytes, int length_bytes) {
  std::vector<ByteView> nals;
  const auto width = static_cast<size_t>(length_bytes);
  while (!bytes.empty()) {
    size_t length = 0;
    const size_t header = std::min(width, bytes.size());
    for (const uint8_t byte : bytes.first(header))
      length = length << 8 | byte;
    if (header < width || length > bytes.size() - width)
      return Error{ErrorKind::syntax, "H.264: a NAL unit is longer than its access unit"};
    if (length > 0) nals.push_back(bytes.subspan(width, length));
    bytes = bytes.subspan(width + length);
  }
  return nals;
}

// Reads the fields of an avcC box; what is not there makes ok() false.
class RecordReader {
 public:
  explicit RecordReader(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes(size_t count) {
    if (count > bytes_.size()) ok_ = false;
    if (!ok_) return {};
    const ByteView taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }
  uint8_t byte() {
    const ByteView one = bytes(1);
    return one.empty() ? 0 : one[0];
  }
  std::vector<Bytes> sets(int count) {
    std::vector<Bytes> sets;
    for (int i = 0; i < count && ok_; ++i) {
      const size_t high = byte();
      const ByteView set = bytes(high << 8 | byte());
      if (!set.empty()) sets.emplace_back(set.begin(), set.end());
    }
    return sets;
  }
  [[nodiscard]] ByteView rest() const { return bytes_; }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  ByteView bytes_;
  bool ok_ = true;
};

void append_sets(const std::vector<Bytes>& sets, Bytes& to) {
  for (const Bytes& set : sets) {
    to.push_back(static_cast<uint8_t>(set.size() >> 8));
    to.push_back(static_cast<uint8_t>(set.size()));
    to.insert(to.end(), set.begin(), set.end());
  }
}

}  // namespace

Result<std::vector<ByteView>> split_nals(ByteView access_unit, Framing framing) {
  return framing.length_bytes == 0 ? split_start_codes(access_unit)
                                   : split_lengths(access_unit, framing.length_bytes);
}

void append_nal(ByteView nal, Framing framing, Bytes& access_unit) {
  if (framing.length_bytes == 0) {
    // zero_byte stands before parameter sets and at the start, section B.1.2.
    const NalType type = nal_type(nal);
    if (access_unit.empty() || type == NalType::sps || type == NalType::pps)
      access_unit.push_back(0);
    access_unit.insert(access_unit.end(), {0, 0, 1});
  } else {
    for (const int shift : {24, 16, 8, 0})
      access_unit.push_back(static_cast<uint8_t>(nal.size() >> shift));
  }
  access_unit.insert(access_unit.end(), nal.begin(), nal.end());
}

Result<AvcConfig> parse_avc_config(ByteView record) {
  RecordReader reader(record);
  const uint8_t version = reader.byte();
  reader.bytes(3);  // profile and level: an SPS says them again
  AvcConfig config;
  config.framing.length_bytes = (reader.byte() & 3) + 1;
  config.sps = reader.sets(reader.byte() & 0x1f);
  config.pps = reader.sets(reader.byte());
  config.rest.assign(reader.rest().begin(), reader.rest().end());
  if (!reader.ok() || version != 1 || config.framing.length_bytes == 3)
    return Error{ErrorKind::syntax, "H.264: codec_data is no avcC record"};
  return config;
}

Bytes write_avc_config(const AvcConfig& config) {
  Bytes record{1, 0, 0, 0, 0xfc | 3};
  if (!config.sps.empty() && config.sps[0].size() >= 4)
    std::copy_n(config.sps[0].begin() + 1, 3, record.begin() + 1);
  record.push_back(static_cast<uint8_t>(0xe0 | std::min(config.sps.size(), kMaxConfigSps)));
  append_sets(config.sps, record);
  record.push_back(static_cast<uint8_t>(config.pps.size()));
  append_sets(config.pps, record);
  record.insert(record.end(), config.rest.begin(), config.rest.end());
  return record;
}

}  // namespace talkie
