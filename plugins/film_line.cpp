// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_line.h"

#include <algorithm>
#include <utility>

#include "speech/letters.h"

namespace talkie {

namespace {

constexpr double kLettersASecond = 15;

}  // namespace

Time guessed_length(const Script& script) {
  double letters = 0;
  for (const Scene& scene : script.scenes)
    letters += letters_to_say(scene);
  return from_seconds(letters / kLettersASecond);
}

FilmLine::FilmLine(NarratorOptions narrator, const std::string& cache_folder,
                   std::function<void()> changed)
    : narrator_(std::move(narrator)), changed_(std::move(changed)) {
  if (!cache_folder.empty()) cache_.emplace(cache_folder);
  narrator_.cache = cache_ ? &*cache_ : nullptr;
  narrator_.samples = false;
}

void FilmLine::set_script(std::shared_ptr<const Script> script) {
  const std::scoped_lock lock(mutex_);
  script_ = std::move(script);
  known_.clear();
  beginning_ = {};
}

std::shared_ptr<const Script> FilmLine::script() const {
  const std::scoped_lock lock(mutex_);
  return script_;
}

void FilmLine::record(const Scene& scene, const SceneTiming& timing, const SoundBed& bed) {
  {
    const std::scoped_lock lock(mutex_);
    const auto index = static_cast<size_t>(scene.index);
    const int64_t end = nearest(timing.start + timing.duration, rate());
    if (index > known_.size()) return;
    if (index < known_.size() && known_[index].end_frame == end) return;
    known_.resize(index);
    known_.push_back({end, bed});
  }
  changed_();
}

Result<bool> FilmLine::speak_next(const std::stop_token& stop) {
  std::shared_ptr<const Script> script;
  LinePlace place;
  {
    const std::scoped_lock lock(mutex_);
    if (!script_ || complete_with_lock()) return false;
    script = script_;
    place = place_with_lock(known_.size());
  }
  const Scene& scene = script->scenes[static_cast<size_t>(place.scene)];
  Problems problems;  // who speaks it to be heard says them
  auto speech = narrate(scene, place.frame, narrator_, problems, stop);
  if (!speech) return speech.error();
  const Rate rate = script->film.frame_rate;
  const int64_t end = sample_at(place.frame + speech->frames, rate);
  const SceneTiming timing = timing_of(scene, place.frame, *std::move(speech), false);
  if (scene.film.stereo) {
    auto heard = place.bed.add(scene, timing, place.sample, end - place.sample, stop);
    if (!heard) return heard.error();
  }
  record(scene, timing, place.bed);
  return true;
}

Result<void> FilmLine::speak_until(Time time, const std::stop_token& stop) {
  while (known_end() <= time) {
    const Result<bool> more = speak_next(stop);
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

int FilmLine::scenes_known() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int>(known_.size());
}

bool FilmLine::complete_with_lock() const {
  return script_ && known_.size() == script_->scenes.size();
}

bool FilmLine::is_complete() const {
  const std::scoped_lock lock(mutex_);
  return complete_with_lock();
}

Time FilmLine::known_end() const {
  const std::scoped_lock lock(mutex_);
  return place_with_lock(known_.size()).time;
}

Time FilmLine::expected_end() const {
  const std::scoped_lock lock(mutex_);
  if (!script_) return {};
  const Time known = place_with_lock(known_.size()).time;
  if (complete_with_lock()) return known;
  double said = 0, all = 0;
  for (size_t i = 0; i < script_->scenes.size(); ++i) {
    const double weight = letters_to_say(script_->scenes[i]);
    all += weight;
    if (i < known_.size()) said += weight;
  }
  return said > 0 ? from_seconds(to_seconds(known) * all / said) : guessed_length(*script_);
}

std::optional<int> FilmLine::scene_at(Time time) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::upper_bound(
      known_, time, {}, [this](const Known& known) { return time_of(known.end_frame, rate()); });
  if (found == known_.end()) return {};
  return static_cast<int>(found - known_.begin());
}

LinePlace FilmLine::place_with_lock(size_t scene) const {
  LinePlace place;
  place.scene = static_cast<int>(scene);
  if (scene == 0 || known_.empty()) return place;
  const Known& before = known_[std::min(scene, known_.size()) - 1];
  place.frame = before.end_frame;
  place.sample = sample_at(place.frame, rate());
  place.time = time_of(place.frame, rate());
  place.bed = before.bed;
  return place;
}

LinePlace FilmLine::place_of(int scene) const {
  const std::scoped_lock lock(mutex_);
  return place_with_lock(static_cast<size_t>(scene));
}

void FilmLine::begin_at(const LinePlace& place) {
  const std::scoped_lock lock(mutex_);
  beginning_ = place;
}

LinePlace FilmLine::beginning() const {
  const std::scoped_lock lock(mutex_);
  return beginning_;
}

}  // namespace talkie
