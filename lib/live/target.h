// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a show goes, as somebody wrote it on a command line.
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace talkie {

struct LiveTarget {
  enum class Kind { rtmp, hls, srt, window };
  Kind kind = Kind::rtmp;
  std::string where;  // rtmp and srt: the URL; hls: the folder; window: empty

  // HLS alone:
  Time segment = std::chrono::seconds(4);  // the target duration
  int window = 6;  // segments in the playlist; 0: all of them, an event list
};

// "rtmp://127.0.0.1:1935/live/…": for messages and reports, without passwords and stream keys.
std::string shown(const LiveTarget& target);

// Everything that can be wrong with targets before anything is started: a scheme or a host that is
// none, a port out of range, two that would write the same files. bad_value; the message says
// what to write instead. Folders are not touched.
Result<void> check_targets(std::span<const LiveTarget> targets);

}  // namespace talkie
