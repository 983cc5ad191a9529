// SPDX-License-Identifier: LGPL-2.1-or-later
// Ogg (RFC 3533): serial numbers are counted, and so are each stream's pages, of which there may be
// more now than there were; every page's checksum follows.
#include <array>
#include <map>

#include "render/file_bytes.h"

namespace talkie {

namespace {

constexpr uint64_t kHeaderBytes = 27;
constexpr uint64_t kSerialAt = 14;
constexpr uint64_t kPageNumberAt = 18;
constexpr uint64_t kChecksumAt = 22;
constexpr uint64_t kSegmentsAt = 26;

// CRC-32 with the polynomial 0x04c11db7, not reflected, initial value 0 (RFC 3533 section 6).
uint32_t checksum(const std::string& page) {
  static const auto table = [] {
    std::array<uint32_t, 256> entries{};
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t value = i << 24;
      for (int bit = 0; bit < 8; ++bit)
        value = value << 1 ^ (value >> 31 ? 0x04c11db7u : 0u);
      entries[i] = value;
    }
    return entries;
  }();
  uint32_t sum = 0;
  for (const char c : page)
    sum = sum << 8 ^ table[sum >> 24 ^ static_cast<unsigned char>(c)];
  return sum;
}

void put_little_endian(std::string& bytes, uint64_t offset, uint32_t value) {
  for (uint64_t i = 0; i < 4; ++i, value >>= 8)
    bytes[offset + i] = static_cast<char>(value & 0xff);
}

Error damaged() {
  return Error{ErrorKind::failed, "the encoded file is damaged", "Ogg page"};
}

}  // namespace

Result<void> finish_ogg(FileBytes& file) {
  struct Stream {
    uint32_t serial = 0;
    uint32_t pages = 0;
  };
  std::map<std::string, Stream> streams;  // by the serial number that was drawn
  for (uint64_t at = 0; at < file.size();) {
    const auto head = file.read(at, kHeaderBytes);
    if (!head) return head.error();
    if (!head->starts_with("OggS")) return damaged();
    const auto segments = static_cast<unsigned char>((*head)[kSegmentsAt]);
    const auto table = file.read(at + kHeaderBytes, segments);
    if (!table) return table.error();
    uint64_t size = kHeaderBytes + segments;
    for (const char length : *table)
      size += static_cast<unsigned char>(length);
    auto page = file.read(at, size);
    if (!page) return page.error();

    const Stream fresh{static_cast<uint32_t>(streams.size() + 1), 0};
    Stream& stream = streams.try_emplace(page->substr(kSerialAt, 4), fresh).first->second;
    put_little_endian(*page, kSerialAt, stream.serial);
    put_little_endian(*page, kPageNumberAt, stream.pages++);
    put_little_endian(*page, kChecksumAt, 0);
    put_little_endian(*page, kChecksumAt, checksum(*page));
    if (auto written = file.write(at, *page); !written) return written;
    at += size;
  }
  return {};
}

}  // namespace talkie
