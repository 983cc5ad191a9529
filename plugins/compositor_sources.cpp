// SPDX-License-Identifier: LGPL-2.1-or-later
// scenecompositor's source pads: their tasks, and what comes up from downstream.
#include <chrono>
#include <string>
#include <utility>

#include "compositor_state.h"
#include "gst/element.h"

GST_DEBUG_CATEGORY_EXTERN(scenecompositor_debug);
#define GST_CAT_DEFAULT scenecompositor_debug

namespace talkie {

namespace {

// How far the sound may miss what its timings say: rounding, but no word.
constexpr Time kSoundTolerance = std::chrono::milliseconds(20);

void stop_with(TalkieSceneCompositor* self, GstPad* pad, Branch branch, Time position,
               GstFlowReturn flow) {
  self->state->inputs.report(branch, position, flow);
  gst_pad_pause_task(pad);
}

// After a push: goes on, or ends the task and tells whom it concerns.
void conclude(TalkieSceneCompositor* self, GstPad* pad, Branch branch, Time position,
              GstFlowReturn flow) {
  if (flow == GST_FLOW_OK || flow == GST_FLOW_NOT_LINKED) {
    self->state->inputs.report(branch, position, flow);
    return;
  }
  GST_DEBUG_OBJECT(pad, "stops: %s", gst_flow_get_name(flow));
  if (flow == GST_FLOW_FLUSHING) {
    gst_pad_pause_task(pad);
    return;
  }
  stop_with(self, pad, branch, position, flow);
  if (flow == GST_FLOW_EOS) return;
  GST_ELEMENT_FLOW_ERROR(self, flow);
  gst_pad_push_event(pad, gst_event_new_eos());
}

void fail(TalkieSceneCompositor* self, GstPad* pad, Branch branch, const Error& error) {
  stop_with(self, pad, branch, Time{}, GST_FLOW_ERROR);
  post_error(GST_ELEMENT(self), error);
  gst_pad_push_event(pad, gst_event_new_eos());
}

// The end of the film, or of the segment that was asked for.
template <typename Output>
void finish(TalkieSceneCompositor* self, GstPad* pad, Branch branch, Output& output) {
  const Time end = output.position();
  gst_pad_pause_task(pad);
  const bool all_ended = self->state->inputs.report_end(branch, end);
  output.push_end();
  if (!all_ended || !(run_of(*self->state).segment.flags & GST_SEGMENT_FLAG_SEGMENT)) return;
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_segment_done(
                                                  GST_OBJECT(self), GST_FORMAT_TIME, end.count()));
}

VideoSettings video_settings_of(State& state) {
  const Settings settings = settings_of(state);
  VideoSettings video{settings.frames, Time(settings.key_unit_interval), {}};
  SceneOverrides& overrides = video.overrides;
  overrides.transition = state.transition;
  switch (settings.captions) {
    case CaptionChoice::automatic:
      break;
    case CaptionChoice::none:
      overrides.captions = CaptionMode::none;
      break;
    case CaptionChoice::burned:
      overrides.captions = CaptionMode::burned;
      break;
    case CaptionChoice::words:
      overrides.captions = CaptionMode::words;
      break;
  }
  return video;
}

void do_video_work(TalkieSceneCompositor* self, GstPad* pad) {
  State& state = *self->state;
  if (state.video.is_done()) return finish(self, pad, Branch::video, state.video);
  if (state.video.has_frame()) {
    const Time position = state.video.position();
    const GstFlowReturn flow = state.video.push_frame();
    if (const auto failure = state.video.failure()) return fail(self, pad, Branch::video, *failure);
    return conclude(self, pad, Branch::video, position, flow);
  }
  Work work = state.inputs.next_for_video();
  if (auto* scene = std::get_if<SceneWork>(&work)) {
    GST_DEBUG_OBJECT(pad, "scene %d begins", scene->timing.index);
    if (const Result<void> added = state.video.add(std::move(*scene), video_settings_of(state));
        !added)
      fail(self, pad, Branch::video, added.error());
  } else if (auto* growth = std::get_if<ExtendWork>(&work)) {
    state.video.extend(growth->end);
  } else if (auto* event = std::get_if<EventWork>(&work)) {
    state.video.add_event(std::move(event->event));
  } else if (auto* error = std::get_if<Error>(&work)) {
    fail(self, pad, Branch::video, *error);
  } else if (std::holds_alternative<EndWork>(work)) {
    finish(self, pad, Branch::video, state.video);
  } else {
    gst_pad_pause_task(pad);
  }
}

// Samples that are missing or too many would shift every scene after them: not said by a player.
void check_sound_length(TalkieSceneCompositor* self) {
  const Time surplus = self->state->inputs.sound_surplus();
  if (std::chrono::abs(surplus) <= kSoundTolerance) return;
  post_warning(GST_ELEMENT(self),
               Problem{Problem::Severity::warning,
                       {},
                       "the sound is " + std::to_string(to_seconds(std::chrono::abs(surplus))) +
                           " s " + (surplus > Time{} ? "longer" : "shorter") +
                           " than its timings say; picture and sound drift apart"});
}

void do_audio_work(TalkieSceneCompositor* self, GstPad* pad) {
  State& state = *self->state;
  if (state.audio.is_done()) return finish(self, pad, Branch::audio, state.audio);
  Work work = state.inputs.next_for_audio();
  if (auto* sound = std::get_if<SoundWork>(&work)) {
    const Time position = state.audio.position();
    conclude(self, pad, Branch::audio, position, state.audio.push(std::move(sound->buffer)));
  } else if (auto* event = std::get_if<EventWork>(&work)) {
    state.audio.add_event(std::move(event->event));
  } else if (std::holds_alternative<EndWork>(work)) {
    check_sound_length(self);
    finish(self, pad, Branch::audio, state.audio);
  } else {
    gst_pad_pause_task(pad);
  }
}

void do_text_work(TalkieSceneCompositor* self, GstPad* pad) {
  State& state = *self->state;
  if (state.text->is_done()) return finish(self, pad, Branch::text, *state.text);
  Work work = state.inputs.next_for_text();
  if (auto* scene = std::get_if<TimingWork>(&work)) {
    const GstFlowReturn flow = state.text->push(scene->timing);
    conclude(self, pad, Branch::text, state.text->position(), flow);
  } else if (std::holds_alternative<EndWork>(work)) {
    finish(self, pad, Branch::text, *state.text);
  } else {
    gst_pad_pause_task(pad);
  }
}

// A pad that is requested late is active before it has a parent.
TalkieSceneCompositor* owner_of(GstPad* pad) {
  return TALKIE_SCENE_COMPOSITOR(gst_pad_get_element_private(pad));
}

gboolean src_activate_mode(GstPad* pad, GstObject*, GstPadMode mode, gboolean active) {
  auto* self = owner_of(pad);
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  const Branch branch = branch_of(self, pad);
  self->state->inputs.set_taking(branch, active);
  if (active) return gst_pad_start_task(pad, run_source, pad, nullptr);
  const gboolean stopped = gst_pad_stop_task(pad);
  reset_output(self, branch);
  return stopped;
}

gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_SEEK:  // a script is read once, from its beginning
      gst_event_unref(event);
      return FALSE;
    case GST_EVENT_QOS:  // nothing is dropped: the film is what it is
      gst_event_unref(event);
      return TRUE;
    default:
      return gst_pad_event_default(pad, parent, event);
  }
}

gboolean src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  auto* self = TALKIE_SCENE_COMPOSITOR(parent);
  const CompositorInputs& inputs = self->state->inputs;
  GstFormat format = GST_FORMAT_UNDEFINED;
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_POSITION:
      gst_query_parse_position(query, &format, nullptr);
      if (format != GST_FORMAT_TIME) return FALSE;
      gst_query_set_position(query, format, inputs.position(branch_of(self, pad)).count());
      return TRUE;
    case GST_QUERY_DURATION: {
      gst_query_parse_duration(query, &format, nullptr);
      const std::optional<Time> duration = inputs.duration();
      if (format != GST_FORMAT_TIME || !duration) return FALSE;
      gst_query_set_duration(query, format, duration->count());
      return TRUE;
    }
    case GST_QUERY_SEEKING:
      gst_query_parse_seeking(query, &format, nullptr, nullptr, nullptr);
      gst_query_set_seeking(query, format, FALSE, 0, -1);
      return TRUE;
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

}  // namespace

Settings settings_of(State& state) {
  const std::lock_guard lock(state.settings_mutex);
  return state.settings;
}

Branch branch_of(TalkieSceneCompositor* self, GstPad* pad) {
  if (pad == self->video_src || pad == self->video_sink) return Branch::video;
  if (pad == self->text_src) return Branch::text;
  return Branch::audio;
}

void run_source(gpointer data) {
  auto* pad = static_cast<GstPad*>(data);
  auto* self = owner_of(pad);
  const Branch branch = branch_of(self, pad);
  const bool is_fine = guarded(GST_ELEMENT(self), false, [&] {
    if (branch == Branch::video)
      do_video_work(self, pad);
    else if (branch == Branch::audio)
      do_audio_work(self, pad);
    else
      do_text_work(self, pad);
    return true;
  });
  if (!is_fine) stop_with(self, pad, branch, Time{}, GST_FLOW_ERROR);
}

void reset_output(TalkieSceneCompositor* self, Branch branch) {
  State& state = *self->state;
  if (branch == Branch::video)
    state.video.reset();
  else if (branch == Branch::audio)
    state.audio.reset();
  else if (state.text)
    state.text->reset();
}

void restart_output(TalkieSceneCompositor* self, Branch branch, const CompositorRun& run) {
  State& state = *self->state;
  if (branch == Branch::video)
    state.video.restart(run);
  else if (branch == Branch::audio)
    state.audio.restart(run);
  else if (state.text)
    state.text->restart(run);
}

CompositorRun run_of(State& state) {
  const std::lock_guard lock(state.settings_mutex);
  return state.run;
}

void set_compositor_run(GstElement* scenecompositor, const CompositorRun& run) {
  State& state = *TALKIE_SCENE_COMPOSITOR(scenecompositor)->state;
  {
    const std::lock_guard lock(state.settings_mutex);
    state.run = run;
  }
  if (run.segment.flags & GST_SEGMENT_FLAG_SEGMENT)
    gst_element_post_message(
        scenecompositor, gst_message_new_segment_start(GST_OBJECT(scenecompositor), GST_FORMAT_TIME,
                                                       static_cast<gint64>(run.segment.start)));
}

void set_flush_seamless(GstElement* scenecompositor, bool is_seamless) {
  State& state = *TALKIE_SCENE_COMPOSITOR(scenecompositor)->state;
  const std::lock_guard lock(state.settings_mutex);
  state.run.is_seamless = is_seamless;
}

bool compositor_is_done(GstElement* scenecompositor) {
  return TALKIE_SCENE_COMPOSITOR(scenecompositor)->state->inputs.is_done();
}

GstIterator* linked_pads(GstPad* pad, GstObject* parent) {
  auto* self = TALKIE_SCENE_COMPOSITOR(parent);
  GstPad* other = self->audio_sink;
  if (pad == self->video_sink) other = self->video_src;
  if (pad == self->video_src) other = self->video_sink;
  if (pad == self->audio_sink) other = self->audio_src;
  if (!other) return nullptr;
  GValue value = G_VALUE_INIT;
  g_value_init(&value, GST_TYPE_PAD);
  g_value_set_object(&value, other);
  GstIterator* links = gst_iterator_new_single(GST_TYPE_PAD, &value);
  g_value_unset(&value);
  return links;
}

void set_up_source(TalkieSceneCompositor* self, GstPad* pad) {
  gst_pad_set_element_private(pad, self);
  gst_pad_set_event_function(pad, GST_DEBUG_FUNCPTR(src_event));
  gst_pad_set_query_function(pad, GST_DEBUG_FUNCPTR(src_query));
  gst_pad_set_activatemode_function(pad, GST_DEBUG_FUNCPTR(src_activate_mode));
  gst_pad_set_iterate_internal_links_function(pad, GST_DEBUG_FUNCPTR(linked_pads));
  gst_pad_use_fixed_caps(pad);
}

}  // namespace talkie
