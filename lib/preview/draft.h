// SPDX-License-Identifier: LGPL-2.1-or-later
// A script as it was saved at some moment, and what has been made of it so far: what a page shows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "script/scene.h"

namespace talkie {

// A scene's pictures or its sound, in fragments, and where they stand.
struct DraftPiece {
  std::string type;  // for a browser's SourceBuffer
  std::string init;  // the name, in the store, of what comes before them
  struct Part {
    std::string name;
    Time start{};  // from the scene's start
    Time end{};
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;
  int64_t samples = 0;  // of their time 0, from the scene's first sample
  // Where a scene's sound follows on silence it goes on to the film's grid of packets, as SoundGrid
  // has it; then its place depends on where the scene stands.
  int packet = 0;  // samples; 0: no grid
  int64_t length = 0;
  int64_t quiet_end = 0;
  bool operator==(const DraftPiece&) const = default;
};

struct DraftScene {
  enum class State { waiting, made, failed } state = State::waiting;
  // What it shows and says, wherever it stands: equal texts, equal scenes.
  std::string content;
  // All that its pieces may depend on, but for its neighbours and the files that it names.
  std::string all;
  std::optional<int64_t> frames;  // how long it is, once it was spoken
  // Of a scene that waits these are of the same scene as it was before.
  std::optional<DraftPiece> video;
  std::optional<DraftPiece> sound;
  std::string look;       // a key of what it looks like at its end, once it was made
  std::string thumbnail;  // its name in the store, or none yet
  std::string captions;   // likewise, where they are not in the picture
  Problems written;       // found when it was read,
  Problems problems;      // and when it was made
};

struct Draft {
  std::shared_ptr<const Script> script;
  std::vector<DraftScene> scenes;
  int edited = 0;     // the scene that was being written
  int edit = 0;       // counts the drafts
  Problems problems;  // of the script, where they are no scene's

  // What of the store it needs.
  [[nodiscard]] std::set<std::string> pieces() const;
};

// `script` with what is still true of `before`, which may be null. `here`: the scene that is being
// looked at, which is made first where the change is everywhere.
Draft draft_of(Script script, const Problems& problems, const Draft* before, int here);

// The files that a script names, and the script's own.
std::set<std::string> files_of(const Script& script);

// What the page is told. `errors`: why what is written now is not what is shown.
struct Shown {
  const Draft* draft = nullptr;  // null: none yet
  std::string file;              // the script's name
  const Problems* errors = nullptr;
  bool working = false;
  int working_on = -1;  // the scene
};
std::string to_json(const Shown& shown);

}  // namespace talkie
