// SPDX-License-Identifier: LGPL-2.1-or-later
// scenecompositor's two inputs, where the pictures and the speech of scenes meet; and who waits.
//
// Five threads come here: two that bring (the sink pads') and three that take (one for each source
// pad). What makes it stand still for ever is a muxer that waits for one stream while the thread
// that would bring it is held back for the sake of another. Therefore nobody who brings sound is
// held back while video or text wait for a timing, however much sound there is already; and what
// an encoder holds back decides how much that becomes.
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "base/error.h"
#include "compositor_run.h"
#include "gst/owned.h"
#include "speech/timing.h"
#include "visual/visual.h"

namespace talkie {

enum class Branch { video, audio, text };

// A picture as it came, and the visual it carries (none: a plain picture).
struct PictureInput {
  Owned<GstBuffer> buffer;
  GstVideoInfo info;
  std::shared_ptr<const Visual> visual;
};

// What a source pad's thread does next.
struct SceneWork {
  PictureInput picture;
  SceneTiming timing;
  bool may_grow = false;  // its sound has no known length; ExtendWork follows
};
struct ExtendWork {
  Time end{};
};
struct EventWork {
  Owned<GstEvent> event;
};
struct SoundWork {
  Owned<GstBuffer> buffer;
};
struct TimingWork {
  SceneTiming timing;
};
struct EndWork {};
struct StopWork {};  // flushing, or an error elsewhere
using Work =
    std::variant<StopWork, EndWork, EventWork, SceneWork, ExtendWork, SoundWork, TimingWork, Error>;

class CompositorInputs {
 public:
  // --- any thread ---
  // Forgets everything. Only while no thread is inside.
  void reset(bool has_sound);
  void set_has_sound(bool has_sound);
  // Wakes who waits on that side and lets nobody wait, until it is unset.
  void set_bringing(Branch branch, bool allowed);  // video or audio: the sink pads
  void set_taking(Branch branch, bool allowed);
  // Drops what that sink pad brought, as a flush does; `run` is what comes next.
  void flush(Branch branch, const CompositorRun& run);
  // The end of the film on its timeline, once it is known.
  [[nodiscard]] std::optional<Time> duration() const;
  [[nodiscard]] Time position(Branch branch) const;
  [[nodiscard]] bool is_done() const;

  // --- the sink pads' threads ---
  GstFlowReturn add_picture(PictureInput picture);
  GstFlowReturn add_sound(Owned<GstBuffer> buffer, guint64 samples);
  [[nodiscard]] Result<void> add_timing(SceneTiming timing);
  void add_event(Branch branch, Owned<GstEvent> event);
  void end(Branch branch);

  // --- the source pads' threads ---
  Work next_for_video();
  Work next_for_audio();
  Work next_for_text();
  // How far that branch has pushed, and what downstream said.
  void report(Branch branch, Time position, GstFlowReturn flow);
  // The same for one that is done. True: now all of them are.
  bool report_end(Branch branch, Time position);
  // How much longer (or shorter) the sound was than its timings said, when both have ended.
  [[nodiscard]] Time sound_surplus() const;

 private:
  struct Output {
    bool allowed = false;
    GstFlowReturn flow = GST_FLOW_OK;
    Time position{};  // where what was pushed last begins
  };
  struct SoundItem {
    Owned<GstBuffer> buffer;
    Owned<GstEvent> event;
    guint64 samples = 0;
  };
  // What is known of the sound: scenes with timings, or one sound without.
  enum class SoundKind { unknown, none, timed, plain };
  enum class Wait { nothing, picture, timing };

  [[nodiscard]] bool is_unusable(GstFlowReturn flow) const {
    return flow != GST_FLOW_OK && flow != GST_FLOW_NOT_LINKED;
  }
  [[nodiscard]] GstFlowReturn flow_for(Branch branch) const;
  [[nodiscard]] bool is_done_with_lock() const;
  [[nodiscard]] bool may_hold_sound_back() const;
  void update_video_wait();
  Output& output(Branch branch) { return outputs_[static_cast<size_t>(branch)]; }
  [[nodiscard]] const Output& output(Branch branch) const {
    return outputs_[static_cast<size_t>(branch)];
  }
  [[nodiscard]] SoundKind sound_kind() const;
  [[nodiscard]] std::optional<Time> own_duration(size_t index) const;
  std::optional<Work> find_video_work();
  std::optional<Work> match_timing();
  std::optional<Work> match_plain_sound();
  std::optional<Work> match_silence();
  Work take_scene(Time duration, bool may_grow);
  [[nodiscard]] Time known_end() const;
  std::optional<Work> find_sound();
  std::optional<Work> find_silence();

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // anything below
  Output outputs_[3];
  std::chrono::steady_clock::time_point last_progress_;  // of video or audio
  bool bringing_[2] = {};
  bool has_sound_ = false;

  std::deque<PictureInput> pictures_;
  std::deque<Owned<GstEvent>> video_events_;
  bool video_ended_ = false;
  size_t scenes_taken_ = 0;
  Time timeline_end_{};  // of the scenes taken
  std::optional<Time> timing_origin_;
  bool last_taken_ = false;  // the picture that stays as long as plain sound goes on
  Wait video_waits_ = Wait::nothing;

  std::deque<SoundItem> sound_;
  guint64 samples_queued_ = 0;
  guint64 samples_received_ = 0;
  std::deque<SceneTiming> timings_;       // for video
  std::deque<SceneTiming> text_timings_;  // for text
  size_t timings_received_ = 0;
  Time run_start_{};       // where its scenes begin
  Time timings_length_{};  // where the ones with timings end
  SoundKind kind_ = SoundKind::unknown;
  bool sound_ended_ = false;
  bool last_timing_seen_ = false;
  bool text_waits_ = false;
  bool silence_begun_ = false;
};

}  // namespace talkie
