// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes a show's scenes a little ahead of their time, on threads of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/cache.h"
#include "base/error.h"
#include "live/script_feed.h"
#include "render/production.h"

namespace talkie {

struct SupplyOptions {
  ScriptFeed* feed = nullptr;
  Preset preset;
  std::string engine;
  const Cache* cache = nullptr;         // null: none
  const Cache* speech_cache = nullptr;  // never null
  int workers = 2;
  Time ahead = std::chrono::seconds(10);
  bool loop = false;
  bool skip_bad = false;                        // a scene that cannot be made is left out
  std::function<void(const Problem&)> problem;  // from any thread
  std::function<void()> tidy = [] {};  // now and then, so that a channel of days fills no disk
};

// A scene to be shown. Its video may still be encoded while it is on.
struct ShowScene {
  std::shared_ptr<const Script> script;
  MadeScene made;
  int round = 0;      // how often the show had begun anew before it
  bool joins = true;  // it follows the scene that was taken before it, on the same line

  [[nodiscard]] const Scene& scene() const {
    return script->scenes[static_cast<size_t>(made.index)];
  }
};

class SceneSupply {
 public:
  // Begins with scene `start` of the first batch.
  SceneSupply(SupplyOptions options, SceneBatch first, int start);
  ~SceneSupply();
  SceneSupply(const SceneSupply&) = delete;
  SceneSupply& operator=(const SceneSupply&) = delete;

  // The next scene, where it comes within `patience`.
  std::optional<ShowScene> take(std::chrono::milliseconds patience);
  // Drops what was made ahead and goes on with that scene of the script.
  void jump(int scene);
  // Makes nothing more; waits for nobody.
  void stop();

  enum class State { making, waiting, ended };  // waiting: for the feed
  [[nodiscard]] State state() const;
  // Why it ended before its time.
  [[nodiscard]] std::optional<Error> error() const;
  [[nodiscard]] Time made_ahead() const;
  // In the script, as far as it is known.
  [[nodiscard]] int scene_count() const;

 private:
  void run();
  void next_batch();
  void make_scenes();
  [[nodiscard]] bool wait_for_videos();
  void drop_encoded();
  void begin_anew();
  bool go_on_after(const Error& error);
  void finish(std::optional<Error> error);
  [[nodiscard]] bool is_interrupted() const;  // with mutex_ held
  [[nodiscard]] std::stop_token begin_run();

  const SupplyOptions options_;
  // The thread's own:
  SceneBatch batch_;
  int next_ = 0;  // of the batch's scenes
  int round_ = 0;
  bool joins_ = false;
  bool alone_ = false;  // the next scene is made without the one before, which cannot be made
  int made_ = 0;
  int made_before_round_ = -1;  // -1: the round did not begin at its beginning
  std::deque<std::shared_ptr<GrowingSegment>> growing_;  // handed over, and still being encoded

  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  std::deque<ShowScene> scenes_;
  int count_ = 0;  // of the batch's scenes
  State state_ = State::making;
  std::optional<int> jump_;
  std::optional<Error> error_;
  std::stop_source run_stop_;  // of what is being made
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace talkie
