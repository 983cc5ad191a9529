// SPDX-License-Identifier: LGPL-2.1-or-later
// What flows between the elements: caps, the timing event, the visual meta.
#pragma once

#include <gst/gst.h>

#include <memory>

#include "gst/owned.h"
#include "script/scene.h"
#include "speech/timing.h"
#include "visual/visual.h"

namespace talkie {

// One scene a buffer, UTF-8 JSON, docs/scene.md.
inline constexpr const char* kSceneCaps = "application/x-talkie-scene, version = (int) 1";
inline constexpr int kSpeechRate = 48000;  // samples a second, everywhere in Talkie

// A buffer that holds `scene` as JSON, its index as offset.
Owned<GstBuffer> scene_to_buffer(const Scene& scene);
Result<Scene> scene_from_buffer(GstBuffer* buffer, Problems& problems);

// The serialised downstream event "talkie-scene-timing": fields scene (string), index (int),
// start and duration (uint64, nanoseconds), last (boolean), timing (string, JSON of docs/scene.md).
inline constexpr const char* kTimingEvent = "talkie-scene-timing";
Owned<GstEvent> timing_event(const SceneTiming& timing);
bool is_timing_event(GstEvent* event);
Result<SceneTiming> timing_from_event(GstEvent* event);

// A custom query that goes downstream: answered where buffers that last for several frames are made
// frames of, as h264holdfill does, so that one of them is enough for a picture that stays.
inline constexpr const char* kHoldQuery = "talkie-holds-pictures";

// TalkieVisualMeta: the layers of the picture in its buffer. Copied with the buffer (the Visual is
// shared, immutable), dropped by elements that change the picture's size or format.
struct VisualMeta {
  GstMeta meta;
  std::shared_ptr<const Visual>* visual;
};
void add_visual_meta(GstBuffer* buffer, std::shared_ptr<const Visual> visual);
// The buffer's visual, or null.
std::shared_ptr<const Visual> visual_of(GstBuffer* buffer);

}  // namespace talkie
