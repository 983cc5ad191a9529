// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/production.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "render/encoder.h"

namespace talkie {

namespace {

// A key unit at least this often, so that seeking stays quick.
constexpr Time kKeyUnitInterval = std::chrono::seconds(10);
// Count up when the same inputs come to make different packets.
constexpr const char* kVideoVersion = "1";
constexpr const char* kSoundVersion = "1";

double weight_of(const Scene& scene) {
  double weight = 30;  // letters' worth of breath in every scene
  for (const NarrationStep& step : scene.narration)
    if (const auto* utterance = std::get_if<Utterance>(&step))
      weight += static_cast<double>(utterance->text.size());
  return weight;
}

}  // namespace

struct Production::Work {
  explicit Work(const Scene& a_scene) : scene(a_scene) {}

  const Scene& scene;
  std::array<Step, kParts> steps{};

  // The timing as if the scene were the only one: where it stands in the film is not seen in it.
  // The length is counted from 0, as a frame's time is rounded differently in another place.
  [[nodiscard]] SceneTiming timing_alone() const {
    SceneTiming alone = timing;
    alone.scene.clear();
    alone.index = 0;
    alone.last = false;
    alone.start = Time{};
    alone.duration = time_of(speech.frames, scene.film.frame_rate);
    return alone;
  }

  // Written by speak().
  int64_t first_frame = 0;
  int64_t first_sample = 0;
  int64_t length = 0;  // samples
  SceneSpeech speech;  // its utterances are in `timing`
  SceneTiming timing;
  ScenePlace place;
  Problems speech_problems;

  // Written by lay_out_page().
  std::string page_key;
  std::optional<Slide> slide;  // where it had to be made
  Problems page_problems;

  std::mutex painting;  // guards `picture`
  std::shared_ptr<const Painted> picture;
  std::mutex sounding;  // guards speech.samples after speak()

  TaskNote video_note;
  TaskNote sound_note;
  Segment video_segment;
  Segment sound_segment;
  int64_t first_packet = 0;
};

Production::Production(const ProductionOptions& options, std::stop_token stop)
    : options_(options),
      script_(*options.script),
      video_identity_(identity_of(options.preset->video) + identity_of_mux(*options.preset)),
      sound_identity_(identity_of(options.preset->audio) + identity_of_mux(*options.preset)),
      packet_(choose_chain(options.preset->audio).packet),
      grid_(std::max(packet_, 1)),
      forward_stop_(std::move(stop), [this] {
        stop_.request_stop();
        changed_.notify_all();
      }) {
  std::ranges::transform(script_.scenes, std::back_inserter(weights_), weight_of);
  for (int i = 0; i < std::max(options_.workers, 1); ++i)
    workers_.emplace_back([this] { run(); });
}

Production::~Production() {
  stop_.request_stop();
  {
    const std::scoped_lock lock(mutex_);
    changed_.notify_all();
  }
  for (std::thread& worker : workers_)
    worker.join();
}

void Production::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    std::optional<Task> task;
    changed_.wait(lock, [&] {
      if (stop_.stop_requested()) return true;
      task = choose_task();
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

// The first thing that can be done, in the order of the film. Only so many scenes are in hand at a
// time that memory does not grow with the script.
std::optional<Production::Task> Production::choose_task() {
  const int ahead = 2 * std::max(options_.workers, 1) + 2;
  const int end = std::min(next_ + ahead, static_cast<int>(script_.scenes.size()));
  const bool pictures = !options_.preset->video.empty();
  const auto begin = [this](Work& work, Part part, Result<void> (Production::*task)(Work&)) {
    work.steps[part] = Step::running;
    return Task([this, &work, part, task] { finish_part(work, part, (this->*task)(work)); });
  };
  for (int i = next_; i < end; ++i) {
    Work& work = *at(i);
    Work* const before = i > 0 ? at(i - 1) : nullptr;
    const bool is_last = i + 1 == static_cast<int>(script_.scenes.size());
    Work* const after = is_last ? nullptr : at(i + 1);
    const auto can_begin = [&](Part part) {
      return work.steps[part] == Step::waiting && is_wanted(i, part);
    };
    const auto is_ready = [](const Work* other, Part part) {
      return !other || other->steps[part] == Step::done;
    };
    if (!pictures) work.steps[kPage] = work.steps[kVideo] = Step::done;
    if (i == next_spoken_ && !speaking_ && can_begin(kSpeech)) {
      speaking_ = true;
      ++next_spoken_;
      return begin(work, kSpeech, &Production::speak);
    }
    if (can_begin(kPage)) return begin(work, kPage, &Production::lay_out_page);
    const bool is_spoken = is_ready(&work, kSpeech);
    if (can_begin(kVideo) && is_spoken && is_ready(&work, kPage) && is_ready(before, kPage))
      return begin(work, kVideo, &Production::make_video);
    if (can_begin(kSound) && is_spoken && is_ready(after, kSpeech))
      return begin(work, kSound, &Production::make_sound);
  }
  return {};
}

// Runs once at a time, in the order of the scenes.
Result<void> Production::speak(Work& work) {
  NarratorOptions narrator;
  narrator.engine = options_.engine;
  narrator.cache = options_.cache;
  // Where there is a cache, the sound is read from it when it is needed.
  narrator.samples = !options_.cache;
  work.first_frame = spoken_frames_;
  auto speech =
      narrate(work.scene, work.first_frame, narrator, work.speech_problems, stop_.get_token());
  if (!speech) return speech.error();
  const Rate rate = script_.film.frame_rate;
  const bool last = work.scene.index + 1 == static_cast<int>(script_.scenes.size());
  work.speech = *std::move(speech);
  work.timing = timing_of(work.scene, work.first_frame, work.speech, last);
  work.first_sample = sample_at(work.first_frame, rate);
  work.length = sample_at(work.first_frame + work.speech.frames, rate) - work.first_sample;
  work.place = grid_.place(work.first_sample, work.timing, work.length, last);
  const std::scoped_lock lock(mutex_);
  spoken_frames_ += work.speech.frames;
  return {};
}

Result<void> Production::lay_out_page(Work& work) {
  const Size size = script_.film.size;
  const std::string key = options_.cache ? layout_key(work.scene, size) : std::string();
  if (options_.cache)
    if (const auto entry = options_.cache->find(key))
      if (auto problems = problems_from_json(entry->head, work.scene.where)) {
        work.page_key = entry->body;
        work.page_problems = *std::move(problems);
        return {};
      }
  auto slide = lay_out(work.scene, size, work.page_problems);
  if (!slide) {
    Error error = slide.error();
    if (error.where == Place{}) error.where = work.scene.where;
    return error;
  }
  if (options_.cache) {
    work.page_key = key_of(work.scene, *slide, size);
    keep(key, {problems_to_json(work.page_problems, work.scene.where.line), work.page_key});
  }
  work.slide = *std::move(slide);
  return {};
}

KeyParts Production::video_parts(const Work& work) const {
  KeyParts parts("video");
  parts.add("version", kVideoVersion).add("encoder", video_identity_);
  parts.add("frames", options_.constant ? "constant" : "as they change");
  const Rate rate = script_.film.frame_rate;
  parts.add("frame rate", std::to_string(rate.numerator) + "/" + std::to_string(rate.denominator));
  parts.add("page", work.page_key);
  parts.add("speech", KeyMaker("timing").add(to_json(work.timing_alone())).key());
  return parts;
}

bool Production::take_kept(TaskNote& note, const Place& scene, Segment& segment) const {
  if (!options_.cache) return options_.plan_only;
  const std::string key = note.parts.key();
  if (options_.plan_only) {
    note.kept = options_.cache->has(key);
    return true;
  }
  const auto entry = options_.cache->find(key);
  auto kept = entry ? segment_from_entry(*entry, scene) : std::nullopt;
  if (!kept) return false;
  note.kept = true;
  segment = *std::move(kept);
  return true;
}

Result<void> Production::make_video(Work& work) {
  Work* before = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    const bool is_cut = work.scene.transition.kind == Transition::Kind::cut;
    if (work.scene.index > 0 && !is_cut) before = at(work.scene.index - 1);
  }
  work.video_note.parts = video_parts(work);
  work.video_note.parts.add("page before", before ? before->page_key : std::string());
  if (take_kept(work.video_note, work.scene.where, work.video_segment)) return {};
  const auto picture = painted(work);
  if (!picture) return picture.error();
  std::shared_ptr<const Painted> picture_before;
  if (before) {
    auto made = painted(*before);
    if (!made) return made.error();
    picture_before = *std::move(made);
  }
  auto segment = encode_pictures({options_.preset, options_.constant, kKeyUnitInterval}, **picture,
                                 picture_before.get(), work.timing_alone(), stop_.get_token());
  if (!segment) return segment.error();
  work.video_segment = *std::move(segment);
  if (options_.cache)
    keep(work.video_note.parts.key(), to_entry(work.video_segment, work.scene.where.line));
  return {};
}

// Painted by whoever needs it first; the next scene's transition needs it too.
Result<std::shared_ptr<const Painted>> Production::painted(Work& work) {
  const std::scoped_lock lock(work.painting);
  if (work.picture) return work.picture;
  const Size size = script_.film.size;
  if (!work.slide) {
    Problems known;  // they were found when the page was laid out first
    auto slide = lay_out(work.scene, size, known);
    if (!slide) return slide.error();
    work.slide = *std::move(slide);
  }
  auto picture = paint_slide(work.scene, *work.slide, size);
  if (!picture) return picture.error();
  work.picture = std::make_shared<const Painted>(*std::move(picture));
  return work.picture;
}

Result<std::span<const int16_t>> Production::samples_of(Work& work) {
  const std::scoped_lock lock(work.sounding);
  if (static_cast<int64_t>(work.speech.samples.size()) != work.length) {
    NarratorOptions narrator;
    narrator.engine = options_.engine;
    narrator.cache = options_.cache;
    Problems known;  // they were found when it was spoken first
    auto speech = narrate(work.scene, work.first_frame, narrator, known, stop_.get_token());
    if (!speech) return speech.error();
    work.speech.samples = std::move(speech->samples);
  }
  return std::span<const int16_t>(work.speech.samples);
}

Result<void> Production::make_sound(Work& work) {
  if (!has_sound_pieces()) {
    if (options_.plan_only) return {};
    const auto samples = samples_of(work);
    return samples ? Result<void>() : samples.error();
  }
  Work* neighbours[2] = {};
  {
    const std::scoped_lock lock(mutex_);
    const int index = work.scene.index;
    if (work.place.joins_before) neighbours[0] = at(index - 1);
    Work* const after = at(index + 1);
    if (after && after->place.joins_before) neighbours[1] = after;
  }
  Neighbour heard[2];
  SoundPiece piece{packet_, work.place, work.speech.sound_key, nullptr, nullptr};
  for (const int i : {0, 1}) {
    if (!neighbours[i]) continue;
    heard[i].place = neighbours[i]->place;
    heard[i].sound_key = neighbours[i]->speech.sound_key;
    (i == 0 ? piece.before : piece.after) = &heard[i];
  }
  work.first_packet = piece.first_packet();
  KeyMaker place("place");
  piece.add_to(place);
  work.sound_note.parts = KeyParts("sound");
  work.sound_note.parts.add("version", kSoundVersion).add("encoder", sound_identity_);
  work.sound_note.parts.add("speech", place.key());
  if (take_kept(work.sound_note, work.scene.where, work.sound_segment)) return {};
  for (const int i : {0, 1})
    if (neighbours[i]) {
      const auto samples = samples_of(*neighbours[i]);
      if (!samples) return samples.error();
      heard[i].samples = *samples;
    }
  const auto samples = samples_of(work);
  if (!samples) return samples.error();
  auto segment = encode_sound(*options_.preset, piece, *samples);
  if (!segment) return segment.error();
  work.sound_segment = *std::move(segment);
  if (options_.cache)
    keep(work.sound_note.parts.key(), to_entry(work.sound_segment, work.scene.where.line));
  return {};
}

Result<std::optional<MadeScene>> Production::next(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  Work* const work = at(next_);
  changed_.wait_for(lock, patience, [&] {
    return has_failed() || stop_.stop_requested() || !work || is_done(*work);
  });
  if (has_failed()) return failure_->error;
  if (stop_.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
  if (!work || !is_done(*work)) return std::optional<MadeScene>();
  std::optional<MadeScene> made = hand_over(*work);
  ++next_;
  // The scene handed over last may still be needed by the one after it.
  while (oldest_ + 1 < next_) {
    works_.pop_front();
    ++oldest_;
  }
  changed_.notify_all();
  return made;
}

MadeScene Production::hand_over(Work& work) {
  MadeScene made;
  made.index = work.scene.index;
  made.first_frame = work.first_frame;
  made.frames = work.speech.frames;
  made.timing = work.timing;
  made.video_note = work.video_note;
  made.sound_note = work.sound_note;
  made.video = std::move(work.video_segment);
  made.sound = std::move(work.sound_segment);
  made.sound_place = work.place;
  made.first_packet = work.first_packet;
  if (!has_sound_pieces()) made.samples = std::move(work.speech.samples);
  made.problems.append(work.speech_problems);
  made.problems.append(work.page_problems);
  made.problems.append(made.video.problems);
  made.problems.append(made.sound.problems);
  return made;
}

void Production::keep(const std::string& key, const CacheEntry& entry) {
  const auto kept = options_.cache->keep(key, entry.head, entry.body);
  if (kept) return;
  const std::scoped_lock lock(mutex_);
  if (!cache_error_) cache_error_ = kept.error();
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
  for (size_t i = 0; i < weights_.size(); ++i) {
    all += weights_[i];
    if (i < spoken) said += weights_[i];
  }
  if (spoken >= weights_.size() || said <= 0) return known;
  return from_seconds(to_seconds(known) * all / said);
}

}  // namespace talkie
