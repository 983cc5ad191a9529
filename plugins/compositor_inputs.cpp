// SPDX-License-Identifier: LGPL-2.1-or-later
#include "compositor_inputs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gst/wire.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kPicturesAhead = 3;
constexpr guint64 kSoundAhead = 2 * kSpeechRate;        // in samples, where nobody waits
constexpr guint64 kPlainSoundAhead = 60 * kSpeechRate;  // while the first picture is awaited
// A muxer that has nothing of a text stream waits for it from where its last piece began; some take
// all the gaps at once, however far ahead, and want the next caption. That shows only in that
// nothing moves any more.
constexpr Time kTextMargin = seconds(1);
constexpr auto kStandstill = milliseconds(50);
constexpr Time kTolerance = milliseconds(1);

}  // namespace

void CompositorInputs::reset(bool has_sound) {
  const std::lock_guard lock(mutex_);
  has_sound_ = has_sound;
  pictures_.clear();
  video_events_.clear();
  video_ended_ = false;
  scenes_taken_ = 0;
  timeline_end_ = Time{};
  timing_origin_.reset();
  last_taken_ = false;
  sound_.clear();
  samples_queued_ = samples_received_ = 0;
  timings_.clear();
  text_timings_.clear();
  timings_received_ = 0;
  run_start_ = timings_length_ = Time{};
  kind_ = SoundKind::unknown;
  sound_ended_ = last_timing_seen_ = silence_begun_ = false;
  for (Output& output : outputs_)
    output = Output{output.allowed, GST_FLOW_OK, Time{}};
}

void CompositorInputs::set_has_sound(bool has_sound) {
  const std::lock_guard lock(mutex_);
  has_sound_ = has_sound;
  changed_.notify_all();
}

void CompositorInputs::set_bringing(Branch branch, bool allowed) {
  const std::lock_guard lock(mutex_);
  bringing_[static_cast<size_t>(branch)] = allowed;
  changed_.notify_all();
}

void CompositorInputs::set_taking(Branch branch, bool allowed) {
  const std::lock_guard lock(mutex_);
  output(branch).allowed = allowed;
  if (allowed) output(branch).flow = GST_FLOW_OK;
  changed_.notify_all();
}

void CompositorInputs::flush(Branch branch, const CompositorRun& run) {
  const std::lock_guard lock(mutex_);
  output(branch).position = Time(run.segment.start);
  if (branch == Branch::video) {
    pictures_.clear();
    video_events_.clear();
    video_ended_ = last_taken_ = false;
    scenes_taken_ = 0;
    timeline_end_ = Time{};
    return;
  }
  silence_begun_ = false;
  sound_.clear();
  samples_queued_ = samples_received_ = 0;
  timings_.clear();
  text_timings_.clear();
  output(Branch::text).position = Time(run.segment.start);
  // The times of a part of a film are the film's.
  timing_origin_.reset();
  if (run.origin) timing_origin_ = Time{};
  timings_received_ = 0;
  run_start_ = timings_length_ = run.origin.value_or(Time{});
  kind_ = SoundKind::unknown;
  sound_ended_ = last_timing_seen_ = false;
}

std::optional<Time> CompositorInputs::duration() const {
  const std::lock_guard lock(mutex_);
  if (last_timing_seen_ || (sound_ended_ && kind_ == SoundKind::timed)) return timings_length_;
  if (video_ended_ && pictures_.empty() && !has_sound_) return timeline_end_;
  return {};
}

Time CompositorInputs::position(Branch branch) const {
  const std::lock_guard lock(mutex_);
  return output(branch).position;
}

// --- the sink pads' threads ---

// Errors of one output are both inputs' errors. An output that wants no more does not end the
// other ones; one that is flushing has yet to say what it wants.
GstFlowReturn CompositorInputs::flow_for(Branch branch) const {
  if (!bringing_[static_cast<size_t>(branch)]) return GST_FLOW_FLUSHING;
  bool has_ended = false;
  for (const Branch each : {Branch::video, Branch::audio, Branch::text}) {
    const Output& one = output(each);
    if (!one.allowed && each == Branch::text) continue;  // not requested
    if (!one.allowed || one.flow == GST_FLOW_OK) return GST_FLOW_OK;
    if (one.flow < GST_FLOW_EOS) return one.flow;
    has_ended |= one.flow == GST_FLOW_EOS;
  }
  return has_ended ? GST_FLOW_EOS : GST_FLOW_NOT_LINKED;
}

GstFlowReturn CompositorInputs::add_picture(PictureInput picture) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return pictures_.size() < kPicturesAhead || flow_for(Branch::video) != GST_FLOW_OK ||
           is_unusable(output(Branch::video).flow);
  });
  if (const GstFlowReturn flow = flow_for(Branch::video); flow != GST_FLOW_OK) return flow;
  if (is_unusable(output(Branch::video).flow)) return GST_FLOW_OK;  // dropped: nobody wants it
  pictures_.push_back(std::move(picture));
  update_video_wait();
  changed_.notify_all();
  return GST_FLOW_OK;
}

bool CompositorInputs::may_hold_sound_back() const {
  if (samples_queued_ < kSoundAhead || is_unusable(output(Branch::audio).flow)) return false;
  if (video_waits_ == Wait::timing) return false;
  // A tee may be stuck in the speech branch with the scene whose picture is awaited; the timing of
  // the scene after it is the proof that it is not.
  if (video_waits_ == Wait::picture)
    return kind_ == SoundKind::plain ? samples_queued_ >= kPlainSoundAhead
                                     : timings_received_ >= scenes_taken_ + 2;
  const Time position = std::max(output(Branch::video).position, output(Branch::audio).position);
  if (!text_waits_) return true;
  return output(Branch::text).position > position + kTextMargin &&
         std::chrono::steady_clock::now() - last_progress_ < kStandstill;
}

GstFlowReturn CompositorInputs::add_sound(Owned<GstBuffer> buffer, guint64 samples) {
  std::unique_lock lock(mutex_);
  while (may_hold_sound_back() && flow_for(Branch::audio) == GST_FLOW_OK) {
    if (text_waits_)
      changed_.wait_for(lock, kStandstill);
    else
      changed_.wait(lock);
  }
  if (const GstFlowReturn flow = flow_for(Branch::audio); flow != GST_FLOW_OK) return flow;
  if (kind_ == SoundKind::unknown) kind_ = SoundKind::plain;
  samples_received_ += samples;
  if (!is_unusable(output(Branch::audio).flow)) {
    samples_queued_ += samples;
    sound_.push_back({std::move(buffer), {}, samples});
  }
  changed_.notify_all();
  return GST_FLOW_OK;
}

// What video waits for now that something has come: its own thread may take a while to wake up and
// say so, and in that while a whole film's sound could be brought.
void CompositorInputs::update_video_wait() {
  if (video_waits_ == Wait::nothing || kind_ != SoundKind::timed) return;
  if (pictures_.empty())
    video_waits_ = Wait::picture;
  else
    video_waits_ = timings_.empty() ? Wait::timing : Wait::nothing;
}

Result<void> CompositorInputs::add_timing(SceneTiming timing) {
  const std::lock_guard lock(mutex_);
  const std::string name = "the timing of scene '" + timing.scene + "' ";
  if (kind_ == SoundKind::plain)
    return Error{ErrorKind::bad_value, name + "comes after sound that belongs to no scene"};
  if (!timing_origin_) timing_origin_ = timing.start;
  timing.start -= *timing_origin_;
  if (timing.duration <= Time{}) return Error{ErrorKind::bad_value, name + "has no duration"};
  if (std::chrono::abs(timing.start - timings_length_) > kTolerance)
    return Error{ErrorKind::bad_value, name + "begins at " + clock_text(timing.start) +
                                           ", but the scene before it ends at " +
                                           clock_text(timings_length_)};
  kind_ = SoundKind::timed;
  ++timings_received_;
  timings_length_ = timing.start + timing.duration;
  last_timing_seen_ = timing.last;
  if (output(Branch::text).allowed) text_timings_.push_back(timing);
  timings_.push_back(std::move(timing));
  update_video_wait();
  changed_.notify_all();
  return {};
}

void CompositorInputs::add_event(Branch branch, Owned<GstEvent> event) {
  const std::lock_guard lock(mutex_);
  if (branch == Branch::video)
    video_events_.push_back(std::move(event));
  else
    sound_.push_back({{}, std::move(event), 0});
  changed_.notify_all();
}

void CompositorInputs::end(Branch branch) {
  const std::lock_guard lock(mutex_);
  (branch == Branch::video ? video_ended_ : sound_ended_) = true;
  changed_.notify_all();
}

}  // namespace talkie
