// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-scenecompositor
 * @title: scenecompositor
 *
 * Puts scenes on one timeline. Pictures with their layers come in on `video`, speech with its
 * timing on `audio`; out come frames (I420, BT.709), the sound, and on request captions as text.
 * A scene's picture waits for its timing; layers come in when the voice speaks of them; transitions
 * lead from scene to scene. Without `audio` linked, pictures stay as long as they say themselves
 * and the sound is silence. Sound without timings is laid under the pictures, and the last one
 * stays until it ends.
 *
 * A picture that stays is one buffer with a long duration where what follows can make something of
 * it: h264holdfill, or a muxer for files with a variable frame rate. Elsewhere, and with
 * frames=constant, every frame is a buffer. In long holds a key unit is asked for now and then
 * (key-unit-interval), since encoders count pictures, not seconds.
 *
 * |[
 * gst-launch-1.0 scriptsrc script="# Hello" ! tee name=scenes \
 *   scenes. ! queue ! svgrender ! comp.video \
 *   scenes. ! queue ! ttssrc ! comp.audio \
 *   scenecompositor name=comp comp.video_src ! fakesink comp.audio_src ! fakesink
 * ]|
 */
#include "scenecompositor.h"

#include <gst/video/video.h>

#include <memory>
#include <mutex>
#include <string>

#include "compositor_state.h"
#include "gst/element.h"
#include "script/transition_text.h"

using namespace talkie;

GST_DEBUG_CATEGORY(scenecompositor_debug);
#define GST_CAT_DEFAULT scenecompositor_debug

namespace {

enum { PROP_FRAMES = 1, PROP_TRANSITION, PROP_CAPTIONS, PROP_KEY_UNIT_INTERVAL };

}  // namespace

#define SOUND_CAPS                                             \
  "audio/x-raw, format = (string) S16LE, rate = (int) 48000, " \
  "channels = (int) [ 1, 2 ], layout = (string) interleaved"

static GstStaticPadTemplate video_sink_template = GST_STATIC_PAD_TEMPLATE(
    "video", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE("{ BGRA, BGRx }")));
static GstStaticPadTemplate audio_sink_template =
    GST_STATIC_PAD_TEMPLATE("audio", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS(SOUND_CAPS));
static GstStaticPadTemplate video_src_template = GST_STATIC_PAD_TEMPLATE(
    "video_src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE("I420")));
static GstStaticPadTemplate audio_src_template =
    GST_STATIC_PAD_TEMPLATE("audio_src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(SOUND_CAPS));
static GstStaticPadTemplate text_src_template =
    GST_STATIC_PAD_TEMPLATE("text_src", GST_PAD_SRC, GST_PAD_REQUEST,
                            GST_STATIC_CAPS("text/x-raw, format = (string) utf8"));

G_DEFINE_FINAL_TYPE_WITH_CODE(TalkieSceneCompositor, talkie_scene_compositor, GST_TYPE_ELEMENT,
                              GST_DEBUG_CATEGORY_INIT(scenecompositor_debug, "scenecompositor", 0,
                                                      "scenes on a timeline"))
GST_ELEMENT_REGISTER_DEFINE(scenecompositor, "scenecompositor", GST_RANK_NONE,
                            TALKIE_TYPE_SCENE_COMPOSITOR)

static GType talkie_frame_mode_get_type() {
  static const GType type = [] {
    static const GEnumValue values[] = {
        {static_cast<int>(FrameMode::automatic), "By what follows", "auto"},
        {static_cast<int>(FrameMode::on_change), "One buffer for each distinct picture",
         "on-change"},
        {static_cast<int>(FrameMode::constant), "One buffer for each frame", "constant"},
        {0, nullptr, nullptr}};
    return g_enum_register_static("TalkieFrameMode", values);
  }();
  return type;
}

static GType talkie_caption_choice_get_type() {
  static const GType type = [] {
    static const GEnumValue values[] = {
        {static_cast<int>(CaptionChoice::automatic), "As the scene says", "auto"},
        {static_cast<int>(CaptionChoice::none), "Not in the picture", "none"},
        {static_cast<int>(CaptionChoice::burned), "Painted into the picture", "burned"},
        {static_cast<int>(CaptionChoice::words), "Painted, the word that is said is lit", "words"},
        {0, nullptr, nullptr}};
    return g_enum_register_static("TalkieCaptionChoice", values);
  }();
  return type;
}

// --- life cycle ---

static void talkie_scene_compositor_init(TalkieSceneCompositor* self) {
  self->video_sink = gst_pad_new_from_static_template(&video_sink_template, "video");
  self->video_src = gst_pad_new_from_static_template(&video_src_template, "video_src");
  self->audio_src = gst_pad_new_from_static_template(&audio_src_template, "audio_src");
  self->state = new State(self->video_src, self->audio_src);
  set_up_sink(self, self->video_sink);
  set_up_source(self, self->video_src);
  set_up_source(self, self->audio_src);
  gst_element_add_pad(GST_ELEMENT(self), self->video_sink);
  gst_element_add_pad(GST_ELEMENT(self), self->video_src);
  gst_element_add_pad(GST_ELEMENT(self), self->audio_src);
}

static void talkie_scene_compositor_finalize(GObject* object) {
  delete TALKIE_SCENE_COMPOSITOR(object)->state;
  G_OBJECT_CLASS(talkie_scene_compositor_parent_class)->finalize(object);
}

static GstPad* talkie_scene_compositor_request_new_pad(GstElement* element,
                                                       GstPadTemplate* pad_template, const char*,
                                                       const GstCaps*) {
  auto* self = TALKIE_SCENE_COMPOSITOR(element);
  const bool is_sink = GST_PAD_TEMPLATE_DIRECTION(pad_template) == GST_PAD_SINK;
  GstPad*& place = is_sink ? self->audio_sink : self->text_src;
  if (place) return nullptr;  // there is one of each
  GstPad* pad =
      gst_pad_new_from_template(pad_template, GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template));
  place = pad;
  if (is_sink) {
    set_up_sink(self, pad);
    self->state->inputs.set_has_sound(true);
  } else {
    set_up_source(self, pad);
    State& state = *self->state;
    state.text = std::make_unique<TextOutput>(pad, state.inputs, state.streams);
    state.streams.set_has_text(true);
  }
  if (GST_STATE_TARGET(element) > GST_STATE_READY) gst_pad_set_active(pad, TRUE);
  gst_element_add_pad(element, pad);
  return pad;
}

static void talkie_scene_compositor_release_pad(GstElement* element, GstPad* pad) {
  auto* self = TALKIE_SCENE_COMPOSITOR(element);
  gst_pad_set_active(pad, FALSE);
  if (pad == self->audio_sink) {
    self->audio_sink = nullptr;
    self->state->inputs.set_has_sound(false);
  } else if (pad == self->text_src) {
    self->text_src = nullptr;
    self->state->text.reset();
    self->state->streams.set_has_text(false);
  }
  gst_element_remove_pad(element, pad);
}

static bool start(TalkieSceneCompositor* self) {
  State& state = *self->state;
  state.inputs.reset(self->audio_sink != nullptr);
  state.streams.reset();
  set_compositor_run(GST_ELEMENT(self), {});
  state.has_caps = false;
  state.input_bytes_per_sample = 0;
  state.transition.reset();
  const std::string transition = settings_of(state).transition;
  if (transition.empty()) return true;
  const Result<Transition> parsed = parse_transition(transition);
  if (parsed)
    state.transition = *parsed;
  else
    post_error(GST_ELEMENT(self), parsed.error());
  return static_cast<bool>(parsed);
}

static GstStateChangeReturn talkie_scene_compositor_change_state(GstElement* element,
                                                                 GstStateChange change) {
  auto* self = TALKIE_SCENE_COMPOSITOR(element);
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED &&
      !guarded(element, false, [&] { return start(self); }))
    return GST_STATE_CHANGE_FAILURE;
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(talkie_scene_compositor_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    self->state->inputs.reset(self->audio_sink != nullptr);
  return result;
}

// --- properties ---

static void talkie_scene_compositor_set_property(GObject* object, guint id, const GValue* value,
                                                 GParamSpec* spec) {
  State& state = *TALKIE_SCENE_COMPOSITOR(object)->state;
  const std::lock_guard lock(state.settings_mutex);
  switch (id) {
    case PROP_FRAMES:
      state.settings.frames = static_cast<FrameMode>(g_value_get_enum(value));
      break;
    case PROP_TRANSITION: {
      const char* text = g_value_get_string(value);
      state.settings.transition = text ? text : "";
      break;
    }
    case PROP_CAPTIONS:
      state.settings.captions = static_cast<CaptionChoice>(g_value_get_enum(value));
      break;
    case PROP_KEY_UNIT_INTERVAL:
      state.settings.key_unit_interval = g_value_get_uint64(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void talkie_scene_compositor_get_property(GObject* object, guint id, GValue* value,
                                                 GParamSpec* spec) {
  const Settings settings = settings_of(*TALKIE_SCENE_COMPOSITOR(object)->state);
  switch (id) {
    case PROP_FRAMES:
      g_value_set_enum(value, static_cast<int>(settings.frames));
      break;
    case PROP_TRANSITION:
      g_value_set_string(value, settings.transition.c_str());
      break;
    case PROP_CAPTIONS:
      g_value_set_enum(value, static_cast<int>(settings.captions));
      break;
    case PROP_KEY_UNIT_INTERVAL:
      g_value_set_uint64(value, settings.key_unit_interval);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void install_properties(GObjectClass* object_class) {
  const auto live = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                             GST_PARAM_MUTABLE_PLAYING);
  const auto ready = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                              GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object_class, PROP_FRAMES,
      g_param_spec_enum("frames", "Frames", "What a picture that does not change is",
                        talkie_frame_mode_get_type(), static_cast<int>(FrameMode::automatic),
                        ready));
  g_object_class_install_property(
      object_class, PROP_TRANSITION,
      g_param_spec_string("transition", "Transition",
                          "For all scenes: 'cut', 'crossfade 0.5', 'push left 0.5', 'morph' and "
                          "others, with seconds; empty: as each scene says",
                          "", ready));
  g_object_class_install_property(
      object_class, PROP_CAPTIONS,
      g_param_spec_enum(
          "captions", "Captions", "Captions in the picture; text_src has them in any case",
          talkie_caption_choice_get_type(), static_cast<int>(CaptionChoice::automatic), live));
  g_object_class_install_property(
      object_class, PROP_KEY_UNIT_INTERVAL,
      g_param_spec_uint64("key-unit-interval", "Key unit interval",
                          "Where pictures hold: how far key frames are apart at the most, in "
                          "nanoseconds; 0: the encoder alone decides",
                          0, G_MAXINT64, kDefaultKeyUnitInterval, ready));
}

static void talkie_scene_compositor_class_init(TalkieSceneCompositorClass* klass) {
  auto* object_class = G_OBJECT_CLASS(klass);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  object_class->finalize = talkie_scene_compositor_finalize;
  object_class->set_property = talkie_scene_compositor_set_property;
  object_class->get_property = talkie_scene_compositor_get_property;
  install_properties(object_class);
  element_class->change_state = GST_DEBUG_FUNCPTR(talkie_scene_compositor_change_state);
  element_class->request_new_pad = GST_DEBUG_FUNCPTR(talkie_scene_compositor_request_new_pad);
  element_class->release_pad = GST_DEBUG_FUNCPTR(talkie_scene_compositor_release_pad);
  gst_element_class_add_static_pad_template(element_class, &video_sink_template);
  gst_element_class_add_static_pad_template(element_class, &audio_sink_template);
  gst_element_class_add_static_pad_template(element_class, &video_src_template);
  gst_element_class_add_static_pad_template(element_class, &audio_src_template);
  gst_element_class_add_static_pad_template(element_class, &text_src_template);
  gst_element_class_set_static_metadata(element_class, "Scene compositor", "Video/Compositor",
                                        "Puts scenes on one timeline: frames, sound, captions",
                                        "The Talkie authors");
}
