// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-h264holdfill
 * @title: h264holdfill
 *
 * Makes H.264 of constant frame rate out of pictures that last: a picture that is held for four
 * seconds becomes the coded picture and, for every further frame, a picture of some ten bytes that
 * says "the same again". It stands behind any encoder that makes no B-frames. The frame rate is the
 * property's, else what downstream asks for, else that of the caps (framerate, then max-framerate).
 * Long holds of a key frame get it again every `key-unit-interval`, so that seeking stays quick; a
 * force-key-unit event that falls into such a hold makes one there. A stream that cannot be filled
 * (B-frames, interlaced, long-term references) passes as it is, after one warning. With one
 * reference frame (ref=1) holds have no limit; with more, a picture that is not a key frame can be
 * held for 16,000 frames.
 *
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=5 ! video/x-raw,framerate=1/2 ! x264enc bframes=0 ! \
 *   h264holdfill framerate=30/1 ! mp4mux ! filesink location=film.mp4
 * ]|
 */
#include "h264holdfill.h"

#include <gst/video/video.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <string>

#include "bitstream/frame_grid.h"
#include "bitstream/hold_filler.h"
#include "gst/element.h"
#include "gst/wire.h"
#include "h264holdfill_caps.h"

GST_DEBUG_CATEGORY_STATIC(h264holdfill_debug);
#define GST_CAT_DEFAULT h264holdfill_debug

using namespace talkie;

namespace {

constexpr guint64 kDefaultKeyUnitInterval = 10 * GST_SECOND;
constexpr Time kMaxHold = std::chrono::hours(24);  // beyond, a time stamp is wrong

constexpr Rate kNoRate{0, 1};  // of the property: automatic

enum Property { kFramerate = 1, kKeyUnitInterval };

struct Settings {
  Rate rate = kNoRate;
  guint64 key_unit_interval = kDefaultKeyUnitInterval;
};

// All but the settings belongs to the streaming thread, and to state changes and flushes, which
// wait for it.
struct State {
  std::mutex mutex;
  Settings settings;  // guarded by mutex

  HoldFiller filler;
  Owned<GstCaps> caps;  // upstream's
  bool warned_of_obstacle = false;
  bool warned_of_lateness = false;
  bool failed = false;
  GstSegment segment;

  FrameGrid grid{kNoRate};
  int64_t next = 0;      // the next frame to be sent
  int64_t last_key = 0;  // the last IDR
  std::deque<Owned<GstEvent>> key_requests;
};

}  // namespace

struct _TalkieH264HoldFill {
  GstElement parent;
  GstPad* sink;
  GstPad* src;
  State* state;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("video/x-h264, stream-format = (string) { avc, byte-stream }, "
                    "alignment = (string) au"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("video/x-h264, stream-format = (string) { avc, byte-stream }, "
                    "alignment = (string) au"));

G_DEFINE_FINAL_TYPE(TalkieH264HoldFill, talkie_h264_hold_fill, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE(h264holdfill, "h264holdfill", GST_RANK_NONE, TALKIE_TYPE_H264_HOLD_FILL)

namespace {

GstFlowReturn give_up(TalkieH264HoldFill* self, const Error& error) {
  self->state->failed = true;
  post_error(GST_ELEMENT(self), error);
  return GST_FLOW_ERROR;
}

Settings settings_of(TalkieH264HoldFill* self) {
  const std::scoped_lock lock(self->state->mutex);
  return self->state->settings;
}

// --- Caps ---

// Sends the caps of what follows: the filled stream, or the stream as it came.
gboolean send_caps(TalkieH264HoldFill* self) {
  State& state = *self->state;
  const auto caps = caps_of_filled(state.filler, state.caps.get(), state.grid.rate());
  if (!caps) return give_up(self, caps.error()), FALSE;
  return gst_pad_push_event(self->src, gst_event_new_caps(caps->get()));
}

gboolean take_caps(TalkieH264HoldFill* self, GstEvent* event) {
  State& state = *self->state;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  state.caps = Owned<GstCaps>::share(caps);
  const Rate set = settings_of(self).rate;
  const auto rate = set.numerator > 0 ? set : automatic_rate(self->src, caps);
  if (!rate) {
    give_up(self,
            Error{ErrorKind::bad_value,
                  "the stream has no frame rate: set the property framerate of h264holdfill"});
    return FALSE;
  }
  if (!(*rate == state.grid.rate())) state.grid = FrameGrid(*rate);
  state.filler.set_rate(*rate);
  return send_caps(self);
}

// --- Frames ---

GstClockTime to_clock(Time time) {
  return static_cast<GstClockTime>(time.count());
}

Time from_clock(GstClockTime time) {
  return Time(static_cast<int64_t>(time));
}

// Gives a buffer its place in the grid and sends it.
GstFlowReturn push_frame(TalkieH264HoldFill* self, Owned<GstBuffer> buffer) {
  State& state = *self->state;
  GST_BUFFER_PTS(buffer.get()) = to_clock(state.grid.time_of(state.next));
  GST_BUFFER_DTS(buffer.get()) = GST_BUFFER_PTS(buffer.get());
  GST_BUFFER_DURATION(buffer.get()) = to_clock(state.grid.duration_of(state.next));
  ++state.next;
  return gst_pad_push(self->src, buffer.release());
}

// Whether a force-key-unit event is due at the next frame. One without a time always is.
bool key_requested(const State& state) {
  if (state.key_requests.empty()) return false;
  GstClockTime running_time = GST_CLOCK_TIME_NONE;
  gst_video_event_parse_downstream_force_key_unit(state.key_requests.front().get(), nullptr,
                                                  nullptr, &running_time, nullptr, nullptr);
  const guint64 time = to_clock(state.grid.time_of(state.next));
  const auto now = gst_segment_to_running_time(&state.segment, GST_FORMAT_TIME, time);
  return !GST_CLOCK_TIME_IS_VALID(running_time) || !GST_CLOCK_TIME_IS_VALID(now) ||
         running_time <= now;
}

void forward_key_request(TalkieH264HoldFill* self) {
  auto event = std::move(self->state->key_requests.front());
  self->state->key_requests.pop_front();
  gst_pad_push_event(self->src, event.release());
}

bool key_due(const State& state, guint64 interval) {
  if (interval == 0) return false;
  const Time since = state.grid.time_of(state.next) - state.grid.time_of(state.last_key);
  return to_clock(since) >= interval;
}

// The last picture once more.
GstFlowReturn push_copy(TalkieH264HoldFill* self, guint64 key_unit_interval) {
  State& state = *self->state;
  Bytes bytes;
  bool key = false;
  if (state.filler.can_repeat()) {
    const bool requested = key_requested(state);
    key = requested || key_due(state, key_unit_interval);
    if (requested) forward_key_request(self);
  }
  if (key) {
    bytes = state.filler.repeat();
    state.last_key = state.next;
  } else {
    auto skipped = state.filler.skip();
    if (!skipped) return give_up(self, skipped.error());
    bytes = *std::move(skipped);
  }
  auto buffer = Owned<GstBuffer>::adopt(gst_buffer_new_memdup(bytes.data(), bytes.size()));
  if (!key) GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
  return push_frame(self, std::move(buffer));
}

// Holds the last picture up to a frame, which is not its own any more.
GstFlowReturn fill_until(TalkieH264HoldFill* self, int64_t frame) {
  State& state = *self->state;
  if (!state.filler.can_skip()) return GST_FLOW_OK;
  if (frame - state.next > nearest(kMaxHold, state.grid.rate()))
    return give_up(self,
                   Error{ErrorKind::bad_value,
                         "a picture is to be held for more than a day: the time stamps of the "
                         "encoder's buffers are wrong"});
  const guint64 interval = settings_of(self).key_unit_interval;
  GstFlowReturn flow = GST_FLOW_OK;
  while (flow == GST_FLOW_OK && state.next < frame)
    flow = push_copy(self, interval);
  return flow;
}

// A coded picture takes a frame even where its own time has gone by: others refer to it.
void warn_of_lateness(TalkieH264HoldFill* self, int64_t frames) {
  if (frames <= 0 || std::exchange(self->state->warned_of_lateness, true)) return;
  const Rate rate = self->state->grid.rate();
  const std::string message =
      "pictures come closer together than the frame rate of " + std::to_string(rate.numerator) +
      "/" + std::to_string(rate.denominator) + " allows: some are shown later than they should be";
  post_warning(GST_ELEMENT(self), Problem{Problem::Severity::warning, {}, message});
}

GstFlowReturn meet_obstacle(TalkieH264HoldFill* self) {
  State& state = *self->state;
  if (state.filler.obstacle().empty() || std::exchange(state.warned_of_obstacle, true))
    return GST_FLOW_OK;
  const std::string message =
      "the H.264 stream has " + state.filler.obstacle() +
      ", so its held pictures cannot be filled: it passes as it is from here on";
  GST_INFO_OBJECT(self, "%s", message.c_str());
  post_warning(GST_ELEMENT(self), Problem{Problem::Severity::warning, {}, message});
  return send_caps(self) ? GST_FLOW_OK : GST_FLOW_NOT_NEGOTIATED;
}

GstFlowReturn push_picture(TalkieH264HoldFill* self, GstBuffer* input, HoldFiller::Unit unit) {
  State& state = *self->state;
  auto buffer =
      Owned<GstBuffer>::adopt(gst_buffer_new_memdup(unit.bytes.data(), unit.bytes.size()));
  gst_buffer_copy_into(
      buffer.get(), input,
      GstBufferCopyFlags(GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META),
      0, static_cast<gsize>(-1));
  const bool passes = !state.filler.obstacle().empty();
  while (!state.key_requests.empty() && (passes || key_requested(state)))
    forward_key_request(self);
  if (passes) return gst_pad_push(self->src, buffer.release());
  if (unit.key) state.last_key = state.next;
  return push_frame(self, std::move(buffer));
}

GstFlowReturn take_picture(TalkieH264HoldFill* self, GstBuffer* input, ByteView bytes) {
  State& state = *self->state;
  const bool timed = GST_BUFFER_PTS_IS_VALID(input);
  if (!state.grid.begun()) {
    state.grid.begin(timed ? from_clock(GST_BUFFER_PTS(input)) : Time::zero());
    state.next = state.last_key = 0;
  }
  // What has no time comes after what was before.
  const Time time = timed ? from_clock(GST_BUFFER_PTS(input)) : state.grid.time_of(state.next);
  const int64_t start = state.grid.frame_at(time);
  GstFlowReturn flow = fill_until(self, start);
  if (flow != GST_FLOW_OK) return flow;
  auto unit = state.filler.picture(bytes);
  if (!unit) return give_up(self, unit.error());
  flow = meet_obstacle(self);
  if (flow != GST_FLOW_OK || !unit->picture) return flow;

  if (state.filler.obstacle().empty()) {
    warn_of_lateness(self, state.next - start);
    state.next = std::max(state.next, start);
  }
  const bool lasts = GST_BUFFER_DURATION_IS_VALID(input);
  const int64_t end =
      lasts ? state.grid.frame_at(time + from_clock(GST_BUFFER_DURATION(input))) : 0;
  flow = push_picture(self, input, *std::move(unit));
  return flow == GST_FLOW_OK ? fill_until(self, end) : flow;
}

// --- Input ---

GstFlowReturn chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  auto* self = TALKIE_H264_HOLD_FILL(parent);
  const auto input = Owned<GstBuffer>::adopt(buffer);
  if (self->state->failed) return GST_FLOW_ERROR;
  return guarded(GST_ELEMENT(self), GST_FLOW_ERROR, [&] {
    if (!self->state->caps) return GST_FLOW_NOT_NEGOTIATED;
    GstMapInfo map;
    if (!gst_buffer_map(input.get(), &map, GST_MAP_READ))
      return give_up(self, Error{ErrorKind::failed, "cannot read a buffer of H.264"});
    const GstFlowReturn flow = take_picture(self, input.get(), {map.data, map.size});
    gst_buffer_unmap(input.get(), &map);
    return flow;
  });
}

// Nothing comes for a while: the last picture stays.
gboolean take_gap(TalkieH264HoldFill* self, Owned<GstEvent> event) {
  State& state = *self->state;
  GstClockTime start = GST_CLOCK_TIME_NONE, duration = GST_CLOCK_TIME_NONE;
  gst_event_parse_gap(event.get(), &start, &duration);
  if (!state.grid.begun() || !state.filler.can_skip())
    return gst_pad_push_event(self->src, event.release());
  if (GST_CLOCK_TIME_IS_VALID(duration)) start += duration;
  return fill_until(self, state.grid.frame_at(from_clock(start))) == GST_FLOW_OK;
}

gboolean handle_event(TalkieH264HoldFill* self, Owned<GstEvent> event) {
  State& state = *self->state;
  switch (GST_EVENT_TYPE(event.get())) {
    case GST_EVENT_CAPS:
      return take_caps(self, event.get());
    case GST_EVENT_GAP:
      return take_gap(self, std::move(event));
    case GST_EVENT_STREAM_START:
    case GST_EVENT_FLUSH_STOP:
      state.filler.restart();
      state.grid = FrameGrid(state.grid.rate());
      state.key_requests.clear();
      state.failed = false;
      break;
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment(event.get(), &state.segment);
      state.grid = FrameGrid(state.grid.rate());
      break;
    case GST_EVENT_EOS:
      if (state.failed) return FALSE;
      while (!state.key_requests.empty())
        forward_key_request(self);
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      if (!gst_video_event_is_force_key_unit(event.get())) break;
      state.key_requests.push_back(std::move(event));
      return TRUE;
    default:
      break;
  }
  return gst_pad_push_event(self->src, event.release());
}

gboolean sink_event(GstPad*, GstObject* parent, GstEvent* event) {
  auto* self = TALKIE_H264_HOLD_FILL(parent);
  return guarded(GST_ELEMENT(self), FALSE,
                 [&] { return handle_event(self, Owned<GstEvent>::adopt(event)); });
}

gboolean sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  auto* self = TALKIE_H264_HOLD_FILL(parent);
  if (GST_QUERY_TYPE(query) == GST_QUERY_CUSTOM &&
      gst_structure_has_name(gst_query_get_structure(query), kHoldQuery))
    return TRUE;
  if (GST_QUERY_TYPE(query) != GST_QUERY_CAPS) return gst_pad_query_default(pad, parent, query);
  return guarded(GST_ELEMENT(self), FALSE, [&] {
    GstCaps* filter = nullptr;
    gst_query_parse_caps(query, &filter);
    gst_query_set_caps_result(query, caps_accepted(self->src, filter).get());
    return TRUE;
  });
}

}  // namespace

// --- virtual functions ---

static void talkie_h264_hold_fill_init(TalkieH264HoldFill* self) {
  self->state = new State;
  gst_segment_init(&self->state->segment, GST_FORMAT_TIME);
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  gst_pad_set_chain_function(self->sink, chain);
  gst_pad_set_event_function(self->sink, sink_event);
  gst_pad_set_query_function(self->sink, sink_query);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  self->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_element_add_pad(GST_ELEMENT(self), self->src);
}

static void talkie_h264_hold_fill_finalize(GObject* object) {
  delete TALKIE_H264_HOLD_FILL(object)->state;
  G_OBJECT_CLASS(talkie_h264_hold_fill_parent_class)->finalize(object);
}

static GstStateChangeReturn talkie_h264_hold_fill_change_state(GstElement* element,
                                                               GstStateChange transition) {
  auto* self = TALKIE_H264_HOLD_FILL(element);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(talkie_h264_hold_fill_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    State& state = *self->state;
    state.filler = {};
    state.caps.reset();
    state.warned_of_obstacle = state.warned_of_lateness = state.failed = false;
    gst_segment_init(&state.segment, GST_FORMAT_TIME);
    state.grid = FrameGrid(kNoRate);
    state.key_requests.clear();
  }
  return result;
}

// --- properties ---

static void talkie_h264_hold_fill_set_property(GObject* object, guint id, const GValue* value,
                                               GParamSpec* spec) {
  State& state = *TALKIE_H264_HOLD_FILL(object)->state;
  const std::scoped_lock lock(state.mutex);
  switch (id) {
    case kFramerate:
      state.settings.rate = {gst_value_get_fraction_numerator(value),
                             gst_value_get_fraction_denominator(value)};
      break;
    case kKeyUnitInterval:
      state.settings.key_unit_interval = g_value_get_uint64(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void talkie_h264_hold_fill_get_property(GObject* object, guint id, GValue* value,
                                               GParamSpec* spec) {
  State& state = *TALKIE_H264_HOLD_FILL(object)->state;
  const std::scoped_lock lock(state.mutex);
  switch (id) {
    case kFramerate:
      gst_value_set_fraction(value, state.settings.rate.numerator, state.settings.rate.denominator);
      break;
    case kKeyUnitInterval:
      g_value_set_uint64(value, state.settings.key_unit_interval);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void talkie_h264_hold_fill_class_init(TalkieH264HoldFillClass* klass) {
  GST_DEBUG_CATEGORY_INIT(h264holdfill_debug, "h264holdfill", 0, "held pictures as H.264 frames");
  auto* object_class = G_OBJECT_CLASS(klass);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  object_class->finalize = talkie_h264_hold_fill_finalize;
  object_class->set_property = talkie_h264_hold_fill_set_property;
  object_class->get_property = talkie_h264_hold_fill_get_property;
  const int flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  g_object_class_install_property(
      object_class, kFramerate,
      gst_param_spec_fraction("framerate", "Frame rate",
                              "Frames a second; 0/1: what downstream or the caps say", 0, 1,
                              G_MAXINT, 1, 0, 1, GParamFlags(flags | GST_PARAM_MUTABLE_READY)));
  g_object_class_install_property(
      object_class, kKeyUnitInterval,
      g_param_spec_uint64("key-unit-interval", "Key unit interval",
                          "Nanoseconds after which a held key frame is sent again; 0: never", 0,
                          G_MAXUINT64, kDefaultKeyUnitInterval,
                          GParamFlags(flags | GST_PARAM_MUTABLE_PLAYING)));
  element_class->change_state = talkie_h264_hold_fill_change_state;
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_set_static_metadata(
      element_class, "H.264 hold filler", "Codec/Video/Converter",
      "Makes constant frame rate out of pictures that last, for some ten bytes a frame",
      "The Talkie authors");
}
