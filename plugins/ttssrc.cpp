// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-ttssrc
 * @title: ttssrc
 *
 * Speaks. On its own it is a source that says its #ttssrc:text. With its request pad `sink` linked
 * it is a voice for scenes (`application/x-talkie-scene`, as scriptsrc makes them) or for plain
 * text, one buffer a paragraph; then every scene's `talkie-scene-timing` event, with the times of
 * all its words, comes before its first sample, and up to #ttssrc:lookahead scenes earlier where
 * they are already spoken. The output has no gaps: each scene lasts a whole number of its film's
 * frames, and the timing events add up to the samples sent. Scenes with music or effects make it
 * stereo.
 *
 * Where a voice fails, the next of #ttssrc:engine speaks, in the end the embedded one; a warning
 * and an element message `talkie-speech-fallback` (scene, index, step, voice, reason) say so. At
 * the end there is a message `talkie-speech` for each engine: calls, failures, retries, characters,
 * seconds.
 *
 * |[
 * gst-launch-1.0 ttssrc text="Hello" ! audioconvert ! wavenc ! filesink location=hello.wav
 * ]|
 */
#include "ttssrc.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>

#include "gst/element.h"
#include "gst/owned.h"
#include "gst/wire.h"
#include "speech_run.h"
#include "speech_stream.h"

GST_DEBUG_CATEGORY_STATIC(ttssrc_debug);
#define GST_CAT_DEFAULT ttssrc_debug

using namespace talkie;

namespace {

constexpr double kDefaultRate = 1;
constexpr double kDefaultPitch = 1;
constexpr double kDefaultVolume = 1;
constexpr int kDefaultLookahead = 3;

struct State {
  explicit State(GstPad* pad) : src(pad), stream(pad) {}

  GstPad* const src;    // lives as long as the element
  SpeechStream stream;  // looks after itself

  std::mutex mutex;  // guards what follows, up to the sink pad's own
  SpeechSettings settings;
  GstPad* sink = nullptr;                  // while it is requested
  std::shared_ptr<SpeechRun> run;          // a flush begins a new one
  GstFlowReturn flow = GST_FLOW_FLUSHING;  // what the loop came to, for who pushes scenes
  bool end_now = false;                    // the application sent EOS

  // The sink pad's streaming thread's own.
  bool takes_text = false;
  int next_index = 0;
};

}  // namespace

struct _TalkieTtsSrc {
  GstElement parent;
  State* state;
};

enum {
  PROP_0,
  PROP_ENGINE,
  PROP_VOICE,
  PROP_LANGUAGE,
  PROP_RATE,
  PROP_PITCH,
  PROP_VOLUME,
  PROP_TEXT,
  PROP_LOOKAHEAD,
  PROP_LEXICON,
  PROP_CACHE_DIR
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, "
                                            "layout = (string) interleaved, rate = (int) 48000, "
                                            "channels = (int) [ 1, 2 ]"));
static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_REQUEST,
                            GST_STATIC_CAPS("application/x-talkie-scene, version = (int) 1; "
                                            "text/x-raw, format = (string) utf8"));

G_DEFINE_FINAL_TYPE_WITH_CODE(TalkieTtsSrc, talkie_tts_src, GST_TYPE_ELEMENT,
                              GST_DEBUG_CATEGORY_INIT(ttssrc_debug, "ttssrc", 0, "speech"))
GST_ELEMENT_REGISTER_DEFINE(ttssrc, "ttssrc", GST_RANK_NONE, TALKIE_TYPE_TTS_SRC)

static GstClockTime clock_time(int64_t sample) {
  return gst_util_uint64_scale(static_cast<guint64>(sample), GST_SECOND, kSpeechRate);
}

// ---- a run: from activation or flush to the next one

// A text as a scene of its own.
static Scene scene_of(std::string text, int index) {
  Scene scene;
  scene.id = "text-" + std::to_string(index + 1);
  scene.index = index;
  Utterance utterance;
  utterance.text = std::move(text);
  scene.narration.emplace_back(std::move(utterance));
  return scene;
}

// False: an error has been posted.
static bool begin_run(TalkieTtsSrc* self) {
  State& state = *self->state;
  SpeechSettings settings;
  bool has_sink = false;
  {
    const std::lock_guard lock(state.mutex);
    settings = state.settings;
    has_sink = state.sink != nullptr;
  }
  auto run = SpeechRun::begin(GST_ELEMENT(self), settings);
  if (!run) {
    post_error(GST_ELEMENT(self), run.error());
    return false;
  }
  if (!has_sink) {
    Scene scene = scene_of(settings.text, 0);
    scene.count = 1;
    (*run)->add(std::move(scene));
    (*run)->speaker().finish();
  }
  std::shared_ptr<SpeechRun> old;  // ends without the lock
  const std::lock_guard lock(state.mutex);
  old = std::exchange(state.run, *std::move(run));
  state.flow = GST_FLOW_OK;
  state.end_now = false;
  state.next_index = 0;
  state.stream.restart();
  return true;
}

// Wakes everything that waits; `flow` is what upstream gets to know.
static void end_run(TalkieTtsSrc* self, GstFlowReturn flow) {
  const std::lock_guard lock(self->state->mutex);
  self->state->flow = flow;
  if (self->state->run) self->state->run->speaker().stop();
}

void talkie::set_film_line(GstElement* element, std::shared_ptr<FilmLine> line) {
  State& state = *TALKIE_TTS_SRC(element)->state;
  const std::lock_guard lock(state.mutex);
  state.settings.line = std::move(line);
}

static std::shared_ptr<SpeechRun> run_of(TalkieTtsSrc* self) {
  const std::lock_guard lock(self->state->mutex);
  return self->state->run;
}

// ---- the loop on the src pad

// One step of the stream each; what they return stops the loop where it is not OK.
static GstFlowReturn take(TalkieTtsSrc*, const Speaker::Stopped&) {
  return GST_FLOW_FLUSHING;
}

static GstFlowReturn take(TalkieTtsSrc* self, const Speaker::Finished&) {
  if (const auto run = run_of(self)) run->post_counts(GST_ELEMENT(self));
  return GST_FLOW_EOS;
}

static GstFlowReturn take(TalkieTtsSrc* self, const Problem& problem) {
  post_warning(GST_ELEMENT(self), problem);
  return GST_FLOW_OK;
}

static GstFlowReturn take(TalkieTtsSrc* self, const Speaker::Announcement& announcement) {
  const SceneTiming& timing = announcement.timing;
  GST_DEBUG_OBJECT(self, "timing of scene %d '%s'", timing.index, timing.scene.c_str());
  SpeechRun::post_fallbacks(GST_ELEMENT(self), timing);
  return self->state->stream.push(announcement);
}

static GstFlowReturn take(TalkieTtsSrc* self, const Speaker::Samples& samples) {
  return self->state->stream.push(samples);
}

static GstFlowReturn take(TalkieTtsSrc* self, const Error& error) {
  post_error(GST_ELEMENT(self), error);
  return GST_FLOW_ERROR;
}

static bool was_told_to_end(TalkieTtsSrc* self) {
  const std::lock_guard lock(self->state->mutex);
  return self->state->end_now;
}

static void pause_loop(TalkieTtsSrc* self, GstFlowReturn flow, bool posted) {
  State& state = *self->state;
  GST_DEBUG_OBJECT(self, "pausing: %s", gst_flow_get_name(flow));
  end_run(self, flow);
  gst_pad_pause_task(state.src);
  if (flow == GST_FLOW_FLUSHING) return;
  if ((flow < GST_FLOW_EOS || flow == GST_FLOW_NOT_LINKED) && !posted)
    GST_ELEMENT_FLOW_ERROR(self, flow);
  state.stream.push_eos();
}

static void loop(gpointer data) {
  auto* self = TALKIE_TTS_SRC(data);
  const auto one_step = [self] {
    const std::shared_ptr<SpeechRun> run = run_of(self);
    const Speaker::Step step = run->speaker().next();
    GstFlowReturn flow = std::visit([self](const auto& what) { return take(self, what); }, step);
    if (was_told_to_end(self) && flow >= GST_FLOW_FLUSHING) flow = GST_FLOW_EOS;
    if (flow != GST_FLOW_OK) pause_loop(self, flow, std::holds_alternative<Error>(step));
    return true;
  };
  if (!guarded(GST_ELEMENT(self), false, one_step)) pause_loop(self, GST_FLOW_ERROR, true);
}

static gboolean src_activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode,
                                  gboolean active) {
  auto* self = TALKIE_TTS_SRC(parent);
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  return guarded(GST_ELEMENT(self), gboolean{FALSE}, [&] {
    if (active) return gboolean{begin_run(self) && gst_pad_start_task(pad, loop, self, nullptr)};
    end_run(self, GST_FLOW_FLUSHING);
    const gboolean stopped = gst_pad_stop_task(pad);
    std::shared_ptr<SpeechRun> old;
    {
      const std::lock_guard lock(self->state->mutex);
      old.swap(self->state->run);
    }
    self->state->stream.reset();
    return stopped;
  });
}

// ---- flushes, wherever they come from

static void begin_flush(TalkieTtsSrc* self) {
  end_run(self, GST_FLOW_FLUSHING);
  gst_pad_pause_task(self->state->src);
}

static void end_flush(TalkieTtsSrc* self) {
  // The loop may be in its last turn.
  GST_PAD_STREAM_LOCK(self->state->src);
  GST_PAD_STREAM_UNLOCK(self->state->src);
  if (begin_run(self)) gst_pad_start_task(self->state->src, loop, self, nullptr);
}

// ---- the sink pad: scenes come in

static std::string text_of(GstBuffer* buffer) {
  std::string text(gst_buffer_get_size(buffer), '\0');
  gst_buffer_extract(buffer, 0, text.data(), text.size());
  return text;
}

static Result<Scene> read_scene(TalkieTtsSrc* self, GstBuffer* buffer) {
  State& state = *self->state;
  if (state.takes_text) return scene_of(text_of(buffer), state.next_index++);
  Problems problems;
  Result<Scene> scene = scene_from_buffer(buffer, problems);
  for (const Problem& problem : problems.all())
    post_warning(GST_ELEMENT(self), problem);
  return scene;
}

static GstFlowReturn sink_chain(GstPad*, GstObject* parent, GstBuffer* raw) {
  auto* self = TALKIE_TTS_SRC(parent);
  const auto buffer = Owned<GstBuffer>::adopt(raw);
  return guarded(GST_ELEMENT(self), GST_FLOW_ERROR, [&] {
    const auto flow = [self] {
      const std::lock_guard lock(self->state->mutex);
      return self->state->flow;
    };
    if (flow() != GST_FLOW_OK) return flow();
    const std::shared_ptr<SpeechRun> run = run_of(self);
    Result<Scene> scene = read_scene(self, buffer.get());
    if (!scene) {
      post_error(GST_ELEMENT(self), scene.error());
      return GST_FLOW_ERROR;
    }
    if (run->add(*std::move(scene))) return GST_FLOW_OK;
    // The loop knows why; where it has not said so yet, the speech failed.
    return flow() == GST_FLOW_OK ? GST_FLOW_ERROR : flow();
  });
}

static void set_sink_caps(TalkieTtsSrc* self, GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  self->state->takes_text =
      gst_structure_has_name(gst_caps_get_structure(caps, 0), "text/x-raw") != FALSE;
}

static gboolean sink_event(GstPad* pad, GstObject* parent, GstEvent* raw) {
  auto* self = TALKIE_TTS_SRC(parent);
  auto event = Owned<GstEvent>::adopt(raw);
  return guarded(GST_ELEMENT(self), gboolean{FALSE}, [&]() -> gboolean {
    switch (GST_EVENT_TYPE(event.get())) {
      case GST_EVENT_FLUSH_START:
        gst_pad_push_event(self->state->src, event.release());
        begin_flush(self);
        return TRUE;
      case GST_EVENT_FLUSH_STOP:
        gst_pad_push_event(self->state->src, event.release());
        end_flush(self);
        return TRUE;
      case GST_EVENT_CAPS:
        set_sink_caps(self, event.get());
        return TRUE;
      case GST_EVENT_STREAM_START: {
        guint group = GST_GROUP_ID_INVALID;
        if (gst_event_parse_group_id(event.get(), &group)) self->state->stream.set_group(group);
        return TRUE;
      }
      case GST_EVENT_TAG:
        self->state->stream.keep_tags(event.get());
        return TRUE;
      case GST_EVENT_EOS:
        if (const auto run = run_of(self)) run->speaker().finish();
        return TRUE;
      case GST_EVENT_SEGMENT:  // the samples have a segment of their own
      case GST_EVENT_GAP:
        return TRUE;
      default:
        return gst_pad_event_default(pad, parent, event.release());
    }
  });
}

// ---- events and queries on the src pad

static gboolean src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  auto* self = TALKIE_TTS_SRC(parent);
  return guarded(GST_ELEMENT(self), gboolean{FALSE}, [&]() -> gboolean {
    switch (GST_EVENT_TYPE(event)) {
      case GST_EVENT_SEEK:
        gst_event_unref(event);
        return FALSE;
      case GST_EVENT_FLUSH_START:
        begin_flush(self);
        break;
      case GST_EVENT_FLUSH_STOP:
        end_flush(self);
        break;
      default:
        break;
    }
    return gst_pad_event_default(pad, parent, event);
  });
}

static bool answer_duration(TalkieTtsSrc* self, GstQuery* query) {
  GstFormat format = GST_FORMAT_UNDEFINED;
  gst_query_parse_duration(query, &format, nullptr);
  const auto run = run_of(self);
  const auto total = run ? run->speaker().total_samples() : std::nullopt;
  if (format != GST_FORMAT_TIME || !total) return false;
  gst_query_set_duration(query, format, static_cast<gint64>(clock_time(*total)));
  return true;
}

static gboolean src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  auto* self = TALKIE_TTS_SRC(parent);
  return guarded(GST_ELEMENT(self), gboolean{FALSE}, [&]() -> gboolean {
    GstFormat format = GST_FORMAT_UNDEFINED;
    switch (GST_QUERY_TYPE(query)) {
      case GST_QUERY_DURATION:
        return answer_duration(self, query);
      case GST_QUERY_POSITION:
        gst_query_parse_position(query, &format, nullptr);
        if (format != GST_FORMAT_TIME) return FALSE;
        gst_query_set_position(query, format,
                               static_cast<gint64>(clock_time(self->state->stream.position())));
        return TRUE;
      case GST_QUERY_SEEKING:
        gst_query_parse_seeking(query, &format, nullptr, nullptr, nullptr);
        gst_query_set_seeking(query, format, FALSE, 0, -1);
        return TRUE;
      case GST_QUERY_LATENCY: {
        const std::lock_guard lock(self->state->mutex);
        if (self->state->sink) break;
        gst_query_set_latency(query, FALSE, 0, GST_CLOCK_TIME_NONE);
        return TRUE;
      }
      default:
        break;
    }
    return gst_pad_query_default(pad, parent, query);
  });
}

// What the application sends to the element itself.
static gboolean send_event(GstElement* element, GstEvent* event) {
  auto* self = TALKIE_TTS_SRC(element);
  return guarded(element, gboolean{FALSE}, [&]() -> gboolean {
    switch (GST_EVENT_TYPE(event)) {
      case GST_EVENT_FLUSH_START:
        gst_pad_push_event(self->state->src, event);
        begin_flush(self);
        return TRUE;
      case GST_EVENT_FLUSH_STOP:
        gst_pad_push_event(self->state->src, event);
        end_flush(self);
        return TRUE;
      case GST_EVENT_EOS: {
        gst_event_unref(event);
        const std::lock_guard lock(self->state->mutex);
        self->state->end_now = true;
        if (self->state->run) self->state->run->speaker().stop();
        return TRUE;
      }
      default:
        return GST_ELEMENT_CLASS(talkie_tts_src_parent_class)->send_event(element, event);
    }
  });
}

// ---- life cycle

static GstPad* request_new_pad(GstElement* element, GstPadTemplate* pad_template, const char*,
                               const GstCaps*) {
  auto* self = TALKIE_TTS_SRC(element);
  GstPad* pad = nullptr;
  {
    const std::lock_guard lock(self->state->mutex);
    if (self->state->sink) return nullptr;
    pad = gst_pad_new_from_template(pad_template, "sink");
    self->state->sink = pad;
  }
  gst_pad_set_chain_function(pad, sink_chain);
  gst_pad_set_event_function(pad, sink_event);
  GST_OBJECT_FLAG_UNSET(element, GST_ELEMENT_FLAG_SOURCE);
  gst_element_add_pad(element, pad);
  return pad;
}

static void release_pad(GstElement* element, GstPad* pad) {
  auto* self = TALKIE_TTS_SRC(element);
  gst_pad_set_active(pad, FALSE);
  {
    const std::lock_guard lock(self->state->mutex);
    self->state->sink = nullptr;
  }
  GST_OBJECT_FLAG_SET(element, GST_ELEMENT_FLAG_SOURCE);
  gst_element_remove_pad(element, pad);
}

static bool has_nothing_to_say(TalkieTtsSrc* self) {
  const std::lock_guard lock(self->state->mutex);
  return !self->state->sink && self->state->settings.text.empty();
}

static GstStateChangeReturn change_state(GstElement* element, GstStateChange transition) {
  auto* self = TALKIE_TTS_SRC(element);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && has_nothing_to_say(self)) {
    post_error(element, Error{ErrorKind::bad_value,
                              "ttssrc has nothing to say; set 'text', or link scenes to its pad "
                              "'sink'"});
    return GST_STATE_CHANGE_FAILURE;
  }
  return GST_ELEMENT_CLASS(talkie_tts_src_parent_class)->change_state(element, transition);
}

static void talkie_tts_src_init(TalkieTtsSrc* self) {
  GstPad* pad = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_activatemode_function(pad, src_activate_mode);
  gst_pad_set_event_function(pad, src_event);
  gst_pad_set_query_function(pad, src_query);
  self->state = new State(pad);
  gst_element_add_pad(GST_ELEMENT(self), pad);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
}

static void finalize(GObject* object) {
  delete TALKIE_TTS_SRC(object)->state;
  G_OBJECT_CLASS(talkie_tts_src_parent_class)->finalize(object);
}

// ---- properties

// The setting behind a property; null where it is of another type.
static std::string* text_setting(SpeechSettings& settings, guint id) {
  switch (id) {
    case PROP_ENGINE:
      return &settings.narrator.engine;
    case PROP_VOICE:
      return &settings.narrator.voice;
    case PROP_LANGUAGE:
      return &settings.narrator.language;
    case PROP_TEXT:
      return &settings.text;
    case PROP_LEXICON:
      return &settings.lexicon;
    case PROP_CACHE_DIR:
      return &settings.cache_folder;
    default:
      return nullptr;
  }
}

static double* number_setting(SpeechSettings& settings, guint id) {
  switch (id) {
    case PROP_RATE:
      return &settings.narrator.rate;
    case PROP_PITCH:
      return &settings.narrator.pitch;
    case PROP_VOLUME:
      return &settings.narrator.volume;
    default:
      return nullptr;
  }
}

static void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = *TALKIE_TTS_SRC(object)->state;
  const std::lock_guard lock(state.mutex);
  if (std::string* text = text_setting(state.settings, id)) {
    const char* given = g_value_get_string(value);
    *text = given ? given : "";
  } else if (double* number = number_setting(state.settings, id)) {
    *number = g_value_get_double(value);
  } else if (id == PROP_LOOKAHEAD) {
    state.settings.lookahead = g_value_get_int(value);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  State& state = *TALKIE_TTS_SRC(object)->state;
  const std::lock_guard lock(state.mutex);
  if (const std::string* text = text_setting(state.settings, id))
    g_value_set_string(value, text->c_str());
  else if (const double* number = number_setting(state.settings, id))
    g_value_set_double(value, *number);
  else if (id == PROP_LOOKAHEAD)
    g_value_set_int(value, state.settings.lookahead);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void install_properties(GObjectClass* object_class) {
  // All are read when the element starts, and after a flush.
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                              GST_PARAM_MUTABLE_READY);
  const auto text = [&](guint id, const char* name, const char* nick, const char* blurb) {
    g_object_class_install_property(object_class, id,
                                    g_param_spec_string(name, nick, blurb, "", flags));
  };
  const auto number = [&](guint id, const char* name, const char* nick, const char* blurb,
                          double least, double most, double usual) {
    g_object_class_install_property(
        object_class, id, g_param_spec_double(name, nick, blurb, least, most, usual, flags));
  };
  text(PROP_ENGINE, "engine", "Engine",
       "Speech engines with commas between, asked one after another where one fails; empty: the "
       "first one that is found");
  text(PROP_VOICE, "voice", "Voice",
       "A voice, 'engine/voice' or a language tag, for texts that name none; empty: by language");
  text(PROP_LANGUAGE, "language", "Language",
       "BCP 47 tag of texts that name no language; empty: their film's");
  number(PROP_RATE, "rate", "Rate", "Pace; 2 is twice as fast", 0.25, 4, kDefaultRate);
  number(PROP_PITCH, "pitch", "Pitch", "Pitch; 2 is an octave higher", 0.5, 2, kDefaultPitch);
  number(PROP_VOLUME, "volume", "Volume", "Linear gain; peaks are limited, never clipped", 0, 4,
         kDefaultVolume);
  text(PROP_TEXT, "text", "Text", "What to say where the pad 'sink' is not used");
  g_object_class_install_property(
      object_class, PROP_LOOKAHEAD,
      g_param_spec_int("lookahead", "Look-ahead",
                       "How many scenes are spoken ahead, side by side; their timings run ahead of "
                       "the samples",
                       1, 64, kDefaultLookahead, flags));
  text(PROP_LEXICON, "lexicon", "Lexicon",
       "A file that says how words are said: YAML, or a W3C pronunciation lexicon");
  text(PROP_CACHE_DIR, "cache-dir", "Cache directory",
       "Where what was spoken is kept, and taken from; empty: nowhere");
}

static void talkie_tts_src_class_init(TalkieTtsSrcClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->finalize = finalize;
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  install_properties(object_class);

  GstElementClass* element_class = GST_ELEMENT_CLASS(klass);
  element_class->request_new_pad = request_new_pad;
  element_class->release_pad = release_pad;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_set_static_metadata(
      element_class, "Speech", "Source/Audio",
      "Speaks scenes and says when each word is said; or speaks a text", "The Talkie authors");
}
