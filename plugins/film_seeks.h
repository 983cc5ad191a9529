// SPDX-License-Identifier: LGPL-2.1-or-later
// Seeks in a bin that makes a film of a script: what was asked for is found on the film's line, and
// the bin's elements begin again there. On a thread of its own, since scenes that nobody has heard
// yet have to be spoken first; which is also how the film's length becomes known.
#pragma once

#include <gst/gst.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "compositor_run.h"
#include "film_line.h"
#include "gst/owned.h"

namespace talkie {

// The elements are borrowed; they outlive it.
class FilmSeeks {
 public:
  FilmSeeks(GstElement* bin, GstElement* scriptsrc, GstElement* compositor)
      : bin_(bin), script_(scriptsrc), compositor_(compositor) {}
  ~FilmSeeks() { stop(); }
  FilmSeeks(const FilmSeeks&) = delete;
  FilmSeeks& operator=(const FilmSeeks&) = delete;

  // While the elements are at least paused. `may_measure`: speaking costs nothing, so the film's
  // length is found out in the background.
  void start(std::shared_ptr<FilmLine> line, bool may_measure);
  void stop();
  // More is known of the line.
  void wake();

  // --- any thread ---
  // False for a seek that cannot be done. Else everything is flushed at once, and goes on from
  // there: before the call returns, or, where scenes have to be spoken first for long, some time
  // after it. A later seek wins.
  bool seek(GstEvent* event);
  [[nodiscard]] GstSegment segment() const;
  // Waits for the film's exact length where that is a matter of moments: in all of its life for a
  // second at most.
  void wait_for_length();

 private:
  struct Seek {
    Owned<GstEvent> event;
    uint64_t number = 0;
    bool is_flushed = false;  // the elements wait for it
  };
  struct Target {
    GstSegment segment;
    LinePlace place;  // of the first scene that is needed
  };

  void run();
  void measure(std::unique_lock<std::mutex>& lock);
  void tell_length();
  [[nodiscard]] bool can_do(GstEvent* event) const;
  void begin_flush(GstEvent* event, uint64_t number);
  void perform(const Seek& seek, const std::stop_token& stop);
  Result<Target> find(GstEvent* event, const std::stop_token& stop);
  [[nodiscard]] Time snapped(Time time, GstSeekFlags flags) const;
  [[nodiscard]] LinePlace first_needed(Time start) const;

  GstElement* const bin_;
  GstElement* const script_;
  GstElement* const compositor_;
  std::shared_ptr<FilmLine> line_;  // between start() and stop()

  // Held while the elements are flushed or begin again; taken before mutex_.
  std::mutex flow_mutex_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool runs_ = false;
  bool may_measure_ = false;
  bool is_length_wanted_ = false;
  std::chrono::steady_clock::time_point deadline_;  // for who waits for it
  bool is_length_told_ = false;
  uint64_t newest_ = 0;
  uint64_t done_ = 0;                    // all up to it
  guint32 seqnum_ = GST_SEQNUM_INVALID;  // of the newest
  std::optional<Seek> wanted_;
  std::stop_source cancel_;  // what the thread does for older ones
  CompositorRun run_;        // what the elements make
  std::thread thread_;
};

}  // namespace talkie
