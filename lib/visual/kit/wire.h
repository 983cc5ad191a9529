// SPDX-License-Identifier: LGPL-2.1-or-later
// What Talkie and talkie-draw say to each other over a socket: a message is its kind, the length of
// its payload, and the payload. Both run on one machine: numbers are as it has them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace talkie {

enum class KitMessage : uint8_t {
  // to the child
  load = 'L',   // a bundle: name, NUL, its text. No answer
  ask = 'A',    // name of a loaded bundle, NUL, request
  width = 'W',  // a double: the answer to `measure`
  // from the child
  ready = 'R',    // it has started and has given up its rights
  measure = 'M',  // a KitFont, its family, NUL, text
  log = 'G',      // a line for developers
  answer = '=',
  problem = '!',  // instead of an answer: why there is none. The bundle is not loaded any more
};

struct KitHeader {
  KitMessage kind{};
  uint32_t size = 0;
};
inline constexpr size_t kKitHeaderSize = 5;

struct KitFont {
  double px = 0;
  int32_t weight = 400;
  int32_t italic = 0;
};

inline std::string header_bytes(KitHeader header) {
  std::string bytes(kKitHeaderSize, '\0');
  bytes[0] = static_cast<char>(header.kind);
  std::memcpy(&bytes[1], &header.size, sizeof header.size);
  return bytes;
}

inline KitHeader read_header(const char* bytes) {
  KitHeader header{static_cast<KitMessage>(bytes[0]), 0};
  std::memcpy(&header.size, bytes + 1, sizeof header.size);
  return header;
}

// What stands before the first NUL, and what after it.
struct KitPair {
  std::string_view first, second;
};
inline KitPair split_pair(std::string_view payload) {
  const size_t end = payload.find('\0');
  if (end == std::string_view::npos) return {payload, {}};
  return {payload.substr(0, end), payload.substr(end + 1)};
}

// The descriptor of the socket in the child.
inline constexpr int kKitSocket = 3;

}  // namespace talkie
