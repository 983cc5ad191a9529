// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound and captions: what scenecompositor pushes on audio_src and text_src.
#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "compositor_outputs.h"
#include "gst/wire.h"
#include "timeline/captions.h"

namespace talkie {

namespace {

// A muxer takes one piece of a text stream at a time: gaps are told in pieces of this length.
constexpr Time kGapPiece = std::chrono::seconds(1);

constexpr Rate kSamples{kSpeechRate, 1};

GstClockTime to_clock_time(Time time) {
  return static_cast<GstClockTime>(time.count());
}

Time to_time(guint64 time) {
  return Time{static_cast<int64_t>(time)};
}

Time start_of(const GstSegment& segment) {
  return to_time(segment.start);
}

}  // namespace

void StreamHead::reset() {
  restart({});
  is_started_ = false;
}

void StreamHead::restart(const CompositorRun& run) {
  run_ = run;
  is_open_ = false;
  waiting_.clear();
}

void StreamHead::push_start() {
  gst_pad_push_event(pad_, streams_.start(kind_).release());
  const auto collection = streams_.collection();
  gst_pad_push_event(pad_, gst_event_new_stream_collection(collection.get()));
  if (!streams_.take_collection()) return;
  const auto element = Owned<GstElement>::adopt(gst_pad_get_parent_element(pad_));
  gst_element_post_message(element.get(), gst_message_new_stream_collection(
                                              GST_OBJECT(element.get()), collection.get()));
}

void StreamHead::push(GstCaps* caps) {
  if (!std::exchange(is_started_, true)) push_start();
  if (caps) gst_pad_push_event(pad_, gst_event_new_caps(caps));
  if (std::exchange(is_open_, true)) return;
  GstEvent* segment = gst_event_new_segment(&run_.segment);
  if (run_.seqnum != GST_SEQNUM_INVALID) gst_event_set_seqnum(segment, run_.seqnum);
  gst_pad_push_event(pad_, segment);
  push_waiting();
}

void StreamHead::push_waiting() {
  for (Owned<GstEvent>& event : waiting_)
    gst_pad_push_event(pad_, event.release());
  waiting_.clear();
}

void StreamHead::push_end(Time end) {
  if (!is_open_) push(nullptr);
  const bool is_part = (run_.segment.flags & GST_SEGMENT_FLAG_SEGMENT) != 0;
  GstEvent* event =
      is_part ? gst_event_new_segment_done(GST_FORMAT_TIME, static_cast<gint64>(end.count()))
              : gst_event_new_eos();
  if (run_.seqnum != GST_SEQNUM_INVALID) gst_event_set_seqnum(event, run_.seqnum);
  gst_pad_push_event(pad_, event);
}

// --- sound ---

void AudioOutput::reset() {
  restart({});
  head_.reset();
}

void AudioOutput::restart(const CompositorRun& run) {
  head_.restart(run);
  discontinuous_ = true;
  samples_ = run.first_sample;
  start_sample_ = first_at_or_after(start_of(run.segment), kSamples);
  stop_sample_ = GST_CLOCK_TIME_IS_VALID(run.segment.stop)
                     ? first_at_or_after(to_time(run.segment.stop), kSamples)
                     : std::numeric_limits<int64_t>::max();
}

Time AudioOutput::position() const {
  return time_of(std::max(samples_, start_sample_), kSamples);
}

void AudioOutput::add_event(Owned<GstEvent> event) {
  if (GST_EVENT_TYPE(event.get()) != GST_EVENT_CAPS) {
    head_.add(std::move(event));
    if (head_.is_open()) head_.push_waiting();
    return;
  }
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event.get(), &caps);
  int channels = 1;
  gst_structure_get_int(gst_caps_get_structure(caps, 0), "channels", &channels);
  bytes_per_sample_ = 2 * channels;
  head_.push(caps);
}

// Samples follow each other without gaps from the run's start, whatever times they came with.
GstFlowReturn AudioOutput::push(Owned<GstBuffer> buffer) {
  const int64_t begin = samples_;
  samples_ += static_cast<int64_t>(gst_buffer_get_size(buffer.get())) / bytes_per_sample_;
  const int64_t first = std::max(begin, start_sample_);
  const int64_t end = std::min(samples_, stop_sample_);
  if (first >= end) return GST_FLOW_OK;
  if (!head_.is_open()) head_.push(nullptr);
  if (first > begin || end < samples_)
    buffer = Owned<GstBuffer>::adopt(gst_buffer_copy_region(
        buffer.get(), GST_BUFFER_COPY_ALL, static_cast<gsize>((first - begin) * bytes_per_sample_),
        static_cast<gsize>((end - first) * bytes_per_sample_)));
  GstBuffer* out = gst_buffer_make_writable(buffer.release());
  GST_BUFFER_PTS(out) = to_clock_time(time_of(first, kSamples));
  GST_BUFFER_DTS(out) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET(out) = static_cast<guint64>(first);
  GST_BUFFER_OFFSET_END(out) = static_cast<guint64>(end);
  GST_BUFFER_DURATION(out) = to_clock_time(time_of(end, kSamples)) - GST_BUFFER_PTS(out);
  GST_BUFFER_FLAG_UNSET(out, GST_BUFFER_FLAG_DISCONT);
  if (std::exchange(discontinuous_, false)) GST_BUFFER_FLAG_SET(out, GST_BUFFER_FLAG_DISCONT);
  return gst_pad_push(pad_, out);
}

void AudioOutput::push_end() {
  head_.push_end(time_of(std::min(samples_, stop_sample_), kSamples));
}

// --- captions ---

void TextOutput::reset() {
  restart({});
  head_.reset();
}

void TextOutput::restart(const CompositorRun& run) {
  head_.restart(run);
  told_ = position_ = start_of(run.segment);
  stop_ = GST_CLOCK_TIME_IS_VALID(run.segment.stop) ? to_time(run.segment.stop) : Time::max();
}

void TextOutput::open(const std::string& language) {
  if (head_.is_open()) return;
  if (!language.empty())
    head_.add(Owned<GstEvent>::adopt(gst_event_new_tag(gst_tag_list_new(
        GST_TAG_LANGUAGE_CODE, language.substr(0, language.find('-')).c_str(), nullptr))));
  const auto caps = Owned<GstCaps>::adopt(
      gst_caps_new_simple("text/x-raw", "format", G_TYPE_STRING, "utf8", nullptr));
  head_.push(caps.get());
}

GstFlowReturn TextOutput::push_gaps(Time end) {
  end = std::min(end, stop_);
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
    const Time start = std::max(caption.start, told_);
    const Time end = std::min(caption.start + caption.duration, stop_);
    if (start >= end) continue;
    GstFlowReturn flow = push_gaps(start);
    if (flow != GST_FLOW_OK) return flow;
    GstBuffer* buffer =
        gst_buffer_new_memdup(caption.text.data(), static_cast<gsize>(caption.text.size()));
    GST_BUFFER_PTS(buffer) = to_clock_time(start);
    GST_BUFFER_DURATION(buffer) = to_clock_time(end - start);
    position_ = start;
    told_ = end;
    inputs_.report(Branch::text, position_, GST_FLOW_OK);
    flow = gst_pad_push(pad_, buffer);
    if (flow != GST_FLOW_OK) return flow;
  }
  return push_gaps(timing.start + timing.duration);
}

void TextOutput::push_end() {
  open({});
  head_.push_end(told_);
}

}  // namespace talkie
