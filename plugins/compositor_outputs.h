// SPDX-License-Identifier: LGPL-2.1-or-later
// scenecompositor's three outputs: what each source pad's thread pushes. Nothing here is locked;
// each object belongs to its pad's thread while that runs.
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compositor_inputs.h"
#include "compositor_run.h"
#include "compositor_streams.h"
#include "gst/owned.h"
#include "timeline/picture_runs.h"
#include "timeline/stage.h"

namespace talkie {

enum class FrameMode { automatic, on_change, constant };

// What the element's properties say about the video.
struct VideoSettings {
  FrameMode frames = FrameMode::automatic;
  Time key_unit_interval{};  // in on-change mode; 0: none are asked for
  SceneOverrides overrides;
};

// Whether what follows the pad shows a buffer for as long as it lasts, and need not be given one
// for every frame: h264holdfill, or a muxer for files with a variable frame rate.
bool lets_pictures_hold(GstPad* pad);

// The events that come before the first buffer of a stream, in the order they must have, and what
// ends it.
class StreamHead {
 public:
  StreamHead(GstPad* pad, CompositorStreams& streams, const char* kind)
      : pad_(pad), streams_(streams), kind_(kind) {}
  // Forgets everything, …
  void reset();
  // … or what a flush takes away.
  void restart(const CompositorRun& run);
  // Tags and other events wait until the segment is out.
  void add(Owned<GstEvent> event) { waiting_.push_back(std::move(event)); }
  // `caps` may be null.
  void push(GstCaps* caps);
  void push_waiting();
  void push_end(Time end);
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] const GstSegment& segment() const { return run_.segment; }

 private:
  void push_start();

  GstPad* pad_;
  CompositorStreams& streams_;
  const char* kind_;  // ends the stream's id
  CompositorRun run_;
  bool is_started_ = false;
  bool is_open_ = false;
  std::vector<Owned<GstEvent>> waiting_;
};

class VideoOutput {
 public:
  VideoOutput(GstPad* pad, CompositorStreams& streams) : pad_(pad), head_(pad, streams, "video") {}
  void reset();
  void restart(const CompositorRun& run);

  // Puts a scene on the stage; the first one decides the caps, and whether pictures hold.
  Result<void> add(SceneWork work, const VideoSettings& settings);
  void extend(Time end) { stage_->extend(end); }
  void add_event(Owned<GstEvent> event);
  // Whether there is a frame to push before the next scene is needed.
  [[nodiscard]] bool has_frame() const {
    return stage_ && position_ < std::min(stage_->end_frame(), stop_frame_);
  }
  // Whether all that is wanted was pushed.
  [[nodiscard]] bool is_done() const { return stage_ && position_ >= stop_frame_; }
  GstFlowReturn push_frame();
  // What could not be painted: a clip that breaks off.
  [[nodiscard]] std::optional<Error> failure() const {
    return stage_ ? stage_->failure() : std::nullopt;
  }
  void push_end();
  [[nodiscard]] Time position() const;

 private:
  Result<void> negotiate(const PictureInput& picture, const VideoSettings& settings);
  bool choose_pool(GstCaps* caps);
  GstFlowReturn paint_next();
  Owned<GstBuffer> stamped(int64_t frame, int64_t end);

  GstPad* pad_;
  StreamHead head_;
  GstVideoInfo info_ = {};  // of what is pushed
  Rate rate_;
  Owned<GstBufferPool> pool_;
  std::unique_ptr<Stage> stage_;
  bool holds_ = false;  // one buffer for each distinct picture
  PictureRuns runs_{0};
  guint key_units_ = 0;  // that were asked for
  bool discontinuous_ = true;
  int64_t position_ = 0;  // the next frame to push
  int64_t stop_frame_ = std::numeric_limits<int64_t>::max();
  Owned<GstBuffer> picture_;  // is frame picture_frame_, and every one up to run_end_
  int64_t picture_frame_ = 0;
  int64_t run_end_ = 0;
  int shares_ = 0;  // buffers pushed with picture_'s memory
};

class AudioOutput {
 public:
  AudioOutput(GstPad* pad, CompositorStreams& streams) : head_(pad, streams, "audio"), pad_(pad) {}
  void reset();
  void restart(const CompositorRun& run);
  void add_event(Owned<GstEvent> event);
  GstFlowReturn push(Owned<GstBuffer> buffer);
  [[nodiscard]] bool is_done() const { return samples_ >= stop_sample_; }
  void push_end();
  [[nodiscard]] Time position() const;

 private:
  StreamHead head_;
  GstPad* pad_;
  bool discontinuous_ = true;
  int64_t samples_ = 0;  // that have come, counted from the film's first one
  int64_t start_sample_ = 0;
  int64_t stop_sample_ = std::numeric_limits<int64_t>::max();
  int bytes_per_sample_ = 2;
};

class TextOutput {
 public:
  TextOutput(GstPad* pad, CompositorInputs& inputs, CompositorStreams& streams)
      : pad_(pad), inputs_(inputs), head_(pad, streams, "text") {}
  void reset();
  void restart(const CompositorRun& run);
  // A scene's captions and the silence between them.
  GstFlowReturn push(const SceneTiming& timing);
  void push_end();
  [[nodiscard]] bool is_done() const { return told_ >= stop_; }
  [[nodiscard]] Time position() const { return position_; }

 private:
  void open(const std::string& language);
  GstFlowReturn push_gaps(Time end);

  GstPad* pad_;
  CompositorInputs& inputs_;
  StreamHead head_;
  Time stop_ = Time::max();
  Time told_{};      // up to here downstream knows what there is
  Time position_{};  // where the last piece pushed begins
};

}  // namespace talkie
