// SPDX-License-Identifier: LGPL-2.1-or-later
// HTTP Live Streaming, as far as it is arithmetic and text: where segments begin, and the playlist
// that names them. https://www.rfc-editor.org/rfc/rfc8216
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace talkie {

// Cuts at key units, so that no segment is longer than the target, and few are much shorter.
class HlsCutter {
 public:
  // A segment, before there is one: its times are on the show's line.
  struct Part {
    Time begin{};
    Time end{};
    bool discontinuity = false;  // it does not go on where the one before it ended
    [[nodiscard]] Time length() const { return end - begin; }
  };

  // `key_interval`: how far key units are apart at the most. A target that is shorter cannot be
  // kept; then it is the interval.
  HlsCutter(Time target, Time key_interval);

  // Takes note of a picture. The part that ends in front of it, where one does: the picture is a
  // key unit then, and the next part begins with it. `jumps`: it follows on something else than was
  // sent before it, which is remembered until there is a key unit.
  std::optional<Part> add(Time begin, Time length, bool is_key_unit, bool jumps);
  // The last one, where it has a picture.
  [[nodiscard]] std::optional<Part> end() const { return part_; }
  // EXT-X-TARGETDURATION: whole seconds.
  [[nodiscard]] int target_seconds() const;

 private:
  const Time key_interval_;
  const Time target_;
  std::optional<Part> part_;
  bool jumps_ = false;
};

struct HlsSegment {
  std::string file;
  Time length{};
  bool discontinuity = false;
};

class HlsPlaylist {
 public:
  // `window` 0: an event list, which keeps all. The counts go on where an earlier playlist ended.
  HlsPlaylist(int target_seconds, int window, int64_t first_number, int64_t discontinuities);

  // Returns what has left the playlist for it.
  std::optional<HlsSegment> add(HlsSegment segment);
  void end() { ended_ = true; }
  [[nodiscard]] std::string text() const;

 private:
  int target_seconds_;
  int window_;
  int64_t first_number_;     // of the first segment in the playlist
  int64_t discontinuities_;  // that have left it
  std::deque<HlsSegment> segments_;
  bool ended_ = false;
};

// What a new show wants to know of the playlist that it replaces.
struct OldPlaylist {
  std::vector<std::string> files;
  int64_t discontinuities = 0;  // with those in the list
};
OldPlaylist read_playlist(std::string_view text);

// "segment00042.ts" and 42.
std::string segment_file(int64_t number);
std::optional<int64_t> segment_number(std::string_view file);

}  // namespace talkie
