// SPDX-License-Identifier: LGPL-2.1-or-later
// What comes out of a shell over time, at its natural pace: from a text, or from a recording.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "visual/terminal/looks.h"

namespace talkie::terminal {

inline constexpr int kMostColumns = 500;
inline constexpr int kMostRows = 200;

struct Session {
  struct Event {
    Time time{};          // never before that of the event before it
    size_t end = 0;       // of what has come out by then, in `output`
    int16_t columns = 0;  // above 0: the window has this size from then on
    int16_t rows = 0;
  };
  std::string output;  // UTF-8 with escape sequences (ECMA-48)
  std::vector<Event> events;
  int columns = 0;  // at first
  int rows = 0;
  std::string title;
  std::optional<Look> look;  // a recording's own colours

  void add(Time time, std::string_view text) {
    output += text;
    events.push_back({time, output.size()});
  }
  [[nodiscard]] Time length() const { return events.empty() ? Time{} : events.back().time; }
};

// `text` as make_terminal() describes it, typed as people type: the same text, the same rhythm.
// Its size is left open.
Session type_session(std::string_view text);

// An asciinema recording, version 2 or 3, with its long pauses made shorter. Errors have the place
// in the file; a last line that is not complete is a warning.
Result<Session> read_cast(const std::string& path, const Place& where, Problems& problems);

}  // namespace talkie::terminal
