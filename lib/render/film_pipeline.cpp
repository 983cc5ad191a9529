// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_pipeline.h"

#include <algorithm>
#include <utility>

#include "config.h"
#include "gst/element.h"
#include "gst/wire.h"
#include "render/chains.h"

namespace talkie {

namespace {

constexpr guint kRawFrames = 4;                // pictures between compositor and encoder
constexpr guint64 kRawSound = 2 * GST_SECOND;  // likewise
// An encoder that looks ahead holds pictures back while their sound is long there; encoded sound is
// small, so this is minutes of it.
constexpr guint kEncodedBytes = 32u << 20;

// Makes elements, links them, and remembers the first thing that went wrong, so that building reads
// as the pipeline does.
class Builder {
 public:
  explicit Builder(GstElement* pipeline) : bin_(GST_BIN(pipeline)) {}

  GstElement* make(const char* factory, const char* name) {
    auto element = make_element(factory, name);
    if (!element) return note(element.error());
    return add(*element);
  }
  GstElement* add(const Owned<GstElement>& element) {
    gst_bin_add(bin_, element.get());
    return element.get();
  }
  GstElement* queue(const char* name, guint buffers, guint bytes, guint64 time) {
    GstElement* element = make("queue", name);
    if (element)
      g_object_set(element, "max-size-buffers", buffers, "max-size-bytes", bytes, "max-size-time",
                   time, nullptr);
    return element;
  }
  // Links from -> to, by pad names where they are given.
  GstElement* link(GstElement* from, GstElement* to, const char* from_pad = nullptr,
                   const char* to_pad = nullptr) {
    if (!from || !to) return to;
    if (!gst_element_link_pads(from, from_pad, to, to_pad))
      note(Error{ErrorKind::unsupported, std::string("'") + GST_ELEMENT_NAME(from) +
                                             "' does not fit to '" + GST_ELEMENT_NAME(to) +
                                             "' in this preset"});
    return to;
  }
  GstElement* chain(const Preset& preset, const std::vector<PresetChain>& alternatives,
                    const char* name, int* priming = nullptr) {
    auto made = make_chain(preset, alternatives);
    if (!made) return note(made.error());
    gst_object_set_name(GST_OBJECT(made->element.get()), name);
    if (priming) *priming = made->priming;
    return add(made->element);
  }
  GstElement* note(const Error& error) {
    if (!error_) error_ = error;
    return nullptr;
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  GstBin* bin_;
  std::optional<Error> error_;
};

// ISO 639 code of a BCP 47 tag, as GStreamer's tags take it.
std::string language_code(const std::string& language) {
  return language.substr(0, language.find('-'));
}

// Marks a stream's language, where the film has one.
GstElement* language_tag(Builder& build, const Film& film, const char* name) {
  GstElement* inject = build.make("taginject", name);
  if (!inject) return nullptr;
  const std::string tags = "language-code=" + language_code(film.language);
  gst_util_set_object_arg(G_OBJECT(inject), "scope", "stream");
  if (!film.language.empty()) g_object_set(inject, "tags", tags.c_str(), nullptr);
  return inject;
}

// The film's own tags. Encoders and muxers call themselves what they like; this says who asked
// them.
void set_tags(GstElement* pipeline, const Film& film) {
  Owned<GstTagList> tags = Owned<GstTagList>::adopt(gst_tag_list_new_empty());
  gst_tag_list_add(tags.get(), GST_TAG_MERGE_REPLACE, GST_TAG_APPLICATION_NAME,
                   "Talkie " TALKIE_VERSION, GST_TAG_ENCODER, "Talkie " TALKIE_VERSION, nullptr);
  if (!film.title.empty())
    gst_tag_list_add(tags.get(), GST_TAG_MERGE_REPLACE, GST_TAG_TITLE, film.title.c_str(), nullptr);
  if (!film.author.empty())
    gst_tag_list_add(tags.get(), GST_TAG_MERGE_REPLACE, GST_TAG_ARTIST, film.author.c_str(),
                     nullptr);
  GstIterator* setters = gst_bin_iterate_all_by_interface(GST_BIN(pipeline), GST_TYPE_TAG_SETTER);
  gst_iterator_foreach(
      setters,
      [](const GValue* item, gpointer data) {
        auto* setter = GST_TAG_SETTER(g_value_get_object(item));
        gst_tag_setter_merge_tags(setter, static_cast<GstTagList*>(data), GST_TAG_MERGE_REPLACE);
        gst_tag_setter_set_tag_merge_mode(setter, GST_TAG_MERGE_KEEP);
      },
      tags.get());
  gst_iterator_free(setters);
}

// Calls `handle` with every event or buffer at an element's pad; lives as long as the pad does.
template <typename Shared>
void watch_pad(GstElement* element, const char* pad_name, GstPadProbeType type,
               std::shared_ptr<Shared> shared, GstPadProbeCallback handle) {
  const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(element, pad_name));
  if (!pad) return;
  gst_pad_add_probe(pad.get(), type, handle, new std::shared_ptr<Shared>(std::move(shared)),
                    [](gpointer data) { delete static_cast<std::shared_ptr<Shared>*>(data); });
}

GstPadProbeReturn log_timing(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = gst_pad_probe_info_get_event(info);
  if (is_timing_event(event))
    if (auto timing = timing_from_event(event))
      (*static_cast<std::shared_ptr<TimingLog>*>(data))->add(*std::move(timing));
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn count_arrival(GstPad*, GstPadProbeInfo*, gpointer data) {
  ++**static_cast<std::shared_ptr<Arrivals>*>(data);
  return GST_PAD_PROBE_OK;
}

struct Branches {
  GstElement* video = nullptr;  // null: sound alone
  GstElement* audio = nullptr;
  const char* video_pad = nullptr;
  const char* audio_pad = nullptr;
};

// Scenes -> raw video and sound. Pictures and speech of a scene are made on two threads.
Branches make_front(Builder& build, const Preset& preset, const FilmPipelineOptions& options,
                    const std::shared_ptr<TimingLog>& timings) {
  GstElement* source = build.make("appsrc", "scenes");
  GstElement* speech = build.make("ttssrc", "speech");
  if (!source || !speech) return {};
  const auto caps = Owned<GstCaps>::adopt(gst_caps_from_string(kSceneCaps));
  g_object_set(source, "caps", caps.get(), "format", GST_FORMAT_TIME, "max-bytes", guint64{0},
               nullptr);
  if (!options.engine.empty()) g_object_set(speech, "engine", options.engine.c_str(), nullptr);

  Branches branches{nullptr, speech, nullptr, "src"};
  if (preset.video.empty()) {
    build.link(source, speech, nullptr, "sink");
  } else {
    GstElement* tee = build.link(source, build.make("tee", "scenes-tee"));
    GstElement* pictures = build.make("svgrender", "pictures");
    GstElement* compositor = build.make("scenecompositor", "compositor");
    build.link(build.link(tee, build.make("queue", "pictures-queue")), pictures);
    build.link(build.link(tee, build.make("queue", "speech-queue")), speech, nullptr, "sink");
    build.link(pictures, compositor, "src", "video");
    build.link(speech, compositor, "src", "audio");
    branches = {compositor, compositor, "video_src", "audio_src"};
  }
  watch_pad(speech, "src", GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, timings, log_timing);
  return branches;
}

// mp4mux with faststart collects the film in a file of its own; that belongs beside the output,
// where there is room for a film, not in the system's temporary folder.
Result<std::unique_ptr<WholeFile>> give_scratch(GstElement* mux, const std::string& output) {
  if (!g_object_class_find_property(G_OBJECT_GET_CLASS(mux), "faststart-file"))
    return std::unique_ptr<WholeFile>();
  auto scratch = WholeFile::begin(output);
  if (!scratch) return scratch.error();
  g_object_set(mux, "faststart-file", scratch->temporary().c_str(), nullptr);
  return std::make_unique<WholeFile>(*std::move(scratch));
}

// Everything between the compositor and the muxer, for video or sound.
void make_branch(Builder& build, const Film& film, GstElement* from, const char* pad,
                 GstElement* raw_queue, GstElement* chain, GstElement* mux, const char* kind) {
  const std::string name = kind;
  GstElement* tag = language_tag(build, film, (name + "-language").c_str());
  GstElement* encoded = build.queue((name + "-encoded").c_str(), 0, kEncodedBytes, 0);
  GstElement* last = build.link(from, raw_queue, pad, "sink");
  last = build.link(last, tag);
  last = build.link(last, chain);
  last = build.link(last, encoded);
  build.link(last, mux);
}

}  // namespace

TimingLog::TimingLog(const Script& script) {
  for (const Scene& scene : script.scenes) {
    double weight = 20;  // a page without a word still takes some seconds
    for (const NarrationStep& step : scene.narration)
      if (const auto* utterance = std::get_if<Utterance>(&step))
        weight += static_cast<double>(utterance->text.size());
    weights_.push_back(weight);
  }
}

void TimingLog::add(SceneTiming timing) {
  const std::scoped_lock lock(mutex_);
  timings_.push_back(std::move(timing));
}

std::vector<SceneTiming> TimingLog::all() const {
  const std::scoped_lock lock(mutex_);
  return timings_;
}

Time TimingLog::known_end() const {
  const std::scoped_lock lock(mutex_);
  return timings_.empty() ? Time{0} : timings_.back().start + timings_.back().duration;
}

int TimingLog::scene_at(Time position) const {
  const std::scoped_lock lock(mutex_);
  const auto after =
      std::upper_bound(timings_.begin(), timings_.end(), position,
                       [](Time time, const SceneTiming& timing) { return time < timing.start; });
  return static_cast<int>(after - timings_.begin());
}

Time TimingLog::expected_end() const {
  const Time known = known_end();
  const std::scoped_lock lock(mutex_);
  double said = 0, all = 0;
  for (size_t i = 0; i < weights_.size(); ++i) {
    all += weights_[i];
    if (i < timings_.size()) said += weights_[i];
  }
  if (timings_.size() >= weights_.size() || said <= 0) return known;
  return from_seconds(to_seconds(known) * all / said);
}

Result<FilmPipeline> make_film_pipeline(const Script& script, const Preset& preset,
                                        const FilmPipelineOptions& options) {
  FilmPipeline film{Owned<GstElement>::sink(gst_pipeline_new("film")), {}, {}, {}, {}};
  film.bus = Owned<GstBus>::adopt(gst_element_get_bus(film.pipeline.get()));
  film.timings = std::make_shared<TimingLog>(script);
  film.arrivals = std::make_shared<Arrivals>(0);

  Builder build(film.pipeline.get());
  const Branches front = make_front(build, preset, options, film.timings);
  auto mux = make_mux(preset);
  if (!mux) return mux.error();
  build.add(*mux);
  GstElement* sink = build.link(mux->get(), build.make("progresssink", "file"));
  int priming = 0;
  if (front.video)
    make_branch(build, script.film, front.video, front.video_pad,
                build.queue("video-raw", kRawFrames, 0, 0),
                build.chain(preset, preset.video, "video"), mux->get(), "video");
  if (front.audio)
    make_branch(build, script.film, front.audio, front.audio_pad,
                build.queue("audio-raw", 0, 0, kRawSound),
                build.chain(preset, preset.audio, "audio", &priming), mux->get(), "audio");
  if (build.error()) return *build.error();

  g_object_set(sink, "location", options.output.c_str(), "reproducible", TRUE, "audio-priming",
               priming, nullptr);
  watch_pad(sink, "sink", GST_PAD_PROBE_TYPE_BUFFER, film.arrivals, count_arrival);
  set_tags(film.pipeline.get(), script.film);
  auto scratch = give_scratch(mux->get(), options.output);
  if (!scratch) return scratch.error();
  film.scratch = *std::move(scratch);
  return film;
}

Result<void> feed(const FilmPipeline& film, const Script& script) {
  const auto source =
      Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(film.pipeline.get()), "scenes"));
  GstFlowReturn flow = GST_FLOW_OK;
  for (const Scene& scene : script.scenes) {
    const auto buffer = scene_to_buffer(scene);
    g_signal_emit_by_name(source.get(), "push-buffer", buffer.get(), &flow);
    if (flow != GST_FLOW_OK)
      return Error{ErrorKind::failed, "the pipeline takes no scenes", gst_flow_get_name(flow)};
  }
  g_signal_emit_by_name(source.get(), "end-of-stream", &flow);
  return {};
}

Time encoded_position(const FilmPipeline& film) {
  // The picture is what takes time; the sound may be far ahead of it.
  for (const char* name : {"video", "audio"}) {
    const auto chain =
        Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(film.pipeline.get()), name));
    gint64 position = 0;
    if (chain) {
      gst_element_query_position(chain.get(), GST_FORMAT_TIME, &position);
      return Time(std::max<gint64>(0, position));
    }
  }
  return Time{0};
}

}  // namespace talkie
