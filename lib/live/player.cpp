// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/player.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "live/still.h"
#include "render/keys.h"
#include "visual/painter.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;

// So much is sent at a time, before it is due: waking up for every packet costs more than the
// packets do.
constexpr Time kTick = milliseconds(120);
constexpr Time kEarly = milliseconds(20);  // at the least
constexpr Time kLate = milliseconds(100);
// Nobody catches up on more than this; the show goes on later instead.
constexpr Time kStandstill = std::chrono::seconds(1);
// How long the last picture may simply stay before something is sent for it.
constexpr Time kPatience = milliseconds(300);
constexpr Time kStatusEvery = milliseconds(500);
constexpr milliseconds kShortWait{5};
// Who goes back later than this into a scene wants its beginning again, not the scene before.
constexpr Time kIntoScene = std::chrono::seconds(3);

template <typename T>
bool is_ready(const std::future<T>& future) {
  return future.valid() && future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

// Runs that on a thread of its own. Unlike std::async's, a future that is dropped waits for nobody;
// but the next one on that thread waits for this.
template <typename T>
std::future<T> aside(std::jthread& thread, std::function<T()> work) {
  std::packaged_task<T()> task(std::move(work));
  std::future<T> future = task.get_future();
  thread = std::jthread(std::move(task));
  return future;
}

// Stills are as long as the pictures between two key units.
int64_t still_length(const Preset& preset, Rate rate) {
  return std::max<int64_t>(1, nearest(preset.key_interval, rate));
}

std::shared_ptr<const GrowingSegment> complete(Segment segment) {
  auto made = std::make_shared<GrowingSegment>();
  made->end(std::move(segment));
  return made;
}

// The page of a show that has nothing to show: the film's title.
Result<Scene> title_page(const Script& script) {
  Problems ignored;
  ScriptOptions options;
  options.dialect = Dialect::talkie;
  const std::string title = script.film.title.empty() ? "…" : script.film.title;
  auto page = parse_script("# " + title + "\n", "", options, ignored);
  if (!page) return page.error();
  Scene scene = page->scenes.front();
  scene.theme = script.scenes.front().theme;
  return scene;
}

}  // namespace

Player::Player(PlayerOptions options, const ShowHooks& hooks, ShowControl& control,
               SceneSupply& supply, std::span<const std::unique_ptr<LiveOutput>> outputs,
               std::stop_token stop)
    : options_(std::move(options)),
      hooks_(hooks),
      control_(control),
      supply_(supply),
      outputs_(outputs),
      stop_(std::move(stop)),
      clock_(options_.clock ? options_.clock : Owned<GstClock>::adopt(gst_system_clock_obtain())) {}

Player::~Player() = default;

ShowReport Player::run() {
  tell_status(true);
  auto result = begin();
  if (result && line_) result = play();
  if (!result && !stop_.stop_requested()) report_.error = result.error();
  if (!report_.error) report_.error = supply_.error();
  if (stop_.stop_requested()) report_.error.reset();
  if (line_) report_.length = time_of(line_->frames(), options_.script->film.frame_rate);
  return std::move(report_);
}

// Has the outputs connect while the first scene is being made, and waits for that.
Result<void> Player::begin() {
  if (auto started = start_outputs(); !started) return started;
  if (options_.follows) page_ = holding_page();
  std::optional<ShowScene> scene;
  while (!scene) {
    if (stop_.stop_requested()) return {};
    if (supply_.state() == SceneSupply::State::ended)
      return supply_.error().value_or(
          Error{ErrorKind::failed, "there is nothing to show: no scene could be made"});
    scene = supply_.take(milliseconds(20));
  }
  if (scene->made.growing->caps() != video_caps_ || scene->made.sound.caps != format_.silence.caps)
    return Error{ErrorKind::unsupported,
                 "this preset's encoders describe their streams differently each time, which no "
                 "server would take"};
  line_.emplace(format_);
  last_scene_ = std::make_shared<const ShowScene>(*std::move(scene));
  line_->add(stretch_of(last_scene_, format_.packet));
  ++report_.scenes;
  base_ = gst_clock_get_time(clock_.get());
  return {};
}

// What the streams will be like is found with a grey picture and a moment of silence.
Result<void> Player::start_outputs() {
  const Film& film = options_.script->film;
  const PresetChain& chain = choose_chain(options_.preset.audio);
  auto blank = blank_picture(options_.preset, film.size, film.frame_rate);
  if (!blank) return blank.error();
  auto silence = silent_packet(options_.preset, chain.packet, film.stereo ? 2 : 1);
  if (!silence) return silence.error();
  video_caps_ = blank->caps;
  format_ = {film.frame_rate, chain.packet, chain.priming, *std::move(silence)};
  const auto caps_of = [](const std::string& text) {
    return Owned<GstCaps>::adopt(gst_caps_from_string(text.c_str()));
  };
  const LiveStreams streams{caps_of(video_caps_), caps_of(format_.silence.caps)};
  for (const auto& output : outputs_)
    if (auto started = output->start(streams); !started) return started;
  return {};
}

Time Player::now() const {
  return Time(static_cast<int64_t>(gst_clock_get_time(clock_.get())) - static_cast<int64_t>(base_));
}

void Player::wait_until(Time time) {
  const auto at = static_cast<GstClockTime>(static_cast<int64_t>(base_) + time.count());
  GstClockID id = gst_clock_new_single_shot_id(clock_.get(), at);
  gst_clock_id_wait(id, nullptr);
  gst_clock_id_unref(id);
}

bool Player::all_have_failed() const {
  return std::ranges::all_of(outputs_, [](const auto& output) { return output->report().failed; });
}

Result<void> Player::play() {
  while (!line_->is_over()) {
    if (stop_.stop_requested()) return {};
    if (all_have_failed()) {
      const OutputReport first = outputs_.front()->report();
      const bool was_closed = first.error && first.error->kind == ErrorKind::cancelled;
      if (was_closed) return {};  // a window, by whoever watched
      return first.error.value_or(Error{ErrorKind::failed, first.name + " has ended"});
    }
    steer();
    if (auto changed = pause_or_resume(); !changed) return changed;
    if (auto decided = decide(); !decided) return decided;
    auto all_sent = send_due();
    if (!all_sent) return all_sent.error();
    tell_status(false);
    if (*all_sent)
      wait_until(line_->next_time() - kEarly);
    else
      stand_still();
  }
  return {};
}

// False: something is due that is not there.
Result<bool> Player::send_due() {
  while (!line_->is_over()) {
    const Time time = now();
    if (line_->next_time() >= time + kTick) return true;
    // Also where it was this program that stood still.
    if (!stalled_since_ && time - line_->next_time() > kStandstill)
      stalled_since_ = line_->next_time();
    auto packet = line_->next();
    if (!packet) {
      // A scene that is no longer wanted is no longer encoded.
      if (packet.error().kind == ErrorKind::cancelled && jumping_) return false;
      if (!options_.skip_bad) return packet.error();
      leave_out(packet.error());
      return true;
    }
    if (!*packet) return false;
    account(**packet, time);
    for (const auto& output : outputs_)
      output->offer(**packet);
  }
  return true;
}

// What is left of the scene that is on. What comes after it stays.
void Player::leave_out(const Error& error) {
  if (hooks_.problem)
    hooks_.problem({Problem::Severity::warning, error.where,
                    error.message + "; the rest of the scene is left out"});
  for (Stretch& stretch : line_->cut())
    line_->add(std::move(stretch));
}

void Player::account(const LivePacket& packet, Time time) {
  if (stalled_since_) {
    const Time stood = time - *stalled_since_;
    stalled_since_.reset();
    if (stood > kStandstill) {
      base_ += static_cast<GstClockTime>(stood.count());
      time -= stood;
      ++report_.stalls;
      if (hooks_.word)
        hooks_.word("nothing could be sent for " + clock_text(stood) + "; the show goes on later");
    }
  }
  if (packet.stream != LivePacket::Stream::video) return;
  if (report_.pictures++ == 0)
    report_.first_picture = std::chrono::steady_clock::now() - options_.started;
  const Time late = time - Time(static_cast<int64_t>(GST_BUFFER_PTS(packet.buffer.get())));
  report_.latest = std::max(report_.latest, late);
  if (late > kLate) ++report_.late;
}

// What is due is being made: the clock goes on, the line does not.
void Player::stand_still() {
  if (!stalled_since_ && line_->next_time() < now()) stalled_since_ = line_->next_time();
  std::this_thread::sleep_for(kShortWait);
}

// ---- what comes next

Result<void> Player::decide() {
  // A scene that is there takes the place of what only fills the time.
  if ((filler_ && !is_paused_) || jumping_) return add_scene();
  if (!line_->needs_more()) return {};
  if (filler_) return add_still(filler_), Result<void>();
  return add_scene();
}

Result<void> Player::add_scene() {
  if (auto scene = supply_.take({})) {
    const bool is_jump = jumping_.has_value();
    if (filler_ || is_jump) line_->cut();
    filler_.reset();
    is_holding_ = false;
    jumping_.reset();
    still_ = {};
    if (!scene->joins && scene->round > report_.rounds) report_.rounds = scene->round;
    last_scene_ = std::make_shared<const ShowScene>(*std::move(scene));
    Stretch stretch = stretch_of(last_scene_, choose_chain(options_.preset.audio).packet);
    stretch.jump = is_jump;
    line_->add(std::move(stretch));
    ++report_.scenes;
    return {};
  }
  if (!line_->needs_more()) return {};
  if (filler_) return add_still(filler_), Result<void>();
  switch (supply_.state()) {
    case SceneSupply::State::ended:
      if (supply_.error() || !jumping_) line_->finish();
      return {};
    case SceneSupply::State::waiting:
      is_holding_ = true;
      return fill(page_);
    case SceneSupply::State::making:
      if (!still_.valid()) still_ = still_of_now();
      if (stalled_since_ && now() - *stalled_since_ > kPatience) return fill(still_);
      return {};
  }
  return {};
}

// Shows the still, once it is there.
Result<void> Player::fill(std::future<Still>& still) {
  if (!still.valid() && &still == &page_) page_ = holding_page();
  if (!is_ready(still)) return {};
  Still made = still.get();
  if (!made) return made.error();
  if (&still == &page_) {  // it is used again and again
    std::promise<Still> again;
    again.set_value(*made);
    page_ = again.get_future();
  }
  filler_ = *made;
  add_still(filler_);
  return {};
}

void Player::add_still(std::shared_ptr<const GrowingSegment> still) {
  Stretch stretch;
  stretch.video = std::move(still);
  stretch.frames = still_length(options_.preset, options_.script->film.frame_rate);
  line_->add(std::move(stretch));
}

// The picture that is on, as it will be in a moment.
std::future<Player::Still> Player::still_of_now() {
  const Stretch* on_air = line_->on_air();
  const auto scene = on_air && on_air->scene ? on_air->scene : last_scene_;
  const int64_t frame = on_air && on_air->scene ? line_->frame_of_stretch() : scene->made.frames;
  return aside<Still>(still_maker_, [scene, frame, preset = options_.preset]() -> Still {
    const Rate rate = scene->script->film.frame_rate;
    Problems known;
    auto painted = paint_scene(scene->scene(), scene->script->film.size, known);
    if (!painted) return painted.error();
    auto still =
        still_picture(preset, *painted, scene->made.timing, frame, still_length(preset, rate));
    if (!still) return still.error();
    return complete(*std::move(still));
  });
}

std::future<Player::Still> Player::holding_page() {
  return aside<Still>(
      page_maker_,
      [script = options_.script, holding = options_.holding, preset = options_.preset]() -> Still {
        Problems ignored;
        Scene page;
        if (holding.empty()) {
          auto title = title_page(*script);
          if (!title) return title.error();
          page = *std::move(title);
        } else {
          auto other = load_script(holding, {}, ignored);
          if (!other) return other.error();
          page = other->scenes.front();
        }
        const std::string folder = page.film.folder;
        page.film = script->film;
        page.film.folder = folder;
        auto painted = paint_scene(page, page.film.size, ignored);
        if (!painted) return painted.error();
        const int64_t length = still_length(preset, page.film.frame_rate);
        SceneTiming timing;
        timing.duration = std::chrono::minutes(1);  // all that comes in has come in
        auto still = still_picture(preset, *painted, timing, length * 5, length);
        if (!still) return still.error();
        return complete(*std::move(still));
      });
}

// ---- who steers

void Player::steer() {
  if (const int steps = control_.take_steps()) jump(steps);
}

void Player::jump(int steps) {
  if (supply_.error()) return;  // nothing else will be made
  const Stretch* on_air = line_->on_air();
  const auto scene = on_air && on_air->scene ? on_air->scene : last_scene_;
  int from = jumping_.value_or(scene->made.index);
  if (steps < 0 && !jumping_ && on_air && on_air->scene) {
    const Rate rate = scene->script->film.frame_rate;
    if (time_of(line_->frame_of_stretch(), rate) > kIntoScene) ++from;  // to its beginning
  }
  const int count = supply_.scene_count();
  int to = std::max(from + steps, 0);
  if (to >= count) to = options_.loops ? 0 : count - 1;
  if (to == from && steps > 0) return;  // there is no scene after the last one
  jumping_ = to;
  if (control_.paused()) control_.toggle_pause();
  is_paused_ = false;
  resume_.clear();
  supply_.jump(to);
}

Result<void> Player::pause_or_resume() {
  if (control_.paused() == is_paused_ || is_holding_ || jumping_)
    return is_pausing_ = false, Result<void>();
  if (!control_.paused()) {
    is_paused_ = false;
    filler_.reset();
    line_->cut();
    for (Stretch& stretch : std::exchange(resume_, {}))
      line_->add(std::move(stretch));
    return {};
  }
  const Stretch* on_air = line_->on_air();
  if (!on_air || !on_air->scene) return {};
  // Not the one that an earlier pause did not wait for.
  if (!std::exchange(is_pausing_, true) && is_ready(still_)) still_ = {};
  if (!still_.valid()) still_ = still_of_now();
  if (!is_ready(still_)) return {};
  auto rest = rest_of(stretch_of(on_air->scene, choose_chain(options_.preset.audio).packet),
                      line_->frame_of_stretch());
  Still still = still_.get();
  if (!still) return still.error();
  is_paused_ = true;
  filler_ = *still;
  resume_ = line_->cut();
  if (rest) resume_.insert(resume_.begin(), *std::move(rest));
  add_still(filler_);
  return {};
}

// ---- what is told

void Player::tell_status(bool at_once) {
  if (!hooks_.status) return;
  const Stretch* on_air = line_ ? line_->on_air() : nullptr;
  const auto scene = on_air && on_air->scene ? on_air->scene : told_;
  const Time time = line_ ? line_->next_time() : Time{};
  if (!at_once && scene == told_ && time - told_at_ < kStatusEvery) return;
  told_ = scene;
  told_at_ = time;
  ShowStatus status;
  status.on_air = time;
  status.ahead = supply_.made_ahead();
  if (scene) {
    status.kind = is_paused_    ? ShowStatus::Kind::paused
                  : is_holding_ ? ShowStatus::Kind::holding
                                : ShowStatus::Kind::playing;
    status.scene = scene->made.index + 1;
    status.scenes = static_cast<int>(scene->script->scenes.size());
    status.id = scene->scene().id;
    status.rounds = scene->round;
  }
  for (const auto& output : outputs_)
    status.outputs.push_back(output->report());
  hooks_.status(status);
}

}  // namespace talkie
