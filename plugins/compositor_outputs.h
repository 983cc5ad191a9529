// SPDX-License-Identifier: LGPL-2.1-or-later
// scenecompositor's three outputs: what each source pad's thread pushes. Nothing here is locked;
// each object belongs to its pad's thread while that runs.
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compositor_inputs.h"
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

// The events that come before the first buffer of a stream, in the order they must have.
class StreamHead {
 public:
  void reset();
  // Tags and other events wait until the segment is out.
  void add(Owned<GstEvent> event) { waiting_.push_back(std::move(event)); }
  // `kind` ends the stream's id; `caps` may be null.
  void push(GstPad* pad, CompositorInputs& inputs, const char* kind, GstCaps* caps);
  void push_waiting(GstPad* pad);
  [[nodiscard]] bool is_open() const { return is_open_; }

 private:
  bool is_open_ = false;
  std::vector<Owned<GstEvent>> waiting_;
};

class VideoOutput {
 public:
  VideoOutput(GstPad* pad, CompositorInputs& inputs) : pad_(pad), inputs_(inputs) {}
  void reset();

  // Puts a scene on the stage; the first one decides the caps, and whether pictures hold.
  Result<void> add(SceneWork work, const VideoSettings& settings);
  void extend(Time end) { stage_->extend(end); }
  void add_event(Owned<GstEvent> event);
  // Whether there is a frame to push before the next scene is needed.
  [[nodiscard]] bool has_frame() const { return stage_ && position_ < stage_->end_frame(); }
  GstFlowReturn push_frame();
  // What could not be painted: a clip that breaks off.
  [[nodiscard]] std::optional<Error> failure() const {
    return stage_ ? stage_->failure() : std::nullopt;
  }
  void push_end();
  [[nodiscard]] Time position() const { return time_of(position_, rate_); }

 private:
  Result<void> negotiate(const PictureInput& picture, const VideoSettings& settings);
  bool choose_pool(GstCaps* caps);
  GstFlowReturn paint_next();
  Owned<GstBuffer> stamped(int64_t frame, int64_t end) const;

  GstPad* pad_;
  CompositorInputs& inputs_;
  StreamHead head_;
  GstVideoInfo info_ = {};  // of what is pushed
  Rate rate_;
  Owned<GstBufferPool> pool_;
  std::unique_ptr<Stage> stage_;
  bool holds_ = false;  // one buffer for each distinct picture
  PictureRuns runs_{0};
  guint key_units_ = 0;       // that were asked for
  int64_t position_ = 0;      // the next frame to push
  Owned<GstBuffer> picture_;  // is frame picture_frame_, and every one up to run_end_
  int64_t picture_frame_ = 0;
  int64_t run_end_ = 0;
  int shares_ = 0;  // buffers pushed with picture_'s memory
};

class AudioOutput {
 public:
  AudioOutput(GstPad* pad, CompositorInputs& inputs) : pad_(pad), inputs_(inputs) {}
  void reset();
  void add_event(Owned<GstEvent> event);
  GstFlowReturn push(Owned<GstBuffer> buffer);
  void push_end();
  [[nodiscard]] Time position() const { return time_of(samples_, Rate{48'000, 1}); }

 private:
  GstPad* pad_;
  CompositorInputs& inputs_;
  StreamHead head_;
  int64_t samples_ = 0;
  int bytes_per_sample_ = 2;
};

class TextOutput {
 public:
  TextOutput(GstPad* pad, CompositorInputs& inputs) : pad_(pad), inputs_(inputs) {}
  void reset();
  // A scene's captions and the silence between them.
  GstFlowReturn push(const SceneTiming& timing);
  void push_end();
  [[nodiscard]] Time position() const { return position_; }

 private:
  void open(const std::string& language);
  GstFlowReturn push_gaps(Time end);

  GstPad* pad_;
  CompositorInputs& inputs_;
  StreamHead head_;
  Time told_{};      // up to here downstream knows what there is
  Time position_{};  // where the last piece pushed begins
};

}  // namespace talkie
