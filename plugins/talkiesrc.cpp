// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-talkiesrc
 * @title: talkiesrc
 *
 * A script as a source of video, sound and captions: scriptsrc, svgrender, ttssrc and
 * scenecompositor in one bin, with the speech and the pictures made on threads of their own. Its
 * pads are `video`, `audio` and, on request, `text`. It can be seeked, to the frame and the sample
 * or to the beginnings of scenes, and says how long the film is: about, then exactly, as soon as
 * all of it was spoken (a message `talkie-duration` says when). Players open `talkie:///a/talk.md`
 * with it. docs/talkiesrc.md has the details.
 *
 * |[
 * gst-launch-1.0 talkiesrc name=talk script="# Hello" talk.video ! fakesink talk.audio ! fakesink
 * ]|
 */
#include "talkiesrc.h"

#include "gst/element.h"
#include "talkie_uri.h"

using namespace talkie;

struct _TalkieSrc {
  TalkieFilmBin parent;
};

static GstStaticPadTemplate video_template = GST_STATIC_PAD_TEMPLATE(
    "video", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw, format = (string) I420"));
static GstStaticPadTemplate audio_template = GST_STATIC_PAD_TEMPLATE(
    "audio", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, rate = (int) 48000"));
static GstStaticPadTemplate text_template = GST_STATIC_PAD_TEMPLATE(
    "text", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS("text/x-raw, format = (string) utf8"));

static void uri_handler_init(gpointer iface, gpointer);

G_DEFINE_FINAL_TYPE_WITH_CODE(TalkieSrc, talkie_src, TALKIE_TYPE_FILM_BIN,
                              G_IMPLEMENT_INTERFACE(GST_TYPE_URI_HANDLER, uri_handler_init))
GST_ELEMENT_REGISTER_DEFINE(talkiesrc, "talkiesrc", GST_RANK_PRIMARY, TALKIE_TYPE_SRC)

static void add_pad(TalkieSrc* self, GstStaticPadTemplate& pad_template, const char* name) {
  auto* bin = TALKIE_FILM_BIN(self);
  const auto target = Owned<GstPad>::adopt(gst_element_get_static_pad(compositor_of(bin), name));
  gst_element_add_pad(GST_ELEMENT(self), new_film_pad(bin, pad_template, target.get()));
}

static void talkie_src_init(TalkieSrc* self) {
  add_pad(self, video_template, "video_src");
  add_pad(self, audio_template, "audio_src");
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
}

// --- URIs ---

static GstURIType uri_type(GType) {
  return GST_URI_SRC;
}

static const gchar* const* uri_protocols(GType) {
  static const gchar* const protocols[] = {kTalkieProtocol, nullptr};
  return protocols;
}

static gchar* get_uri(GstURIHandler* handler) {
  gchar* location = nullptr;
  g_object_get(handler, "location", &location, nullptr);
  gchar* uri = location && *location ? g_strdup(uri_of_script(location).c_str()) : nullptr;
  g_free(location);
  return uri;
}

static gboolean set_uri(GstURIHandler* handler, const gchar* uri, GError** error) {
  if (GST_STATE(handler) > GST_STATE_READY) {
    g_set_error_literal(error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
                        "a talkiesrc that plays cannot be given another script");
    return FALSE;
  }
  const Result<ScriptUri> parsed = parse_script_uri(uri);
  if (!parsed) {
    g_set_error_literal(error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                        parsed.error().message.c_str());
    return FALSE;
  }
  apply_script_uri(GST_ELEMENT(handler), *parsed);
  return TRUE;
}

static void uri_handler_init(gpointer iface, gpointer) {
  auto* handler = static_cast<GstURIHandlerInterface*>(iface);
  handler->get_type = uri_type;
  handler->get_protocols = uri_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

// --- properties: those of the script that only a source has ---

enum { PROP_LOCATION = 1, PROP_SCRIPT };

static void talkie_src_set_property(GObject* object, guint, const GValue* value, GParamSpec* spec) {
  g_object_set_property(G_OBJECT(script_of(TALKIE_FILM_BIN(object))), spec->name, value);
}

static void talkie_src_get_property(GObject* object, guint, GValue* value, GParamSpec* spec) {
  g_object_get_property(G_OBJECT(script_of(TALKIE_FILM_BIN(object))), spec->name, value);
}

static void talkie_src_class_init(TalkieSrcClass* klass) {
  auto* object_class = G_OBJECT_CLASS(klass);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  object_class->set_property = talkie_src_set_property;
  object_class->get_property = talkie_src_get_property;
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                              GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object_class, PROP_LOCATION,
      g_param_spec_string("location", "location", "The script's file", nullptr, flags));
  g_object_class_install_property(
      object_class, PROP_SCRIPT,
      g_param_spec_string("script", "script", "The script itself, instead of a file", nullptr,
                          flags));
  gst_element_class_add_static_pad_template(element_class, &video_template);
  gst_element_class_add_static_pad_template(element_class, &audio_template);
  gst_element_class_add_static_pad_template(element_class, &text_template);
  gst_element_class_set_static_metadata(element_class, "Talkie source", "Source/Audio/Video",
                                        "A script as a source of video, speech and captions",
                                        "The Talkie authors");
}
