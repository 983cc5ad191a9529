// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/scene_supply.h"

#include <algorithm>
#include <utility>

namespace talkie {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPoll{100};
// The one that is made, and two more: a scene's sound waits for the speech of the one after it.
constexpr int kScenesInHand = 3;
constexpr int kTidyEvery = 200;  // scenes

Time length_of(const ShowScene& scene) {
  return time_of(scene.made.frames, scene.script->film.frame_rate);
}

}  // namespace

SceneSupply::SceneSupply(SupplyOptions options, SceneBatch first, int start)
    : options_(std::move(options)),
      batch_(std::move(first)),
      next_(start),
      count_(static_cast<int>(batch_.script->scenes.size())),
      thread_([this] { run(); }) {}

SceneSupply::~SceneSupply() {
  stop();
  thread_.join();
}

void SceneSupply::stop() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  run_stop_.request_stop();
  changed_.notify_all();
}

std::optional<ShowScene> SceneSupply::take(milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return !scenes_.empty() || state_ == State::ended; });
  if (scenes_.empty() || jump_) return {};
  ShowScene scene = std::move(scenes_.front());
  scenes_.pop_front();
  changed_.notify_all();
  return scene;
}

void SceneSupply::jump(int scene) {
  const std::scoped_lock lock(mutex_);
  if (error_) return;
  jump_ = scene;
  scenes_.clear();
  run_stop_.request_stop();
  changed_.notify_all();
}

SceneSupply::State SceneSupply::state() const {
  const std::scoped_lock lock(mutex_);
  return scenes_.empty() && !jump_ ? state_ : State::making;
}

std::optional<Error> SceneSupply::error() const {
  const std::scoped_lock lock(mutex_);
  return error_;
}

int SceneSupply::scene_count() const {
  const std::scoped_lock lock(mutex_);
  return count_;
}

Time SceneSupply::made_ahead() const {
  const std::scoped_lock lock(mutex_);
  Time sum{};
  for (const ShowScene& scene : scenes_)
    sum += length_of(scene);
  return sum;
}

bool SceneSupply::is_interrupted() const {
  return stopping_ || jump_;
}

void SceneSupply::finish(std::optional<Error> error) {
  const std::scoped_lock lock(mutex_);
  state_ = State::ended;
  error_ = std::move(error);
  changed_.notify_all();
}

// A jump or the end stops what is made from here on.
std::stop_token SceneSupply::begin_run() {
  const std::scoped_lock lock(mutex_);
  run_stop_ = std::stop_source();
  if (is_interrupted()) run_stop_.request_stop();
  return run_stop_.get_token();
}

void SceneSupply::run() {
  while (true) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
      if (jump_) {
        next_ = std::clamp(*jump_, 0, static_cast<int>(batch_.script->scenes.size()) - 1);
        joins_ = false;
        made_before_round_ = -1;
        alone_ = false;
        state_ = State::making;
      }
      jump_.reset();
    }
    if (next_ < static_cast<int>(batch_.script->scenes.size())) {
      make_scenes();
    } else if (options_.loop) {
      begin_anew();
    } else {
      next_batch();
    }
    std::unique_lock lock(mutex_);
    if (state_ == State::ended) changed_.wait(lock, [this] { return is_interrupted(); });
  }
}

void SceneSupply::begin_anew() {
  if (std::exchange(made_before_round_, made_) == made_)
    return finish(Error{ErrorKind::failed, "not one scene of the script can be made any more"});
  next_ = 0;
  ++round_;
  joins_ = false;
  alone_ = false;
}

void SceneSupply::next_batch() {
  if (options_.feed->has_ended()) return finish({});
  const std::stop_token stop = begin_run();
  auto batch = options_.feed->next(kPoll, stop);
  if (!batch) return finish(batch.error());
  const std::scoped_lock lock(mutex_);
  if (!*batch) {
    state_ = State::waiting;
    return;
  }
  batch_ = *std::move(*batch);
  count_ = static_cast<int>(batch_.script->scenes.size());
  next_ = batch_.first;
  joins_ = false;
  state_ = State::making;
}

// The batch's scenes from next_ on, until somebody interrupts it.
void SceneSupply::make_scenes() {
  ProductionOptions options;
  options.script = batch_.script.get();
  options.preset = &options_.preset;
  options.engine = options_.engine;
  options.cache = options_.cache;
  options.speech_cache = options_.speech_cache;
  options.workers = options_.workers;
  options.first = next_;
  options.scenes_in_hand = kScenesInHand;
  options.gain = 1;  // nobody waits until the whole film has been heard
  options.early = true;
  options.alone = alone_;
  Production production(options, begin_run());
  growing_.clear();
  const auto count = static_cast<int>(batch_.script->scenes.size());
  while (next_ < count) {
    {
      std::unique_lock lock(mutex_);
      const auto has_room = [&] {
        Time sum{};
        for (const ShowScene& scene : scenes_)
          sum += length_of(scene);
        return sum < options_.ahead;
      };
      changed_.wait(lock, [&] { return is_interrupted() || has_room(); });
      if (is_interrupted()) return;
    }
    drop_encoded();
    auto made = production.next(kPoll);
    const std::optional<Error> error = made ? std::nullopt : std::optional(made.error());
    if (const auto not_kept = production.cache_error())
      options_.problem({Problem::Severity::warning, {}, not_kept->message});
    std::unique_lock lock(mutex_);
    if (is_interrupted()) return;
    if (error) {
      lock.unlock();
      if (wait_for_videos() && !go_on_after(*error)) finish(error);
      return;
    }
    if (!*made) continue;
    lock.unlock();
    for (const Problem& problem : (*made)->problems.all())
      options_.problem(problem);
    lock.lock();
    if (is_interrupted()) return;
    growing_.push_back((*made)->growing);
    scenes_.push_back({batch_.script, *std::move(*made), round_, std::exchange(joins_, true)});
    ++next_;
    alone_ = false;
    changed_.notify_all();
    lock.unlock();
    if (++made_ % kTidyEvery == 0) options_.tidy();
  }
  (void)wait_for_videos();
}

// What was handed over early is encoded to its end. False: somebody interrupted that.
bool SceneSupply::wait_for_videos() {
  while (!growing_.empty()) {
    (void)growing_.front()->wait_for_end(kPoll);
    drop_encoded();
    const std::scoped_lock lock(mutex_);
    if (is_interrupted()) return false;
  }
  return true;
}

void SceneSupply::drop_encoded() {
  for (; !growing_.empty() && growing_.front()->wait_for_end({}); growing_.pop_front()) {
    const Problems problems = growing_.front()->problems();
    for (const Problem& problem : problems.all())
      options_.problem(problem);
  }
}

// It may be the scene before that cannot be made.
bool SceneSupply::go_on_after(const Error& error) {
  if (!options_.skip_bad || error.kind == ErrorKind::cancelled) return false;
  joins_ = false;
  if (!std::exchange(alone_, true) && next_ > 0) return true;
  options_.problem(
      {Problem::Severity::warning, error.where, error.message + "; the scene is left out"});
  ++next_;
  return true;
}

}  // namespace talkie
