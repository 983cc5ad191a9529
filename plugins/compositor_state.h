// SPDX-License-Identifier: LGPL-2.1-or-later
// What scenecompositor's pads share: the instance, its settings and its state.
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "compositor_inputs.h"
#include "compositor_outputs.h"
#include "scenecompositor.h"

namespace talkie {

enum class CaptionChoice { automatic, none, burned, words };

inline constexpr guint64 kDefaultKeyUnitInterval = 10 * GST_SECOND;

// Guarded by State::settings_mutex.
struct Settings {
  FrameMode frames = FrameMode::automatic;
  guint64 key_unit_interval = kDefaultKeyUnitInterval;  // nanoseconds
  std::string transition;
  CaptionChoice captions = CaptionChoice::automatic;
};

struct State {
  explicit State(GstPad* video_src, GstPad* audio_src)
      : video(video_src, streams), audio(audio_src, streams) {}

  std::mutex settings_mutex;
  Settings settings;
  CompositorRun run;  // guarded by settings_mutex as well

  CompositorInputs inputs;               // locks itself
  CompositorStreams streams;             // likewise
  GstVideoInfo input_info = {};          // of the thread that pushes to `video`
  bool has_caps = false;                 // likewise
  int input_bytes_per_sample = 0;        // of the thread that pushes to `audio`
  VideoOutput video;                     // of the task of video_src
  AudioOutput audio;                     // of the task of audio_src
  std::unique_ptr<TextOutput> text;      // of the task of text_src
  std::optional<Transition> transition;  // Settings::transition as start() read it
};

}  // namespace talkie

struct _TalkieSceneCompositor {
  GstElement parent;
  GstPad* video_sink;
  GstPad* video_src;
  GstPad* audio_src;
  // Request pads; changed under the object lock.
  GstPad* audio_sink;
  GstPad* text_src;
  talkie::State* state;
};

namespace talkie {

// Gives a new pad of the element its functions.
void set_up_sink(TalkieSceneCompositor* self, GstPad* pad);
void set_up_source(TalkieSceneCompositor* self, GstPad* pad);
// The source pads' task.
void run_source(gpointer pad);
// Forgets what that branch's source pad has pushed. Only while its task does not run.
void reset_output(TalkieSceneCompositor* self, Branch branch);
// The same after a flush.
void restart_output(TalkieSceneCompositor* self, Branch branch, const CompositorRun& run);
CompositorRun run_of(State& state);

Settings settings_of(State& state);
Branch branch_of(TalkieSceneCompositor* self, GstPad* pad);
// The pads whose queries and events go through a pad.
GstIterator* linked_pads(GstPad* pad, GstObject* parent);

}  // namespace talkie
