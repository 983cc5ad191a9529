// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech_stream.h"

#include <utility>

#include "gst/wire.h"

namespace talkie {

namespace {

int64_t frames_of(const Speaker::Samples& samples) {
  return static_cast<int64_t>(samples.samples.size()) / samples.channels;
}

GstClockTime clock_time(int64_t sample) {
  return gst_util_uint64_scale(static_cast<guint64>(sample), GST_SECOND, kSpeechRate);
}

}  // namespace

void SpeechStream::keep_tags(GstEvent* event) {
  const std::lock_guard lock(mutex_);
  tags_.push_back(Owned<GstEvent>::share(event));
}

void SpeechStream::set_group(guint group) {
  const std::lock_guard lock(mutex_);
  group_ = group;
}

void SpeechStream::restart() {
  sent_segment_ = false;
  discontinuous_ = true;
  position_ = 0;
}

void SpeechStream::reset() {
  restart();
  sent_start_ = false;
  channels_ = 0;
  const std::lock_guard lock(mutex_);
  tags_.clear();
  group_.reset();
}

GstFlowReturn SpeechStream::push(const Speaker::Announcement& announcement) {
  if (channels_ == 0) wanted_channels_ = announcement.channels;
  if (!prepare()) return GST_FLOW_NOT_NEGOTIATED;
  gst_pad_push_event(pad_, timing_event(announcement.timing).release());
  return GST_FLOW_OK;
}

GstFlowReturn SpeechStream::push(const Speaker::Samples& samples) {
  if (!prepare()) return GST_FLOW_NOT_NEGOTIATED;
  Owned<GstBuffer> buffer = buffer_of(samples);
  if (std::exchange(discontinuous_, false))
    GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DISCONT);
  const GstFlowReturn flow = gst_pad_push(pad_, buffer.release());
  if (flow == GST_FLOW_OK) position_ = samples.first + frames_of(samples);
  return flow;
}

void SpeechStream::push_eos() {
  prepare();  // a stream without a single scene is a stream all the same
  gst_pad_push_event(pad_, gst_event_new_eos());
}

// What has to come before a timing or samples. False: downstream takes no format that we have.
bool SpeechStream::prepare() {
  if (!std::exchange(sent_start_, true)) push_stream_start();
  const bool changed = gst_pad_check_reconfigure(pad_);
  if ((changed || channels_ == 0) && !negotiate()) return false;
  if (!std::exchange(sent_segment_, true)) {
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(pad_, gst_event_new_segment(&segment));
  }
  push_tags();
  return true;
}

// As many channels as the film has, where downstream takes them.
bool SpeechStream::negotiate() {
  auto allowed = Owned<GstCaps>::adopt(gst_pad_get_allowed_caps(pad_));
  if (!allowed) allowed = Owned<GstCaps>::adopt(gst_pad_get_pad_template_caps(pad_));
  if (gst_caps_is_empty(allowed.get())) return false;
  const auto best = Owned<GstCaps>::adopt(
      gst_caps_new_simple("audio/x-raw", "channels", G_TYPE_INT, wanted_channels_, nullptr));
  auto wanted = Owned<GstCaps>::adopt(gst_caps_intersect(allowed.get(), best.get()));
  if (gst_caps_is_empty(wanted.get())) wanted = std::move(allowed);
  const auto caps = Owned<GstCaps>::adopt(gst_caps_fixate(wanted.release()));
  int channels = 0;
  gst_structure_get_int(gst_caps_get_structure(caps.get(), 0), "channels", &channels);
  if (!gst_pad_push_event(pad_, gst_event_new_caps(caps.get())) && GST_PAD_IS_LINKED(pad_) &&
      !GST_PAD_IS_FLUSHING(pad_))
    return false;
  channels_ = channels;
  return true;
}

void SpeechStream::push_stream_start() {
  const auto element = Owned<GstElement>::adopt(gst_pad_get_parent_element(pad_));
  char* id = gst_pad_create_stream_id(pad_, element.get(), "speech");
  GstEvent* start = gst_event_new_stream_start(id);
  g_free(id);
  std::optional<guint> group;
  {
    const std::lock_guard lock(mutex_);
    group = group_;
  }
  gst_event_set_group_id(start, group ? *group : gst_util_group_id_next());
  gst_pad_push_event(pad_, start);
}

void SpeechStream::push_tags() {
  std::vector<Owned<GstEvent>> tags;
  {
    const std::lock_guard lock(mutex_);
    tags.swap(tags_);
  }
  for (Owned<GstEvent>& tag : tags)
    gst_pad_push_event(pad_, tag.release());
}

Owned<GstBuffer> SpeechStream::buffer_of(const Speaker::Samples& samples) const {
  const auto count = static_cast<size_t>(frames_of(samples));
  const auto given = static_cast<size_t>(samples.channels);
  const auto channels = static_cast<size_t>(channels_);
  auto buffer = Owned<GstBuffer>::adopt(
      gst_buffer_new_allocate(nullptr, count * channels * sizeof(int16_t), nullptr));
  GstMapInfo map;
  gst_buffer_map(buffer.get(), &map, GST_MAP_WRITE);
  auto* out = reinterpret_cast<int16_t*>(map.data);
  for (size_t i = 0; i < count; ++i) {
    const int16_t* const sample = &samples.samples[i * given];
    const auto middle = static_cast<int16_t>((sample[0] + sample[given - 1]) / 2);
    for (size_t channel = 0; channel < channels; ++channel)
      *out++ = GINT16_TO_LE(given == channels ? sample[channel] : middle);
  }
  gst_buffer_unmap(buffer.get(), &map);
  const int64_t end = samples.first + frames_of(samples);
  GST_BUFFER_PTS(buffer.get()) = clock_time(samples.first);
  GST_BUFFER_DURATION(buffer.get()) = clock_time(end) - clock_time(samples.first);
  GST_BUFFER_OFFSET(buffer.get()) = static_cast<guint64>(samples.first);
  GST_BUFFER_OFFSET_END(buffer.get()) = static_cast<guint64>(end);
  return buffer;
}

}  // namespace talkie
