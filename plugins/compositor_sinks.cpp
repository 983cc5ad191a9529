// SPDX-License-Identifier: LGPL-2.1-or-later
// scenecompositor's sink pads: what scenes bring.
#include <initializer_list>
#include <utility>

#include "compositor_state.h"
#include "gst/element.h"
#include "gst/wire.h"

GST_DEBUG_CATEGORY_EXTERN(scenecompositor_debug);
#define GST_CAT_DEFAULT scenecompositor_debug

namespace talkie {

namespace {

gboolean sink_activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode, gboolean active) {
  auto* self = TALKIE_SCENE_COMPOSITOR(parent);
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  self->state->inputs.set_bringing(branch_of(self, pad), active);
  return TRUE;
}

GstFlowReturn video_chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  auto* self = TALKIE_SCENE_COMPOSITOR(parent);
  State& state = *self->state;
  auto owned = Owned<GstBuffer>::adopt(buffer);
  if (!state.has_caps) return GST_FLOW_NOT_NEGOTIATED;
  return guarded(GST_ELEMENT(self), GST_FLOW_ERROR, [&] {
    PictureInput picture{owned, state.input_info, visual_of(owned.get())};
    owned.reset();
    return state.inputs.add_picture(std::move(picture));
  });
}

GstFlowReturn audio_chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  auto* self = TALKIE_SCENE_COMPOSITOR(parent);
  State& state = *self->state;
  auto owned = Owned<GstBuffer>::adopt(buffer);
  if (state.input_bytes_per_sample == 0) return GST_FLOW_NOT_NEGOTIATED;
  const guint64 samples =
      gst_buffer_get_size(buffer) / static_cast<guint64>(state.input_bytes_per_sample);
  return guarded(GST_ELEMENT(self), GST_FLOW_ERROR,
                 [&] { return state.inputs.add_sound(std::move(owned), samples); });
}

gboolean take_video_caps(TalkieSceneCompositor* self, GstCaps* caps) {
  State& state = *self->state;
  state.has_caps = gst_video_info_from_caps(&state.input_info, caps);
  if (state.has_caps &&
      GST_VIDEO_INFO_PAR_N(&state.input_info) == GST_VIDEO_INFO_PAR_D(&state.input_info))
    return TRUE;
  GST_WARNING_OBJECT(self, "cannot use %" GST_PTR_FORMAT, static_cast<void*>(caps));
  state.has_caps = false;
  return FALSE;
}

gboolean take_audio_caps(TalkieSceneCompositor* self, GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  int channels = 0;
  gst_structure_get_int(gst_caps_get_structure(caps, 0), "channels", &channels);
  self->state->input_bytes_per_sample = 2 * channels;
  self->state->inputs.add_event(Branch::audio, Owned<GstEvent>::share(event));
  return channels > 0;
}

// A hole in the sound is silence: everything after it keeps its place.
void add_silence(TalkieSceneCompositor* self, GstEvent* event) {
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  gst_event_parse_gap(event, nullptr, &duration);
  const auto bytes_per_sample = static_cast<gsize>(self->state->input_bytes_per_sample);
  if (!GST_CLOCK_TIME_IS_VALID(duration) || bytes_per_sample == 0) return;
  const guint64 samples = gst_util_uint64_scale_round(duration, kSpeechRate, GST_SECOND);
  auto silence = Owned<GstBuffer>::adopt(
      gst_buffer_new_allocate(nullptr, samples * bytes_per_sample, nullptr));
  gst_buffer_memset(silence.get(), 0, 0, samples * bytes_per_sample);
  self->state->inputs.add_sound(std::move(silence), samples);
}

gboolean take_timing(TalkieSceneCompositor* self, GstEvent* event) {
  Result<SceneTiming> timing = timing_from_event(event);
  Result<void> added =
      timing ? self->state->inputs.add_timing(std::move(*timing)) : Result<void>(timing.error());
  if (added) return TRUE;
  self->state->inputs.report(Branch::audio, Time{}, GST_FLOW_ERROR);
  post_error(GST_ELEMENT(self), added.error());
  return FALSE;
}

// Both of a flush's events stop and restart the source pads that this sink pad feeds.
void flush_outputs(TalkieSceneCompositor* self, Branch branch, GstEvent* event) {
  const bool is_start = GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_START;
  CompositorInputs& inputs = self->state->inputs;
  const CompositorRun run = run_of(*self->state);
  GstPad* const pads[] = {branch == Branch::video ? self->video_src : self->audio_src,
                          branch == Branch::video ? nullptr : self->text_src};
  if (is_start) inputs.set_bringing(branch, false);
  for (GstPad* pad : pads) {
    if (!pad) continue;
    const Branch taking = branch_of(self, pad);
    if (is_start) inputs.set_taking(taking, false);
    if (!run.is_seamless) gst_pad_push_event(pad, gst_event_ref(event));
    if (is_start) gst_pad_pause_task(pad);
    if (is_start) continue;
    GST_PAD_STREAM_LOCK(pad);  // its task may be in its last turn
    restart_output(self, taking, run);
    GST_PAD_STREAM_UNLOCK(pad);
  }
  if (is_start) return;
  inputs.flush(branch, run);
  inputs.set_bringing(branch, true);
  for (GstPad* pad : pads) {
    if (!pad) continue;
    inputs.set_taking(branch_of(self, pad), true);
    gst_pad_start_task(pad, run_source, pad, nullptr);
  }
}

gboolean handle_sink_event(TalkieSceneCompositor* self, GstPad* pad, GstEvent* event) {
  State& state = *self->state;
  const Branch branch = branch_of(self, pad);
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_STREAM_START:
      state.streams.add_stream_start(event);
      return TRUE;
    case GST_EVENT_CAPS: {
      if (branch == Branch::audio) return take_audio_caps(self, event);
      GstCaps* caps = nullptr;
      gst_event_parse_caps(event, &caps);
      return take_video_caps(self, caps);
    }
    case GST_EVENT_FLUSH_START:
    case GST_EVENT_FLUSH_STOP:
      flush_outputs(self, branch, event);
      return TRUE;
    case GST_EVENT_EOS:
      state.inputs.end(branch);
      return TRUE;
    case GST_EVENT_GAP:
      if (branch == Branch::audio) add_silence(self, event);
      return TRUE;
    case GST_EVENT_TAG:
      state.inputs.add_event(branch, Owned<GstEvent>::share(event));
      return TRUE;
    default:
      if (branch == Branch::audio && is_timing_event(event)) return take_timing(self, event);
      return TRUE;  // segments: the film's own timeline begins at 0
  }
}

gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  auto* self = TALKIE_SCENE_COMPOSITOR(parent);
  const auto owned = Owned<GstEvent>::adopt(event);
  return guarded(GST_ELEMENT(self), FALSE, [&] { return handle_sink_event(self, pad, event); });
}

// What the element can take on that pad: its template, and the size (or the channels) that the
// source pad's peer can take.
GstCaps* possible_caps(GstPad* pad, GstPad* source, std::initializer_list<const char*> fields) {
  auto own = Owned<GstCaps>::adopt(gst_pad_get_pad_template_caps(pad));
  auto source_caps = Owned<GstCaps>::adopt(gst_pad_get_current_caps(source));
  if (!source_caps) source_caps = Owned<GstCaps>::adopt(gst_pad_get_allowed_caps(source));
  if (!source_caps || gst_caps_is_any(source_caps.get())) return own.release();
  auto limits = Owned<GstCaps>::adopt(gst_caps_new_empty());
  for (guint i = 0; i < gst_caps_get_size(source_caps.get()); ++i) {
    const GstStructure* allowed = gst_caps_get_structure(source_caps.get(), i);
    GstStructure* limit = gst_structure_new_empty(gst_structure_get_name(allowed));
    for (const char* field : fields)
      if (const GValue* value = gst_structure_get_value(allowed, field))
        gst_structure_set_value(limit, field, value);
    gst_caps_append_structure(limits.get(), limit);
  }
  return gst_caps_simplify(
      gst_caps_intersect_full(limits.get(), own.get(), GST_CAPS_INTERSECT_FIRST));
}

gboolean sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  auto* self = TALKIE_SCENE_COMPOSITOR(parent);
  const bool is_video = pad == self->video_sink;
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_CAPS: {
      GstCaps* filter = nullptr;
      gst_query_parse_caps(query, &filter);
      auto caps =
          Owned<GstCaps>::adopt(is_video ? possible_caps(pad, self->video_src, {"width", "height"})
                                         : possible_caps(pad, self->audio_src, {"channels"}));
      if (filter)
        caps = Owned<GstCaps>::adopt(
            gst_caps_intersect_full(filter, caps.get(), GST_CAPS_INTERSECT_FIRST));
      gst_query_set_caps_result(query, caps.get());
      return TRUE;
    }
    case GST_QUERY_ACCEPT_CAPS: {
      // A size that cannot be used is let in, for an error that says why.
      GstCaps* caps = nullptr;
      gst_query_parse_accept_caps(query, &caps);
      const auto own = Owned<GstCaps>::adopt(gst_pad_get_pad_template_caps(pad));
      gst_query_set_accept_caps_result(query, gst_caps_can_intersect(caps, own.get()));
      return TRUE;
    }
    case GST_QUERY_ALLOCATION:
      if (is_video) gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
      return is_video;
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

}  // namespace

void set_up_sink(TalkieSceneCompositor* self, GstPad* pad) {
  gst_pad_set_chain_function(pad, pad == self->video_sink ? GST_DEBUG_FUNCPTR(video_chain)
                                                          : GST_DEBUG_FUNCPTR(audio_chain));
  gst_pad_set_event_function(pad, GST_DEBUG_FUNCPTR(sink_event));
  gst_pad_set_query_function(pad, GST_DEBUG_FUNCPTR(sink_query));
  gst_pad_set_activatemode_function(pad, GST_DEBUG_FUNCPTR(sink_activate_mode));
  gst_pad_set_iterate_internal_links_function(pad, GST_DEBUG_FUNCPTR(linked_pads));
}

}  // namespace talkie
