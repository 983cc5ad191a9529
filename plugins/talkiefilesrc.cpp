// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-talkiefilesrc
 * @title: talkiefilesrc
 *
 * Reads a file whose name ends with `.talkie.md` or `.talkie.json` and says that it is a script:
 * what a file is called is not told to type finders. Players that are given the URI of such a file
 * choose this element for it, and leave all other files to filesrc.
 *
 * |[
 * gst-launch-1.0 talkiefilesrc location=talk.talkie.md ! talkiedemux name=talk \
 *   talk.video ! fakesink talk.audio ! fakesink
 * ]|
 */
#include "talkiefilesrc.h"

#include <mutex>
#include <string>

#include "base/text.h"
#include "gst/element.h"
#include "gst/owned.h"
#include "script/script.h"
#include "talkie_typefind.h"

using namespace talkie;

namespace {

struct State {
  std::mutex mutex;
  std::string location;  // guarded by it
  bool is_read = false;  // of the streaming thread, between start() and stop()
};

bool is_script_name(const std::string& name) {
  const std::string lower = to_lower(name);
  return lower.ends_with(".talkie.md") || lower.ends_with(".talkie.json");
}

}  // namespace

struct _TalkieFileSrc {
  GstPushSrc parent;
  State* state;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(kTalkieCaps));

static void uri_handler_init(gpointer iface, gpointer);

// Just before filesrc, which takes what this one refuses.
G_DEFINE_FINAL_TYPE_WITH_CODE(TalkieFileSrc, talkie_file_src, GST_TYPE_PUSH_SRC,
                              G_IMPLEMENT_INTERFACE(GST_TYPE_URI_HANDLER, uri_handler_init))
GST_ELEMENT_REGISTER_DEFINE(talkiefilesrc, "talkiefilesrc", GST_RANK_PRIMARY + 1,
                            TALKIE_TYPE_FILE_SRC)

static std::string location_of(gpointer self) {
  State& state = *TALKIE_FILE_SRC(self)->state;
  const std::lock_guard lock(state.mutex);
  return state.location;
}

static void set_location(gpointer self, const char* location) {
  State& state = *TALKIE_FILE_SRC(self)->state;
  const std::lock_guard lock(state.mutex);
  state.location = location ? location : "";
}

// --- URIs ---

static GstURIType uri_type(GType) {
  return GST_URI_SRC;
}

static const gchar* const* uri_protocols(GType) {
  static const gchar* const protocols[] = {"file", nullptr};
  return protocols;
}

static gchar* get_uri(GstURIHandler* handler) {
  const std::string location = location_of(handler);
  return location.empty() ? nullptr : gst_filename_to_uri(location.c_str(), nullptr);
}

static gboolean set_uri(GstURIHandler* handler, const gchar* uri, GError** error) {
  gchar* path = g_filename_from_uri(uri, nullptr, nullptr);
  const bool is_script = path && is_script_name(path);
  if (is_script)
    set_location(handler, path);
  else
    g_set_error_literal(error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                        "not the name of a script: *.talkie.md or *.talkie.json");
  g_free(path);
  return is_script;
}

static void uri_handler_init(gpointer iface, gpointer) {
  auto* handler = static_cast<GstURIHandlerInterface*>(iface);
  handler->get_type = uri_type;
  handler->get_protocols = uri_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

// --- life cycle ---

static gboolean talkie_file_src_start(GstBaseSrc* src) {
  TALKIE_FILE_SRC(src)->state->is_read = false;
  return TRUE;
}

static gboolean talkie_file_src_is_seekable(GstBaseSrc*) {
  return FALSE;
}

static gboolean talkie_file_src_query(GstBaseSrc* src, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_URI)
    return GST_BASE_SRC_CLASS(talkie_file_src_parent_class)->query(src, query);
  gchar* uri = get_uri(GST_URI_HANDLER(src));
  gst_query_set_uri(query, uri);
  g_free(uri);
  return TRUE;
}

// Scripts are small: one buffer.
static GstFlowReturn talkie_file_src_create(GstPushSrc* src, GstBuffer** buffer) {
  State& state = *TALKIE_FILE_SRC(src)->state;
  return guarded(GST_ELEMENT(src), GST_FLOW_ERROR, [&] {
    if (state.is_read) return GST_FLOW_EOS;
    const Result<std::string> text = read_file(location_of(src), kMaxScriptBytes);
    if (!text) {
      post_error(GST_ELEMENT(src), text.error());
      return GST_FLOW_ERROR;
    }
    state.is_read = true;
    if (text->empty()) return GST_FLOW_EOS;
    *buffer = gst_buffer_new_memdup(text->data(), text->size());
    return GST_FLOW_OK;
  });
}

static void talkie_file_src_set_property(GObject* object, guint, const GValue* value, GParamSpec*) {
  set_location(object, g_value_get_string(value));
}

static void talkie_file_src_get_property(GObject* object, guint, GValue* value, GParamSpec*) {
  const std::string location = location_of(object);
  g_value_set_string(value, location.empty() ? nullptr : location.c_str());
}

static void talkie_file_src_init(TalkieFileSrc* self) {
  self->state = new State;
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_BYTES);
}

static void talkie_file_src_finalize(GObject* object) {
  delete TALKIE_FILE_SRC(object)->state;
  G_OBJECT_CLASS(talkie_file_src_parent_class)->finalize(object);
}

static void talkie_file_src_class_init(TalkieFileSrcClass* klass) {
  auto* object_class = G_OBJECT_CLASS(klass);
  object_class->finalize = talkie_file_src_finalize;
  object_class->set_property = talkie_file_src_set_property;
  object_class->get_property = talkie_file_src_get_property;
  g_object_class_install_property(
      object_class, 1,
      g_param_spec_string("location", "Location", "The script's file", nullptr,
                          static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                   GST_PARAM_MUTABLE_READY)));
  auto* src_class = GST_BASE_SRC_CLASS(klass);
  src_class->start = GST_DEBUG_FUNCPTR(talkie_file_src_start);
  src_class->is_seekable = GST_DEBUG_FUNCPTR(talkie_file_src_is_seekable);
  src_class->query = GST_DEBUG_FUNCPTR(talkie_file_src_query);
  GST_PUSH_SRC_CLASS(klass)->create = GST_DEBUG_FUNCPTR(talkie_file_src_create);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_set_static_metadata(element_class, "Talkie file source", "Source/File",
                                        "Reads scripts that are called so: *.talkie.md",
                                        "The Talkie authors");
}
