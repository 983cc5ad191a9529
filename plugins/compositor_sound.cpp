// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound and captions: what scenecompositor pushes on audio_src and text_src.
#include <algorithm>
#include <chrono>
#include <utility>

#include "compositor_outputs.h"
#include "gst/wire.h"
#include "timeline/captions.h"

namespace talkie {

namespace {

// A muxer takes one piece of a text stream at a time: gaps are told in pieces of this length.
constexpr Time kGapPiece = std::chrono::seconds(1);

GstClockTime to_clock_time(Time time) {
  return static_cast<GstClockTime>(time.count());
}

}  // namespace

void StreamHead::reset() {
  is_open_ = false;
  waiting_.clear();
}

void StreamHead::push(GstPad* pad, CompositorInputs& inputs, const char* kind, GstCaps* caps) {
  if (!is_open_) {
    const std::string id = inputs.stream_id() + "/" + kind;
    GstEvent* start = gst_event_new_stream_start(id.c_str());
    gst_event_set_group_id(start, inputs.group_id());
    if (std::string_view(kind) == "text") gst_event_set_stream_flags(start, GST_STREAM_FLAG_SPARSE);
    gst_pad_push_event(pad, start);
  }
  if (caps) gst_pad_push_event(pad, gst_event_new_caps(caps));
  if (is_open_) return;
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(pad, gst_event_new_segment(&segment));
  is_open_ = true;
  push_waiting(pad);
}

void StreamHead::push_waiting(GstPad* pad) {
  for (Owned<GstEvent>& event : waiting_)
    gst_pad_push_event(pad, event.release());
  waiting_.clear();
}

// --- sound ---

void AudioOutput::reset() {
  head_.reset();
  samples_ = 0;
}

void AudioOutput::add_event(Owned<GstEvent> event) {
  if (GST_EVENT_TYPE(event.get()) != GST_EVENT_CAPS) {
    head_.add(std::move(event));
    if (head_.is_open()) head_.push_waiting(pad_);
    return;
  }
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event.get(), &caps);
  int channels = 1;
  gst_structure_get_int(gst_caps_get_structure(caps, 0), "channels", &channels);
  bytes_per_sample_ = 2 * channels;
  head_.push(pad_, inputs_, "audio", caps);
}

// Samples follow each other without gaps from the film's start, whatever times they came with.
GstFlowReturn AudioOutput::push(Owned<GstBuffer> buffer) {
  GstBuffer* out = gst_buffer_make_writable(buffer.release());
  const bool is_first = samples_ == 0;
  GST_BUFFER_PTS(out) = to_clock_time(position());
  GST_BUFFER_DTS(out) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET(out) = static_cast<guint64>(samples_);
  samples_ += static_cast<int64_t>(gst_buffer_get_size(out)) / bytes_per_sample_;
  GST_BUFFER_OFFSET_END(out) = static_cast<guint64>(samples_);
  GST_BUFFER_DURATION(out) = to_clock_time(position()) - GST_BUFFER_PTS(out);
  GST_BUFFER_FLAG_UNSET(out, GST_BUFFER_FLAG_DISCONT);
  if (is_first) GST_BUFFER_FLAG_SET(out, GST_BUFFER_FLAG_DISCONT);
  return gst_pad_push(pad_, out);
}

void AudioOutput::push_end() {
  if (!head_.is_open()) head_.push(pad_, inputs_, "audio", nullptr);
  gst_pad_push_event(pad_, gst_event_new_eos());
}

// --- captions ---

void TextOutput::reset() {
  head_.reset();
  told_ = position_ = Time{};
}

void TextOutput::open(const std::string& language) {
  if (head_.is_open()) return;
  if (!language.empty())
    head_.add(Owned<GstEvent>::adopt(gst_event_new_tag(gst_tag_list_new(
        GST_TAG_LANGUAGE_CODE, language.substr(0, language.find('-')).c_str(), nullptr))));
  const auto caps = Owned<GstCaps>::adopt(
      gst_caps_new_simple("text/x-raw", "format", G_TYPE_STRING, "utf8", nullptr));
  head_.push(pad_, inputs_, "text", caps.get());
}

GstFlowReturn TextOutput::push_gaps(Time end) {
  while (told_ < end) {
    const Time piece = std::min(kGapPiece, end - told_);
    position_ = told_;
    inputs_.report(Branch::text, position_, GST_FLOW_OK);
    if (!gst_pad_push_event(pad_, gst_event_new_gap(to_clock_time(told_), to_clock_time(piece)))) {
      if (GST_PAD_IS_FLUSHING(pad_)) return GST_FLOW_FLUSHING;
      if (!gst_pad_is_linked(pad_)) return GST_FLOW_NOT_LINKED;
    }
    told_ += piece;
  }
  return GST_FLOW_OK;
}

GstFlowReturn TextOutput::push(const SceneTiming& timing) {
  open(timing.utterances.empty() ? std::string() : timing.utterances.front().language);
  for (const Caption& caption : captions_of(timing)) {
    GstFlowReturn flow = push_gaps(caption.start);
    if (flow != GST_FLOW_OK) return flow;
    GstBuffer* buffer =
        gst_buffer_new_memdup(caption.text.data(), static_cast<gsize>(caption.text.size()));
    GST_BUFFER_PTS(buffer) = to_clock_time(caption.start);
    GST_BUFFER_DURATION(buffer) = to_clock_time(caption.duration);
    position_ = caption.start;
    told_ = caption.start + caption.duration;
    inputs_.report(Branch::text, position_, GST_FLOW_OK);
    flow = gst_pad_push(pad_, buffer);
    if (flow != GST_FLOW_OK) return flow;
  }
  return push_gaps(timing.start + timing.duration);
}

void TextOutput::push_end() {
  open({});
  gst_pad_push_event(pad_, gst_event_new_eos());
}

}  // namespace talkie
