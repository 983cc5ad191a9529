// SPDX-License-Identifier: LGPL-2.1-or-later
// Which picture meets which speech, and what each of scenecompositor's source pads does next.
#include <algorithm>
#include <utility>

#include "compositor_inputs.h"
#include "gst/wire.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

using std::chrono::seconds;

// A picture whose end is not known grows by this much at a time.
constexpr Time kGrowth = seconds(1);
constexpr guint64 kSilencePiece = 4800;

Time to_time(guint64 samples) {
  return time_of(static_cast<int64_t>(samples), Rate{kSpeechRate, 1});
}

std::string name_of(const PictureInput& picture) {
  return picture.visual && !picture.visual->scene.empty() ? "scene '" + picture.visual->scene + "'"
                                                          : "a picture";
}

}  // namespace

CompositorInputs::SoundKind CompositorInputs::sound_kind() const {
  if (!has_sound_ || (sound_ended_ && kind_ == SoundKind::unknown)) return SoundKind::none;
  return kind_;
}

// How long a picture stays where no timing says it: as its scene or its buffer does, else until
// the next one's time. Nothing where that is not known yet.
std::optional<Time> CompositorInputs::own_duration(size_t index) const {
  const PictureInput& picture = pictures_[index];
  if (picture.visual && picture.visual->silent_duration > Time{})
    return picture.visual->silent_duration;
  if (GST_BUFFER_DURATION_IS_VALID(picture.buffer.get()))
    return Time{static_cast<int64_t>(GST_BUFFER_DURATION(picture.buffer.get()))};
  if (index + 1 < pictures_.size()) {
    const GstClockTime from = GST_BUFFER_PTS(picture.buffer.get());
    const GstClockTime to = GST_BUFFER_PTS(pictures_[index + 1].buffer.get());
    if (GST_CLOCK_TIME_IS_VALID(from) && GST_CLOCK_TIME_IS_VALID(to) && to > from)
      return Time{static_cast<int64_t>(to - from)};
    return kSilentScene;
  }
  if (video_ended_) return kSilentScene;
  return {};
}

Work CompositorInputs::take_scene(Time duration, bool may_grow) {
  SceneWork work;
  work.picture = std::move(pictures_.front());
  pictures_.pop_front();
  work.timing.start = timeline_end_;
  work.timing.duration = duration;
  work.timing.index = static_cast<int>(scenes_taken_);
  if (work.picture.visual) work.timing.scene = work.picture.visual->scene;
  work.may_grow = may_grow;
  timeline_end_ += duration;
  ++scenes_taken_;
  return work;
}

std::optional<Work> CompositorInputs::match_timing() {
  if (pictures_.empty() || timings_.empty()) {
    if (!pictures_.empty() && sound_ended_)
      return Error{ErrorKind::failed, "the speech ended before " + name_of(pictures_.front()) +
                                          " (number " + std::to_string(scenes_taken_ + 1) + ")"};
    if (!timings_.empty() && video_ended_)
      return Error{ErrorKind::failed, "scene '" + timings_.front().scene +
                                          "' has speech and no picture: the pictures ended before"};
    if (video_ended_ && sound_ended_) return EndWork{};
    return {};
  }
  const std::shared_ptr<const Visual>& visual = pictures_.front().visual;
  SceneTiming timing = std::move(timings_.front());
  timings_.pop_front();
  if (visual && !visual->scene.empty() && !timing.scene.empty() && visual->scene != timing.scene)
    return Error{ErrorKind::failed, "the picture of scene '" + visual->scene +
                                        "' meets the speech of scene '" + timing.scene +
                                        "': one of them is missing"};
  Work work = take_scene(timing.duration, false);
  std::get<SceneWork>(work).timing = std::move(timing);
  return work;
}

// Pictures stay as long as they say themselves, the last one as long as the sound goes on.
std::optional<Work> CompositorInputs::match_plain_sound() {
  const Time sound_end = to_time(samples_received_);
  if (pictures_.size() > 1) return take_scene(*own_duration(0), false);
  if (!video_ended_) return {};
  if (pictures_.empty() && !last_taken_) return EndWork{};
  const bool is_enough = sound_ended_ || sound_end >= timeline_end_ + kGrowth;
  if (!is_enough) return {};
  if (!pictures_.empty()) {
    last_taken_ = true;
    if (sound_end <= timeline_end_) return take_scene(*own_duration(0), false);
    return take_scene(sound_end - timeline_end_, true);
  }
  if (sound_end <= timeline_end_) return EndWork{};
  timeline_end_ = sound_end;
  return ExtendWork{sound_end};
}

std::optional<Work> CompositorInputs::match_silence() {
  if (pictures_.empty()) {
    if (video_ended_) return EndWork{};
    return {};
  }
  if (const std::optional<Time> duration = own_duration(0)) return take_scene(*duration, false);
  return {};
}

std::optional<Work> CompositorInputs::find_video_work() {
  if (!output(Branch::video).allowed || output(Branch::video).flow < GST_FLOW_EOS)
    return StopWork{};
  if (!video_events_.empty()) {
    EventWork work{std::move(video_events_.front())};
    video_events_.pop_front();
    return work;
  }
  switch (sound_kind()) {
    case SoundKind::unknown:
      return {};
    case SoundKind::none:
      return match_silence();
    case SoundKind::timed:
      return match_timing();
    case SoundKind::plain:
      return match_plain_sound();
  }
  return {};
}

Work CompositorInputs::next_for_video() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (std::optional<Work> work = find_video_work()) {
      video_waits_ = Wait::nothing;
      changed_.notify_all();
      return std::move(*work);
    }
    const bool lacks_picture = pictures_.empty() && !last_taken_;
    const Wait waits =
        lacks_picture && sound_kind() != SoundKind::unknown ? Wait::picture : Wait::timing;
    if (video_waits_ != waits) changed_.notify_all();
    video_waits_ = waits;
    changed_.wait(lock);
  }
}

// The end of all pictures that have come, as far as it is known.
Time CompositorInputs::known_end() const {
  Time end = timeline_end_;
  for (size_t i = 0; i < pictures_.size(); ++i) {
    const std::optional<Time> duration = own_duration(i);
    if (!duration) break;
    end += *duration;
  }
  return end;
}

// Where no speech is linked the film is silent, not without a sound track: a muxer that has a pad
// for one would wait for it, or write an empty one.
std::optional<Work> CompositorInputs::find_silence() {
  if (!silence_begun_) {
    silence_begun_ = true;
    const auto caps = Owned<GstCaps>::adopt(gst_caps_from_string(
        "audio/x-raw, format=S16LE, rate=48000, channels=1, layout=interleaved"));
    return EventWork{Owned<GstEvent>::adopt(gst_event_new_caps(caps.get()))};
  }
  const guint64 end = static_cast<guint64>(nearest(known_end(), Rate{kSpeechRate, 1}));
  if (samples_received_ < end) {
    const guint64 samples = std::min<guint64>(kSilencePiece, end - samples_received_);
    samples_received_ += samples;
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 2 * samples, nullptr);
    gst_buffer_memset(buffer, 0, 0, 2 * samples);
    return SoundWork{Owned<GstBuffer>::adopt(buffer)};
  }
  if (video_ended_) return EndWork{};
  return {};
}

std::optional<Work> CompositorInputs::find_sound() {
  const Output& audio = output(Branch::audio);
  if (!audio.allowed || audio.flow < GST_FLOW_EOS) return StopWork{};
  if (!has_sound_) return find_silence();
  if (sound_.empty()) {
    if (sound_ended_) return EndWork{};
    return {};
  }
  SoundItem item = std::move(sound_.front());
  sound_.pop_front();
  samples_queued_ -= item.samples;
  if (item.event) return EventWork{std::move(item.event)};
  return SoundWork{std::move(item.buffer)};
}

Work CompositorInputs::next_for_audio() {
  std::unique_lock lock(mutex_);
  std::optional<Work> work = find_sound();
  for (; !work; work = find_sound())
    changed_.wait(lock);
  changed_.notify_all();
  return std::move(*work);
}

Work CompositorInputs::next_for_text() {
  std::unique_lock lock(mutex_);
  const auto is_stopped = [this] {
    return !output(Branch::text).allowed || output(Branch::text).flow < GST_FLOW_EOS;
  };
  text_waits_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] {
    return is_stopped() || !text_timings_.empty() || sound_ended_ || !has_sound_ ||
           kind_ == SoundKind::plain;
  });
  text_waits_ = false;
  if (is_stopped()) return StopWork{};
  if (text_timings_.empty()) return EndWork{};
  TimingWork work{std::move(text_timings_.front())};
  text_timings_.pop_front();
  return work;
}

void CompositorInputs::report(Branch branch, Time position, GstFlowReturn flow) {
  const std::lock_guard lock(mutex_);
  output(branch).position = position;
  output(branch).flow = flow;
  if (branch != Branch::text) last_progress_ = std::chrono::steady_clock::now();
  changed_.notify_all();
}

bool CompositorInputs::report_end(Branch branch, Time position) {
  const std::lock_guard lock(mutex_);
  output(branch).position = position;
  output(branch).flow = GST_FLOW_EOS;
  changed_.notify_all();
  return is_done_with_lock();
}

bool CompositorInputs::is_done_with_lock() const {
  return std::ranges::all_of(
      outputs_, [](const Output& one) { return !one.allowed || one.flow == GST_FLOW_EOS; });
}

bool CompositorInputs::is_done() const {
  const std::lock_guard lock(mutex_);
  return is_done_with_lock();
}

Time CompositorInputs::sound_surplus() const {
  const std::lock_guard lock(mutex_);
  if (!sound_ended_ || kind_ != SoundKind::timed) return {};
  return to_time(samples_received_) - (timings_length_ - run_start_);
}

}  // namespace talkie
