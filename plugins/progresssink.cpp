// SPDX-License-Identifier: LGPL-2.1-or-later
// progresssink: a file whole or not at all, and how far it is.
/**
 * SECTION:element-progresssink
 * @title: progresssink
 *
 * Writes a stream to `location` whole or not at all: into a hidden temporary file beside it, which
 * gets its name when the stream has ended and nothing in the pipeline has reported an error.
 * Without `location` it throws the stream away and only measures. While it runs it posts element
 * messages named `talkie-progress` with the fields `position` and `duration` (guint64, nanoseconds;
 * GST_CLOCK_TIME_NONE where it is not known), `scene` and `scenes` (gint, from 1, 0 where not
 * known), `frames-per-second`, `speed` (gdouble, seconds of film a second), `time-left` (guint64,
 * nanoseconds) and `done` (gboolean, in the last one). Position and duration are asked from
 * upstream; the scene is known where `talkie-scene-timing` events pass by, as they do through
 * GStreamer's encoders and muxers.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=90 ! x264enc ! mp4mux ! \
 *   progresssink location=film.mp4 progress=bar
 * ]|
 */
#include "progresssink.h"

#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "gst/element.h"
#include "gst/wire.h"
#include "render/finish.h"
#include "render/progress.h"
#include "render/whole_file.h"

GST_DEBUG_CATEGORY_STATIC(progresssink_debug);
#define GST_CAT_DEFAULT progresssink_debug

namespace {

using talkie::Error;
using talkie::guarded;
using talkie::Owned;
using talkie::Progress;
using talkie::Result;

constexpr guint kDefaultInterval = 200;  // milliseconds
constexpr int kBarColumns = 79;

enum Property { kLocation = 1, kInterval, kProgress, kReproducible, kAudioPriming };
enum ShowProgress { kShowNone, kShowBar, kShowJson };

struct Settings {
  std::string location;
  guint interval = kDefaultInterval;
  int progress = kShowNone;
  talkie::FinishOptions finish;
};

// What is known of one run, from PAUSED to READY. Guarded by Element::mutex.
struct Run {
  Settings settings;
  std::optional<talkie::WholeFile> file;  // while it has no name yet
  talkie::ProgressMeter meter;
  std::map<GstClockTime, int> scenes;  // start -> number, from 1
  int scene_count = 0;                 // 0: not known
  GstClockTime timed_duration = GST_CLOCK_TIME_NONE;
  gint64 furthest = 0;  // a muxer answers for one of its inputs, not always the same
  bool failed = false;  // an element of the pipeline has reported an error
};

struct State {
  std::mutex mutex;
  Settings settings;
  Run run;
  std::condition_variable_any wake;  // ends the reporter's wait

  // Touched by state changes only.
  std::jthread reporter;
  Owned<GstElement> sink;
  Owned<GstBus> bus;
  gulong error_handler = 0;
};

}  // namespace

struct _TalkieProgressSink {
  GstBin parent;
  State* state;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE(TalkieProgressSink, talkie_progress_sink, GST_TYPE_BIN)
GST_ELEMENT_REGISTER_DEFINE(progresssink, "progresssink", GST_RANK_NONE, TALKIE_TYPE_PROGRESS_SINK)

static GType show_progress_type() {
  static const GEnumValue values[] = {{kShowNone, "Prints nothing", "none"},
                                      {kShowBar, "A bar on the standard error output", "bar"},
                                      {kShowJson, "JSON lines on the standard output", "json"},
                                      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("TalkieShowProgress", values);
  return type;
}

namespace {

// The frame rate of the video that a muxer upstream is fed with.
std::optional<talkie::Rate> frame_rate_upstream(GstElement* self) {
  const auto own = Owned<GstPad>::adopt(gst_element_get_static_pad(self, "sink"));
  const auto peer = Owned<GstPad>::adopt(gst_pad_get_peer(own.get()));
  const auto muxer =
      peer ? Owned<GstElement>::adopt(gst_pad_get_parent_element(peer.get())) : Owned<GstElement>();
  if (!muxer) return {};
  std::optional<talkie::Rate> rate;
  gst_element_foreach_sink_pad(
      muxer.get(),
      [](GstElement*, GstPad* pad, gpointer data) -> gboolean {
        const auto caps = Owned<GstCaps>::adopt(gst_pad_get_current_caps(pad));
        int numerator = 0, denominator = 1;
        if (!caps || gst_caps_is_empty(caps.get()) || gst_caps_is_any(caps.get())) return TRUE;
        if (!gst_structure_get_fraction(gst_caps_get_structure(caps.get(), 0), "framerate",
                                        &numerator, &denominator) ||
            numerator <= 0 || denominator <= 0)
          return TRUE;
        *static_cast<std::optional<talkie::Rate>*>(data) = talkie::Rate{numerator, denominator};
        return FALSE;
      },
      &rate);
  return rate;
}

// What upstream and the run know now. Call without the lock: a query may go far.
Progress look(TalkieProgressSink* self) {
  GstElement* element = GST_ELEMENT(self);
  const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(element, "sink"));
  gint64 position = 0, duration = 0;
  gst_pad_peer_query_position(pad.get(), GST_FORMAT_TIME, &position);
  gst_pad_peer_query_duration(pad.get(), GST_FORMAT_TIME, &duration);
  const auto frame_rate = frame_rate_upstream(element);

  const std::scoped_lock lock(self->state->mutex);
  Run& run = self->state->run;
  Progress progress;
  run.furthest = std::max(run.furthest, position);
  progress.position = talkie::Time(run.furthest);
  if (duration > 0)
    progress.duration = talkie::Time(duration);
  else if (GST_CLOCK_TIME_IS_VALID(run.timed_duration))
    progress.duration = talkie::Time(run.timed_duration);
  // The last scene that has begun.
  auto scene = run.scenes.upper_bound(static_cast<GstClockTime>(progress.position.count()));
  if (scene != run.scenes.begin()) progress.scene = std::prev(scene)->second;
  progress.scenes = run.scene_count;
  run.meter.measure(progress, frame_rate);
  return progress;
}

guint64 time_or_none(const std::optional<talkie::Time>& time) {
  return time ? static_cast<guint64>(time->count()) : GST_CLOCK_TIME_NONE;
}

void show(const Progress& progress, int how, bool done) {
  if (how == kShowJson) {
    std::puts(talkie::progress_json(progress).c_str());
    std::fflush(stdout);
  }
  if (how == kShowBar)
    std::fprintf(stderr, "\r%s\x1b[K%s", talkie::progress_bar(progress, kBarColumns).c_str(),
                 done ? "\n" : "");
}

void report(TalkieProgressSink* self, const Progress& progress, bool done) {
  int how = kShowNone;
  {
    const std::scoped_lock lock(self->state->mutex);
    how = self->state->run.settings.progress;
  }
  show(progress, how, done);
  GstStructure* fields = gst_structure_new(
      "talkie-progress", "position", G_TYPE_UINT64, static_cast<guint64>(progress.position.count()),
      "duration", G_TYPE_UINT64, time_or_none(progress.duration), "scene", G_TYPE_INT,
      progress.scene, "scenes", G_TYPE_INT, progress.scenes, "frames-per-second", G_TYPE_DOUBLE,
      progress.frames_per_second, "speed", G_TYPE_DOUBLE, progress.speed, "time-left",
      G_TYPE_UINT64, time_or_none(progress.time_left), "done", G_TYPE_BOOLEAN, done, nullptr);
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), fields));
}

// The reporter's thread. It has its own clock because a muxer may keep everything to itself until
// the end (mp4mux with faststart does).
void report_until(TalkieProgressSink* self, const std::stop_token& stop, guint interval) {
  State& state = *self->state;
  while (true) {
    {
      std::unique_lock lock(state.mutex);
      state.wake.wait_for(lock, stop, std::chrono::milliseconds(interval), [] { return false; });
    }
    if (stop.stop_requested()) return;
    report(self, look(self), false);
  }
}

void stop_reporter(TalkieProgressSink* self) {
  self->state->reporter.request_stop();
  self->state->wake.notify_all();
}

// Corrects the file and gives it its name. Called by the streaming thread, at the end.
Result<void> finish(TalkieProgressSink* self) {
  std::optional<talkie::WholeFile> file;
  talkie::FinishOptions options;
  {
    const std::scoped_lock lock(self->state->mutex);
    Run& run = self->state->run;
    if (run.failed || !run.file) return {};
    file = std::exchange(run.file, std::nullopt);
    options = run.settings.finish;
  }
  if (auto finished = talkie::finish_file(file->temporary(), options); !finished) return finished;
  GST_INFO_OBJECT(self, "everything is written, naming it %s", file->target().c_str());
  return file->commit();
}

// An element that fails sends its error first and the end of the stream after it. The file must
// not be taken for whole then, wherever in the pipeline that was.
void on_pipeline_error(GstBus*, GstMessage* message, TalkieProgressSink* self) {
  GST_DEBUG_OBJECT(self, "%s failed: the file is not kept", GST_MESSAGE_SRC_NAME(message));
  const std::scoped_lock lock(self->state->mutex);
  self->state->run.failed = true;
}

void watch_errors(TalkieProgressSink* self) {
  auto top = Owned<GstObject>::share(GST_OBJECT(self));
  while (auto parent = Owned<GstObject>::adopt(gst_object_get_parent(top.get())))
    top = parent;
  self->state->bus = Owned<GstBus>::adopt(gst_element_get_bus(GST_ELEMENT(top.get())));
  if (!self->state->bus) return;
  gst_bus_enable_sync_message_emission(self->state->bus.get());
  self->state->error_handler =
      g_signal_connect_object(self->state->bus.get(), "sync-message::error",
                              G_CALLBACK(on_pipeline_error), self, GConnectFlags(0));
}

void unwatch_errors(TalkieProgressSink* self) {
  if (!self->state->bus) return;
  g_signal_handler_disconnect(self->state->bus.get(), self->state->error_handler);
  gst_bus_disable_sync_message_emission(self->state->bus.get());
  self->state->bus.reset();
}

Result<Owned<GstElement>> make_sink(const std::optional<talkie::WholeFile>& file) {
  auto sink = talkie::make_element(file ? "filesink" : "fakesink", "sink");
  if (!sink) return sink;
  if (file)
    g_object_set(sink->get(), "location", file->temporary().c_str(), nullptr);
  else
    g_object_set(sink->get(), "sync", FALSE, nullptr);
  return sink;
}

// READY -> PAUSED: opens the temporary file.
Result<void> start(TalkieProgressSink* self) {
  Run run;
  {
    const std::scoped_lock lock(self->state->mutex);
    run.settings = self->state->settings;
  }
  if (!run.settings.location.empty()) {
    auto file = talkie::WholeFile::begin(run.settings.location);
    if (!file) return file.error();
    run.file = *std::move(file);
  }
  auto sink = make_sink(run.file);
  if (!sink) return sink.error();
  const guint interval = run.settings.interval;
  {
    const std::scoped_lock lock(self->state->mutex);
    self->state->run = std::move(run);
  }
  self->state->sink = *sink;
  gst_bin_add(GST_BIN(self), sink->get());
  const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(GST_ELEMENT(self), "sink"));
  const auto target = Owned<GstPad>::adopt(gst_element_get_static_pad(sink->get(), "sink"));
  gst_ghost_pad_set_target(GST_GHOST_PAD(pad.get()), target.get());
  watch_errors(self);
  self->state->reporter = std::jthread([self, interval](const std::stop_token& token) {
    guarded(GST_ELEMENT(self), 0, [&] { return report_until(self, token, interval), 0; });
  });
  return {};
}

// PAUSED -> READY: what has no name yet is removed.
void stop(TalkieProgressSink* self) {
  State& state = *self->state;
  unwatch_errors(self);
  if (state.sink) {
    const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(GST_ELEMENT(self), "sink"));
    gst_ghost_pad_set_target(GST_GHOST_PAD(pad.get()), nullptr);
    gst_element_set_state(state.sink.get(), GST_STATE_NULL);
    gst_bin_remove(GST_BIN(self), state.sink.get());
    state.sink.reset();
  }
  Run last;
  const std::scoped_lock lock(state.mutex);
  std::swap(state.run, last);
}

void join_reporter(TalkieProgressSink* self) {
  stop_reporter(self);
  if (self->state->reporter.joinable()) self->state->reporter.join();
}

GstPadProbeReturn on_event(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto* self = static_cast<TalkieProgressSink*>(data);
  GstEvent* event = gst_pad_probe_info_get_event(info);
  if (!talkie::is_timing_event(event)) return GST_PAD_PROBE_OK;
  const GstStructure* fields = gst_event_get_structure(event);
  gint index = 0;
  guint64 start = 0, duration = 0;
  gboolean last = FALSE;
  if (!gst_structure_get(fields, "index", G_TYPE_INT, &index, "start", G_TYPE_UINT64, &start,
                         "duration", G_TYPE_UINT64, &duration, "last", G_TYPE_BOOLEAN, &last,
                         nullptr))
    return GST_PAD_PROBE_OK;
  const std::scoped_lock lock(self->state->mutex);
  Run& run = self->state->run;
  run.scenes[start] = index + 1;
  if (last) {
    run.scene_count = static_cast<int>(run.scenes.size());
    run.timed_duration = start + duration;
  }
  return GST_PAD_PROBE_OK;
}

}  // namespace

// --- virtual functions ---

static void talkie_progress_sink_init(TalkieProgressSink* self) {
  self->state = new State;
  const auto pad_template = Owned<GstPadTemplate>::share(
      gst_element_class_get_pad_template(GST_ELEMENT_GET_CLASS(self), "sink"));
  GstPad* pad = gst_ghost_pad_new_no_target_from_template("sink", pad_template.get());
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, nullptr);
  gst_element_add_pad(GST_ELEMENT(self), pad);
  // The inner sink comes and goes; this is a sink all the time.
  gst_bin_set_suppressed_flags(GST_BIN(self), GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SINK);
}

static void talkie_progress_sink_finalize(GObject* object) {
  delete TALKIE_PROGRESS_SINK(object)->state;
  G_OBJECT_CLASS(talkie_progress_sink_parent_class)->finalize(object);
}

static GstStateChangeReturn talkie_progress_sink_change_state(GstElement* element,
                                                              GstStateChange transition) {
  auto* self = TALKIE_PROGRESS_SINK(element);
  return guarded(element, GST_STATE_CHANGE_FAILURE, [&] {
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
      if (auto started = start(self); !started) {
        talkie::post_error(element, started.error());
        return GST_STATE_CHANGE_FAILURE;
      }
    }
    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) join_reporter(self);
    const GstStateChangeReturn result =
        GST_ELEMENT_CLASS(talkie_progress_sink_parent_class)->change_state(element, transition);
    const bool failed =
        transition == GST_STATE_CHANGE_READY_TO_PAUSED && result == GST_STATE_CHANGE_FAILURE;
    if (failed) join_reporter(self);
    if (failed || transition == GST_STATE_CHANGE_PAUSED_TO_READY) stop(self);
    return result;
  });
}

// The inner sink's end of stream is passed on only once the file has its name.
static void talkie_progress_sink_handle_message(GstBin* bin, GstMessage* message) {
  auto* self = TALKIE_PROGRESS_SINK(bin);
  const bool pass = guarded(GST_ELEMENT(bin), true, [&] {
    if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_EOS) return true;
    stop_reporter(self);
    if (auto finished = finish(self); !finished) {
      talkie::post_error(GST_ELEMENT(bin), finished.error());
      return false;
    }
    Progress progress = look(self);
    // Positions end one frame or one encoder's delay before the end.
    if (progress.duration) progress.position = *progress.duration;
    progress.time_left = talkie::Time{0};
    report(self, progress, true);
    return true;
  });
  if (pass)
    GST_BIN_CLASS(talkie_progress_sink_parent_class)->handle_message(bin, message);
  else
    gst_message_unref(message);
}

// --- properties ---

static void talkie_progress_sink_set_property(GObject* object, guint id, const GValue* value,
                                              GParamSpec* spec) {
  State& state = *TALKIE_PROGRESS_SINK(object)->state;
  const std::scoped_lock lock(state.mutex);
  switch (id) {
    case kLocation: {
      const char* location = g_value_get_string(value);
      state.settings.location = location ? location : "";
      break;
    }
    case kInterval:
      state.settings.interval = g_value_get_uint(value);
      break;
    case kProgress:
      state.settings.progress = g_value_get_enum(value);
      break;
    case kReproducible:
      state.settings.finish.reproducible = g_value_get_boolean(value);
      break;
    case kAudioPriming:
      state.settings.finish.audio_priming = g_value_get_int(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void talkie_progress_sink_get_property(GObject* object, guint id, GValue* value,
                                              GParamSpec* spec) {
  State& state = *TALKIE_PROGRESS_SINK(object)->state;
  const std::scoped_lock lock(state.mutex);
  switch (id) {
    case kLocation:
      g_value_set_string(
          value, state.settings.location.empty() ? nullptr : state.settings.location.c_str());
      break;
    case kInterval:
      g_value_set_uint(value, state.settings.interval);
      break;
    case kProgress:
      g_value_set_enum(value, state.settings.progress);
      break;
    case kReproducible:
      g_value_set_boolean(value, state.settings.finish.reproducible);
      break;
    case kAudioPriming:
      g_value_set_int(value, state.settings.finish.audio_priming);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static void install_properties(GObjectClass* object_class) {
  const auto flags =
      GParamFlags(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object_class, kLocation,
      g_param_spec_string("location", "Location",
                          "The file to write, whole or not at all; unset: write nothing", nullptr,
                          flags));
  g_object_class_install_property(
      object_class, kInterval,
      g_param_spec_uint("interval", "Interval", "Milliseconds between progress messages", 20, 60000,
                        kDefaultInterval, flags));
  g_object_class_install_property(
      object_class, kProgress,
      g_param_spec_enum("progress", "Progress", "What to print beside the messages",
                        show_progress_type(), kShowNone, flags));
  g_object_class_install_property(
      object_class, kReproducible,
      g_param_spec_boolean("reproducible", "Reproducible",
                           "Take out what the muxer wrote from the clock and from dice (MP4 times, "
                           "Matroska UIDs, Ogg serial numbers), so that the same input gives the "
                           "same bytes",
                           FALSE, flags));
  g_object_class_install_property(
      object_class, kAudioPriming,
      g_param_spec_int("audio-priming", "Audio priming",
                       "Samples that the AAC encoder puts before the first one it was given; an "
                       "MP4 file's edit list will skip them (avenc_aac: 1024)",
                       0, 1 << 16, 0, flags));
}

static void talkie_progress_sink_class_init(TalkieProgressSinkClass* klass) {
  auto* object_class = G_OBJECT_CLASS(klass);
  auto* element_class = GST_ELEMENT_CLASS(klass);
  object_class->finalize = talkie_progress_sink_finalize;
  object_class->set_property = talkie_progress_sink_set_property;
  object_class->get_property = talkie_progress_sink_get_property;
  install_properties(object_class);
  element_class->change_state = talkie_progress_sink_change_state;
  GST_BIN_CLASS(klass)->handle_message = talkie_progress_sink_handle_message;
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_set_static_metadata(element_class, "Progress sink", "Sink/File",
                                        "Writes a file whole or not at all, and says how far it is",
                                        "The Talkie authors");
  gst_type_mark_as_plugin_api(show_progress_type(), GstPluginAPIFlags(0));
  GST_DEBUG_CATEGORY_INIT(progresssink_debug, "progresssink", 0, "a file, whole or not at all");
}
