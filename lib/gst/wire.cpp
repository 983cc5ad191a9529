// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gst/wire.h"

#include <gst/video/video.h>

#include <string>

#include "script/script.h"

namespace talkie {

namespace {

GType visual_meta_api() {
  static const GType type = [] {
    static const char* tags[] = {GST_META_TAG_VIDEO_STR, GST_META_TAG_VIDEO_SIZE_STR, nullptr};
    return gst_meta_api_type_register("TalkieVisualMetaAPI", tags);
  }();
  return type;
}

gboolean meta_init(GstMeta* meta, gpointer, GstBuffer*) {
  reinterpret_cast<VisualMeta*>(meta)->visual = new std::shared_ptr<const Visual>;
  return TRUE;
}

void meta_free(GstMeta* meta, GstBuffer*) {
  delete reinterpret_cast<VisualMeta*>(meta)->visual;
}

gboolean meta_transform(GstBuffer* to, GstMeta* meta, GstBuffer*, GQuark type, gpointer) {
  if (!GST_META_TRANSFORM_IS_COPY(type)) return FALSE;
  add_visual_meta(to, *reinterpret_cast<VisualMeta*>(meta)->visual);
  return TRUE;
}

const GstMetaInfo* visual_meta_info() {
  static const GstMetaInfo* info =
      gst_meta_register(visual_meta_api(), "TalkieVisualMeta", sizeof(VisualMeta), meta_init,
                        meta_free, meta_transform);
  return info;
}

}  // namespace

Owned<GstBuffer> scene_to_buffer(const Scene& scene) {
  auto* text = new std::string(to_json(scene));
  GstBuffer* buffer = gst_buffer_new_wrapped_full(
      GST_MEMORY_FLAG_READONLY, text->data(), text->size(), 0, text->size(), text,
      [](gpointer data) { delete static_cast<std::string*>(data); });
  GST_BUFFER_OFFSET(buffer) = static_cast<guint64>(scene.index);
  GST_BUFFER_OFFSET_END(buffer) = static_cast<guint64>(scene.index) + 1;
  return Owned<GstBuffer>::adopt(buffer);
}

Result<Scene> scene_from_buffer(GstBuffer* buffer, Problems& problems) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
    return Error{ErrorKind::failed, "cannot read a scene's buffer"};
  Result<Scene> scene =
      scene_from_json({reinterpret_cast<const char*>(map.data), map.size}, problems);
  gst_buffer_unmap(buffer, &map);
  return scene;
}

Owned<GstEvent> timing_event(const SceneTiming& timing) {
  GstStructure* structure = gst_structure_new(
      kTimingEvent, "scene", G_TYPE_STRING, timing.scene.c_str(), "index", G_TYPE_INT, timing.index,
      "start", G_TYPE_UINT64, static_cast<guint64>(timing.start.count()), "duration", G_TYPE_UINT64,
      static_cast<guint64>(timing.duration.count()), "last", G_TYPE_BOOLEAN, timing.last, "timing",
      G_TYPE_STRING, to_json(timing).c_str(), nullptr);
  return Owned<GstEvent>::adopt(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, structure));
}

bool is_timing_event(GstEvent* event) {
  return GST_EVENT_TYPE(event) == GST_EVENT_CUSTOM_DOWNSTREAM &&
         gst_event_has_name(event, kTimingEvent);
}

Result<SceneTiming> timing_from_event(GstEvent* event) {
  const char* json = gst_structure_get_string(gst_event_get_structure(event), "timing");
  if (!json) return Error{ErrorKind::bad_value, "a talkie-scene-timing event without 'timing'"};
  return timing_from_json(json);
}

void add_visual_meta(GstBuffer* buffer, std::shared_ptr<const Visual> visual) {
  GstMeta* meta = gst_buffer_add_meta(buffer, visual_meta_info(), nullptr);
  *reinterpret_cast<VisualMeta*>(meta)->visual = std::move(visual);
}

std::shared_ptr<const Visual> visual_of(GstBuffer* buffer) {
  GstMeta* meta = gst_buffer_get_meta(buffer, visual_meta_api());
  return meta ? *reinterpret_cast<VisualMeta*>(meta)->visual : nullptr;
}

}  // namespace talkie
