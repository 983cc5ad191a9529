// SPDX-License-Identifier: LGPL-2.1-or-later
// A film's frames in GStreamer's memory: I420, BT.709, one picture shared by many buffers.
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include <memory>

#include "base/error.h"
#include "base/time.h"
#include "gst/owned.h"
#include "timeline/stage.h"

namespace talkie {

// GStreamer counts how often a memory is mapped in eight bits, and an encoder with a long
// look-ahead keeps every frame mapped, each of its three planes for itself: a picture that is held
// in more buffers than this has to be copied now and then.
inline constexpr int kMostShares = 60;

// Frames of that size at `rate`. Where pictures hold, `rate` is the grid their times are on.
Owned<GstCaps> frame_caps(Size size, Rate rate);

// A picture in memory, for as long as it is mapped.
class MappedFrame {
 public:
  MappedFrame(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags)
      : is_mapped_(gst_video_frame_map(&frame_, &info, buffer, flags)) {}
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;
  ~MappedFrame() {
    if (is_mapped_) gst_video_frame_unmap(&frame_);
  }
  explicit operator bool() const { return is_mapped_; }

  [[nodiscard]] GstVideoFrame* get() { return &frame_; }
  [[nodiscard]] Planes planes();
  [[nodiscard]] BitmapView bitmap() const;

 private:
  [[nodiscard]] Size size() const {
    return {GST_VIDEO_FRAME_WIDTH(&frame_), GST_VIDEO_FRAME_HEIGHT(&frame_)};
  }
  GstVideoFrame frame_ = {};
  bool is_mapped_;
};

// The picture's memory in a buffer of its own, for the time from `start` to `end`.
Owned<GstBuffer> share_frame(GstBuffer* picture, Time start, Time end);

// Memory for frames, used again and again.
class FramePool {
 public:
  static Result<std::unique_ptr<FramePool>> make(GstCaps* caps);
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  [[nodiscard]] const GstVideoInfo& info() const { return info_; }
  Result<Owned<GstBuffer>> acquire();

 private:
  FramePool() = default;
  GstVideoInfo info_ = {};
  Owned<GstBufferPool> pool_;
};

}  // namespace talkie
