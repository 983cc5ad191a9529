// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/packet_pipeline.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video-event.h>

#include <utility>

#include "gst/element.h"

namespace talkie {

namespace {

// Packets of each stream that may wait in an appsrc: enough to keep the muxer busy. The rest waits
// where it can be dropped.
constexpr guint64 kMostWaiting = 16;

Result<Owned<GstElement>> parse_chain(const std::string& launch) {
  GstParseContext* context = gst_parse_context_new();
  GError* wrong = nullptr;
  GstElement* made = gst_parse_bin_from_description_full(launch.c_str(), TRUE, context,
                                                         GST_PARSE_FLAG_FATAL_ERRORS, &wrong);
  char** missing = gst_parse_context_get_missing_elements(context);
  Result<Owned<GstElement>> result = Owned<GstElement>::sink(made);
  if (missing && missing[0])
    result = make_element(missing[0]);  // says in which package it is
  else if (!made)
    result = Error{ErrorKind::bad_value, "'" + launch + "' is no piece of a pipeline",
                   wrong ? wrong->message : ""};
  g_strfreev(missing);
  gst_parse_context_free(context);
  g_clear_error(&wrong);
  return result;
}

}  // namespace

Result<std::unique_ptr<PacketPipeline>> PacketPipeline::make(const LiveStreams& streams,
                                                             const Parts& parts, Wake wake) {
  auto made = std::unique_ptr<PacketPipeline>(
      new PacketPipeline(Owned<GstElement>::sink(gst_pipeline_new(nullptr)), std::move(wake)));
  GstBin* bin = GST_BIN(made->pipeline_.get());
  if (parts.mux) {
    gst_bin_add_many(bin, parts.mux.get(), parts.sink.get(), nullptr);
    made->sink_ = parts.sink.get();
    if (!gst_element_link(parts.mux.get(), parts.sink.get()))
      return Error{ErrorKind::unsupported, std::string("'") + GST_ELEMENT_NAME(parts.mux.get()) +
                                               "' does not fit to '" +
                                               GST_ELEMENT_NAME(parts.sink.get()) + "'"};
  }
  if (auto added = made->add_stream(LivePacket::Stream::video, streams.video.get(), parts.video,
                                    parts.mux.get());
      !added)
    return added.error();
  if (auto added = made->add_stream(LivePacket::Stream::sound, streams.sound.get(), parts.sound,
                                    parts.mux.get());
      !added)
    return added.error();
  made->watch();
  return made;
}

PacketPipeline::PacketPipeline(Owned<GstElement> pipeline, Wake wake)
    : pipeline_(std::move(pipeline)), wake_(std::move(wake)) {}

PacketPipeline::~PacketPipeline() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
}

Result<void> PacketPipeline::add_stream(LivePacket::Stream stream, GstCaps* caps,
                                        const std::string& launch, GstElement* mux) {
  auto source = make_element("appsrc");
  if (!source) return source.error();
  auto chain = parse_chain(launch);
  if (!chain) return chain.error();
  g_object_set(source->get(), "format", GST_FORMAT_TIME, "max-bytes", guint64{0}, "caps", caps,
               nullptr);
  GstAppSrcCallbacks callbacks{};
  callbacks.need_data = [](GstAppSrc*, guint, gpointer self) {
    static_cast<PacketPipeline*>(self)->wake_();
  };
  gst_app_src_set_callbacks(GST_APP_SRC(source->get()), &callbacks, this, nullptr);
  (stream == LivePacket::Stream::video ? video_ : sound_) = source->get();
  gst_bin_add_many(GST_BIN(pipeline_.get()), source->get(), chain->get(), nullptr);
  if (!gst_element_link(source->get(), chain->get()) ||
      (mux && !gst_element_link(chain->get(), mux)))
    return Error{ErrorKind::unsupported,
                 "'" + launch + "' does not fit to what comes before or after it"};
  return {};
}

void PacketPipeline::watch() {
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), on_message, this, nullptr);
  if (!sink_) return;
  const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(sink_, "sink"));
  constexpr int kBuffers = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST;
  gst_pad_add_probe(pad.get(), static_cast<GstPadProbeType>(kBuffers), on_sink, this, nullptr);
}

Result<void> PacketPipeline::play() {
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
    return {};
  return error().value_or(Error{ErrorKind::failed, "it does not start"});
}

void PacketPipeline::push(const LivePacket& packet, bool after_hole) {
  if (GST_BUFFER_PTS(packet.buffer.get()) < origin_) return;
  GstBuffer* buffer = gst_buffer_copy(packet.buffer.get());
  GST_BUFFER_PTS(buffer) -= origin_;
  GST_BUFFER_DTS(buffer) = GST_BUFFER_PTS(buffer);  // nothing is decoded out of turn
  if (after_hole)
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  else
    GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_DISCONT);
  GstElement* source = packet.stream == LivePacket::Stream::video ? video_ : sound_;
  gst_app_src_push_buffer(GST_APP_SRC(source), buffer);  // where that fails, error() says why
}

void PacketPipeline::mark_key_unit(GstClockTime time, unsigned number) {
  gst_element_send_event(video_, gst_video_event_new_downstream_force_key_unit(
                                     time, time, time, /*all_headers=*/TRUE, number));
}

void PacketPipeline::end() {
  gst_app_src_end_of_stream(GST_APP_SRC(video_));
  gst_app_src_end_of_stream(GST_APP_SRC(sound_));
}

// A muxer that waits for one stream takes all that there is of the other, so of both only what is
// slow leaves packets.
bool PacketPipeline::is_full() const {
  return gst_app_src_get_current_level_buffers(GST_APP_SRC(video_)) >= kMostWaiting &&
         gst_app_src_get_current_level_buffers(GST_APP_SRC(sound_)) >= kMostWaiting;
}

std::optional<Error> PacketPipeline::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

void PacketPipeline::on_buffer(GstBuffer* buffer) {
  bytes_ += gst_buffer_get_size(buffer);
  if (!GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_HEADER) && ++media_buffers_ == 2) wake_();
}

GstPadProbeReturn PacketPipeline::on_sink(GstPad*, GstPadProbeInfo* info, gpointer self) {
  auto* const pipeline = static_cast<PacketPipeline*>(self);
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
    pipeline->on_buffer(gst_pad_probe_info_get_buffer(info));
    return GST_PAD_PROBE_OK;
  }
  GstBufferList* list = gst_pad_probe_info_get_buffer_list(info);
  for (guint i = 0; i < gst_buffer_list_length(list); ++i)
    pipeline->on_buffer(gst_buffer_list_get(list, i));
  return GST_PAD_PROBE_OK;
}

// On whichever thread posts the message. Nothing is left on the bus, where nobody would take it.
GstBusSyncReply PacketPipeline::on_message(GstBus*, GstMessage* message, gpointer self) {
  auto* const pipeline = static_cast<PacketPipeline*>(self);
  const GstMessageType type = GST_MESSAGE_TYPE(message);
  if (type == GST_MESSAGE_ERROR) {
    const std::lock_guard lock(pipeline->mutex_);
    if (!pipeline->error_) pipeline->error_ = error_from_message(message);
  } else if (type == GST_MESSAGE_EOS) {
    pipeline->ended_ = true;
  }
  gst_message_unref(message);
  if (type == GST_MESSAGE_ERROR || type == GST_MESSAGE_EOS) pipeline->wake_();
  return GST_BUS_DROP;
}

}  // namespace talkie
