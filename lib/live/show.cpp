// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/show.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/temporary_folder.h"
#include "live/player.h"
#include "live/scene_supply.h"
#include "live/script_feed.h"
#include "render/gstreamer.h"
#include "render/hardware.h"
#include "render/keys.h"
#include "speech/provider.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;

constexpr Time kLeastAhead = std::chrono::seconds(1);
constexpr Time kMostAhead = std::chrono::minutes(10);
// Of what was spoken, where nothing is kept.
constexpr uint64_t kScratchLimit = 200u << 20;

Result<void> check(const ShowOptions& options) {
  if (options.targets.empty())
    return Error{ErrorKind::bad_value,
                 "a show needs somewhere to go: --rtmp URL, --hls FOLDER, --srt URL or --window"};
  if (options.follow && options.loop)
    return Error{ErrorKind::bad_value,
                 "a show that follows its script has no end to begin anew from; leave out --loop "
                 "or --follow"};
  if (options.ahead < kLeastAhead || options.ahead > kMostAhead)
    return Error{ErrorKind::bad_value,
                 "a show is made 1 s to 10 min ahead, not " + clock_text(options.ahead)};
  return check_targets(options.targets);
}

// Hands findings over once each, whoever finds them.
class Findings {
 public:
  explicit Findings(const ShowHooks& hooks) : hooks_(hooks) {}

  void add(const Problem& problem) {
    {
      const std::scoped_lock lock(mutex_);
      // A channel that runs for days says things again rather than remember all of them.
      if (seen_.size() >= kMostRemembered) seen_.clear();
      if (!seen_.insert(problem.to_string()).second) return;
      if (problem.severity == Problem::Severity::warning) ++warnings_;
    }
    if (hooks_.problem) hooks_.problem(problem);
  }
  [[nodiscard]] int warnings() const {
    const std::scoped_lock lock(mutex_);
    return warnings_;
  }

 private:
  static constexpr size_t kMostRemembered = 1'000;
  const ShowHooks& hooks_;
  mutable std::mutex mutex_;
  std::set<std::string> seen_;
  int warnings_ = 0;
};

// "3" or "how-tides-work": the number of the scene, from 0.
Result<int> find_start(const std::string& text, const Script& script) {
  if (text.empty()) return 0;
  const auto count = static_cast<int>(script.scenes.size());
  char* end = nullptr;
  const long number = std::strtol(text.c_str(), &end, 10);
  if (*end == '\0' && number >= 1 && number <= count) return static_cast<int>(number) - 1;
  for (const Scene& scene : script.scenes)
    if (scene.id == text) return scene.index;
  return Error{ErrorKind::bad_value, "there is no scene '" + text + "' to start with; there are " +
                                         std::to_string(count) +
                                         ", and 'talkie inspect' lists their names"};
}

class Show {
 public:
  Show(const ShowOptions& options, const ShowHooks& hooks, ShowControl& control,
       std::stop_token stop)
      : options_(options),
        hooks_(hooks),
        control_(control),
        stop_(std::move(stop)),
        findings_(hooks) {}

  Result<ShowReport> run() {
    if (auto checked = check(options_); !checked) return checked.error();
    if (auto started = start_gstreamer(); !started) return started.error();
    if (auto found = find_presets(); !found) return found.error();
    if (auto opened = open_outputs(); !opened) return opened.error();
    if (auto begun = begin_supply(); !begun) return begun.error();
    Player player(player_options(), hooks_, control_, *supply_, outputs_, stop_);
    ShowReport report = player.run();
    supply_->stop();
    finish_outputs();  // first, since what is being made may take its time to end
    supply_.reset();
    if (cache_) cache_->trim(options_.cache_limit);
    return complete(std::move(report));
  }

 private:
  Result<void> find_presets() {
    auto preset = find_preset(options_.preset);
    if (!preset) return preset.error();
    preset_ = *std::move(preset);
    if (preset_.video.empty() || choose_chain(preset_.audio).packet == 0)
      return Error{ErrorKind::unsupported,
                   "the preset '" + options_.preset +
                       "' cannot go out live: it needs H.264, and sound in pieces ('packet')"};
    return {};
  }

  Result<void> open_outputs() {
    for (const LiveTarget& target : options_.targets) {
      auto output = open_output(target, [this](const OutputEvent& event) {
        if (hooks_.output) hooks_.output(event);
      });
      if (!output) return output.error();
      outputs_.push_back(*std::move(output));
    }
    return {};
  }

  // Reads the script, or waits for the first line, so that what is wrong with it is known before
  // anything goes out.
  Result<void> begin_supply() {
    FeedOptions feed;
    feed.source = options_.source;
    apply_preset(preset_, feed.source.options);
    feed.follow = options_.follow;
    feed.lines = options_.lines;
    feed.skip_bad = options_.skip_bad;
    feed.captions = options_.captions;
    feed.problem = [this](const Problem& problem) { findings_.add(problem); };
    feed_ = make_feed(std::move(feed));
    std::optional<SceneBatch> first;
    while (!first) {
      if (stop_.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
      if (feed_->has_ended())
        return Error{ErrorKind::bad_value, "there is no scene to show: nothing came"};
      auto batch = feed_->next(milliseconds(200), stop_);
      if (!batch) return batch.error();
      first = *std::move(*batch);
    }
    if (options_.strict && findings_.warnings() > 0)
      return Error{ErrorKind::bad_value,
                   "there are warnings, and --strict makes them errors; nothing went out"};
    auto start = find_start(options_.start, *first->script);
    if (!start) return start.error();
    if (auto read = read_holding(); !read) return read.error();
    script_ = first->script;
    if (!script_->film.video)
      return Error{ErrorKind::unsupported,
                   "the script says 'video: none'; a show is sent with pictures"};
    const auto probe = probe_for(script_->film.size, script_->film.frame_rate);
    if (const auto why_not = use_encoder(preset_, options_.encoder, probe))
      findings_.add({Problem::Severity::warning, {}, *why_not});
    set_channels(preset_, script_->film.stereo ? 2 : 1);
    return begin_making(*std::move(first), *start);
  }

  // Its page is made later; that it is there is known now.
  [[nodiscard]] Result<void> read_holding() const {
    if (options_.holding.empty()) return {};
    Problems ignored;
    auto script = load_script(options_.holding, {}, ignored);
    return script ? Result<void>() : script.error();
  }

  Result<void> begin_making(SceneBatch first, int start) {
    if (!options_.cache.empty()) cache_.emplace(options_.cache);
    if (!cache_) {
      auto folder = TemporaryFolder::make();
      if (!folder) return folder.error();
      scratch_folder_ = *std::move(folder);
      scratch_.emplace(scratch_folder_->path());
    }
    SupplyOptions supply;
    supply.feed = feed_.get();
    supply.preset = preset_;
    supply.engine = options_.engine;
    supply.cache = cache_ ? &*cache_ : nullptr;
    supply.speech_cache = cache_ ? &*cache_ : &*scratch_;
    supply.workers = options_.workers > 0
                         ? options_.workers
                         : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    supply.ahead = options_.ahead;
    supply.loop = options_.loop;
    supply.skip_bad = options_.skip_bad;
    supply.problem = [this](const Problem& problem) { findings_.add(problem); };
    supply.tidy = [this] {
      if (cache_) cache_->trim(options_.cache_limit);
      if (scratch_) scratch_->trim(kScratchLimit);
    };
    if (options_.start.empty()) start = first.first;
    supply_ = std::make_unique<SceneSupply>(std::move(supply), std::move(first), start);
    return {};
  }

  [[nodiscard]] PlayerOptions player_options() const {
    PlayerOptions player;
    player.preset = preset_;
    player.script = script_;
    player.holding = options_.holding;
    player.clock = options_.clock;
    player.follows = options_.follow || options_.lines >= 0;
    player.loops = options_.loop;
    player.skip_bad = options_.skip_bad;
    player.started = started_;
    return player;
  }

  // All at once: each may take as long as it is allowed to.
  void finish_outputs() {
    std::vector<std::jthread> threads;
    for (const auto& output : outputs_)
      threads.emplace_back([this, &output] { output->finish(options_.grace); });
  }

  [[nodiscard]] ShowReport complete(ShowReport report) const {
    for (const auto& [engine, counts] : counts_since(counted_))
      report.speech.push_back({engine, counts.calls, counts.failures, counts.retries,
                               counts.characters, counts.seconds});
    for (const auto& output : outputs_)
      report.outputs.push_back(output->report());
    report.warnings = findings_.warnings();
    if (!report.error && options_.strict && report.warnings > 0)
      report.error = Error{ErrorKind::bad_value,
                           "there were warnings, and --strict makes them "
                           "errors"};
    return report;
  }

  const ShowOptions& options_;
  const ShowHooks& hooks_;
  ShowControl& control_;
  const std::stop_token stop_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  Findings findings_;
  CountsByProvider counted_ = provider_counts();
  Preset preset_;
  std::shared_ptr<const Script> script_;  // as it was at the beginning
  std::optional<Cache> cache_;
  std::optional<TemporaryFolder> scratch_folder_;
  std::optional<Cache> scratch_;  // of what is spoken, where there is no cache
  std::unique_ptr<ScriptFeed> feed_;
  std::vector<std::unique_ptr<LiveOutput>> outputs_;
  std::unique_ptr<SceneSupply> supply_;  // goes before what it uses
};

}  // namespace

Result<ShowReport> run_show(const ShowOptions& options, const ShowHooks& hooks,
                            ShowControl& control, std::stop_token stop) {
  return Show(options, hooks, control, std::move(stop)).run();
}

}  // namespace talkie
