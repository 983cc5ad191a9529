// SPDX-License-Identifier: LGPL-2.1-or-later
// A script played by talkiesrc, and what comes out of it: every frame and every sample, to be
// compared with those of another run.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "gst/owned.h"
#include "outside.h"
#include "watchdog.h"

namespace seeking {

// A short film with transitions, steps, music and effects, in a folder of its own.
class Talk {
 public:
  explicit Talk(const std::string& header = "");
  [[nodiscard]] std::filesystem::path file() const { return file_; }

 private:
  outside::Folder folder_;
  std::filesystem::path file_;
};

struct Frame {
  GstClockTime time = 0;
  GstClockTime duration = 0;
  uint64_t hash = 0;  // of all its bytes
  bool operator==(const Frame&) const = default;
};

struct Heard {
  std::map<uint64_t, Frame> frames;  // by their numbers
  uint64_t first_sample = 0;
  std::vector<int16_t> samples;       // of the first channel, without gaps
  std::vector<GstSegment> segments;   // of video
  std::vector<std::string> captions;  // with their times
};

// talkiesrc in a pipeline with sinks that take everything at once.
class Player {
 public:
  explicit Player(const std::filesystem::path& script, const std::string& properties = "",
                  bool with_text = false);
  ~Player();

  [[nodiscard]] GstElement* pipeline() const { return pipeline_.get(); }
  [[nodiscard]] GstElement* source() const { return source_.get(); }
  void set_state(GstState state);  // and waits for it
  bool seek(GstClockTime start, GstSeekFlags flags, GstClockTime stop = GST_CLOCK_TIME_NONE,
            double rate = 1);
  // What has been heard since the last call.
  Heard take();
  // Waits for such a message; an error fails the test.
  talkie::Owned<GstMessage> wait_for(GstMessageType type, double seconds = 60);
  // Drops what has been posted so far, ends among it; an error fails the test.
  void forget_messages();
  // Plays to the end; what is heard.
  Heard play_out();

 private:
  static GstPadProbeReturn look(GstPad* pad, GstPadProbeInfo* info, gpointer player);
  void look_at(const std::string& pad, GstPadProbeInfo* info);

  talkie::Owned<GstElement> pipeline_;
  talkie::Owned<GstElement> source_;
  std::mutex mutex_;
  Heard heard_;
};

}  // namespace seeking
