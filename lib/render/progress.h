// SPDX-License-Identifier: LGPL-2.1-or-later
// How far a render is, and how that looks on a terminal and as JSON.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.h"

namespace talkie {

struct Progress {
  std::string file;              // that is being made, where it is one of several
  Time position{};               // of the film that is encoded
  std::optional<Time> duration;  // of the whole film, as far as known
  int scene = 0;                 // from 1; 0: not known
  int scenes = 0;                // 0: not known
  double frames_per_second = 0;  // encoded, on average; 0: not known
  double speed = 0;              // seconds of film a second, on average
  std::optional<Time> time_left;
};

// Speed and time left from positions over time.
class ProgressMeter {
 public:
  using Clock = std::chrono::steady_clock;
  explicit ProgressMeter(Clock::time_point start = Clock::now()) : start_(start) {}

  // Fills in speed, frames_per_second (from the film's rate) and time_left.
  void measure(Progress& progress, std::optional<Rate> frame_rate,
               Clock::time_point now = Clock::now()) const;
  [[nodiscard]] Time elapsed(Clock::time_point now = Clock::now()) const { return now - start_; }

 private:
  Clock::time_point start_;
};

// The part that is done, 0 to 1; 0 where the duration is not known.
double fraction_of(const Progress& progress);

// One line for a terminal of that many columns, without a line end:
// "━━━━━━━━────────  48%  scene 3/9  12.4×  0:07 left".
std::string progress_bar(const Progress& progress, int columns);
// One line for a log: "48%  scene 3/9  0:31.0 of 1:04.2  12.4×  0:07 left".
std::string progress_line(const Progress& progress);
// {"type":"progress","position":31.0,…}: times in seconds, what is not known is left out.
std::string progress_json(const Progress& progress);

}  // namespace talkie
