// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-talkiedemux
 * @title: talkiedemux
 *
 * A script that comes as a file's bytes as video and sound, so that players open scripts as they
 * open films: the inside of talkiesrc behind a sink pad. The text is read to its end; then come the
 * pads `video` and `audio`, and `text` where the film's captions are not in its picture. Pictures
 * and sounds that the script names are looked for beside the file that upstream reads. Seeks,
 * queries and messages are talkiesrc's.
 *
 * |[
 * gst-launch-1.0 filesrc location=talk.md ! talkiedemux name=talk \
 *   talk.video ! fakesink talk.audio ! fakesink
 * ]|
 */
#include "talkiedemux.h"

#include <mutex>
#include <string>
#include <utility>

#include "gst/element.h"
#include "gst/owned.h"
#include "script/script.h"
#include "talkie_typefind.h"

using namespace talkie;

namespace {

struct State {
  std::string text;     // of the sink pad's thread
  bool failed = false;  // likewise: an error has been said

  std::mutex mutex;      // guards what follows
  int pads_to_come = 0;  // before no-more-pads
};

}  // namespace

struct _TalkieDemux {
  TalkieFilmBin parent;
  GstPad* sink;
  State* state;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(kTalkieCaps));
static GstStaticPadTemplate video_template =
    GST_STATIC_PAD_TEMPLATE("video", GST_PAD_SRC, GST_PAD_SOMETIMES,
                            GST_STATIC_CAPS("video/x-raw, format = (string) I420"));
static GstStaticPadTemplate audio_template = GST_STATIC_PAD_TEMPLATE(
    "audio", GST_PAD_SRC, GST_PAD_SOMETIMES,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, rate = (int) 48000"));
static GstStaticPadTemplate text_template = GST_STATIC_PAD_TEMPLATE(
    "text", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS("text/x-raw, format = (string) utf8"));

G_DEFINE_FINAL_TYPE(TalkieDemux, talkie_demux, TALKIE_TYPE_FILM_BIN)
GST_ELEMENT_REGISTER_DEFINE(talkiedemux, "talkiedemux", GST_RANK_PRIMARY, TALKIE_TYPE_DEMUX)

// --- the pads: there with their caps, before the first buffer ---

static gboolean copy_sticky(GstPad*, GstEvent** event, gpointer ghost) {
  gst_pad_store_sticky_event(GST_PAD(ghost), *event);
  return TRUE;
}

static void expose(TalkieDemux* self, GstStaticPadTemplate& pad_template, GstPad* target,
                   GstEvent* caps) {
  GstPad* ghost = new_film_pad(TALKIE_FILM_BIN(self), pad_template, target);
  gst_pad_set_active(ghost, TRUE);
  gst_pad_sticky_events_foreach(target, copy_sticky, ghost);
  gst_pad_store_sticky_event(ghost, caps);
  gst_element_add_pad(GST_ELEMENT(self), ghost);
  bool is_last = false;
  {
    const std::lock_guard lock(self->state->mutex);
    is_last = --self->state->pads_to_come == 0;
  }
  if (is_last) gst_element_no_more_pads(GST_ELEMENT(self));
}

static GstPadProbeReturn watch_caps(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  auto* self = TALKIE_DEMUX(data);
  const std::string name = GST_PAD_NAME(pad);
  GstStaticPadTemplate& pad_template = name == "video_src"   ? video_template
                                       : name == "audio_src" ? audio_template
                                                             : text_template;
  const auto existing = Owned<GstPad>::adopt(
      gst_element_get_static_pad(GST_ELEMENT(self), pad_template.name_template));
  if (!existing) expose(self, pad_template, pad, event);
  return GST_PAD_PROBE_OK;
}

static void watch(TalkieDemux* self, GstPad* pad) {
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, watch_caps, self, nullptr);
}

// Where captions are not painted, players can show them.
static void prepare_pads(TalkieDemux* self, const Script& script) {
  const bool has_text = script.film.captions == CaptionMode::none;
  {
    const std::lock_guard lock(self->state->mutex);
    self->state->pads_to_come = has_text ? 3 : 2;
  }
  GstElement* compositor = compositor_of(TALKIE_FILM_BIN(self));
  if (has_text)
    if (const auto pad =
            Owned<GstPad>::adopt(gst_element_request_pad_simple(compositor, "text_src")))
      watch(self, pad.get());
}

static void remove_pads(TalkieDemux* self) {
  for (GstStaticPadTemplate* each : {&video_template, &audio_template, &text_template})
    if (const auto pad = Owned<GstPad>::adopt(
            gst_element_get_static_pad(GST_ELEMENT(self), each->name_template)))
      gst_element_remove_pad(GST_ELEMENT(self), pad.get());
  GstElement* compositor = compositor_of(TALKIE_FILM_BIN(self));
  if (const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(compositor, "text_src")))
    gst_element_release_request_pad(compositor, pad.get());
}

// --- the sink pad: the script comes in ---

static void fail(TalkieDemux* self, const Error& error) {
  self->state->failed = true;
  post_error(GST_ELEMENT(self), error);
}

// The file that upstream reads; empty where it is none.
static std::string file_of(TalkieDemux* self) {
  const auto query = Owned<GstQuery>::adopt(gst_query_new_uri());
  if (!gst_pad_peer_query(self->sink, query.get())) return {};
  gchar* uri = nullptr;
  gst_query_parse_uri(query.get(), &uri);
  gchar* path = uri ? g_filename_from_uri(uri, nullptr, nullptr) : nullptr;
  std::string file = path ? path : "";
  g_free(path);
  g_free(uri);
  return file;
}

static GstFlowReturn sink_chain(GstPad*, GstObject* parent, GstBuffer* raw) {
  auto* self = TALKIE_DEMUX(parent);
  State& state = *self->state;
  const auto buffer = Owned<GstBuffer>::adopt(raw);
  if (state.failed) return GST_FLOW_ERROR;
  return guarded(GST_ELEMENT(self), GST_FLOW_ERROR, [&] {
    const size_t size = gst_buffer_get_size(raw);
    if (state.text.size() + size > kMaxScriptBytes) {
      fail(self,
           Error{ErrorKind::too_large, "the script is too long; divide it", {}, {file_of(self)}});
      return GST_FLOW_ERROR;
    }
    const size_t before = state.text.size();
    state.text.resize(before + size);
    gst_buffer_extract(raw, 0, state.text.data() + before, size);
    return GST_FLOW_OK;
  });
}

// All of it is there.
static void begin(TalkieDemux* self) {
  State& state = *self->state;
  if (state.failed) return;
  if (state.text.empty())
    return fail(self, Error{ErrorKind::syntax, "the script is empty", {}, {file_of(self)}});
  GstElement* script = script_of(TALKIE_FILM_BIN(self));
  set_script_text(script, std::exchange(state.text, {}), file_of(self));
  gst_element_set_locked_state(script, FALSE);
  gst_element_sync_state_with_parent(script);  // an error is its own
}

static gboolean sink_event(GstPad*, GstObject* parent, GstEvent* raw) {
  auto* self = TALKIE_DEMUX(parent);
  const auto event = Owned<GstEvent>::adopt(raw);
  return guarded(GST_ELEMENT(self), FALSE, [&]() -> gboolean {
    if (GST_EVENT_TYPE(raw) == GST_EVENT_EOS) begin(self);
    if (GST_EVENT_TYPE(raw) == GST_EVENT_FLUSH_STOP) self->state->text.clear();
    return TRUE;  // the film's streams have events of their own
  });
}

// --- life cycle ---

static GstStateChangeReturn talkie_demux_change_state(GstElement* element, GstStateChange change) {
  auto* self = TALKIE_DEMUX(element);
  GstElement* script = script_of(TALKIE_FILM_BIN(self));
  // The script's element waits for its text.
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    self->state->text.clear();
    self->state->failed = false;
    gst_element_set_locked_state(script, TRUE);
  }
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) gst_element_set_locked_state(script, FALSE);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(talkie_demux_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) remove_pads(self);
  return result;
}

static void talkie_demux_init(TalkieDemux* self) {
  self->state = new State;
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  gst_pad_set_chain_function(self->sink, sink_chain);
  gst_pad_set_event_function(self->sink, sink_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  gst_bin_set_suppressed_flags(GST_BIN(self), GST_ELEMENT_FLAG_SOURCE);
  GST_OBJECT_FLAG_UNSET(self, GST_ELEMENT_FLAG_SOURCE);

  auto* bin = TALKIE_FILM_BIN(self);
  set_script_listener(
      bin, [self](const std::shared_ptr<const Script>& script) { prepare_pads(self, *script); });
  for (const char* name : {"video_src", "audio_src"})
    watch(self, Owned<GstPad>::adopt(gst_element_get_static_pad(compositor_of(bin), name)).get());
}

static void talkie_demux_finalize(GObject* object) {
  State* state = TALKIE_DEMUX(object)->state;
  G_OBJECT_CLASS(talkie_demux_parent_class)->finalize(object);
  delete state;
}

static void talkie_demux_class_init(TalkieDemuxClass* klass) {
  auto* element_class = GST_ELEMENT_CLASS(klass);
  G_OBJECT_CLASS(klass)->finalize = talkie_demux_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR(talkie_demux_change_state);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &video_template);
  gst_element_class_add_static_pad_template(element_class, &audio_template);
  gst_element_class_add_static_pad_template(element_class, &text_template);
  gst_element_class_set_static_metadata(element_class, "Talkie demuxer", "Codec/Demuxer",
                                        "A script as video, speech and captions",
                                        "The Talkie authors");
}
