// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_mux.h"

#include <chrono>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "config.h"
#include "gst/element.h"
#include "gst/sound.h"
#include "render/chains.h"
#include "render/gif_mux.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr GstClockTime kPoll = 2 * GST_MSECOND;
constexpr guint64 kMostWaiting = 8u << 20;   // bytes in front of the muxer
constexpr guint64 kTaken = 10 * GST_SECOND;  // of each stream, in the muxer
constexpr auto kPatience = std::chrono::seconds(60);

Owned<GstCaps> parse_caps(const std::string& text) {
  return Owned<GstCaps>::adopt(gst_caps_from_string(text.c_str()));
}

bool is_h264(const GstCaps* caps) {
  return gst_structure_has_name(gst_caps_get_structure(caps, 0), "video/x-h264");
}

// Makes elements, links them, and remembers the first thing that went wrong, so that building reads
// as the pipeline does.
class Builder {
 public:
  explicit Builder(GstElement* pipeline) : bin_(GST_BIN(pipeline)) {}

  GstElement* make(const char* factory, const char* name) {
    auto element = make_element(factory, name);
    return element ? add(*element) : note(element.error());
  }
  GstElement* add(const Owned<GstElement>& element) {
    gst_bin_add(bin_, element.get());
    return element.get();
  }
  GstElement* link(GstElement* from, GstElement* to) {
    if (from && to && !gst_element_link(from, to))
      note(Error{ErrorKind::unsupported, std::string("'") + GST_ELEMENT_NAME(from) +
                                             "' does not fit to '" + GST_ELEMENT_NAME(to) +
                                             "' in this preset"});
    return to;
  }
  // To the pad of the muxer that is for such caps; null: for whatever `from` can give.
  void link_to_mux(GstElement* from, GstElement* mux, GstCaps* caps) {
    if (!from) return;
    const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(from, "src"));
    const auto taken = Owned<GstPad>::adopt(gst_element_get_compatible_pad(mux, pad.get(), caps));
    const auto start_codes = parse_caps("video/x-h264, stream-format=byte-stream, alignment=au");
    if (!taken && caps && is_h264(caps) && !gst_caps_can_intersect(caps, start_codes.get()))
      return link_to_mux(link(from, make("h264parse", nullptr)), mux, start_codes.get());
    if (!taken || GST_PAD_LINK_FAILED(gst_pad_link(pad.get(), taken.get())))
      note(Error{ErrorKind::unsupported, std::string("'") + GST_ELEMENT_NAME(mux) +
                                             "' does not take what this preset's encoders make"});
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

// The caps decide which of the muxer's pads it is linked to.
GstElement* make_source(Builder& build, const char* name, GstCaps* caps) {
  GstElement* source = build.make("appsrc", name);
  if (source)
    g_object_set(source, "format", GST_FORMAT_TIME, "max-bytes", guint64{0}, "caps", caps, nullptr);
  return source;
}

// Marks a stream's language, where the film has one: ISO 639's code of the BCP 47 tag.
GstElement* make_language(Builder& build, const Film& film, const char* name) {
  GstElement* inject = build.make("taginject", name);
  if (!inject) return nullptr;
  const std::string tags = "language-code=" + film.language.substr(0, film.language.find('-'));
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

GstClockTime clock_time(int64_t step, Rate rate) {
  return static_cast<GstClockTime>(time_of(step, rate).count());
}

guint64 waiting_in(GstElement* source) {
  guint64 bytes = 0;
  if (source) g_object_get(source, "current-level-bytes", &bytes, nullptr);
  return bytes;
}

// While it lives, GLib's dice fall high. matroskamux draws its tracks' UIDs from them and writes a
// small number, one in 256, in fewer bytes: finish_file() can put other numbers there, but not move
// what follows. Afterwards nobody can tell what they will show.
class HighDice {
 public:
  HighDice() {
    static const guint32 seed = find_seed();
    g_random_set_seed(seed);
  }
  HighDice(const HighDice&) = delete;
  HighDice& operator=(const HighDice&) = delete;
  ~HighDice() { g_random_set_seed(std::random_device()()); }

 private:
  static constexpr int kThrows = 64;  // more than a muxer makes
  static guint32 find_seed() {
    for (guint32 seed = 1;; ++seed) {
      GRand* dice = g_rand_new_with_seed(seed);
      int high = 0;
      while (high < kThrows && g_rand_int(dice) >= 1u << 24)
        ++high;
      g_rand_free(dice);
      if (high == kThrows) return seed;
    }
  }
};

// A muxer of GStreamer's.
class PipelineMux : public FilmMux {
 public:
  explicit PipelineMux(Message message) : message_(std::move(message)) {}
  ~PipelineMux() override { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }
  PipelineMux(const PipelineMux&) = delete;
  PipelineMux& operator=(const PipelineMux&) = delete;

  Result<void> start(const FilmMuxOptions& options);
  Result<void> add_video(const Segment& segment, int64_t first, Rate rate) override;
  Result<void> add_sound(const Segment& segment, size_t count, int64_t first) override;
  Result<void> add_samples(std::span<const int16_t> samples, int64_t first) override;
  Result<void> settle(const std::stop_token& stop) override;
  Result<void> finish(const std::stop_token& stop) override;
  [[nodiscard]] int priming() const override { return priming_; }

 private:
  Result<void> build(const FilmMuxOptions& options);
  Result<void> push(GstElement* source, const Segment& segment, size_t count, int64_t first,
                    Rate rate);
  // True at the end of the stream.
  Result<bool> look(GstClockTime patience);

  Message message_;
  Owned<GstElement> pipeline_;
  Owned<GstBus> bus_;
  GstElement* video_ = nullptr;  // the pipeline's
  GstElement* sound_ = nullptr;
  int channels_ = 1;  // of samples
  std::string video_caps_;
  std::unique_ptr<WholeFile> scratch_;  // the muxer's own temporary file, where it wants one
  int priming_ = 0;
};

Result<void> PipelineMux::start(const FilmMuxOptions& options) {
  const HighDice dice;
  if (auto built = build(options); !built) return built;
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
    return {};
  if (auto why = look(0); !why) return why.error();
  return Error{ErrorKind::failed, "the muxer does not start"};
}

//   appsrc ! taginject ! mux ! filesink
//   appsrc ! [audio chain] ! taginject ! mux
Result<void> PipelineMux::build(const FilmMuxOptions& options) {
  pipeline_ = Owned<GstElement>::sink(gst_pipeline_new("film"));
  bus_ = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  Builder build(pipeline_.get());
  auto made = make_mux(*options.preset);
  if (!made) return made.error();
  GstElement* mux = build.add(*made);
  // An aggregator takes one packet at a time, and who brings the next one sleeps until then: half
  // of the time went into waking up. With some latency it takes many at once.
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(mux), "latency"))
    g_object_set(mux, "latency", kTaken, nullptr);
  if (!options.video_caps.empty()) {
    video_caps_ = options.video_caps;
    const auto caps = parse_caps(options.video_caps);
    video_ = make_source(build, "video", caps.get());
    GstElement* tagged = make_language(build, *options.film, "video-language");
    build.link_to_mux(build.link(video_, tagged), mux, caps.get());
  }
  const bool raw_sound = options.sound_caps.empty();
  channels_ = options.film->stereo ? 2 : 1;
  const auto caps = raw_sound ? sound_caps(channels_) : parse_caps(options.sound_caps);
  sound_ = make_source(build, "audio", caps.get());
  GstElement* last = sound_;
  if (raw_sound) {
    auto chain = make_chain(*options.preset, options.preset->audio);
    if (!chain) return chain.error();
    priming_ = chain->priming;
    last = build.link(last, build.add(chain->element));
  }
  last = build.link(last, make_language(build, *options.film, "audio-language"));
  build.link_to_mux(last, mux, raw_sound ? nullptr : caps.get());
  GstElement* sink = build.link(mux, build.make("filesink", "file"));
  if (build.error()) return *build.error();
  g_object_set(sink, "location", options.path.c_str(), "sync", FALSE, "async", FALSE, nullptr);
  set_tags(pipeline_.get(), *options.film);
  // mp4mux with faststart collects the film in a file of its own; that belongs beside the output,
  // where there is room for a film, not in the system's temporary folder.
  if (!g_object_class_find_property(G_OBJECT_GET_CLASS(mux), "faststart-file")) return {};
  auto scratch = WholeFile::begin(options.output);
  if (!scratch) return scratch.error();
  g_object_set(mux, "faststart-file", scratch->temporary().c_str(), nullptr);
  scratch_ = std::make_unique<WholeFile>(*std::move(scratch));
  return {};
}

Result<void> PipelineMux::push(GstElement* source, const Segment& segment, size_t count,
                               int64_t first, Rate rate) {
  // One memory for all: the packets are views of it.
  const auto all =
      Owned<GstBuffer>::adopt(gst_buffer_new_memdup(segment.bytes.data(), segment.bytes.size()));
  GstBufferList* list = gst_buffer_list_new_sized(static_cast<guint>(count));
  size_t offset = 0;
  for (size_t i = 0; i < count; ++i) {
    const Packet& packet = segment.packets[i];
    GstBuffer* buffer =
        gst_buffer_copy_region(all.get(), GST_BUFFER_COPY_MEMORY, offset, packet.bytes);
    offset += packet.bytes;
    GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = clock_time(first + packet.start, rate);
    GST_BUFFER_DURATION(buffer) =
        clock_time(first + packet.start + packet.length, rate) - GST_BUFFER_PTS(buffer);
    if (!packet.key_unit) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    gst_buffer_list_add(list, buffer);
  }
  GstFlowReturn flow = GST_FLOW_OK;
  g_signal_emit_by_name(source, "push-buffer-list", list, &flow);
  gst_buffer_list_unref(list);
  if (flow == GST_FLOW_OK) return {};
  if (auto why = look(0); !why) return why.error();
  return Error{ErrorKind::failed, "the muxer takes nothing more", gst_flow_get_name(flow)};
}

Result<void> PipelineMux::add_video(const Segment& segment, int64_t first, Rate rate) {
  if (video_caps_ != segment.caps)
    return Error{ErrorKind::failed, "two scenes were encoded in different formats",
                 video_caps_ + " / " + segment.caps};
  return push(video_, segment, segment.packets.size(), first, rate);
}

Result<void> PipelineMux::add_sound(const Segment& segment, size_t count, int64_t first) {
  return push(sound_, segment, count, first, {kSampleRate, 1});
}

Result<void> PipelineMux::add_samples(std::span<const int16_t> samples, int64_t first) {
  const size_t step = static_cast<size_t>(kSampleRate / 10 * channels_);
  while (!samples.empty()) {
    const auto part = samples.first(std::min(step, samples.size()));
    const auto buffer = sound_buffer(part, first, channels_);
    GstFlowReturn flow = GST_FLOW_OK;
    g_signal_emit_by_name(sound_, "push-buffer", buffer.get(), &flow);
    if (flow != GST_FLOW_OK) {
      if (auto why = look(0); !why) return why.error();
      return Error{ErrorKind::failed, "the muxer takes no sound", gst_flow_get_name(flow)};
    }
    first += static_cast<int64_t>(part.size()) / channels_;
    samples = samples.subspan(part.size());
  }
  return {};
}

Result<bool> PipelineMux::look(GstClockTime patience) {
  while (true) {
    const auto message = Owned<GstMessage>::adopt(gst_bus_timed_pop(bus_.get(), patience));
    if (!message) return false;
    if (message_) message_(message.get());
    if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR)
      return error_from_message(message.get());
    if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) return true;
    patience = 0;
  }
}

// One stream may have to wait for the other one's next scene, but never both.
Result<void> PipelineMux::settle(const std::stop_token& stop) {
  const auto begun = std::chrono::steady_clock::now();
  GstClockTime patience = 0;
  while (true) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    if (auto seen = look(patience); !seen) return seen.error();
    const guint64 video = video_ ? waiting_in(video_) : kMostWaiting + 1;
    if (video <= kMostWaiting || waiting_in(sound_) <= kMostWaiting) return {};
    if (std::chrono::steady_clock::now() - begun > kPatience)
      return Error{ErrorKind::failed, "the muxer stands still"};
    patience = kPoll;
  }
}

Result<void> PipelineMux::finish(const std::stop_token& stop) {
  GstFlowReturn flow = GST_FLOW_OK;
  for (GstElement* source : {video_, sound_})
    if (source) g_signal_emit_by_name(source, "end-of-stream", &flow);
  auto begun = std::chrono::steady_clock::now();
  guint64 before = 0;
  while (true) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    const auto ended = look(20 * GST_MSECOND);
    if (!ended) return ended.error();
    if (*ended) return {};
    const guint64 waiting = waiting_in(video_) + waiting_in(sound_);
    if (waiting != before) begun = std::chrono::steady_clock::now();
    before = waiting;
    if (std::chrono::steady_clock::now() - begun > kPatience)
      return Error{ErrorKind::failed, "the muxer does not come to its end"};
  }
}

}  // namespace

Result<std::unique_ptr<FilmMux>> FilmMux::begin(const FilmMuxOptions& options, Message message) {
  if (options.preset->is_gif()) return begin_gif(options);
  auto mux = std::make_unique<PipelineMux>(std::move(message));
  if (auto started = mux->start(options); !started) return started.error();
  return std::unique_ptr<FilmMux>(std::move(mux));
}

}  // namespace talkie
