// SPDX-License-Identifier: LGPL-2.1-or-later
#include "compositor_streams.h"

#include <utility>

namespace talkie {

namespace {

GstStreamType type_of(std::string_view kind) {
  if (kind == "video") return GST_STREAM_TYPE_VIDEO;
  return kind == "audio" ? GST_STREAM_TYPE_AUDIO : GST_STREAM_TYPE_TEXT;
}

}  // namespace

void CompositorStreams::reset() {
  const std::scoped_lock lock(mutex_);
  is_told_ = false;
  id_.clear();
  group_id_ = GST_GROUP_ID_INVALID;
  collection_.reset();
}

void CompositorStreams::set_has_text(bool has_text) {
  const std::scoped_lock lock(mutex_);
  has_text_ = has_text;
}

void CompositorStreams::add_stream_start(GstEvent* event) {
  const char* id = nullptr;
  guint group = GST_GROUP_ID_INVALID;
  gst_event_parse_stream_start(event, &id);
  gst_event_parse_group_id(event, &group);
  const std::scoped_lock lock(mutex_);
  if (group_id_ == GST_GROUP_ID_INVALID) group_id_ = group;
  if (id_.empty() && id) id_ = id;
}

void CompositorStreams::make_with_lock() {
  if (collection_) return;
  collection_ = Owned<GstStreamCollection>::adopt(gst_stream_collection_new(id_.c_str()));
  for (const char* kind : {"video", "audio", "text"}) {
    const GstStreamType type = type_of(kind);
    if (type == GST_STREAM_TYPE_TEXT && !has_text_) continue;
    const auto flags =
        type == GST_STREAM_TYPE_TEXT ? GST_STREAM_FLAG_SPARSE : GST_STREAM_FLAG_SELECT;
    gst_stream_collection_add_stream(
        collection_.get(), gst_stream_new((id_ + "/" + kind).c_str(), nullptr, type, flags));
  }
}

Owned<GstEvent> CompositorStreams::start(const char* kind) {
  const std::scoped_lock lock(mutex_);
  make_with_lock();
  if (group_id_ == GST_GROUP_ID_INVALID) group_id_ = gst_util_group_id_next();
  GstEvent* start = gst_event_new_stream_start((id_ + "/" + kind).c_str());
  gst_event_set_group_id(start, group_id_);
  for (guint i = 0; i < gst_stream_collection_get_size(collection_.get()); ++i) {
    GstStream* stream = gst_stream_collection_get_stream(collection_.get(), i);
    if (gst_stream_get_stream_type(stream) != type_of(kind)) continue;
    gst_event_set_stream(start, stream);
    gst_event_set_stream_flags(start, gst_stream_get_stream_flags(stream));
  }
  return Owned<GstEvent>::adopt(start);
}

Owned<GstStreamCollection> CompositorStreams::collection() {
  const std::scoped_lock lock(mutex_);
  make_with_lock();
  return collection_;
}

Owned<GstStreamCollection> CompositorStreams::take_collection() {
  const std::scoped_lock lock(mutex_);
  make_with_lock();
  return std::exchange(is_told_, true) ? Owned<GstStreamCollection>() : collection_;
}

}  // namespace talkie
