// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/speaker.h"

#include <algorithm>
#include <utility>

namespace talkie {

Speaker::Speaker(NarratorOptions options, int lookahead, Finisher finisher, int64_t first_frame)
    : options_(std::move(options)),
      room_(static_cast<size_t>(std::max(lookahead, 1)) + 1),
      finisher_(std::move(finisher)),
      next_frame_(first_frame),
      ahead_(options_, static_cast<int>(room_)) {
  options_.ahead = &ahead_;
  thread_ = std::thread([this] { speak_all(); });
}

Speaker::~Speaker() {
  stop();
  thread_.join();
}

bool Speaker::add(Scene scene) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] {
    return stopped_ || error_ || waiting_.size() + speaking_ + spoken_.size() < room_;
  });
  if (stopped_ || error_) return false;
  ahead_.begin(scene);
  waiting_.push_back(std::move(scene));
  changed_.notify_all();
  return true;
}

void Speaker::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

void Speaker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;  // before what is being spoken ends with an error for it
    changed_.notify_all();
  }
  stop_.request_stop();
}

Speaker::Step Speaker::next() {
  std::unique_lock lock(mutex_);
  std::optional<Step> step;
  changed_.wait(lock, [&] { return (step = ready_step()).has_value(); });
  return std::move(*step);
}

std::optional<int64_t> Speaker::total_samples() const {
  const std::lock_guard lock(mutex_);
  if (!all_spoken() || error_) return {};
  return spoken_samples_;
}

void Speaker::speak_all() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopped_ || error_ || !waiting_.empty(); });
    if (stopped_ || error_) return;
    const Scene scene = std::move(waiting_.front());
    waiting_.pop_front();
    speaking_ = true;
    lock.unlock();
    speak(scene);
    lock.lock();
  }
}

// On the thread, without the mutex.
void Speaker::speak(const Scene& scene) {
  Problems problems;
  Result<Spoken> spoken = sound_of(scene, problems);
  const std::lock_guard lock(mutex_);
  for (const Problem& problem : problems.all())
    problems_.push_back(problem);
  if (spoken) {
    spoken_samples_ += static_cast<int64_t>(spoken->samples.size()) / spoken->channels;
    spoken_.push_back(*std::move(spoken));
  } else if (!stopped_) {
    error_ = spoken.error();
  }
  speaking_ = false;
  changed_.notify_all();
}

Result<Speaker::Spoken> Speaker::sound_of(const Scene& scene, Problems& problems) {
  const Rate rate = scene.film.frame_rate;
  if (frame_rate_.value_or(rate) != rate)
    return Error{ErrorKind::bad_value,
                 "this scene has another frame rate than the ones before; a film has one",
                 {},
                 scene.where};
  frame_rate_ = rate;
  auto speech = narrate(scene, next_frame_, options_, problems, stop_.get_token());
  if (!speech) return speech.error();
  const int64_t frames = speech->frames;
  Spoken spoken;
  spoken.first_sample = sample_at(next_frame_, rate);
  spoken.samples = std::exchange(speech->samples, {});
  spoken.timing = timing_of(scene, next_frame_, *std::move(speech), false);
  if (finisher_) {
    if (auto finished =
            finisher_(scene, spoken.timing, spoken.first_sample, spoken.samples, stop_.get_token());
        !finished)
      return finished.error();
    spoken.channels = scene.film.stereo ? 2 : 1;
  }
  next_frame_ += frames;
  return spoken;
}

bool Speaker::all_spoken() const {
  return finished_ && waiting_.empty() && !speaking_;
}

// With mutex_ held: what can be handed out now.
std::optional<Speaker::Step> Speaker::ready_step() {
  if (stopped_) return Stopped{};
  if (!problems_.empty()) {
    Problem problem = std::move(problems_.front());
    problems_.pop_front();
    return problem;
  }
  if (error_) return *error_;
  for (Spoken& spoken : spoken_) {
    if (spoken.announced) continue;
    spoken.announced = true;
    spoken.timing.last = all_spoken() && &spoken == &spoken_.back();
    return Announcement{spoken.timing, spoken.channels};
  }
  if (spoken_.empty()) {
    if (all_spoken()) return Finished{};
    return {};
  }
  const std::vector<int16_t>& all = spoken_.front().samples;
  const int channels = spoken_.front().channels;
  const auto begin = all.begin() + static_cast<ptrdiff_t>(taken_of_first_);
  const auto end = begin + std::min<ptrdiff_t>(kChunk * channels, all.end() - begin);
  const int64_t taken = static_cast<int64_t>(taken_of_first_) / channels;
  Samples samples{spoken_.front().first_sample + taken, channels, {begin, end}};
  taken_of_first_ += static_cast<size_t>(end - begin);
  if (taken_of_first_ == all.size()) {
    spoken_.pop_front();
    taken_of_first_ = 0;
    changed_.notify_all();
  }
  return samples;
}

}  // namespace talkie
