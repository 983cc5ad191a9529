// SPDX-License-Identifier: LGPL-2.1-or-later
// A show: a script that goes out live, to any number of outputs at once. The door of this folder.
//
// Scenes are made as for a film (render/production.h), a little ahead of their time, encoded once
// for all outputs and kept in the same cache; the show sends their packets when the clock says so.
// What holds, pauses or comes again costs no more than the muxers.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/cache.h"
#include "base/error.h"
#include "gst/owned.h"
#include "live/output.h"
#include "live/target.h"
#include "render/render.h"

namespace talkie {

struct ShowOptions {
  ScriptSource source;
  std::vector<LiveTarget> targets;  // at least one
  std::string preset = "rtmp";      // how it is encoded: H.264 and AAC
  std::string engine;               // of speech, as RenderOptions'
  std::optional<CaptionChoice> captions;
  EncoderChoice encoder = EncoderChoice::software;
  Time ahead = std::chrono::seconds(10);  // how much is made ahead; 1 s to 10 min
  std::string start;      // the scene to begin with: its number from 1, or its id; empty: the first
  bool loop = false;      // begins anew at the end
  bool follow = false;    // waits for scenes that are appended to the script
  int lines = -1;         // a file descriptor that brings scenes as JSON lines, instead of a script
  bool skip_bad = false;  // scenes that cannot be read or made are left out
  bool strict = false;    // warnings are errors
  // A script whose first scene is shown while a show that follows waits; empty: the film's title.
  std::string holding;
  std::string cache = default_cache_folder().string();  // empty: none
  uint64_t cache_limit = kDefaultCacheLimit;
  int workers = 0;                       // side by side; 0: as many as the machine has cores
  Owned<GstClock> clock;                 // what time is it; null: the system's clock
  std::chrono::milliseconds grace{600};  // for outputs to send what is left at the end
};

struct ShowStatus {
  enum class Kind { starting, playing, paused, holding } kind = Kind::starting;
  int scene = 0;   // from 1; 0: none yet
  int scenes = 0;  // in the script, as far as it is known
  std::string id;  // the scene's
  Time on_air{};   // since the first picture
  Time ahead{};    // that is made already
  int rounds = 0;  // of a loop, that are over
  std::vector<OutputReport> outputs;
};

// All are called from the show's threads; none may block.
struct ShowHooks {
  std::function<void(const Problem&)> problem = {};
  std::function<void(const OutputEvent&)> output = {};
  std::function<void(const std::string&)> word = {};   // what else there is to say, a sentence
  std::function<void(const ShowStatus&)> status = {};  // twice a second, and when the scene changes
};

// Steers a show that runs, from any thread.
class ShowControl {
 public:
  void toggle_pause() {
    bool paused = paused_;
    while (!paused_.compare_exchange_weak(paused, !paused)) {
    }
  }
  // To the scene after, or to the beginning of this one; twice in a row: to the one before.
  void next() { ++steps_; }
  void previous() { --steps_; }

  [[nodiscard]] bool paused() const { return paused_; }
  [[nodiscard]] int take_steps() { return steps_.exchange(0); }

 private:
  std::atomic<bool> paused_ = false;
  std::atomic<int> steps_ = 0;
};

struct ShowReport {
  std::optional<Error> error;  // why it ended before its time
  int scenes = 0;              // that were shown, each time counted
  int rounds = 0;              // of a loop, that were finished
  Time length{};               // that went out
  int64_t pictures = 0;        // frames that went out
  int64_t late = 0;            // frames that went out more than 100 ms after their time
  Time latest{};               // how late the latest one was
  int stalls = 0;              // how often nothing went out for more than a second
  Time first_picture{};        // from the call to the first frame that was handed to the outputs
  int warnings = 0;
  std::vector<SpeechUse> speech;
  std::vector<OutputReport> outputs;
};

// Runs until the script is over, a stop is asked for, or all outputs have failed; the outputs are
// ended as their formats want. An Error: it could not begin, and nothing went out.
Result<ShowReport> run_show(const ShowOptions& options, const ShowHooks& hooks,
                            ShowControl& control, std::stop_token stop = {});

}  // namespace talkie
