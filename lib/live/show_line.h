// SPDX-License-Identifier: LGPL-2.1-or-later
// A show's line: stretches of packets one after the other become two streams without holes.
//
// Pictures decide: a stretch begins where the pictures of the one before it end, or are cut. Sound
// comes in packets of its own length, so a stretch's sound is moved to the nearest one (by 11 ms at
// the most, never adding up), and where no stretch has sound there is silence.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "live/packet.h"
#include "live/scene_supply.h"
#include "render/growing_segment.h"
#include "render/segment.h"

namespace talkie {

struct Stretch {
  std::shared_ptr<const GrowingSegment> video;
  size_t first_video = 0;                // the packet to begin with, a key unit …
  int64_t first_frame = 0;               // … which is this frame of the segment
  int64_t frames = 0;                    // from there to the end
  std::shared_ptr<const Segment> sound;  // null: silence
  int64_t sound_offset = 0;  // samples from the stretch's beginning to its first packet's
  int64_t first_packet = 0;  // of its sound, on the line that it was made for …
  bool joins = false;        // … where it follows the stretch before
  bool jump = false;         // has nothing to do with what came before it
  std::shared_ptr<const ShowScene> scene;  // null: nothing happens
};

// The whole of a scene.
Stretch stretch_of(std::shared_ptr<const ShowScene> scene, int packet);
// The same from the last key unit on that is not after that frame. Empty: it has not come yet.
std::optional<Stretch> rest_of(const Stretch& whole, int64_t frame);

struct LineFormat {
  Rate frame_rate;
  int packet = 1024;   // samples
  int priming = 1024;  // samples that the encoder puts in front
  Segment silence;     // one packet
};

class ShowLine {
 public:
  explicit ShowLine(LineFormat format);

  void add(Stretch stretch);  // also behind what was finish()ed
  // The stretch that is on ends here. What was to come after it, which is no longer on the line.
  std::vector<Stretch> cut();
  // Nothing more will be added.
  void finish() { finished_ = true; }

  // The next packet in the order of time. Nothing: it is not there yet, or nothing was added.
  Result<std::optional<LivePacket>> next();
  [[nodiscard]] Time next_time() const;
  // Whether what comes after the last stretch should be added by now.
  [[nodiscard]] bool needs_more() const;
  [[nodiscard]] bool is_over() const;

  [[nodiscard]] const Stretch* on_air() const { return on_.empty() ? nullptr : &on_.front().what; }
  // The frame of on_air() that comes next, counted in its segment.
  [[nodiscard]] int64_t frame_of_stretch() const;
  [[nodiscard]] int64_t frames() const { return frame_; }

 private:
  struct Laid {
    Stretch what;
    int64_t start = 0;         // frame of the line
    int64_t first_packet = 0;  // of the line; may have been sent already
    size_t next_video = 0;
    size_t heard = 0;        // packets of its sound that are behind, …
    size_t heard_bytes = 0;  // … and how many bytes they have
    [[nodiscard]] int64_t end() const { return start + what.frames; }
  };
  [[nodiscard]] Time time_of_frame(int64_t frame) const { return time_of(frame, rate()); }
  [[nodiscard]] Time time_of_packet(int64_t packet) const;
  [[nodiscard]] Rate rate() const { return format_.frame_rate; }
  [[nodiscard]] bool knows_sound() const;
  [[nodiscard]] bool has_pictures() const;
  void drop_over();
  Result<std::optional<LivePacket>> next_picture();
  LivePacket next_sound();
  [[nodiscard]] int64_t line_packet(const Stretch& stretch, int64_t start) const;

  const LineFormat format_;
  std::deque<Laid> on_;         // the one that is on, and what follows
  std::optional<Laid> before_;  // the one before, whose sound may still go on
  int64_t frame_ = 0;           // the next picture
  int64_t packet_ = 0;          // the next packet of sound
  bool finished_ = false;
};

}  // namespace talkie
