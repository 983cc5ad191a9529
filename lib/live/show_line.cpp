// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/show_line.h"

#include <algorithm>
#include <string>
#include <utility>

#include "speech/narrator.h"

namespace talkie {

namespace {

// How early it has to be known what comes next: its sound may begin a packet before its picture.
constexpr int kPacketsBefore = 3;

Owned<GstBuffer> buffer_of(std::string_view bytes, Time start, Time end) {
  GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
  GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = static_cast<GstClockTime>(start.count());
  GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>((end - start).count());
  return Owned<GstBuffer>::adopt(buffer);
}

int64_t divide_to_nearest(int64_t value, int64_t by) {
  return (value >= 0 ? value + by / 2 : value - by / 2) / by;
}

}  // namespace

Stretch stretch_of(std::shared_ptr<const ShowScene> scene, int packet) {
  const MadeScene& made = scene->made;
  Stretch stretch;
  stretch.video = made.growing;
  stretch.frames = made.frames;
  stretch.sound = std::shared_ptr<const Segment>(scene, &made.sound);
  stretch.sound_offset =
      made.first_packet * packet - sample_at(made.first_frame, scene->script->film.frame_rate);
  stretch.first_packet = made.first_packet;
  stretch.joins = scene->joins;
  stretch.scene = std::move(scene);
  return stretch;
}

std::optional<Stretch> rest_of(const Stretch& whole, int64_t frame) {
  Stretch rest = whole;
  for (size_t i = whole.first_video;; ++i) {
    const auto piece = whole.video->at(i, {});
    if (!piece || !*piece || (*piece)->packet.start > frame) break;
    if (!(*piece)->packet.key_unit) continue;
    rest.first_video = i;
    rest.first_frame = (*piece)->packet.start;
  }
  const int64_t skipped = rest.first_frame - whole.first_frame;
  rest.frames -= skipped;
  rest.sound_offset -= sample_at(skipped, whole.scene->script->film.frame_rate);
  rest.joins = false;
  return rest.frames > 0 ? std::optional(rest) : std::nullopt;
}

ShowLine::ShowLine(LineFormat format)
    : format_(std::move(format)),
      // What the encoder puts in front would be before the beginning.
      packet_((format_.priming + format_.packet - 1) / format_.packet) {}

Time ShowLine::time_of_packet(int64_t packet) const {
  return time_of(packet * format_.packet - format_.priming, Rate{kSampleRate, 1});
}

int64_t ShowLine::line_packet(const Stretch& stretch, int64_t start) const {
  const Laid* last = !on_.empty() ? &on_.back() : before_ ? &*before_ : nullptr;
  if (stretch.joins && last && last->what.scene)
    return last->first_packet + stretch.first_packet - last->what.first_packet;
  return divide_to_nearest(sample_at(start, rate()) + stretch.sound_offset, format_.packet);
}

void ShowLine::add(Stretch stretch) {
  Laid laid;
  laid.start = on_.empty() ? frame_ : on_.back().end();
  laid.first_packet = line_packet(stretch, laid.start);
  laid.next_video = stretch.first_video;
  laid.what = std::move(stretch);
  on_.push_back(std::move(laid));
  finished_ = false;
}

std::vector<Stretch> ShowLine::cut() {
  if (on_.empty()) return {};
  before_ = std::move(on_.front());
  before_->what.sound = nullptr;
  before_->what.scene = nullptr;
  before_->what.frames = frame_ - before_->start;
  on_.pop_front();
  std::vector<Stretch> dropped;
  for (Laid& laid : std::exchange(on_, {}))
    dropped.push_back(std::move(laid.what));
  return dropped;
}

void ShowLine::drop_over() {
  while (!on_.empty() && frame_ >= on_.front().end() && (on_.size() > 1 || finished_)) {
    before_ = std::move(on_.front());
    on_.pop_front();
  }
}

bool ShowLine::has_pictures() const {
  return !on_.empty() && frame_ < on_.back().end();
}

int64_t ShowLine::frame_of_stretch() const {
  return on_.empty() ? 0 : frame_ - on_.front().start + on_.front().what.first_frame;
}

// Whether it is decided what is heard in the next packet.
bool ShowLine::knows_sound() const {
  if (finished_)
    return time_of_packet(packet_) < time_of_frame(on_.empty() ? frame_ : on_.back().end());
  return !on_.empty() && time_of_packet(packet_ + kPacketsBefore) < time_of_frame(on_.back().end());
}

bool ShowLine::needs_more() const {
  if (finished_) return false;
  return on_.empty() || !has_pictures() || !knows_sound();
}

bool ShowLine::is_over() const {
  return finished_ && !has_pictures() && !knows_sound();
}

Time ShowLine::next_time() const {
  const Time picture = time_of_frame(frame_);
  return knows_sound() ? std::min(picture, time_of_packet(packet_)) : picture;
}

Result<std::optional<LivePacket>> ShowLine::next() {
  drop_over();
  const bool sound_first = time_of_packet(packet_) < time_of_frame(frame_);
  if (knows_sound() && (sound_first || !has_pictures())) return std::optional(next_sound());
  if (!has_pictures()) return std::optional<LivePacket>();
  return next_picture();
}

Result<std::optional<LivePacket>> ShowLine::next_picture() {
  const auto laid = std::ranges::find_if(on_, [&](const Laid& one) { return frame_ < one.end(); });
  auto piece = laid->what.video->at(laid->next_video, {});
  if (!piece) return piece.error();
  if (!*piece && !laid->what.video->is_over(laid->next_video)) return std::optional<LivePacket>();
  if (!*piece)
    return Error{ErrorKind::failed,
                 "a scene's video is shorter than its sound",
                 {},
                 laid->what.scene ? laid->what.scene->scene().where : Place{}};
  const Packet& packet = (*piece)->packet;
  const int64_t end =
      packet.start + std::max<int64_t>(packet.length, 1) - laid->what.first_frame + laid->start;
  auto buffer = buffer_of((*piece)->bytes, time_of_frame(frame_), time_of_frame(end));
  if (!packet.key_unit) GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
  if (laid->next_video == laid->what.first_video && laid->what.jump)
    GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DISCONT);
  ++laid->next_video;
  frame_ = end;
  return std::optional(LivePacket{LivePacket::Stream::video, std::move(buffer)});
}

// Of the stretch that began last by then; what has no packet for it is silent.
LivePacket ShowLine::next_sound() {
  Laid* heard = before_ ? &*before_ : nullptr;
  for (Laid& laid : on_)
    if (laid.first_packet <= packet_) heard = &laid;
  std::string_view bytes = format_.silence.bytes;
  if (heard && heard->what.sound && packet_ >= heard->first_packet) {
    const auto& packets = heard->what.sound->packets;
    const auto index = static_cast<size_t>(packet_ - heard->first_packet);
    for (; heard->heard < std::min(index, packets.size()); ++heard->heard)
      heard->heard_bytes += packets[heard->heard].bytes;
    if (index < packets.size())
      bytes = std::string_view(heard->what.sound->bytes)
                  .substr(heard->heard_bytes, packets[index].bytes);
  }
  auto buffer = buffer_of(bytes, time_of_packet(packet_), time_of_packet(packet_ + 1));
  ++packet_;
  return {LivePacket::Stream::sound, std::move(buffer)};
}

}  // namespace talkie
