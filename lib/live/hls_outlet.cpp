// SPDX-License-Identifier: LGPL-2.1-or-later
// Into a folder, for any web server: MPEG-TS in segments, and their playlist.
//
// One muxer makes the whole show, so that its counters go on from segment to segment. It is told
// where one begins by an event, for which it writes its tables anew and which it passes on.
#include <gst/video/video-event.h>

#include <deque>
#include <mutex>
#include <utility>

#include "gst/element.h"
#include "live/hls_folder.h"
#include "live/hls_playlist.h"
#include "live/outlet.h"
#include "render/preset.h"

namespace talkie {

namespace {

Time time_of_buffer(GstClockTime time) {
  return Time{static_cast<int64_t>(GST_CLOCK_TIME_IS_VALID(time) ? time : 0)};
}

class HlsOutlet final : public Outlet {
 public:
  HlsOutlet(LiveTarget target, Time key_interval, OutputLog& log)
      : target_(std::move(target)), cutter_(target_.segment, key_interval), log_(log) {}

  Result<void> prepare() override {
    auto folder = HlsFolder::open(target_.where, cutter_.target_seconds(), target_.window);
    if (!folder) return folder.error();
    folder_ = std::move(*folder);
    return {};
  }

  Result<PacketPipeline::Parts> parts() override {
    auto mux = make_live_mux("hls");
    if (!mux) return mux.error();
    auto sink = make_element("fakesink");
    if (!sink) return sink.error();
    g_object_set(sink->get(), "sync", FALSE, "async", FALSE, nullptr);
    const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(sink->get(), "sink"));
    constexpr int kAll = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST |
                         GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM;
    gst_pad_add_probe(pad.get(), static_cast<GstPadProbeType>(kAll), on_sink, this, nullptr);
    return PacketPipeline::Parts{"h264parse config-interval=-1", "aacparse", std::move(*mux),
                                 std::move(*sink)};
  }

  void before(PacketPipeline& pipeline, const PacketQueue::Item& item) override;
  Result<void> close() override;
  [[nodiscard]] uint64_t sent(const PacketPipeline&) const override {
    const std::lock_guard lock(mutex_);
    return written_;
  }
  [[nodiscard]] Nature nature() const override { return {.logs_itself = true}; }

 private:
  static GstPadProbeReturn on_sink(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  void on_event(GstEvent* event);
  void take(GstBuffer* buffer);
  void finish_segment(const HlsCutter::Part& part);

  const LiveTarget target_;
  HlsCutter cutter_;  // the output's thread's
  unsigned cuts_ = 0;
  OutputLog& log_;

  // The muxer's thread's, and the output's when that is gone.
  std::optional<HlsFolder> folder_;
  std::string segment_;
  bool is_written_ = false;  // the last one was, and the log knows

  mutable std::mutex mutex_;           // guards what follows
  std::deque<HlsCutter::Part> parts_;  // whose end the muxer has not come to yet
  uint64_t written_ = 0;
};

void HlsOutlet::before(PacketPipeline& pipeline, const PacketQueue::Item& item) {
  if (item.packet.stream != LivePacket::Stream::video) return;
  const GstBuffer* buffer = item.packet.buffer.get();
  const bool jumps = item.after_hole || GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  const auto part =
      cutter_.add(time_of_buffer(GST_BUFFER_PTS(buffer)),
                  time_of_buffer(GST_BUFFER_DURATION(buffer)), is_key_unit(item.packet), jumps);
  if (!part) return;
  {
    const std::lock_guard lock(mutex_);
    parts_.push_back(*part);
  }
  pipeline.mark_key_unit(GST_BUFFER_PTS(buffer), ++cuts_);
}

GstPadProbeReturn HlsOutlet::on_sink(GstPad*, GstPadProbeInfo* info, gpointer self) {
  auto* const outlet = static_cast<HlsOutlet*>(self);
  const GstPadProbeType type = GST_PAD_PROBE_INFO_TYPE(info);
  if ((type & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
    outlet->take(gst_pad_probe_info_get_buffer(info));
  } else if ((type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
    GstBufferList* list = gst_pad_probe_info_get_buffer_list(info);
    for (guint i = 0; i < gst_buffer_list_length(list); ++i)
      outlet->take(gst_buffer_list_get(list, i));
  } else {
    outlet->on_event(gst_pad_probe_info_get_event(info));
  }
  return GST_PAD_PROBE_OK;
}

void HlsOutlet::take(GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
  segment_.append(reinterpret_cast<const char*>(map.data), map.size);
  gst_buffer_unmap(buffer, &map);
}

void HlsOutlet::on_event(GstEvent* event) {
  if (!gst_video_event_is_force_key_unit(event)) return;
  HlsCutter::Part part;
  {
    const std::lock_guard lock(mutex_);
    if (parts_.empty()) return;
    part = parts_.front();
    parts_.pop_front();
  }
  finish_segment(part);
}

// A full disk is waited for: there may be room again, as old segments go.
void HlsOutlet::finish_segment(const HlsCutter::Part& part) {
  const auto added = folder_->add(segment_, part.length(), part.discontinuity);
  segment_.clear();
  if (!added) {
    is_written_ = false;
    log_.lost(added.error());
    return;
  }
  if (!std::exchange(is_written_, true)) log_.connected("its playlist can be played");
  const std::lock_guard lock(mutex_);
  written_ = folder_->bytes();
}

Result<void> HlsOutlet::close() {
  const bool is_all = parts_.empty();
  if (const auto last = cutter_.end(); last && is_all) finish_segment(*last);
  if (auto ended = folder_->end(); !ended) return ended;
  if (!is_all) return Error{ErrorKind::failed, "the last segments could not be written in time"};
  return {};
}

}  // namespace

Result<std::unique_ptr<Outlet>> make_hls_outlet(const LiveTarget& target, OutputLog& log) {
  const auto preset = find_preset("hls");
  if (!preset) return preset.error();
  std::unique_ptr<Outlet> outlet = std::make_unique<HlsOutlet>(target, preset->key_interval, log);
  if (auto parts = outlet->parts(); !parts) return parts.error();
  return outlet;
}

}  // namespace talkie
