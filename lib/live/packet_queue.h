// SPDX-License-Identifier: LGPL-2.1-or-later
// The packets that an output has not taken yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"
#include "live/packet.h"

namespace talkie {

bool is_key_unit(const LivePacket& packet);

// Bounded. It begins with a key unit, and whatever is dropped, the packet after it is one. Not
// thread-safe.
class PacketQueue {
 public:
  struct Limits {
    Time time = std::chrono::seconds(10);
    size_t bytes = 64u << 20;
  };
  struct Item {
    LivePacket packet;
    bool after_hole = false;  // packets before it were dropped
  };

  PacketQueue() = default;
  explicit PacketQueue(const Limits& limits) : limits_(limits) {}

  // Where that is too much, the oldest packets go, up to a key unit. Returns how many pictures were
  // dropped.
  int64_t add(const LivePacket& packet);
  std::optional<Item> take();
  // For who connects anew: it gets a picture at once and is as little behind as can be. Returns
  // as add().
  int64_t skip_to_newest_key_unit();

  [[nodiscard]] bool empty() const { return packets_.empty(); }
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] Time length() const;

 private:
  [[nodiscard]] bool is_over() const { return bytes_ > limits_.bytes || length() > limits_.time; }
  int64_t drop_first();  // 1: it was a picture

  Limits limits_;
  std::deque<LivePacket> packets_;
  size_t bytes_ = 0;
  bool wants_key_unit_ = true;  // nothing else can follow
  bool hole_ = false;           // before the first of them
};

}  // namespace talkie
