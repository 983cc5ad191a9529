// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-talkiesrc
 * @title: talkiesrc
 *
 * A script as a source of video, sound and captions: scriptsrc, svgrender, ttssrc and
 * scenecompositor in one bin, with the speech and the pictures made on threads of their own. Its
 * pads are `video`, `audio` and, on request, `text`.
 *
 * |[
 * gst-launch-1.0 talkiesrc name=talk script="# Hello" talk.video ! fakesink talk.audio ! fakesink
 * ]|
 */
#include "talkiesrc.h"

#include <array>
#include <string>

#include "gst/element.h"

using namespace talkie;

GST_DEBUG_CATEGORY_STATIC(talkiesrc_debug);
#define GST_CAT_DEFAULT talkiesrc_debug

namespace {

// The elements inside, owned by the bin; set in init and never changed.
struct State {
  GstElement* script = nullptr;
  GstElement* pictures = nullptr;
  GstElement* speech = nullptr;
  GstElement* compositor = nullptr;
};

enum class Child { script, speech, compositor };

// A property of the bin is a property of the same name of one element inside.
struct Forward {
  const char* name;
  Child child;
  GType type;
  const char* blurb;
  const char* fallback;  // as text
};

constexpr int kForwards = 11;
const std::array<Forward, kForwards>& forwards() {
  static const std::array<Forward, kForwards> table{{
      {"location", Child::script, G_TYPE_STRING, "The script's file", nullptr},
      {"script", Child::script, G_TYPE_STRING, "The script itself, instead of a file", nullptr},
      {"dialect", Child::script, G_TYPE_STRING, "auto, talkie, narakeet, json or text", "auto"},
      {"scenes", Child::script, G_TYPE_STRING, "Only these scenes, such as 3-5", nullptr},
      {"settings", Child::script, GST_TYPE_STRUCTURE, "Header keys that win over the script's",
       nullptr},
      {"engine", Child::speech, G_TYPE_STRING, "The speech engine; unset: the first found",
       nullptr},
      {"voice", Child::speech, G_TYPE_STRING, "For scenes that name no voice", nullptr},
      {"language", Child::speech, G_TYPE_STRING, "For scenes that name no language", nullptr},
      {"frames", Child::compositor, G_TYPE_STRING, "auto, on-change or constant", "auto"},
      {"captions", Child::compositor, G_TYPE_STRING, "auto, none, burned or words", "auto"},
      {"transition", Child::compositor, G_TYPE_STRING, "For all scenes; unset: as the script says",
       nullptr},
  }};
  return table;
}

}  // namespace

struct _TalkieSrc {
  GstBin parent;
  State* state;
};

static GstStaticPadTemplate video_template = GST_STATIC_PAD_TEMPLATE(
    "video", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw, format = (string) I420"));
static GstStaticPadTemplate audio_template = GST_STATIC_PAD_TEMPLATE(
    "audio", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, rate = (int) 48000"));
static GstStaticPadTemplate text_template = GST_STATIC_PAD_TEMPLATE(
    "text", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS("text/x-raw, format = (string) utf8"));

G_DEFINE_FINAL_TYPE_WITH_CODE(TalkieSrc, talkie_src, GST_TYPE_BIN,
                              GST_DEBUG_CATEGORY_INIT(talkiesrc_debug, "talkiesrc", 0,
                                                      "a script as a source"))
GST_ELEMENT_REGISTER_DEFINE(talkiesrc, "talkiesrc", GST_RANK_NONE, TALKIE_TYPE_SRC)

static GstElement* add_child(TalkieSrc* self, const char* factory, const char* name) {
  Result<Owned<GstElement>> child = make_element(factory, name);
  if (!child) {
    GST_ERROR_OBJECT(self, "%s", child.error().message.c_str());
    return nullptr;
  }
  GstElement* element = child->get();
  gst_bin_add(GST_BIN(self), element);
  return element;
}

static void add_ghost(TalkieSrc* self, GstStaticPadTemplate& pad_template, const char* target) {
  auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(self->state->compositor, target));
  auto described = Owned<GstPadTemplate>::adopt(gst_static_pad_template_get(&pad_template));
  gst_element_add_pad(
      GST_ELEMENT(self),
      gst_ghost_pad_new_from_template(pad_template.name_template, pad.get(), described.get()));
}

static void talkie_src_init(TalkieSrc* self) {
  self->state = new State;
  State& state = *self->state;
  state.script = add_child(self, "scriptsrc", "script");
  GstElement* tee = add_child(self, "tee", "scenes");
  GstElement* picture_queue = add_child(self, "queue", "picture-queue");
  state.pictures = add_child(self, "svgrender", "pictures");
  GstElement* speech_queue = add_child(self, "queue", "speech-queue");
  state.speech = add_child(self, "ttssrc", "speech");
  state.compositor = add_child(self, "scenecompositor", "compositor");
  if (!tee || !picture_queue || !speech_queue) return;  // GStreamer's core elements are missing

  gst_element_link(state.script, tee);
  gst_element_link_many(tee, picture_queue, state.pictures, nullptr);
  gst_element_link_pads(state.pictures, "src", state.compositor, "video");
  gst_element_link(tee, speech_queue);
  gst_element_link_pads(speech_queue, "src", state.speech, "sink");
  gst_element_link_pads(state.speech, "src", state.compositor, "audio");
  add_ghost(self, video_template, "video_src");
  add_ghost(self, audio_template, "audio_src");
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
}

static void talkie_src_finalize(GObject* object) {
  delete TALKIE_SRC(object)->state;
  G_OBJECT_CLASS(talkie_src_parent_class)->finalize(object);
}

static GstPad* talkie_src_request_new_pad(GstElement* element, GstPadTemplate* described,
                                          const char*, const GstCaps*) {
  TalkieSrc* self = TALKIE_SRC(element);
  auto target =
      Owned<GstPad>::adopt(gst_element_request_pad_simple(self->state->compositor, "text_src"));
  if (!target) return nullptr;
  GstPad* ghost = gst_ghost_pad_new_from_template("text", target.get(), described);
  gst_pad_set_active(ghost, TRUE);
  gst_element_add_pad(element, ghost);
  return ghost;
}

static void talkie_src_release_pad(GstElement* element, GstPad* pad) {
  auto target = Owned<GstPad>::adopt(gst_ghost_pad_get_target(GST_GHOST_PAD(pad)));
  gst_element_remove_pad(element, pad);
  if (target) gst_element_release_request_pad(TALKIE_SRC(element)->state->compositor, target.get());
}

static GObject* child_of(TalkieSrc* self, const Forward& forward) {
  switch (forward.child) {
    case Child::script:
      return G_OBJECT(self->state->script);
    case Child::speech:
      return G_OBJECT(self->state->speech);
    case Child::compositor:
      return G_OBJECT(self->state->compositor);
  }
  return nullptr;
}

// Enumerations inside are texts outside, so that the bin names no type of its children.
static void talkie_src_set_property(GObject* object, guint id, const GValue* value, GParamSpec*) {
  const Forward& forward = forwards()[id - 1];
  GObject* child = child_of(TALKIE_SRC(object), forward);
  GParamSpec* inner = g_object_class_find_property(G_OBJECT_GET_CLASS(child), forward.name);
  if (G_IS_PARAM_SPEC_ENUM(inner) && G_VALUE_HOLDS_STRING(value)) {
    const char* text = g_value_get_string(value);
    gst_util_set_object_arg(child, forward.name, text ? text : forward.fallback);
  } else {
    g_object_set_property(child, forward.name, value);
  }
}

static void talkie_src_get_property(GObject* object, guint id, GValue* value, GParamSpec*) {
  const Forward& forward = forwards()[id - 1];
  GObject* child = child_of(TALKIE_SRC(object), forward);
  GParamSpec* inner = g_object_class_find_property(G_OBJECT_GET_CLASS(child), forward.name);
  if (!G_IS_PARAM_SPEC_ENUM(inner)) {
    g_object_get_property(child, forward.name, value);
    return;
  }
  int number = 0;
  g_object_get(child, forward.name, &number, nullptr);
  auto* values = static_cast<GEnumClass*>(g_type_class_peek(inner->value_type));
  const GEnumValue* known = g_enum_get_value(values, number);
  g_value_set_string(value, known ? known->value_nick : nullptr);
}

static void talkie_src_class_init(TalkieSrcClass* klass) {
  auto* object_class = G_OBJECT_CLASS(klass);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  object_class->finalize = talkie_src_finalize;
  object_class->set_property = talkie_src_set_property;
  object_class->get_property = talkie_src_get_property;
  element_class->request_new_pad = GST_DEBUG_FUNCPTR(talkie_src_request_new_pad);
  element_class->release_pad = GST_DEBUG_FUNCPTR(talkie_src_release_pad);

  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                              GST_PARAM_MUTABLE_READY);
  guint id = 1;
  for (const Forward& forward : forwards()) {
    GParamSpec* spec =
        forward.type == G_TYPE_STRING
            ? g_param_spec_string(forward.name, forward.name, forward.blurb, forward.fallback,
                                  flags)
            : g_param_spec_boxed(forward.name, forward.name, forward.blurb, forward.type, flags);
    g_object_class_install_property(object_class, id++, spec);
  }

  gst_element_class_add_static_pad_template(element_class, &video_template);
  gst_element_class_add_static_pad_template(element_class, &audio_template);
  gst_element_class_add_static_pad_template(element_class, &text_template);
  gst_element_class_set_static_metadata(element_class, "Talkie source", "Source/Audio/Video",
                                        "A script as a source of video, speech and captions",
                                        "The Talkie project");
}
