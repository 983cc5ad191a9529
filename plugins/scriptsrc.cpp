// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-scriptsrc
 * @title: scriptsrc
 * @short_description: a script -> scenes
 *
 * scriptsrc reads a script (Markdown, JSON or plain text; docs/script.md) from the file #location
 * or from the text #script, and pushes one buffer of JSON (docs/scene.md) for every scene. Each
 * warning about the script is a WARNING message, an error the one ERROR message; their details
 * have the fields file, line and column. Title, author and language are sent as tags.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 scriptsrc script="# Hello" ! fakesink dump=true
 * ]| Shows the one scene of a short script.
 */
#include "scriptsrc.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "gst/element.h"
#include "gst/owned.h"
#include "gst/wire.h"
#include "script/script.h"

GST_DEBUG_CATEGORY_STATIC(scriptsrc_debug);
#define GST_CAT_DEFAULT scriptsrc_debug

namespace {

constexpr const char* kDefaultDialect = "auto";

struct StructureDeleter {
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
using Structure = std::unique_ptr<GstStructure, StructureDeleter>;

struct Settings {
  std::string location;
  std::string script;
  std::string file;  // that `script` goes by
  std::string dialect = kDefaultDialect;
  std::string scenes;
  Structure settings;
};

struct State {
  std::mutex mutex;   // guards settings; nothing else is done while it is held
  Settings settings;  // any thread
  talkie::ScriptListener listener;

  // Set by start(), read where messages are posted: the script's error has been.
  std::atomic<bool> failed = false;

  // The streaming thread's between start() and stop():
  std::shared_ptr<const talkie::Script> script;
  size_t next = 0;  // the scene that is pushed next
  bool tags_sent = false;
};

enum Property { kLocation = 1, kScript, kDialect, kScenes, kSettings };

GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("application/x-talkie-scene, version = (int) 1"));

}  // namespace

struct _TalkieScriptSrc {
  GstPushSrc parent;
  State* state;
};

G_DEFINE_FINAL_TYPE(TalkieScriptSrc, talkie_script_src, GST_TYPE_PUSH_SRC)
GST_ELEMENT_REGISTER_DEFINE(scriptsrc, "scriptsrc", GST_RANK_NONE, TALKIE_TYPE_SCRIPT_SRC)

namespace {

State& state_of(gpointer self) {
  return *TALKIE_SCRIPT_SRC(self)->state;
}

// Fields of any basic type; a header key may be written with an underscore.
void read_settings(const GstStructure* structure, talkie::ScriptOptions& options) {
  for (gint i = 0; i < gst_structure_n_fields(structure); ++i) {
    const char* name = gst_structure_nth_field_name(structure, static_cast<guint>(i));
    const GValue* value = gst_structure_get_value(structure, name);
    const std::unique_ptr<char, decltype(&g_free)> text(
        G_VALUE_HOLDS_STRING(value) ? g_value_dup_string(value) : gst_value_serialize(value),
        g_free);
    if (text) options.settings.emplace_back(name, text.get());
  }
}

talkie::Result<talkie::Script> read_script(const Settings& settings, talkie::Problems& problems) {
  talkie::ScriptOptions options;
  const talkie::Result<talkie::Dialect> dialect = talkie::dialect_from_name(settings.dialect);
  if (!dialect) return dialect.error();
  options.dialect = *dialect;
  if (settings.settings) read_settings(settings.settings.get(), options);
  if (settings.location.empty() == settings.script.empty())
    return talkie::Error{talkie::ErrorKind::bad_value,
                         settings.script.empty()
                             ? "no script: set location to a file, or script to a text"
                             : "both location and script are set; set one of them"};
  talkie::Result<talkie::Script> script =
      settings.script.empty()
          ? talkie::load_script(settings.location, options, problems)
          : talkie::parse_script(settings.script, settings.file, options, problems);
  if (!script) return script;
  if (const talkie::Result<void> selected = talkie::select_scenes(*script, settings.scenes);
      !selected)
    return selected.error();
  return script;
}

Settings copy_settings(State& state) {
  const std::lock_guard lock(state.mutex);
  const Settings& from = state.settings;
  return {
      from.location, from.script,
      from.file,     from.dialect,
      from.scenes,   Structure(from.settings ? gst_structure_copy(from.settings.get()) : nullptr)};
}

gboolean start(GstBaseSrc* src) {
  return talkie::guarded(GST_ELEMENT(src), FALSE, [src]() -> gboolean {
    State& state = state_of(src);
    state.failed = false;
    talkie::Problems problems;
    talkie::Result<talkie::Script> script = read_script(copy_settings(state), problems);
    for (const talkie::Problem& problem : problems.all())
      if (problem.severity == talkie::Problem::Severity::warning)
        talkie::post_warning(GST_ELEMENT(src), problem);
    if (!script) {
      talkie::post_error(GST_ELEMENT(src), script.error());
      state.failed = true;
      return FALSE;
    }
    GST_INFO_OBJECT(src, "%zu scenes", script->scenes.size());
    state.script = std::make_shared<const talkie::Script>(*std::move(script));
    state.next = 0;
    state.tags_sent = false;
    talkie::ScriptListener listener;
    {
      const std::lock_guard lock(state.mutex);
      listener = state.listener;
    }
    if (listener) listener(state.script);
    return TRUE;
  });
}

// GstBaseSrc posts an error of its own after a start() that failed, in case there was none yet.
gboolean post_message(GstElement* element, GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && state_of(element).failed) {
    gst_message_unref(message);
    return TRUE;
  }
  return GST_ELEMENT_CLASS(talkie_script_src_parent_class)->post_message(element, message);
}

gboolean stop(GstBaseSrc* src) {
  state_of(src).script.reset();
  return TRUE;
}

gboolean is_seekable(GstBaseSrc*) {
  return FALSE;
}

// What a script comes from makes its streams' ids: the same in every program that opens it.
gboolean query(GstBaseSrc* src, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_URI)
    return GST_BASE_SRC_CLASS(talkie_script_src_parent_class)->query(src, query);
  const Settings settings = copy_settings(state_of(src));
  const std::string& file = settings.location.empty() ? settings.file : settings.location;
  gchar* uri = file.empty() ? nullptr : gst_filename_to_uri(file.c_str(), nullptr);
  if (!uri) return FALSE;
  gst_query_set_uri(query, uri);
  g_free(uri);
  return TRUE;
}

void send_tags(GstBaseSrc* src, const talkie::Film& film) {
  auto tags = talkie::Owned<GstTagList>::adopt(gst_tag_list_new_empty());
  gst_tag_list_set_scope(tags.get(), GST_TAG_SCOPE_GLOBAL);
  const auto add = [&tags](const char* tag, const char* text) {
    if (text && *text) gst_tag_list_add(tags.get(), GST_TAG_MERGE_REPLACE, tag, text, nullptr);
  };
  add(GST_TAG_TITLE, film.title.c_str());
  add(GST_TAG_ARTIST, film.author.c_str());
  // The tag is ISO 639, as the first part of a BCP 47 tag is; it knows no regions.
  const std::string language = film.language.substr(0, film.language.find('-'));
  add(GST_TAG_LANGUAGE_CODE, language.c_str());
  add(GST_TAG_APPLICATION_NAME, "Talkie");
  gst_pad_push_event(GST_BASE_SRC_PAD(src), gst_event_new_tag(tags.release()));
}

GstFlowReturn create(GstPushSrc* src, GstBuffer** buffer) {
  return talkie::guarded(GST_ELEMENT(src), GST_FLOW_ERROR, [src, buffer] {
    State& state = state_of(src);
    if (!std::exchange(state.tags_sent, true)) send_tags(GST_BASE_SRC(src), state.script->film);
    if (state.next >= state.script->scenes.size()) return GST_FLOW_EOS;
    const talkie::Scene& scene = state.script->scenes[state.next++];
    GST_DEBUG_OBJECT(src, "scene %d of %d: %s", scene.index + 1, scene.count, scene.id.c_str());
    *buffer = talkie::scene_to_buffer(scene).release();
    return GST_FLOW_OK;
  });
}

void set_text(std::string& text, const GValue* value) {
  const char* string = g_value_get_string(value);
  text = string ? string : "";
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = state_of(object);
  const std::lock_guard lock(state.mutex);
  switch (id) {
    case kLocation:
      return set_text(state.settings.location, value);
    case kScript:
      state.settings.file.clear();
      return set_text(state.settings.script, value);
    case kDialect:
      return set_text(state.settings.dialect, value);
    case kScenes:
      return set_text(state.settings.scenes, value);
    case kSettings: {
      const GstStructure* structure = gst_value_get_structure(value);
      state.settings.settings.reset(structure ? gst_structure_copy(structure) : nullptr);
      return;
    }
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = state_of(object);
  const std::lock_guard lock(state.mutex);
  const auto give = [value](const std::string& text) {
    g_value_set_string(value, text.empty() ? nullptr : text.c_str());
  };
  switch (id) {
    case kLocation:
      return give(state.settings.location);
    case kScript:
      return give(state.settings.script);
    case kDialect:
      return give(state.settings.dialect);
    case kScenes:
      return give(state.settings.scenes);
    case kSettings:
      return gst_value_set_structure(value, state.settings.settings.get());
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void finalize(GObject* object) {
  delete TALKIE_SCRIPT_SRC(object)->state;
  G_OBJECT_CLASS(talkie_script_src_parent_class)->finalize(object);
}

void install_properties(GObjectClass* object_class) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                              GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object_class, kLocation,
      g_param_spec_string("location", "Location", "The script's file", nullptr, flags));
  g_object_class_install_property(
      object_class, kScript,
      g_param_spec_string("script", "Script",
                          "The script itself, instead of a file; its pictures are looked for in "
                          "the current folder",
                          nullptr, flags));
  g_object_class_install_property(
      object_class, kDialect,
      g_param_spec_string("dialect", "Dialect",
                          "auto (by the file's name and header), talkie, narakeet, json or text",
                          kDefaultDialect, flags));
  g_object_class_install_property(
      object_class, kScenes,
      g_param_spec_string("scenes", "Scenes",
                          "The scenes to make, counted from 1: 3, 3-5, -2, 4-, or several with "
                          "commas; all if not set",
                          nullptr, flags));
  g_object_class_install_property(object_class, kSettings,
                                  g_param_spec_boxed("settings", "Settings",
                                                     "Header keys that win over the script's own: "
                                                     "settings,theme=paper,voice-speed=0.9",
                                                     GST_TYPE_STRUCTURE, flags));
}

}  // namespace

void talkie::set_script_listener(GstElement* scriptsrc, ScriptListener listener) {
  State& state = state_of(scriptsrc);
  const std::lock_guard lock(state.mutex);
  state.listener = std::move(listener);
}

void talkie::set_script_text(GstElement* scriptsrc, std::string text, std::string file) {
  State& state = state_of(scriptsrc);
  const std::lock_guard lock(state.mutex);
  state.settings.location.clear();
  state.settings.script = std::move(text);
  state.settings.file = std::move(file);
}

void talkie::begin_at_scene(GstElement* scriptsrc, int scene) {
  State& state = state_of(scriptsrc);
  GstPad* const pad = GST_BASE_SRC_PAD(scriptsrc);
  GST_PAD_STREAM_LOCK(pad);  // its task may be in its last turn
  state.next = static_cast<size_t>(scene);
  state.tags_sent = false;  // a flush may have caught them
  GST_PAD_STREAM_UNLOCK(pad);
}

static void talkie_script_src_init(TalkieScriptSrc* self) {
  self->state = new State;
  // Scenes have no time before the speech branch gives them one.
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
  gst_base_src_set_live(GST_BASE_SRC(self), FALSE);
}

static void talkie_script_src_class_init(TalkieScriptSrcClass* klass) {
  GST_DEBUG_CATEGORY_INIT(scriptsrc_debug, "scriptsrc", 0, "scripts -> scenes");

  auto* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  install_properties(object_class);

  auto* src_class = GST_BASE_SRC_CLASS(klass);
  src_class->start = start;
  src_class->stop = stop;
  src_class->is_seekable = is_seekable;
  src_class->query = query;
  GST_PUSH_SRC_CLASS(klass)->create = create;

  auto* element_class = GST_ELEMENT_CLASS(klass);
  element_class->post_message = post_message;
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_set_static_metadata(element_class, "Talkie script source", "Source/File",
                                        "Reads a script and sends its scenes",
                                        "The Talkie authors");
}
