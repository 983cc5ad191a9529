// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/maker.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "preview/fragments.h"
#include "render/gstreamer.h"
#include "timeline/captions.h"

namespace talkie {

namespace {

// What films are made with when nobody says otherwise: what is made for the page is not made again
// for the film.
constexpr const char* kPreset = "mp4";
constexpr auto kPatience = std::chrono::milliseconds(20);
// What happens in between is told at once.
constexpr auto kShownAtMost = std::chrono::milliseconds(150);
// A page may be without the scene it wants for so long as it takes to make this many others.
constexpr int kSoon = 4;
// The edited scene, and the one after it, whose speech is heard with it.
constexpr int kInHandInHaste = 2;
// One for the sound, while others are at the pictures of the two.
constexpr int kWorkersInHaste = 3;
// So much of a scene's pictures is shown while the others are being made.
constexpr Time kShownFirst = std::chrono::milliseconds(500);
constexpr auto kTrimmedEvery = std::chrono::minutes(10);

int workers_of(const MakerOptions& options) {
  if (options.workers > 0) return options.workers;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Error cannot_keep() {
  return {ErrorKind::failed,
          "this scene cannot be kept for the page; is the disk for temporary files full?"};
}

}  // namespace

Maker::Maker(MakerOptions options, PieceStore& store, Hooks hooks)
    : options_(std::move(options)),
      store_(store),
      hooks_(std::move(hooks)),
      cache_(options_.cache) {}

Result<std::unique_ptr<Maker>> Maker::begin(MakerOptions options, PieceStore& store, Hooks hooks) {
  if (auto started = start_gstreamer(); !started) return started.error();
  auto preset = find_preset(kPreset);
  if (!preset) return preset.error();
  auto& defaults = options.source.options.defaults;
  defaults.insert(defaults.end(), preset->settings.begin(), preset->settings.end());
  std::unique_ptr<Maker> maker(new Maker(std::move(options), store, std::move(hooks)));
  Maker* const self = maker.get();
  self->preset_ = *std::move(preset);
  auto watch = FileWatch::begin([self] {
    const std::scoped_lock lock(self->mutex_);
    self->saved_ = true;
    self->changed_.notify_all();
  });
  if (!watch) return watch.error();
  self->watch_ = *std::move(watch);
  self->watch_->watch({std::filesystem::absolute(self->options_.source.path)});
  self->painter_.emplace(self->cache_, [self](const std::string& look, const std::string& jpeg) {
    self->see(look, jpeg);
  });
  self->thread_ = std::jthread([self](const std::stop_token& stop) { self->run(stop); });
  return maker;
}

Maker::~Maker() = default;  // the threads end in the opposite order of their beginning

void Maker::look_at(int scene) {
  const std::scoped_lock lock(mutex_);
  here_ = scene;
  changed_.notify_all();
}

void Maker::run(const std::stop_token& stop) {
  while (true) {
    bool saved = false;
    std::optional<int> scene;
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [&] { return saved_ || news_ || (scene = next_scene()); };
      if (!changed_.wait(lock, stop, has_work)) return;
      saved = std::exchange(saved_, false);
      scene = saved ? std::nullopt : next_scene();
      working_on_ = scene.value_or(-1);
    }
    if (saved) read();
    if (scene) make_from(*scene, stop);
    show(true);
    if (scene) tidy();
  }
}

void Maker::read() {
  Problems problems;
  auto script = read_script(options_.source, problems);
  if (!script && !problems.has_errors())
    problems.fail(script.error().where, script.error().message);
  const auto path = std::filesystem::absolute(options_.source.path);
  if (hooks_.problems) hooks_.problems(problems);
  if (problems.has_errors()) {
    const std::scoped_lock lock(mutex_);
    errors_ = problems;
    news_ = true;
    return;
  }
  std::set<std::filesystem::path> files = {path};
  for (const std::string& file : files_of(*script))
    files.insert(file);
  watch_->watch(files);

  film_preset_ = preset_;
  if (!script->film.video) film_preset_.video.clear();
  set_channels(film_preset_, script->film.stereo ? 2 : 1);
  sound_chain_ = choose_chain(film_preset_.audio);
  finder_.reset();
  const std::scoped_lock lock(mutex_);
  errors_ = {};
  news_ = true;
  // What an edit was made of before it was shown is in the cache.
  Draft draft = draft_of(*std::move(script), problems, shown_ ? &*shown_ : nullptr, here_);
  find_lengths(draft);
  if (shown_)
    next_ = std::move(draft);
  else
    shown_ = std::move(draft);
}

// With mutex_ held, as what follows is.
void Maker::find_lengths(Draft& draft) {
  std::vector<Scene> unknown;
  std::vector<std::string> names;
  std::map<std::string, int64_t> known;
  for (size_t i = 0; i < draft.scenes.size(); ++i) {
    DraftScene& scene = draft.scenes[i];
    const auto length = lengths_.find(scene.all);
    if (!scene.frames && length != lengths_.end()) scene.frames = length->second;
    if (scene.frames) {
      known[scene.all] = *scene.frames;
      continue;
    }
    unknown.push_back(draft.script->scenes[i]);
    names.push_back(scene.all);
  }
  lengths_ = std::move(known);
  if (unknown.empty()) return;
  const auto found = [this, names = std::move(names)](size_t index, int64_t frames) {
    const std::scoped_lock lock(mutex_);
    lengths_[names[index]] = frames;
    for (auto* draft : {&shown_, &next_})
      if (*draft)
        for (DraftScene& scene : (*draft)->scenes)
          if (scene.all == names[index]) scene.frames = frames;
    news_ = true;
    changed_.notify_all();
  };
  finder_.emplace(draft.script->film, std::move(unknown), options_.engine, cache_, found);
}

std::optional<int> Maker::next_scene() {
  const Draft* draft = working();
  if (!draft) return std::nullopt;
  const auto count = static_cast<int>(draft->scenes.size());
  const auto waits = [&](int scene) {
    return scene >= 0 && scene < count &&
           draft->scenes[static_cast<size_t>(scene)].state == DraftScene::State::waiting;
  };
  if (waits(draft->edited)) return draft->edited;
  if (next_) return draft->edited;  // it is made anew, and then shown
  if (waits(here_)) return here_;
  for (int i = 0; i < count; ++i)
    if (const int scene = (draft->edited + i) % count; waits(scene)) return scene;
  return std::nullopt;
}

bool Maker::is_interrupted(const std::stop_token& stop, int making) const {
  const std::scoped_lock lock(mutex_);
  if (stop.stop_requested() || saved_) return true;
  if (next_ || here_ < 0 || here_ >= static_cast<int>(shown_->scenes.size())) return false;
  const DraftScene& here = shown_->scenes[static_cast<size_t>(here_)];
  const bool is_far = here_ < making || here_ > making + kSoon;
  return is_far && here.state == DraftScene::State::waiting && !here.sound;
}

ProductionOptions Maker::production_options(const Script& script, int first, bool urgent) const {
  ProductionOptions options;
  options.script = &script;
  options.preset = &film_preset_;
  options.engine = options_.engine;
  options.cache = options.speech_cache = &cache_;
  options.workers = workers_of(options_);
  options.first = first;
  // Nobody waits for the whole film to be heard.
  if (script.film.stereo) options.gain = 1;
  if (!urgent) return options;
  options.scenes_in_hand = kInHandInHaste;
  options.workers = std::max(options.workers, kWorkersInHaste);
  options.early = !film_preset_.video.empty();
  return options;
}

void Maker::make_from(int first, const std::stop_token& stop) {
  std::shared_ptr<const Script> script;
  bool urgent = false;
  {
    const std::scoped_lock lock(mutex_);
    script = working()->script;
    urgent = next_.has_value();
  }
  const ProductionOptions options = production_options(*script, first, urgent);
  Production production(options, stop);
  const auto count = static_cast<int>(script->scenes.size());
  for (int scene = first; scene < count && !is_interrupted(stop, scene);) {
    auto made = production.next(kPatience);
    if (!made) {
      if (made.error().kind != ErrorKind::cancelled) fail(scene, made.error());
      return;
    }
    if (*made && urgent) {
      if ((*made)->growing)
        take_early(**made, *script, stop);
      else
        take(**made, *script);
      return;
    }
    if (*made) {
      take(**made, *script);
      ++scene;
    }
    show(false);
    const std::scoped_lock lock(mutex_);
    if (scene < count && *made) working_on_ = scene;
    if (scene < count && *made &&
        shown_->scenes[static_cast<size_t>(scene)].state == DraftScene::State::made)
      return;
  }
}

// Adds the packets from number `first` on.
bool Maker::put(const Segment& segment, size_t first, Rate steps, DraftPiece& piece) {
  if (piece.init.empty()) {
    const auto track = start_track(segment.caps, steps);
    if (!track) return false;
    const auto init = store_.put(track->type.substr(0, track->type.find(';')), track->init);
    if (!init) return false;
    piece.type = track->type;
    piece.init = *init;
  }
  const auto name =
      store_.put(piece.type.substr(0, piece.type.find(';')),
                 write_fragment(segment, first, segment.packets.size() - first, steps));
  if (!name) return false;
  const Packet& last = segment.packets.back();
  piece.parts.push_back({*name, time_of(segment.packets[first].start, steps),
                         time_of(last.start + last.length, steps)});
  return true;
}

// As SoundGrid places it.
std::optional<DraftPiece> Maker::put_sound(const MadeScene& made, Rate frame_rate) {
  std::optional<DraftPiece> piece(std::in_place);
  if (!put(made.sound, 0, {kSampleRate, 1}, *piece)) return std::nullopt;
  const int packet = sound_chain_.packet;
  piece->samples = -sound_chain_.priming;
  if (made.sound_place.joins_before) {
    piece->samples += made.first_packet * packet - sample_at(made.first_frame, frame_rate);
  } else {
    piece->packet = packet;
    piece->length = made.sound_place.length;
    piece->quiet_end = made.sound_place.quiet_end;
  }
  return piece;
}

std::string Maker::put_captions(const MadeScene& made, const Scene& scene) {
  if (scene.film.captions != CaptionMode::none) return {};
  SceneTiming timing = made.timing;
  timing.start = Time{};
  nlohmann::json list = nlohmann::json::array();
  for (const Caption& caption : captions_of(timing))
    list.push_back(
        {to_seconds(caption.start), to_seconds(caption.start + caption.duration), caption.text});
  if (list.empty()) return {};
  const auto name = store_.put("application/json", list.dump());
  return name ? *name : std::string();
}

void Maker::take(const MadeScene& made, const Script& script) {
  DraftPiece video;
  if (film_preset_.video.empty()) return publish(made, script, std::nullopt, true);
  const bool is_put = put(made.video, 0, script.film.frame_rate, video);
  if (!is_put) return fail(made.index, cannot_keep());
  publish(made, script, std::move(video), true);
}

// Its sound is there, and its pictures come. They are shown in parts: who waits for other words
// need not wait for the last picture that goes with them.
void Maker::take_early(const MadeScene& made, const Script& script, const std::stop_token& stop) {
  const Rate rate = script.film.frame_rate;
  const int64_t enough = nearest(kShownFirst, rate);
  Segment video{made.growing->caps(), {}, {}, {}};
  DraftPiece piece;
  size_t put_before = 0;
  const auto add = [&](bool is_whole) {
    if (video.packets.size() > put_before && !put(video, put_before, rate, piece)) return false;
    put_before = video.packets.size();
    publish(made, script, piece, is_whole);
    show(true);
    return true;
  };
  while (!made.growing->is_over(video.packets.size())) {
    auto next = made.growing->at(video.packets.size(), std::chrono::milliseconds(0));
    if (next && !*next) {  // a moment to tell what there is
      const bool is_enough = !video.packets.empty() && video.packets.back().start >= enough;
      if (video.packets.size() > put_before && is_enough && !add(false)) break;
      next = made.growing->at(video.packets.size(), kPatience);
    }
    if (!next) return fail(made.index, next.error());
    if (is_interrupted(stop, made.index)) return;
    if (!*next) continue;
    if (video.caps.empty()) video.caps = made.growing->caps();
    video.packets.push_back((*next)->packet);
    video.bytes += (*next)->bytes;
  }
  if (!add(true)) fail(made.index, cannot_keep());
}

// `is_whole`: nothing more of it comes.
void Maker::publish(const MadeScene& made, const Script& script, std::optional<DraftPiece> video,
                    bool is_whole) {
  const auto index = static_cast<size_t>(made.index);
  auto sound = put_sound(made, script.film.frame_rate);
  if (!sound) return fail(made.index, cannot_keep());
  const std::string captions = put_captions(made, script.scenes[index]);
  const std::string look = video ? made.video_note.parts.key() : std::string();
  const std::scoped_lock lock(mutex_);
  DraftScene& drafted = working()->scenes[index];
  drafted.frames = lengths_[drafted.all] = made.frames;
  // Pictures that are there already stay as they are, also where they came in parts.
  const bool is_there = video && drafted.video && drafted.look == look;
  if (!is_there) drafted.video = std::move(video);
  drafted.sound = std::move(sound);
  drafted.captions = captions;
  drafted.problems = made.problems;
  if (!is_there) drafted.look = is_whole ? look : std::string();
  drafted.state = is_whole ? DraftScene::State::made : DraftScene::State::waiting;
  if (const auto seen = thumbnails_.find(look); seen != thumbnails_.end())
    drafted.thumbnail = seen->second;
  else if (is_whole && !look.empty())
    painter_->ask({look, working()->script, made.index, made.timing},
                  made.index == working()->edited);
  if (next_) shown_ = std::exchange(next_, std::nullopt);
  news_ = true;
}

void Maker::fail(int scene, const Error& error) {
  const std::scoped_lock lock(mutex_);
  news_ = true;
  const Place where = error.where.line > 0
                          ? error.where
                          : working()->script->scenes[static_cast<size_t>(scene)].where;
  if (next_) {  // what was there before stays
    errors_ = {};
    errors_.fail(where, error.message);
    next_.reset();
    return;
  }
  DraftScene& drafted = shown_->scenes[static_cast<size_t>(scene)];
  drafted.state = DraftScene::State::failed;
  drafted.problems = {};
  drafted.problems.fail(where, error.message);
  drafted.video.reset();
  drafted.sound.reset();
}

// On the painter's thread.
void Maker::see(const std::string& look, const std::string& jpeg) {
  const auto name = store_.put("image/jpeg", jpeg);
  if (!name) return;
  const std::scoped_lock lock(mutex_);
  thumbnails_[look] = *name;
  for (auto* draft : {&shown_, &next_})
    if (*draft)
      for (DraftScene& scene : (*draft)->scenes)
        if (scene.look == look) scene.thumbnail = *name;
  news_ = true;
  changed_.notify_all();
}

void Maker::show(bool at_once) {
  std::string text;
  {
    const std::scoped_lock lock(mutex_);
    const auto now = Clock::now();
    if (!news_ || (!at_once && now - shown_at_ < kShownAtMost)) return;
    news_ = false;
    shown_at_ = now;
    const Draft* draft = shown_ ? &*shown_ : nullptr;
    const auto name = std::filesystem::path(options_.source.path).filename().string();
    const bool works = saved_ || next_scene();
    text = to_json(Shown{draft, name, &errors_, works, working_on_});
  }
  if (text == said_) return;
  said_ = text;
  hooks_.show(text);
}

// Lets go of what no page shows any more; one that is a draft late still finds its pieces.
void Maker::tidy() {
  {
    const std::scoped_lock lock(mutex_);
    if (!shown_ || saved_ || next_scene()) return;
    std::set<std::string> names = shown_->pieces();
    std::set<std::string> kept = names;
    kept.merge(std::exchange(kept_before_, std::move(names)));
    store_.keep_only(kept);
    std::erase_if(thumbnails_, [&](const auto& seen) { return !kept.contains(seen.second); });
  }
  if (Clock::now() - trimmed_at_ < kTrimmedEvery) return;
  cache_.trim(kDefaultCacheLimit);
  trimmed_at_ = Clock::now();
}

}  // namespace talkie
