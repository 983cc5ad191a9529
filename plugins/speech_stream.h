// SPDX-License-Identifier: LGPL-2.1-or-later
// What leaves ttssrc's src pad: stream-start, caps, segment, tags, then timings and samples.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "gst/owned.h"
#include "speech/speaker.h"

namespace talkie {

class SpeechStream {
 public:
  // `pad` is borrowed, its parent the element.
  explicit SpeechStream(GstPad* pad) : pad_(pad) {}

  // From any thread: goes downstream before the next thing that does.
  void keep_tags(GstEvent* event);
  void set_group(guint group);

  // While nothing is being pushed: a flush has taken the segment away, …
  void restart();
  // … or the pad was deactivated, which has taken everything.
  void reset();

  // On the pad's streaming thread.
  GstFlowReturn push(const Speaker::Announcement& announcement);
  GstFlowReturn push(const Speaker::Samples& samples);
  void push_eos();

  // Samples pushed; from any thread.
  [[nodiscard]] int64_t position() const { return position_; }

 private:
  bool prepare();
  bool negotiate();
  void push_stream_start();
  void push_tags();
  [[nodiscard]] Owned<GstBuffer> buffer_of(const Speaker::Samples& samples) const;

  GstPad* pad_;

  std::mutex mutex_;
  std::vector<Owned<GstEvent>> tags_;
  std::optional<guint> group_;

  std::atomic<int64_t> position_ = 0;
  bool sent_start_ = false;
  bool sent_segment_ = false;
  bool discontinuous_ = true;
  int wanted_channels_ = 1;
  int channels_ = 0;  // 0: not negotiated
};

}  // namespace talkie
