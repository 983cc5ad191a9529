// SPDX-License-Identifier: LGPL-2.1-or-later
// A segment that is read while it is being encoded: a show does not wait for a scene's last picture
// to send its first one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "render/segment.h"

namespace talkie {

// Thread-safe: one thread adds, any number read.
class GrowingSegment {
 public:
  struct Piece {
    Packet packet;
    std::string bytes;
  };

  // `caps` are the same for every packet of a segment.
  void add(const std::string& caps, const Packet& packet, std::string_view bytes);
  // Nothing more comes. `segment` is the whole of it: what was added, or what a cache had.
  void end(Segment segment);
  void fail(const Error& error);

  [[nodiscard]] bool has_begun() const;  // there is a packet, or an end; not where it failed before
  [[nodiscard]] std::string caps() const;
  // The packet of that number, where it comes within `patience`. Nothing: not yet, or it has ended
  // before (see is_over()).
  Result<std::optional<Piece>> at(size_t index, std::chrono::milliseconds patience) const;
  // Whether there is no packet of that number, and never will be.
  [[nodiscard]] bool is_over(size_t index) const;
  // Whether it has ended, or failed, within `patience`.
  [[nodiscard]] bool wait_for_end(std::chrono::milliseconds patience) const;
  // What was found while it was encoded; complete where it is over.
  [[nodiscard]] Problems problems() const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  Segment segment_;
  std::vector<size_t> offsets_;  // of each packet in the bytes
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace talkie
