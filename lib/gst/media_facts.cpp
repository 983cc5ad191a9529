// SPDX-License-Identifier: LGPL-2.1-or-later
// What a video file has, from its packets.
#include <algorithm>
#include <memory>

#include "gst/media_file.h"
#include "gst/media_pipeline.h"

namespace talkie {

namespace {

// How far from its stated end a file is looked at, and how much may be missing of that end: a file
// that was not copied whole lacks more.
constexpr Time kTail = std::chrono::seconds(2);
constexpr Time kMissing = std::chrono::milliseconds(700);

class PacketScan {
 public:
  explicit PacketScan(std::unique_ptr<MediaPipeline> pipeline) : pipeline_(std::move(pipeline)) {
    GstElement* const reader = pipeline_->reader();
    g_signal_connect(reader, "autoplug-select", G_CALLBACK(on_select), nullptr);
    g_signal_connect(reader, "pad-added", G_CALLBACK(on_pad), this);
  }

  Result<MediaFacts> run() {
    pipeline_->set_state(GST_STATE_PAUSED);
    // All streams are found by the time that packets flow.
    const auto begun = pipeline_->wait(
        [](const MediaPipeline::News& news) { return news.packets > 0 || news.over; });
    if (!begun) return begun.error();
    const std::optional<Time> stated = pipeline_->duration();
    bool tail_only = stated && *stated > 2 * kTail && pipeline_->seek(*stated - kTail);
    if (tail_only) forget();
    pipeline_->set_state(GST_STATE_PLAYING);
    if (auto read = read_on(); !read) return read.error();
    // Its pictures end long before its sound, or it breaks off: then all of it is looked at.
    const MediaFacts seen = facts();
    if (tail_only && (seen.end == Time{} || (seen.has_pictures && seen.pictures_end == Time{}))) {
      if (!pipeline_->seek(Time{})) return pipeline_->silent();
      if (auto read = read_on(); !read) return read.error();
    }
    MediaFacts found = facts();
    found.stated = stated;
    if (stated && found.end + kMissing < *stated) return breaks_off(found.end, *stated);
    return found;
  }

 private:
  Result<void> read_on() {
    return pipeline_->wait([](const MediaPipeline::News& news) { return news.over; });
  }
  [[nodiscard]] Error breaks_off(Time end, Time stated) const {
    return Error{ErrorKind::unreadable, "'" + pipeline_->path() + "' breaks off after " +
                                            clock_text(end) + " of " + clock_text(stated) +
                                            "; it was not copied whole"};
  }
  MediaFacts facts() {
    const std::lock_guard lock(mutex_);
    return facts_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    facts_.end = facts_.pictures_end = Time{};
  }

  static int on_select(GstElement*, GstPad*, GstCaps*, GstElementFactory* factory, gpointer) {
    return is_refused(factory) ? kSkip : kTry;
  }

  static void on_pad(GstElement*, GstPad* pad, gpointer data) {
    auto* const self = static_cast<PacketScan*>(data);
    const Owned<GstCaps> caps = caps_of(pad);
    const bool pictures = name_of(caps.get()).starts_with("video/");
    if (!pictures && !name_of(caps.get()).starts_with("audio/")) return;
    {
      const std::lock_guard lock(self->mutex_);
      (pictures ? self->facts_.has_pictures : self->facts_.has_sound) = true;
      if (pictures) {
        const GstStructure* structure = gst_caps_get_structure(caps.get(), 0);
        gst_structure_get_int(structure, "width", &self->facts_.width);
        gst_structure_get_int(structure, "height", &self->facts_.height);
      }
    }
    GstElement* const sink = gst_element_factory_make("fakesink", nullptr);
    if (!sink) return;
    g_object_set(sink, "async", FALSE, "sync", FALSE, "enable-last-sample", FALSE, nullptr);
    gst_bin_add(GST_BIN(self->pipeline_->get()), sink);
    gst_element_sync_state_with_parent(sink);
    const auto end = Owned<GstPad>::adopt(gst_element_get_static_pad(sink, "sink"));
    gst_pad_add_probe(end.get(), GST_PAD_PROBE_TYPE_BUFFER, pictures ? on_picture : on_sound, data,
                      nullptr);
    gst_pad_link(pad, end.get());
  }
  static GstPadProbeReturn on_picture(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
    return static_cast<PacketScan*>(data)->take(pad, GST_PAD_PROBE_INFO_BUFFER(info), true);
  }
  static GstPadProbeReturn on_sound(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
    return static_cast<PacketScan*>(data)->take(pad, GST_PAD_PROBE_INFO_BUFFER(info), false);
  }
  GstPadProbeReturn take(GstPad* pad, GstBuffer* buffer, bool pictures) {
    const auto event = Owned<GstEvent>::adopt(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
    const GstSegment* segment = nullptr;
    if (event) gst_event_parse_segment(event.get(), &segment);
    // Some files, such as AVI, know only when a packet is decoded.
    const GstClockTime stamp =
        GST_BUFFER_PTS_IS_VALID(buffer) ? GST_BUFFER_PTS(buffer) : GST_BUFFER_DTS(buffer);
    const auto time = segment ? stream_time(*segment, stamp) : std::nullopt;
    if (time) {
      const Time length = GST_BUFFER_DURATION_IS_VALID(buffer)
                              ? Time{static_cast<int64_t>(GST_BUFFER_DURATION(buffer))}
                              : Time{};
      const std::lock_guard lock(mutex_);
      facts_.end = std::max(facts_.end, *time + length);
      if (pictures) facts_.pictures_end = std::max(facts_.pictures_end, *time + length);
    }
    pipeline_->tell([](MediaPipeline::News& news) { ++news.packets; });
    return GST_PAD_PROBE_OK;
  }

  std::mutex mutex_;  // guards the facts, which the pipeline's threads write
  MediaFacts facts_;
  std::unique_ptr<MediaPipeline> pipeline_;  // ends first: its threads use what is above
};

}  // namespace

Result<MediaFacts> look_into_media(const std::string& path) {
  auto pipeline = MediaPipeline::make(path, "parsebin");
  if (!pipeline) return pipeline.error();
  return PacketScan(*std::move(pipeline)).run();
}

}  // namespace talkie
