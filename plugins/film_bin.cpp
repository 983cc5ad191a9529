// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_bin.h"

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/text.h"
#include "film_queries.h"
#include "film_seeks.h"
#include "gst/element.h"
#include "speech/provider.h"
#include "ttssrc.h"

using namespace talkie;

GST_DEBUG_CATEGORY_STATIC(film_bin_debug);
#define GST_CAT_DEFAULT film_bin_debug

namespace {

struct State {
  // The elements inside, owned by the bin; set in init and never changed.
  GstElement* script = nullptr;
  GstElement* pictures = nullptr;
  GstElement* speech = nullptr;
  GstElement* compositor = nullptr;

  std::unique_ptr<FilmSeeks> seeks;  // set in init; looks after itself

  std::mutex mutex;                // guards what follows
  std::shared_ptr<FilmLine> line;  // while the bin is at least paused
  ScriptListener listener;
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

constexpr int kForwards = 10;
const std::array<Forward, kForwards>& forwards() {
  static const std::array<Forward, kForwards> table{{
      {"dialect", Child::script, G_TYPE_STRING, "auto, talkie, narakeet, json or text", "auto"},
      {"scenes", Child::script, G_TYPE_STRING, "Only these scenes, such as 3-5", nullptr},
      {"settings", Child::script, GST_TYPE_STRUCTURE, "Header keys that win over the script's",
       nullptr},
      {"engine", Child::speech, G_TYPE_STRING, "The speech engine; unset: the first found",
       nullptr},
      {"voice", Child::speech, G_TYPE_STRING, "For scenes that name no voice", nullptr},
      {"language", Child::speech, G_TYPE_STRING, "For scenes that name no language", nullptr},
      {"cache-dir", Child::speech, G_TYPE_STRING,
       "Where what was spoken is kept, and taken from; unset: nowhere", nullptr},
      {"frames", Child::compositor, G_TYPE_STRING, "auto, on-change or constant", "auto"},
      {"captions", Child::compositor, G_TYPE_STRING, "auto, none, burned or words", "auto"},
      {"transition", Child::compositor, G_TYPE_STRING, "For all scenes; unset: as the script says",
       nullptr},
  }};
  return table;
}

}  // namespace

struct TalkieFilmBinPrivate {
  State* state;
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE(TalkieFilmBin, talkie_film_bin, GST_TYPE_BIN,
                                 G_ADD_PRIVATE(TalkieFilmBin)
                                     GST_DEBUG_CATEGORY_INIT(film_bin_debug, "talkiefilm", 0,
                                                             "scripts as films"))

static State& state_of(gpointer self) {
  auto* instance = static_cast<TalkieFilmBinPrivate*>(
      talkie_film_bin_get_instance_private(TALKIE_FILM_BIN(self)));
  return *instance->state;
}

static std::shared_ptr<FilmLine> line_of(State& state) {
  const std::lock_guard lock(state.mutex);
  return state.line;
}

// --- the elements inside ---

static GstElement* add_child(TalkieFilmBin* self, const char* factory, const char* name) {
  Result<Owned<GstElement>> child = make_element(factory, name);
  if (!child) {
    GST_ERROR_OBJECT(self, "%s", child.error().message.c_str());
    return nullptr;
  }
  GstElement* element = child->get();
  gst_bin_add(GST_BIN(self), element);
  return element;
}

static void take_script(State& state, const std::shared_ptr<const Script>& script) {
  ScriptListener listener;
  {
    const std::lock_guard lock(state.mutex);
    if (state.line) state.line->set_script(script);
    listener = state.listener;
  }
  if (listener) listener(script);
}

static void talkie_film_bin_init(TalkieFilmBin* self) {
  auto* instance = static_cast<TalkieFilmBinPrivate*>(talkie_film_bin_get_instance_private(self));
  instance->state = new State;
  State& state = *instance->state;
  state.script = add_child(self, "scriptsrc", "script");
  GstElement* tee = add_child(self, "tee", "scenes");
  GstElement* picture_queue = add_child(self, "queue", "picture-queue");
  state.pictures = add_child(self, "svgrender", "pictures");
  GstElement* speech_queue = add_child(self, "queue", "speech-queue");
  state.speech = add_child(self, "ttssrc", "speech");
  state.compositor = add_child(self, "scenecompositor", "compositor");
  state.seeks = std::make_unique<FilmSeeks>(GST_ELEMENT(self), state.script, state.compositor);
  set_script_listener(state.script, [&state](const std::shared_ptr<const Script>& script) {
    take_script(state, script);
  });
  if (!tee || !picture_queue || !speech_queue) return;  // GStreamer's core elements are missing

  gst_element_link(state.script, tee);
  gst_element_link_many(tee, picture_queue, state.pictures, nullptr);
  gst_element_link_pads(state.pictures, "src", state.compositor, "video");
  gst_element_link(tee, speech_queue);
  gst_element_link_pads(speech_queue, "src", state.speech, "sink");
  gst_element_link_pads(state.speech, "src", state.compositor, "audio");
}

static void talkie_film_bin_finalize(GObject* object) {
  State* state = &state_of(object);
  G_OBJECT_CLASS(talkie_film_bin_parent_class)->finalize(object);
  delete state;
}

// --- life cycle ---

static std::string text_property(GstElement* element, const char* name) {
  gchar* text = nullptr;
  g_object_get(element, name, &text, nullptr);
  std::string result = text ? text : "";
  g_free(text);
  return result;
}

// Whether somebody on a network may be asked to speak, whom nobody should bother for scenes that
// may never be heard.
static bool may_speak_remotely(const NarratorOptions& options) {
  const auto is_remote = [](std::string_view name) {
    const auto provider = find_provider(name);
    return provider && (*provider)->is_remote();
  };
  for (const std::string_view name : split(options.engine, ','))
    if (!trim(name).empty() && is_remote(trim(name))) return true;
  for (const std::string& name : configured_providers())
    if (is_remote(name)) return true;
  return false;
}

static void start(State& state) {
  NarratorOptions options;
  options.engine = text_property(state.speech, "engine");
  options.voice = text_property(state.speech, "voice");
  options.language = text_property(state.speech, "language");
  const std::string cache = text_property(state.speech, "cache-dir");
  auto line =
      std::make_shared<FilmLine>(options, cache, [seeks = state.seeks.get()] { seeks->wake(); });
  {
    const std::lock_guard lock(state.mutex);
    state.line = line;
  }
  set_film_line(state.speech, line);
  state.seeks->start(line, !cache.empty() || !may_speak_remotely(options));
}

static void stop(State& state) {
  state.seeks->stop();
}

// What was spoken is forgotten when nobody speaks any more.
static void forget(State& state) {
  set_film_line(state.speech, nullptr);
  const std::lock_guard lock(state.mutex);
  state.line.reset();
}

static GstStateChangeReturn talkie_film_bin_change_state(GstElement* element,
                                                         GstStateChange change) {
  State& state = state_of(element);
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED)
    guarded(element, 0, [&] { return start(state), 0; });
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) stop(state);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(talkie_film_bin_parent_class)->change_state(element, change);
  const bool failed =
      change == GST_STATE_CHANGE_READY_TO_PAUSED && result == GST_STATE_CHANGE_FAILURE;
  if (failed) stop(state);
  if (failed || change == GST_STATE_CHANGE_PAUSED_TO_READY) forget(state);
  return result;
}

// --- seeks and queries ---

static gboolean pad_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_SEEK) return gst_pad_event_default(pad, parent, event);
  const auto seek = Owned<GstEvent>::adopt(event);
  return guarded(GST_ELEMENT(parent), false,
                 [&] { return state_of(parent).seeks->seek(seek.get()); });
}

static bool answer(GstElement* element, GstQuery* query) {
  State& state = state_of(element);
  const auto line = line_of(state);
  if (GST_QUERY_TYPE(query) == GST_QUERY_DURATION) state.seeks->wait_for_length();
  return line && line->script() && answer_film_query(query, *line, state.seeks->segment());
}

static gboolean pad_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (is_film_query(query)) return answer(GST_ELEMENT(parent), query);
  return gst_pad_query_default(pad, parent, query);
}

static gboolean talkie_film_bin_send_event(GstElement* element, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_SEEK)
    return GST_ELEMENT_CLASS(talkie_film_bin_parent_class)->send_event(element, event);
  const auto seek = Owned<GstEvent>::adopt(event);
  return guarded(element, false, [&] { return state_of(element).seeks->seek(seek.get()); });
}

static gboolean talkie_film_bin_query(GstElement* element, GstQuery* query) {
  if (is_film_query(query)) return answer(element, query);
  if (GST_QUERY_TYPE(query) == GST_QUERY_POSITION)
    return gst_element_query(state_of(element).compositor, query);
  return GST_ELEMENT_CLASS(talkie_film_bin_parent_class)->query(element, query);
}

// --- pads on request: captions ---

static GstPad* talkie_film_bin_request_new_pad(GstElement* element, GstPadTemplate* described,
                                               const char*, const GstCaps*) {
  State& state = state_of(element);
  auto target = Owned<GstPad>::adopt(gst_element_request_pad_simple(state.compositor, "text_src"));
  if (!target) return nullptr;
  GstPad* ghost = gst_ghost_pad_new_from_template(GST_PAD_TEMPLATE_NAME_TEMPLATE(described),
                                                  target.get(), described);
  gst_pad_set_event_function(ghost, pad_event);
  gst_pad_set_query_function(ghost, pad_query);
  gst_pad_set_active(ghost, TRUE);
  gst_element_add_pad(element, ghost);
  return ghost;
}

static void talkie_film_bin_release_pad(GstElement* element, GstPad* pad) {
  auto target = Owned<GstPad>::adopt(gst_ghost_pad_get_target(GST_GHOST_PAD(pad)));
  gst_element_remove_pad(element, pad);
  if (target) gst_element_release_request_pad(state_of(element).compositor, target.get());
}

// --- properties ---

static GObject* child_of(State& state, const Forward& forward) {
  switch (forward.child) {
    case Child::script:
      return G_OBJECT(state.script);
    case Child::speech:
      return G_OBJECT(state.speech);
    case Child::compositor:
      return G_OBJECT(state.compositor);
  }
  return nullptr;
}

// Enumerations inside are texts outside, so that the bin names no type of its children.
static void talkie_film_bin_set_property(GObject* object, guint id, const GValue* value,
                                         GParamSpec*) {
  const Forward& forward = forwards()[id - 1];
  GObject* child = child_of(state_of(object), forward);
  GParamSpec* inner = g_object_class_find_property(G_OBJECT_GET_CLASS(child), forward.name);
  if (G_IS_PARAM_SPEC_ENUM(inner) && G_VALUE_HOLDS_STRING(value)) {
    const char* text = g_value_get_string(value);
    gst_util_set_object_arg(child, forward.name, text ? text : forward.fallback);
  } else {
    g_object_set_property(child, forward.name, value);
  }
}

static void talkie_film_bin_get_property(GObject* object, guint id, GValue* value, GParamSpec*) {
  const Forward& forward = forwards()[id - 1];
  GObject* child = child_of(state_of(object), forward);
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

static void talkie_film_bin_class_init(TalkieFilmBinClass* klass) {
  auto* object_class = G_OBJECT_CLASS(klass);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  object_class->finalize = talkie_film_bin_finalize;
  object_class->set_property = talkie_film_bin_set_property;
  object_class->get_property = talkie_film_bin_get_property;
  element_class->change_state = GST_DEBUG_FUNCPTR(talkie_film_bin_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR(talkie_film_bin_send_event);
  element_class->query = GST_DEBUG_FUNCPTR(talkie_film_bin_query);
  element_class->request_new_pad = GST_DEBUG_FUNCPTR(talkie_film_bin_request_new_pad);
  element_class->release_pad = GST_DEBUG_FUNCPTR(talkie_film_bin_release_pad);

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
  gst_type_mark_as_plugin_api(TALKIE_TYPE_FILM_BIN, GstPluginAPIFlags{});
}

// --- for the elements that it is the base of ---

GstElement* talkie::script_of(TalkieFilmBin* bin) {
  return state_of(bin).script;
}

GstElement* talkie::compositor_of(TalkieFilmBin* bin) {
  return state_of(bin).compositor;
}

void talkie::set_script_listener(TalkieFilmBin* bin, ScriptListener listener) {
  State& state = state_of(bin);
  const std::lock_guard lock(state.mutex);
  state.listener = std::move(listener);
}

GstPad* talkie::new_film_pad(TalkieFilmBin*, GstStaticPadTemplate& pad_template, GstPad* target) {
  auto described = Owned<GstPadTemplate>::adopt(gst_static_pad_template_get(&pad_template));
  GstPad* ghost =
      gst_ghost_pad_new_from_template(pad_template.name_template, target, described.get());
  gst_pad_set_event_function(ghost, pad_event);
  gst_pad_set_query_function(ghost, pad_query);
  return ghost;
}
