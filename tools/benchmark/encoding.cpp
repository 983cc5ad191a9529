// SPDX-License-Identifier: LGPL-2.1-or-later
#include "encoding.h"

#include <gst/app/gstappsrc.h>
#include <gst/audio/audio.h>
#include <gst/video/video.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "gst/element.h"
#include "render/chains.h"
#include "render/encoder.h"
#include "render/picture_segment.h"
#include "render/preset.h"
#include "speech/narrator.h"

namespace talkie::bench {

namespace {

constexpr GstClockTime kLongest = 30 * 60 * GST_SECOND;  // of one encode

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// appsrc ! encoder ! fakesink
class Line {
 public:
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  }

  static Result<std::unique_ptr<Line>> make(const Owned<GstElement>& encoder, GstCaps* caps) {
    auto source = make_element("appsrc");
    if (!source) return source.error();
    auto sink = make_element("fakesink");
    if (!sink) return sink.error();
    std::unique_ptr<Line> line(new Line);
    line->pipeline_ = Owned<GstElement>::sink(gst_pipeline_new(nullptr));
    line->source_ = source->get();
    g_object_set(line->source_, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", guint64{0},
                 nullptr);
    g_object_set(sink->get(), "sync", FALSE, "async", FALSE, nullptr);
    gst_bin_add_many(GST_BIN(line->pipeline_.get()), source->get(), encoder.get(), sink->get(),
                     nullptr);
    if (!gst_element_link_many(source->get(), encoder.get(), sink->get(), nullptr))
      return Error{ErrorKind::unsupported, "the preset's encoder does not take raw pictures"};
    gst_element_set_state(line->pipeline_.get(), GST_STATE_PLAYING);
    return line;
  }

  void push(GstBuffer* buffer) {
    gst_app_src_push_buffer(GST_APP_SRC(source_), gst_buffer_ref(buffer));
  }
  void end() { gst_app_src_end_of_stream(GST_APP_SRC(source_)); }

  Result<void> wait() {
    const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
    const auto message = Owned<GstMessage>::adopt(gst_bus_timed_pop_filtered(
        bus.get(), kLongest, GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    if (!message) return Error{ErrorKind::failed, "the encoder did not finish"};
    if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR)
      return error_from_message(message.get());
    return {};
  }

 private:
  Line() = default;
  Owned<GstElement> pipeline_;
  GstElement* source_ = nullptr;
};

using Buffers = std::span<const Owned<GstBuffer>>;

// Those of the pictures that move.
std::vector<BufferRange> moving_in(Buffers pictures, Rate rate) {
  std::vector<BufferRange> ranges;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const auto number = static_cast<int64_t>(i);
    if (nearest(Time(GST_BUFFER_DURATION(pictures[i].get())), rate) >= kStillFrames) continue;
    if (ranges.empty() || ranges.back().last + 1 != number) ranges.push_back({number, number});
    ranges.back().last = number;
  }
  return ranges;
}

// The encoder of a preset's chain, without what stands around it.
Result<Owned<GstElement>> video_encoder(const Preset& preset, int threads,
                                        const std::vector<BufferRange>& moving) {
  std::vector<PresetChain> chains = preset.video;
  for (PresetChain& chain : chains)
    chain = with_zones(std::move(chain), moving);
  const auto chain = make_chain(preset, chains);
  if (!chain) return chain.error();
  Owned<GstElement> found;
  const auto look = [](const GValue* value, gpointer data) {
    auto* const element = static_cast<GstElement*>(g_value_get_object(value));
    if (gst_element_factory_list_is_type(gst_element_get_factory(element),
                                         GST_ELEMENT_FACTORY_TYPE_VIDEO_ENCODER))
      *static_cast<Owned<GstElement>*>(data) = Owned<GstElement>::share(element);
  };
  if (GST_IS_BIN(chain->element.get())) {
    GstIterator* elements = gst_bin_iterate_recurse(GST_BIN(chain->element.get()));
    gst_iterator_foreach(elements, look, &found);
    gst_iterator_free(elements);
  }
  if (!found) return Error{ErrorKind::not_found, "the preset has no video encoder"};
  const auto parent = Owned<GstObject>::adopt(gst_element_get_parent(found.get()));
  gst_bin_remove(GST_BIN(parent.get()), found.get());
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(found.get()), "threads"))
    g_object_set(found.get(), "threads", threads, nullptr);
  return found;
}

Owned<GstCaps> picture_caps(const Material& material) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, guint(material.size.width),
                            guint(material.size.height));
  info.fps_n = material.rate.numerator;
  info.fps_d = material.rate.denominator;
  gst_video_colorimetry_from_string(&info.colorimetry, GST_VIDEO_COLORIMETRY_BT709);
  return Owned<GstCaps>::adopt(gst_video_info_to_caps(&info));
}

std::vector<Owned<GstBuffer>> sound_buffers(std::span<const int16_t> samples) {
  std::vector<Owned<GstBuffer>> buffers;
  for (size_t at = 0; at < samples.size(); at += kSampleRate) {
    const auto part = samples.subspan(at, std::min<size_t>(kSampleRate, samples.size() - at));
    auto buffer = Owned<GstBuffer>::adopt(gst_buffer_new_memdup(part.data(), part.size_bytes()));
    GST_BUFFER_PTS(buffer.get()) = gst_util_uint64_scale(at, GST_SECOND, kSampleRate);
    GST_BUFFER_DURATION(buffer.get()) = gst_util_uint64_scale(part.size(), GST_SECOND, kSampleRate);
    buffers.push_back(std::move(buffer));
  }
  return buffers;
}

struct Work {
  std::unique_ptr<Line> line;
  Buffers buffers;
};

Buffers part_of(Buffers all, size_t part, size_t count) {
  const size_t first = all.size() * part / count;
  return all.subspan(first, all.size() * (part + 1) / count - first);
}

Result<void> add_video(const Material& material, const Setup& setup, const Preset& preset,
                       std::vector<Work>& work) {
  const Buffers pictures = material.pictures;
  const auto count = static_cast<size_t>(setup.encoders);
  for (size_t i = 0; i < count; ++i) {
    const Buffers part = part_of(pictures, i, count);
    const auto encoder = video_encoder(preset, setup.threads, moving_in(part, material.rate));
    if (!encoder) return encoder.error();
    auto line = Line::make(*encoder, picture_caps(material).get());
    if (!line) return line.error();
    work.push_back({*std::move(line), part});
  }
  return {};
}

Result<void> add_sound(const Setup& setup, const Preset& preset, Buffers sound,
                       std::vector<Work>& work) {
  const auto caps = Owned<GstCaps>::adopt(gst_caps_new_simple(
      "audio/x-raw", "format", G_TYPE_STRING, GST_AUDIO_NE(S16), "layout", G_TYPE_STRING,
      "interleaved", "rate", G_TYPE_INT, kSampleRate, "channels", G_TYPE_INT, 1, nullptr));
  const auto count = static_cast<size_t>(setup.sounds);
  for (size_t i = 0; i < count; ++i) {
    const auto chain = make_chain(preset, preset.audio);
    if (!chain) return chain.error();
    auto line = Line::make(chain->element, caps.get());
    if (!line) return line.error();
    work.push_back({*std::move(line), part_of(sound, i, count)});
  }
  return {};
}

}  // namespace

Result<Cost> encode(const Material& material, const Setup& setup) {
  const auto preset = find_preset("mp4");
  if (!preset) return preset.error();
  const std::vector<Owned<GstBuffer>> sound = sound_buffers(material.samples);
  std::vector<Work> work;
  if (auto added = add_video(material, setup, *preset, work); !added) return added.error();
  if (auto added = add_sound(setup, *preset, sound, work); !added) return added.error();

  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  for (const Work& one : work) {  // queues references, which takes no time
    for (const Owned<GstBuffer>& buffer : one.buffers)
      one.line->push(buffer.get());
    one.line->end();
  }
  for (const Work& one : work)
    if (auto done = one.line->wait(); !done) return done.error();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  return Cost{wall.count(), cpu_seconds() - cpu};
}

}  // namespace talkie::bench
