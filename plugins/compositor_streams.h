// SPDX-License-Identifier: LGPL-2.1-or-later
// What scenecompositor says of its streams: their ids, what they are, which belong together.
#pragma once

#include <gst/gst.h>

#include <mutex>
#include <string>

#include "compositor_run.h"
#include "gst/owned.h"

namespace talkie {

// Thread-safe.
class CompositorStreams {
 public:
  // Forgets everything; `has_text`: there is a text stream as well.
  void reset();
  void set_has_text(bool has_text);
  // From the sink pads: what they come from.
  void add_stream_start(GstEvent* event);

  // A stream-start event for "video", "audio" or "text".
  Owned<GstEvent> start(const char* kind);
  Owned<GstStreamCollection> collection();
  // The same once, for the bus; null from then on.
  Owned<GstStreamCollection> take_collection();

 private:
  void make_with_lock();

  std::mutex mutex_;  // guards what follows
  bool has_text_ = false;
  bool is_told_ = false;
  std::string id_;
  guint group_id_ = GST_GROUP_ID_INVALID;
  Owned<GstStreamCollection> collection_;
};

}  // namespace talkie
