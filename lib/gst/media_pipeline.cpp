// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gst/media_pipeline.h"

#include <filesystem>
#include <utility>

#include "gst/element.h"

namespace talkie {

Result<std::unique_ptr<MediaPipeline>> MediaPipeline::make(const std::string& path,
                                                           const char* reader_name) {
  if (!gst_init_check(nullptr, nullptr, nullptr))
    return Error{ErrorKind::missing_part, "'" + path + "': GStreamer does not start"};
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure))
    return Error{ErrorKind::not_found, "there is no file '" + path + "'"};
  auto source = make_element("filesrc");
  if (!source) return source.error();
  auto reader = make_element(reader_name);
  if (!reader) return reader.error();
  g_object_set(source->get(), "location", path.c_str(), nullptr);
  auto pipeline = Owned<GstElement>::sink(gst_pipeline_new(nullptr));
  gst_bin_add_many(GST_BIN(pipeline.get()), source->get(), reader->get(), nullptr);
  if (!gst_element_link(source->get(), reader->get()))
    return Error{ErrorKind::failed, "'" + path + "' cannot be opened"};
  return std::unique_ptr<MediaPipeline>(
      new MediaPipeline(path, std::move(pipeline), reader->get()));
}

MediaPipeline::MediaPipeline(std::string path, Owned<GstElement> pipeline, GstElement* reader)
    : path_(std::move(path)), pipeline_(std::move(pipeline)), reader_(reader) {
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), on_message, this, nullptr);
}

MediaPipeline::~MediaPipeline() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
}

void MediaPipeline::set_state(GstState state) {
  if (gst_element_set_state(pipeline_.get(), state) != GST_STATE_CHANGE_FAILURE) return;
  tell([this](News& news) {
    if (!news.error) news.error = Error{ErrorKind::unreadable, "'" + path_ + "' cannot be opened"};
  });
}

bool MediaPipeline::seek(Time time) {
  constexpr int kFlags = GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_BEFORE;
  tell([](News& news) { news.over = false; });
  return gst_element_seek_simple(pipeline_.get(), GST_FORMAT_TIME,
                                 static_cast<GstSeekFlags>(kFlags),
                                 std::max<int64_t>(0, time.count()));
}

std::optional<Time> MediaPipeline::duration() const {
  gint64 length = 0;
  if (!gst_element_query_duration(pipeline_.get(), GST_FORMAT_TIME, &length) || length <= 0)
    return {};
  return Time{length};
}

Error MediaPipeline::silent() const {
  return Error{ErrorKind::unreadable,
               "'" + path_ + "' cannot be decoded: nothing came out of it for 10 seconds"};
}

// On whichever thread posts the message. Nothing is left on the bus, where nobody would take it.
GstBusSyncReply MediaPipeline::on_message(GstBus*, GstMessage* message, gpointer self) {
  auto* const pipeline = static_cast<MediaPipeline*>(self);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    Error error = error_from_message(message);
    error.message = "'" + pipeline->path_ + "' cannot be decoded: " + error.message;
    if (error.kind == ErrorKind::failed) error.kind = ErrorKind::unreadable;
    pipeline->tell([&](News& news) {
      if (!news.error) news.error = std::move(error);
    });
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    pipeline->tell([](News& news) { news.over = true; });
  }
  gst_message_unref(message);
  return GST_BUS_DROP;
}

std::optional<Time> stream_time(const GstSegment& segment, GstClockTime time) {
  if (!GST_CLOCK_TIME_IS_VALID(time)) return {};
  const guint64 found = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, time);
  if (!GST_CLOCK_TIME_IS_VALID(found)) return {};
  return Time{static_cast<int64_t>(found)};
}

bool has_class(GstElementFactory* factory, std::string_view name) {
  const char* classes = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);
  return classes && std::string_view(classes).find(name) != std::string_view::npos;
}

bool is_refused(GstElementFactory* factory) {
  for (const std::string_view name : {"Adaptive", "Network", "Source", "Hardware"})
    if (has_class(factory, name)) return true;
  return false;
}

Owned<GstCaps> caps_of(GstPad* pad) {
  GstCaps* caps = gst_pad_get_current_caps(pad);
  return Owned<GstCaps>::adopt(caps ? caps : gst_pad_query_caps(pad, nullptr));
}

std::string_view name_of(const GstCaps* caps) {
  if (!caps || gst_caps_is_empty(caps) || gst_caps_is_any(caps)) return {};
  return gst_structure_get_name(gst_caps_get_structure(caps, 0));
}

}  // namespace talkie
