// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gst/media_file.h"

#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>

#include <atomic>
#include <utility>
#include <vector>

#include "gst/element.h"
#include "gst/media_pipeline.h"
#include "gst/sound.h"

namespace talkie {

namespace {

constexpr guint kMostHeld = 2;  // decoded pieces that wait to be taken
// How often a wait looks whether it has been called off or something has gone wrong.
constexpr GstClockTime kGlance = 100 * GST_MSECOND;

std::string described(GstCaps* caps) {
  const std::unique_ptr<char, decltype(&g_free)> text(gst_pb_utils_get_codec_description(caps),
                                                      g_free);
  return text ? text.get() : std::string(name_of(caps));
}

// One thread, so that what comes out of broken pictures does not depend on the machine, either.
void on_element(GstBin*, GstBin*, GstElement* element, gpointer) {
  for (const char* name : {"max-threads", "n-threads", "threads"})
    if (const GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name);
        spec && (spec->flags & G_PARAM_WRITABLE))
      gst_util_set_object_arg(G_OBJECT(element), name, "1");
}

// One file's buffers all have the same.
Owned<GstCaps> caps_of(MediaFile::Stream stream) {
  Owned<GstCaps> caps = sound_caps();
  if (stream == MediaFile::Stream::whole_sound)
    gst_caps_set_simple(caps.get(), "channels", GST_TYPE_INT_RANGE, 1, 2, nullptr);
  return caps;
}

}  // namespace

struct MediaFile::State {
  State(std::unique_ptr<MediaPipeline> of, Stream kind) : pipeline(std::move(of)), stream(kind) {}

  Result<void> build();
  Result<void> connect(std::vector<Owned<GstElement>> elements);
  Piece piece_of(GstSample* sample);
  [[nodiscard]] Error missing() const;

  static int on_select(GstElement*, GstPad*, GstCaps*, GstElementFactory* factory, gpointer data);
  static void on_unknown(GstElement*, GstPad*, GstCaps* caps, gpointer data);
  static void on_pad(GstElement*, GstPad* pad, gpointer data);
  static void on_all_pads(GstElement*, gpointer data);

  std::unique_ptr<MediaPipeline> pipeline;
  Stream stream;
  Owned<GstPad> entry;  // of the elements behind the decoder
  Owned<GstElement> sink;
  std::atomic<bool> is_linked = false;
  std::optional<Piece> begun;  // what open() has seen already
  Time last_start{};
};

// Decoders of other streams are not chosen: what is not wanted is not decoded.
int MediaFile::State::on_select(GstElement*, GstPad*, GstCaps*, GstElementFactory* factory,
                                gpointer data) {
  if (is_refused(factory)) return kSkip;
  const bool pictures = static_cast<State*>(data)->stream == Stream::pictures;
  if (!has_class(factory, "Decoder")) return kTry;
  const bool wanted = pictures ? has_class(factory, "Video") || has_class(factory, "Image")
                               : has_class(factory, "Audio");
  return wanted ? kTry : kExpose;
}

void MediaFile::State::on_unknown(GstElement*, GstPad*, GstCaps* caps, gpointer data) {
  auto* const self = static_cast<State*>(data);
  const char* const kind = self->stream == Stream::pictures ? "video/" : "audio/";
  if (!name_of(caps).starts_with(kind)) return;
  const std::string name = described(caps);
  self->pipeline->tell([&](MediaPipeline::News& news) {
    if (!news.error)
      news.error =
          Error{ErrorKind::missing_part, "'" + self->pipeline->path() +
                                             "' cannot be decoded: nothing here decodes " + name +
                                             "; the package gstreamer1.0-libav may have it"};
  });
}

void MediaFile::State::on_pad(GstElement*, GstPad* pad, gpointer data) {
  auto* const self = static_cast<State*>(data);
  const Owned<GstCaps> caps = caps_of(pad);
  const char* const kind = self->stream == Stream::pictures ? "video/x-raw" : "audio/x-raw";
  if (name_of(caps.get()) != kind || self->is_linked.exchange(true)) return;
  gst_pad_link(pad, self->entry.get());
}

void MediaFile::State::on_all_pads(GstElement*, gpointer data) {
  static_cast<State*>(data)->pipeline->tell(
      [](MediaPipeline::News& news) { news.all_pads = true; });
}

Result<void> MediaFile::State::build() {
  std::vector<Owned<GstElement>> elements;
  const auto names = stream == Stream::pictures
                         ? std::vector{"deinterlace", "videoconvert", "videoflip", "appsink"}
                         : std::vector{"audioconvert", "audioresample", "appsink"};
  for (const char* name : names) {
    auto element = make_element(name);
    if (!element) return element.error();
    elements.push_back(*std::move(element));
  }
  sink = elements.back();
  g_object_set(sink.get(), "sync", FALSE, "max-buffers", kMostHeld, "enable-last-sample", FALSE,
               "wait-on-eos", FALSE, nullptr);
  if (stream == Stream::pictures) {
    gst_util_set_object_arg(G_OBJECT(elements[2].get()), "video-direction", "auto");
  } else {
    // Dither would be noise where the file is silent.
    gst_util_set_object_arg(G_OBJECT(elements[0].get()), "dithering", "none");
    g_object_set(sink.get(), "caps", caps_of(stream).get(), nullptr);
  }
  return connect(std::move(elements));
}

Result<void> MediaFile::State::connect(std::vector<Owned<GstElement>> elements) {
  GstElement* const pipe = pipeline->get();
  GstElement* before = nullptr;
  for (const Owned<GstElement>& element : elements) {
    gst_bin_add(GST_BIN(pipe), element.get());
    if (before && !gst_element_link(before, element.get()))
      return Error{ErrorKind::failed, "'" + pipeline->path() + "' cannot be decoded"};
    before = element.get();
  }
  entry = Owned<GstPad>::adopt(gst_element_get_static_pad(elements.front().get(), "sink"));
  GstElement* const reader = pipeline->reader();
  g_signal_connect(reader, "autoplug-select", G_CALLBACK(on_select), this);
  g_signal_connect(reader, "unknown-type", G_CALLBACK(on_unknown), this);
  g_signal_connect(reader, "pad-added", G_CALLBACK(on_pad), this);
  g_signal_connect(reader, "no-more-pads", G_CALLBACK(on_all_pads), this);
  g_signal_connect(reader, "deep-element-added", G_CALLBACK(on_element), nullptr);
  return {};
}

Error MediaFile::State::missing() const {
  return Error{ErrorKind::unsupported,
               "'" + pipeline->path() + "' has no " +
                   (stream == Stream::pictures ? "pictures: it is sound only" : "sound")};
}

MediaFile::MediaFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
MediaFile::~MediaFile() {
  // Its threads use the state.
  if (state_) state_->pipeline->set_state(GST_STATE_NULL);
}

Result<std::unique_ptr<MediaFile>> MediaFile::open(const std::string& path, Stream stream) {
  auto pipeline = MediaPipeline::make(path, "decodebin");
  if (!pipeline) return pipeline.error();
  std::unique_ptr<MediaFile> file(
      new MediaFile(std::make_unique<State>(*std::move(pipeline), stream)));
  State& state = *file->state_;
  if (auto built = state.build(); !built) return built.error();
  state.pipeline->set_state(GST_STATE_PLAYING);
  const auto found =
      state.pipeline->wait([](const MediaPipeline::News& news) { return news.all_pads; });
  if (!found) return found.error();
  if (!state.is_linked) return state.missing();
  auto first = file->next();
  if (!first) return first.error();
  if (!first->buffer) return state.missing();
  state.begun = *std::move(first);
  return file;
}

Result<MediaFile::Piece> MediaFile::next(const std::stop_token& stop) {
  State& state = *state_;
  if (state.begun) return *std::exchange(state.begun, std::nullopt);
  auto* const sink = GST_APP_SINK(state.sink.get());
  const auto given_up = std::chrono::steady_clock::now() + kMediaPatience;
  while (!stop.stop_requested()) {
    // The sink changes its sample when a file is sought in: only what is inside is kept.
    const auto sample = Owned<GstSample>::adopt(gst_app_sink_try_pull_sample(sink, kGlance));
    if (sample) return state.piece_of(sample.get());
    if (const auto error = state.pipeline->news().error) return *error;
    if (gst_app_sink_is_eos(sink)) return Piece{};
    if (std::chrono::steady_clock::now() > given_up) return state.pipeline->silent();
  }
  return Error{ErrorKind::cancelled, "stopped"};
}

MediaFile::Piece MediaFile::State::piece_of(GstSample* sample) {
  GstBuffer* const buffer = gst_sample_get_buffer(sample);
  const auto time = stream_time(*gst_sample_get_segment(sample), GST_BUFFER_PTS(buffer));
  last_start = time.value_or(last_start);
  return {Owned<GstBuffer>::share(buffer), Owned<GstCaps>::share(gst_sample_get_caps(sample)),
          last_start};
}

Result<void> MediaFile::seek(Time time) {
  state_->begun.reset();
  if (state_->pipeline->seek(time)) return {};
  return Error{ErrorKind::unreadable,
               "'" + state_->pipeline->path() + "' can only be played from its beginning"};
}

}  // namespace talkie
