// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/growing_segment.h"

#include <utility>

namespace talkie {

void GrowingSegment::add(const std::string& caps, const Packet& packet, std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  segment_.caps = caps;
  segment_.packets.push_back(packet);
  offsets_.push_back(segment_.bytes.size());
  segment_.bytes += bytes;
  changed_.notify_all();
}

void GrowingSegment::end(Segment segment) {
  const std::scoped_lock lock(mutex_);
  segment_ = std::move(segment);
  offsets_.clear();
  size_t offset = 0;
  for (const Packet& packet : segment_.packets) {
    offsets_.push_back(offset);
    offset += packet.bytes;
  }
  ended_ = true;
  changed_.notify_all();
}

void GrowingSegment::fail(const Error& error) {
  const std::scoped_lock lock(mutex_);
  error_ = error;
  changed_.notify_all();
}

bool GrowingSegment::has_begun() const {
  const std::scoped_lock lock(mutex_);
  return !segment_.packets.empty() || ended_;
}

std::string GrowingSegment::caps() const {
  const std::scoped_lock lock(mutex_);
  return segment_.caps;
}

Result<std::optional<GrowingSegment::Piece>> GrowingSegment::at(
    size_t index, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience,
                    [&] { return index < segment_.packets.size() || ended_ || error_; });
  if (index < segment_.packets.size()) {
    const Packet& packet = segment_.packets[index];
    return std::optional(Piece{packet, segment_.bytes.substr(offsets_[index], packet.bytes)});
  }
  if (error_) return *error_;
  return std::optional<Piece>();
}

bool GrowingSegment::is_over(size_t index) const {
  const std::scoped_lock lock(mutex_);
  return ended_ && index >= segment_.packets.size();
}

bool GrowingSegment::wait_for_end(std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return ended_ || error_; });
}

Problems GrowingSegment::problems() const {
  const std::scoped_lock lock(mutex_);
  return segment_.problems;
}

}  // namespace talkie
