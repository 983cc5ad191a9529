// SPDX-License-Identifier: LGPL-2.1-or-later
// A piece of an encoded stream: what a cache keeps and a muxer is fed with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/cache.h"
#include "base/error.h"

namespace talkie {

// Times are in steps of the stream, from the segment's beginning: video frames or audio samples.
// Nothing is decoded in another order than it is shown.
struct Packet {
  int64_t start = 0;
  int64_t length = 0;
  uint32_t bytes = 0;
  uint32_t key_unit = 0;  // 1: decodable by itself
};

struct Segment {
  std::string caps;             // GStreamer's, of every packet
  std::vector<Packet> packets;  // in order
  std::string bytes;            // theirs, one after the other
  Problems problems;            // what was found while it was made
};

// `first_line`: of the scene, in the script; a kept segment's problems stay beside their scene when
// the script around it changes.
CacheEntry to_entry(const Segment& segment, int first_line);
std::optional<Segment> segment_from_entry(const CacheEntry& entry, const Place& scene);

std::string problems_to_json(const Problems& problems, int first_line);
std::optional<Problems> problems_from_json(const std::string& json, const Place& scene);

}  // namespace talkie
