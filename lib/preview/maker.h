// SPDX-License-Identifier: LGPL-2.1-or-later
// Follows a script: reads it when it is saved, and makes what has changed, the edited scene first.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "preview/draft.h"
#include "preview/file_watch.h"
#include "preview/lengths.h"
#include "preview/piece_store.h"
#include "preview/thumbnails.h"
#include "render/preset.h"
#include "render/production.h"
#include "render/render.h"

namespace talkie {

struct MakerOptions {
  ScriptSource source;
  std::string engine;
  std::string cache;
  int workers = 0;
};

class Maker {
 public:
  struct Hooks {
    std::function<void(const std::string&)> show;   // what the page is told, as JSON
    std::function<void(const Problems&)> problems;  // of the script, when it was read
  };

  // The hooks are called by threads of its own, one at a time. The store outlives this.
  static Result<std::unique_ptr<Maker>> begin(MakerOptions options, PieceStore& store, Hooks hooks);
  ~Maker();
  Maker(const Maker&) = delete;
  Maker& operator=(const Maker&) = delete;

  // The scene that somebody is looking at. Thread-safe.
  void look_at(int scene);

 private:
  using Clock = std::chrono::steady_clock;

  Maker(MakerOptions options, PieceStore& store, Hooks hooks);
  void run(const std::stop_token& stop);
  void read();
  void find_lengths(Draft& draft);
  [[nodiscard]] ProductionOptions production_options(const Script& script, int first,
                                                     bool urgent) const;
  void make_from(int first, const std::stop_token& stop);
  [[nodiscard]] bool is_interrupted(const std::stop_token& stop, int making) const;
  void take(const MadeScene& made, const Script& script);
  void fail(int scene, const Error& error);
  void take_early(const MadeScene& made, const Script& script, const std::stop_token& stop);
  void publish(const MadeScene& made, const Script& script, std::optional<DraftPiece> video,
               bool is_whole);
  [[nodiscard]] bool put(const Segment& segment, size_t first, Rate steps, DraftPiece& piece);
  [[nodiscard]] std::optional<DraftPiece> put_sound(const MadeScene& made, Rate frame_rate);
  [[nodiscard]] std::string put_captions(const MadeScene& made, const Scene& scene);
  void see(const std::string& look, const std::string& jpeg);
  void show(bool at_once);
  void tidy();
  // With mutex_ held:
  [[nodiscard]] Draft* working() { return next_ ? &*next_ : shown_ ? &*shown_ : nullptr; }
  [[nodiscard]] std::optional<int> next_scene();

  const MakerOptions options_;
  PieceStore& store_;
  const Hooks hooks_;
  const Cache cache_;

  // The thread's own.
  Preset preset_;       // as it is found,
  Preset film_preset_;  // and as the film needs it
  PresetChain sound_chain_;
  Clock::time_point shown_at_{};
  std::string said_;  // what the page was told last
  std::set<std::string> kept_before_;
  Clock::time_point trimmed_at_{};

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  bool saved_ = true;  // the script is to be read
  int here_ = 0;       // where somebody looks
  std::optional<Draft> shown_;
  std::optional<Draft> next_;  // until its first scene is made, the one before is shown
  Problems errors_;            // why there is no newer draft
  int working_on_ = -1;
  std::map<std::string, int64_t> lengths_;         // of scenes, by DraftScene::all
  std::map<std::string, std::string> thumbnails_;  // in the store, by what scenes look like
  bool news_ = false;                              // that the page was not told

  // Their threads end before what they use goes.
  std::unique_ptr<FileWatch> watch_;
  std::optional<Lengths> finder_;
  std::optional<Thumbnails> painter_;
  std::jthread thread_;
};

}  // namespace talkie
