// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/production.h"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "render/film_loudness.h"
#include "render/production_work.h"
#include "speech/letters.h"

namespace talkie {

namespace {

// Scenes that are being spoken, or wait for it, beyond the one to hand over: more than are spoken
// at a time, since a scene is only handed over when the one after it has been spoken, too.
constexpr int kScenesBegun = 3 * kSideBySide;

// The first scene that has to be spoken for scene `first` to come out as in a whole film: the one
// before it, and those from which music or an effect may still be heard.
int first_needed(const Script& script, int first) {
  int needed = std::max(first - 1, 0);
  const auto is_heard_after = [&](int index) {
    const Scene& scene = script.scenes[static_cast<size_t>(index)];
    return scene.music || !scene.effects.empty();
  };
  while (needed > 0 && is_heard_after(needed))
    --needed;
  return needed;
}

}  // namespace

Production::Production(const ProductionOptions& options, std::stop_token stop)
    : options_(options),
      script_(*options.script),
      first_spoken_(options.alone ? options.first : first_needed(script_, options.first)),
      video_identity_(identity_of(options.preset->video) + identity_of_mux(*options.preset)),
      sound_identity_(identity_of(options.preset->audio) + identity_of_mux(*options.preset)),
      packet_(choose_chain(options.preset->audio).packet),
      channels_(script_.film.stereo ? 2 : 1),
      oldest_(first_spoken_),
      next_(options.first),
      next_spoken_(first_spoken_),
      grid_(std::max(packet_, 1)),
      begun_(static_cast<size_t>(first_spoken_)),
      gain_(options.gain),
      forward_stop_(std::move(stop), [this] {
        stop_.request_stop();
        changed_.notify_all();
      }) {
  std::ranges::transform(script_.scenes, std::back_inserter(weights_), letters_to_say);
  for (int i = first_spoken_; i < next_; ++i) {
    Work& work = *at(i);
    work.steps[kVideo] = work.steps[kSound] = Step::done;
    if (i + 1 < next_) work.steps[kPage] = Step::done;
  }
  if (script_.film.stereo && !gain_)
    listener_ = std::thread([this] { listen(); });
  else
    ahead_.emplace(narrator_options(!options_.speech_cache), kSideBySide);
  for (int i = 0; i < std::max(options_.workers, 1); ++i)
    workers_.emplace_back([this] { run(&Production::choose_task); });
  workers_.emplace_back([this] { run(&Production::choose_speech); });
}

// Has the film spoken and heard, ahead of everybody else.
void Production::listen() {
  const double gain = film_gain(script_, narrator_options(false), stop_.get_token());
  const std::scoped_lock lock(mutex_);
  gain_ = gain;
  changed_.notify_all();
}

Production::~Production() {
  stop_.request_stop();
  {
    const std::scoped_lock lock(mutex_);
    changed_.notify_all();
  }
  for (std::thread& worker : workers_)
    worker.join();
  if (listener_.joinable()) listener_.join();
}

void Production::run(Chooser choose) {
  std::unique_lock lock(mutex_);
  while (true) {
    std::optional<Task> task;
    changed_.wait(lock, [&] {
      if (stop_.stop_requested()) return true;
      task = (this->*choose)();
      return task.has_value();
    });
    if (!task) return;
    lock.unlock();
    (*task)();
    lock.lock();
    changed_.notify_all();
  }
}

Production::Work* Production::at(int index) {
  if (index < oldest_ || index >= static_cast<int>(script_.scenes.size())) return nullptr;
  while (oldest_ + static_cast<int>(works_.size()) <= index)
    works_.push_back(
        std::make_unique<Work>(script_.scenes[static_cast<size_t>(oldest_) + works_.size()]));
  return works_[static_cast<size_t>(index - oldest_)].get();
}

bool Production::is_done(const Work& work) const {
  return std::ranges::all_of(work.steps, [](Step step) { return step == Step::done; });
}

bool Production::may_go(const Work& work) const {
  if (!options_.early) return is_done(work);
  const auto is_behind = [&](Part part) { return work.steps[part] == Step::done; };
  return is_behind(kSpeech) && is_behind(kPage) && is_behind(kSound) &&
         (is_behind(kVideo) || work.growing->has_begun());
}

// Of all errors the first one in the film's order is told, whatever the workers came upon first. So
// what comes before an error is still done, and nothing else.
bool Production::is_wanted(int scene, Part part) const {
  return !failure_ || std::pair(scene, part) < std::pair(failure_->scene, failure_->part);
}

bool Production::has_failed() {
  if (!failure_ || next_ < failure_->scene) return false;
  const auto& steps = at(failure_->scene)->steps;
  return std::all_of(steps.begin(), steps.begin() + failure_->part,
                     [](Step step) { return step == Step::done; });
}

void Production::finish_part(Work& work, Part part, const Result<void>& result) {
  const std::scoped_lock lock(mutex_);
  work.steps[part] = Step::done;
  if (part == kSpeech) speaking_ = false;
  if (!result && !stop_.stop_requested() && is_wanted(work.scene.index, part))
    failure_ = Failure{work.scene.index, part, result.error()};
}

bool Production::is_ready(const Work* work, Part part) {
  return !work || work->steps[part] == Step::done;
}

Production::Task Production::begin(Work& work, Part part) {
  constexpr Result<void> (Production::*kTasks[kParts])(Work&) = {
      &Production::speak, &Production::lay_out_page, &Production::make_video,
      &Production::make_sound};
  work.steps[part] = Step::running;
  if (part == kSpeech) {
    speaking_ = true;
    ++next_spoken_;
  }
  return [this, &work, part, task = kTasks[part]] { finish_part(work, part, (this->*task)(work)); };
}

// What can be done for a scene next, but for its speech and its sound.
std::optional<Production::Part> Production::next_part(int index) {
  Work& work = *at(index);
  const auto can_begin = [&](Part part) {
    return work.steps[part] == Step::waiting && is_wanted(index, part);
  };
  if (options_.preset->video.empty()) work.steps[kPage] = work.steps[kVideo] = Step::done;
  if (can_begin(kPage)) return kPage;
  const Work* const before = index > 0 ? at(index - 1) : nullptr;
  const bool is_laid_out = is_ready(&work, kPage) && is_ready(before, kPage);
  if (can_begin(kVideo) && is_ready(&work, kSpeech) && is_laid_out) return kVideo;
  return {};
}

bool Production::can_make_sound(int index) {
  const Work& work = *at(index);
  if (script_.film.stereo && !gain_) return false;
  return work.steps[kSound] == Step::waiting && is_wanted(index, kSound) &&
         is_ready(&work, kSpeech) && is_ready(at(index + 1), kSpeech);
}

int Production::end_in_hand() const {
  const int ahead =
      options_.scenes_in_hand > 0 ? options_.scenes_in_hand : 2 * std::max(options_.workers, 1) + 2;
  return std::min(next_ + ahead, static_cast<int>(script_.scenes.size()));
}

// Speech has a thread of its own, since it mostly waits: for a service, a program, or the listener.
std::optional<Production::Task> Production::choose_speech() {
  // What a show begins with waits for nobody's speech but its own.
  const bool is_urgent = options_.early && next_ == options_.first;
  const size_t end =
      is_urgent ? static_cast<size_t>(end_in_hand())
                : std::min(script_.scenes.size(), static_cast<size_t>(next_ + kScenesBegun));
  for (; ahead_ && begun_ < end; ++begun_)
    ahead_->begin(script_.scenes[begun_]);
  if (speaking_ || next_spoken_ >= end_in_hand() || !is_wanted(next_spoken_, kSpeech)) return {};
  return begin(*at(next_spoken_), kSpeech);
}

// The first thing that can be done, in the order of the film. Only so many scenes are in hand at a
// time that memory does not grow with the script. Sounds are short and come last, so that at the
// film's end there is something for every worker.
std::optional<Production::Task> Production::choose_task() {
  const int end = end_in_hand();
  for (int i = std::max(next_ - 1, oldest_); i < end; ++i) {
    if (const auto part = next_part(i)) return begin(*at(i), *part);
    // A show begins a scene when its sound is there, however little of its video is.
    if (options_.early && i >= next_ && can_make_sound(i)) return begin(*at(i), kSound);
  }
  for (int i = next_; i < end; ++i)
    if (can_make_sound(i)) return begin(*at(i), kSound);
  return {};
}

namespace {

// Pages leave holes of many sizes behind in the heap; without this a long script's film would take
// more memory than a short one's.
void give_back_memory(int scene) {
  constexpr int kEvery = 2;
  if (scene % kEvery == kEvery - 1) malloc_trim(0);
}

}  // namespace

Result<std::optional<MadeScene>> Production::next(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  Work* const work = at(next_);
  changed_.wait_for(lock, patience, [&] {
    return has_failed() || stop_.stop_requested() || !work || may_go(*work);
  });
  if (has_failed()) return failure_->error;
  if (stop_.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
  if (!work || !may_go(*work)) return std::optional<MadeScene>();
  std::optional<MadeScene> made = hand_over(*work);
  ++next_;
  drop_done();
  changed_.notify_all();
  lock.unlock();
  give_back_memory(made->index);
  return made;
}

// The scene handed over last may still be needed by the one after it; one handed over early may
// still be in the making.
void Production::drop_done() {
  while (oldest_ + 1 < next_ && is_done(*works_.front()) &&
         !(failure_ && failure_->scene == oldest_)) {
    works_.pop_front();
    ++oldest_;
  }
}

MadeScene Production::hand_over(Work& work) {
  MadeScene made;
  made.index = work.scene.index;
  made.first_frame = work.first_frame;
  made.frames = work.speech.frames;
  made.timing = work.timing;
  made.video_note = work.video_note;
  made.sound_note = work.sound_note;
  if (options_.early)
    made.growing = work.growing;
  else
    made.video = std::move(work.video_segment);
  made.sound = std::move(work.sound_segment);
  made.sound_place = work.place;
  made.first_packet = work.first_packet;
  if (!has_sound_pieces()) made.samples = std::move(work.sound);
  made.stems = std::move(work.stems);
  made.problems.append(work.speech_problems);
  made.problems.append(work.page_problems);
  made.problems.append(made.video.problems);
  made.problems.append(made.sound.problems);
  return made;
}

std::optional<Error> Production::cache_error() const {
  const std::scoped_lock lock(mutex_);
  return cache_error_;
}

Time Production::known_end() const {
  const std::scoped_lock lock(mutex_);
  return time_of(spoken_frames_, script_.film.frame_rate);
}

Time Production::expected_end() const {
  const std::scoped_lock lock(mutex_);
  const Time known = time_of(spoken_frames_, script_.film.frame_rate);
  const auto spoken = static_cast<size_t>(next_spoken_ - (speaking_ ? 1 : 0));
  double said = 0, all = 0;
  for (size_t i = static_cast<size_t>(first_spoken_); i < weights_.size(); ++i) {
    all += weights_[i];
    if (i < spoken) said += weights_[i];
  }
  if (spoken >= weights_.size() || said <= 0) return known;
  return from_seconds(to_seconds(known) * all / said);
}

}  // namespace talkie
