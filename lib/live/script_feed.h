// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a show's scenes come from: a script, a script that grows while the show is on, or scenes
// that another program writes, one line of JSON each.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/error.h"
#include "render/render.h"
#include "script/scene.h"

namespace talkie {

struct FeedOptions {
  ScriptSource source;
  bool follow = false;  // scenes may come later
  int lines = -1;       // a file descriptor that brings scenes as JSON lines; -1: the script alone
  bool skip_bad = false;  // what cannot be read is left out
  std::optional<CaptionChoice> captions;
  std::function<void(const Problem&)> problem;  // from any thread
};

// A script, and which of its scenes are new. A scene before the first new one is only there for the
// transition from it.
struct SceneBatch {
  std::shared_ptr<const Script> script;
  int first = 0;
};

class ScriptFeed {
 public:
  virtual ~ScriptFeed() = default;

  // The scenes that have come since the last batch; waits for the first ones and for `patience`.
  // Nothing: none yet, or has_ended(). An Error ends the feed.
  virtual Result<std::optional<SceneBatch>> next(std::chrono::milliseconds patience,
                                                 const std::stop_token& stop) = 0;
  // Whether no more scenes will come.
  [[nodiscard]] virtual bool has_ended() const = 0;
};

std::unique_ptr<ScriptFeed> make_feed(FeedOptions options);

}  // namespace talkie
