// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/packet_queue.h"

#include <algorithm>
#include <utility>

namespace talkie {

bool is_key_unit(const LivePacket& packet) {
  return packet.stream == LivePacket::Stream::video &&
         !GST_BUFFER_FLAG_IS_SET(packet.buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
}

int64_t PacketQueue::add(const LivePacket& packet) {
  if (wants_key_unit_ && !is_key_unit(packet))
    return packet.stream == LivePacket::Stream::video ? 1 : 0;
  wants_key_unit_ = false;
  packets_.push_back(packet);
  bytes_ += gst_buffer_get_size(packet.buffer.get());

  int64_t dropped = 0;
  while (!packets_.empty() && is_over()) {
    do
      dropped += drop_first();
    while (!packets_.empty() && !is_key_unit(packets_.front()));
  }
  wants_key_unit_ = packets_.empty();
  return dropped;
}

std::optional<PacketQueue::Item> PacketQueue::take() {
  if (packets_.empty()) return {};
  Item item{std::move(packets_.front()), std::exchange(hole_, false)};
  packets_.pop_front();
  bytes_ -= gst_buffer_get_size(item.packet.buffer.get());
  return item;
}

int64_t PacketQueue::skip_to_newest_key_unit() {
  const auto newest = std::find_if(packets_.rbegin(), packets_.rend(), is_key_unit);
  const auto keep = newest == packets_.rend() ? 0 : newest - packets_.rbegin() + 1;
  int64_t dropped = 0;
  while (std::ssize(packets_) > keep)
    dropped += drop_first();
  wants_key_unit_ = packets_.empty();
  hole_ = true;
  return dropped;
}

Time PacketQueue::length() const {
  if (packets_.empty()) return {};
  const GstBuffer* first = packets_.front().buffer.get();
  const GstBuffer* last = packets_.back().buffer.get();
  return Time{static_cast<int64_t>(GST_BUFFER_PTS(last)) -
              static_cast<int64_t>(GST_BUFFER_PTS(first))};
}

int64_t PacketQueue::drop_first() {
  const LivePacket& first = packets_.front();
  const int64_t pictures = first.stream == LivePacket::Stream::video ? 1 : 0;
  bytes_ -= gst_buffer_get_size(first.buffer.get());
  packets_.pop_front();
  hole_ = true;
  return pictures;
}

}  // namespace talkie
