// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/encoder.h"

#include <gst/video/video.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "gst/element.h"
#include "render/chains.h"
#include "render/keys.h"

namespace talkie {

namespace {

// An encoder has seconds of work in hand at the most; much longer is a fault.
constexpr auto kPatience = std::chrono::seconds(120);

}  // namespace

struct Encoder::Output {
  std::mutex mutex;
  std::condition_variable ended_changed;
  bool ended = false;
  GstSegment segment = {};  // some encoders shift their times, and say so here
  std::string caps;
  struct Piece {
    GstClockTime start = GST_CLOCK_TIME_NONE;
    GstClockTime duration = GST_CLOCK_TIME_NONE;
    size_t bytes = 0;
    bool key_unit = false;
  };
  std::vector<Piece> pieces;
  std::string bytes;
  bool changed_caps = false;
  Rate rate;
  Listener listener;

  static Packet packet_of(const Piece& piece, Rate rate) {
    Packet packet;
    packet.start = nearest(Time(GST_CLOCK_TIME_IS_VALID(piece.start) ? piece.start : 0), rate);
    if (GST_CLOCK_TIME_IS_VALID(piece.duration))
      packet.length = nearest(Time(piece.start + piece.duration), rate) - packet.start;
    packet.bytes = static_cast<uint32_t>(piece.bytes);
    packet.key_unit = piece.key_unit ? 1 : 0;
    return packet;
  }
};

PresetChain with_zones(PresetChain chain, const std::vector<BufferRange>& moving) {
  constexpr std::string_view kPlace = "{zones}";
  std::string zones;
  for (const BufferRange& range : moving)
    zones += (zones.empty() ? ":zones=" : "/") + std::to_string(range.first) + "," +
             std::to_string(range.last) + "," + chain.zones;
  if (const size_t at = chain.launch.find(kPlace); at != std::string::npos)
    chain.launch.replace(at, kPlace.size(), chain.zones.empty() ? std::string() : zones);
  return chain;
}

Result<std::unique_ptr<Encoder>> Encoder::make(const Preset& preset,
                                               const std::vector<PresetChain>& alternatives,
                                               GstCaps* input) {
  auto chain = make_chain(preset, alternatives);
  if (!chain) return chain.error();
  std::unique_ptr<Encoder> encoder(new Encoder);
  encoder->output_ = std::make_unique<Output>();
  encoder->chain_ = std::move(chain->element);
  const auto output = caps_of_mux(preset);
  if (auto started = encoder->start(input, output.get()); !started) return started.error();
  return encoder;
}

Result<void> Encoder::start(GstCaps* input, GstCaps* output) {
  bus_ = Owned<GstBus>::adopt(gst_bus_new());
  gst_element_set_bus(chain_.get(), bus_.get());
  const auto sink = Owned<GstPad>::adopt(gst_element_get_static_pad(chain_.get(), "sink"));
  const auto source = Owned<GstPad>::adopt(gst_element_get_static_pad(chain_.get(), "src"));
  if (!sink || !source)
    return Error{ErrorKind::bad_value, "a chain of this preset has no two open ends"};
  feed_ = Owned<GstPad>::sink(gst_pad_new("feed", GST_PAD_SRC));
  const auto end = Owned<GstPadTemplate>::sink(
      gst_pad_template_new("end", GST_PAD_SINK, GST_PAD_ALWAYS, output));
  end_ = Owned<GstPad>::sink(gst_pad_new_from_template(end.get(), "end"));
  gst_pad_set_element_private(end_.get(), output_.get());
  gst_pad_set_chain_function(end_.get(), take_buffer);
  gst_pad_set_event_function(end_.get(), take_event);
  if (GST_PAD_LINK_FAILED(gst_pad_link(feed_.get(), sink.get())))
    return Error{ErrorKind::unsupported, "a chain of this preset does not take raw video or sound"};
  if (GST_PAD_LINK_FAILED(gst_pad_link(source.get(), end_.get())))
    return Error{ErrorKind::unsupported,
                 "this preset's muxer does not take what its encoders make"};
  gst_pad_set_active(end_.get(), TRUE);
  gst_pad_set_active(feed_.get(), TRUE);
  if (gst_element_set_state(chain_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    return error("the encoder does not start");
  gst_pad_push_event(feed_.get(), gst_event_new_stream_start("talkie"));
  if (!gst_pad_push_event(feed_.get(), gst_event_new_caps(input)))
    return error("the encoder does not take the film's format");
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(feed_.get(), gst_event_new_segment(&segment));
  return {};
}

Encoder::~Encoder() {
  if (!chain_) return;
  if (end_) gst_pad_set_active(end_.get(), FALSE);
  gst_element_set_state(chain_.get(), GST_STATE_NULL);
  if (feed_) gst_pad_set_active(feed_.get(), FALSE);
  gst_element_set_bus(chain_.get(), nullptr);
}

GstFlowReturn Encoder::take_buffer(GstPad* pad, GstObject*, GstBuffer* buffer) {
  auto& output = *static_cast<Output*>(gst_pad_get_element_private(pad));
  const auto owned = Owned<GstBuffer>::adopt(buffer);
  const std::scoped_lock lock(output.mutex);
  const size_t before = output.bytes.size();
  const size_t size = gst_buffer_get_size(buffer);
  output.bytes.resize(before + size);
  gst_buffer_extract(buffer, 0, output.bytes.data() + before, size);
  const GstClockTime start =
      gst_segment_to_running_time(&output.segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  output.pieces.push_back({start, GST_BUFFER_DURATION(buffer), size,
                           !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT)});
  if (output.listener)
    output.listener(output.caps, Output::packet_of(output.pieces.back(), output.rate),
                    std::string_view(output.bytes).substr(before));
  return GST_FLOW_OK;
}

gboolean Encoder::take_event(GstPad* pad, GstObject*, GstEvent* event) {
  auto& output = *static_cast<Output*>(gst_pad_get_element_private(pad));
  const auto owned = Owned<GstEvent>::adopt(event);
  const std::scoped_lock lock(output.mutex);
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    GstCaps* caps = nullptr;
    gst_event_parse_caps(event, &caps);
    char* text = gst_caps_to_string(caps);
    output.changed_caps |= !output.pieces.empty() && output.caps != text;
    output.caps = text;
    g_free(text);
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
    gst_event_copy_segment(event, &output.segment);
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
    output.ended = true;
    output.ended_changed.notify_all();
  }
  return TRUE;
}

void Encoder::listen(Rate rate, Listener listener) {
  const std::scoped_lock lock(output_->mutex);
  output_->rate = rate;
  output_->listener = std::move(listener);
}

void Encoder::ask_for_key_unit() {
  gst_pad_push_event(feed_.get(),
                     gst_video_event_new_downstream_force_key_unit(
                         GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, TRUE, 0));
}

Result<void> Encoder::push(Owned<GstBuffer> buffer) {
  const GstFlowReturn flow = gst_pad_push(feed_.get(), buffer.release());
  return flow == GST_FLOW_OK ? Result<void>() : error(gst_flow_get_name(flow));
}

Error Encoder::error(const char* what) const {
  const auto message =
      Owned<GstMessage>::adopt(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR));
  if (message) return error_from_message(message.get());
  return Error{ErrorKind::failed, "the encoder failed", what};
}

Result<Segment> Encoder::finish(Rate rate) {
  gst_pad_push_event(feed_.get(), gst_event_new_eos());
  std::unique_lock lock(output_->mutex);
  if (!output_->ended_changed.wait_for(lock, kPatience, [&] { return output_->ended; }))
    return error("it does not end");
  if (output_->changed_caps) return error("it changed its format in the middle");
  Segment segment;
  segment.caps = std::exchange(output_->caps, {});
  segment.bytes = std::exchange(output_->bytes, {});
  for (const Output::Piece& piece : output_->pieces) {
    const Packet packet = Output::packet_of(piece, rate);
    if (!segment.packets.empty() && packet.start < segment.packets.back().start)
      return Error{
          ErrorKind::unsupported,
          "an encoder of this preset changes the order of pictures (B-frames); that has to "
          "be turned off, in x264enc with bframes=0"};
    segment.packets.push_back(packet);
  }
  while (true) {
    const auto message =
        Owned<GstMessage>::adopt(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_WARNING));
    if (!message) break;
    const Problem problem = problem_from_message(message.get());
    segment.problems.warn(problem.where, problem.message);
  }
  return segment;
}

}  // namespace talkie
