// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/speech_ahead.h"

#include <algorithm>
#include <utility>

namespace talkie {

namespace {

bool is_said_alike(const Utterance& a, const Utterance& b) {
  return a.text == b.text && a.voice == b.voice && a.speed == b.speed && a.pitch == b.pitch &&
         a.spans == b.spans;
}

}  // namespace

SpeechAhead::SpeechAhead(const NarratorOptions& options, int side_by_side) : options_(options) {
  options_.ahead = nullptr;
  for (int i = 0; i < std::max(side_by_side, 1); ++i)
    threads_.emplace_back([this] { run(); });
}

SpeechAhead::~SpeechAhead() {
  stop_.request_stop();
  for (std::thread& thread : threads_)
    thread.join();
}

void SpeechAhead::begin(const Scene& scene) {
  if (!scene.recording.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const NarrationStep& step : scene.narration) {
    const auto* utterance = std::get_if<Utterance>(&step);
    if (!utterance || find_words(utterance->text).empty()) continue;
    auto job = std::make_shared<Job>();
    job->utterance = *utterance;
    job->language = language_of(*utterance, scene, options_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void SpeechAhead::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    std::shared_ptr<Job> job;
    const auto find = [&] {
      const auto waiting = std::ranges::find_if(
          jobs_, [](const auto& one) { return one->state == Job::State::waiting; });
      if (waiting != jobs_.end()) job = *waiting;
      return job != nullptr;
    };
    changed_.wait(lock, stop_.get_token(), find);
    if (stop_.stop_requested()) return;
    job->state = Job::State::running;
    lock.unlock();
    auto result = record({&job->utterance, job->language}, options_, stop_.get_token());
    lock.lock();
    job->result = std::move(result);
    job->state = Job::State::done;
    changed_.notify_all();
  }
}

// Takes the job off the list, so that nobody else gets it.
std::shared_ptr<SpeechAhead::Job> SpeechAhead::claim(const RecordingRequest& request) {
  const auto found = std::ranges::find_if(jobs_, [&](const auto& job) {
    return job->language == request.language && is_said_alike(job->utterance, *request.utterance);
  });
  if (found == jobs_.end()) return nullptr;
  std::shared_ptr<Job> job = *found;
  jobs_.erase(found);
  return job;
}

Result<Recording> SpeechAhead::take(const RecordingRequest& request, const std::stop_token& stop) {
  {
    std::unique_lock lock(mutex_);
    const std::shared_ptr<Job> job = claim(request);
    if (job && job->state != Job::State::waiting) {
      const auto is_done = [&] { return job->state == Job::State::done; };
      if (!changed_.wait(lock, stop, is_done))
        return Error{ErrorKind::cancelled, "the narration was cancelled"};
      return *std::move(job->result);
    }
  }
  return record(request, options_, stop);
}

}  // namespace talkie
