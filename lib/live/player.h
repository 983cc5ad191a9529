// SPDX-License-Identifier: LGPL-2.1-or-later
// Sends a show's packets when the clock says so, and decides what comes next: the next scene, the
// picture that stays while somebody has paused, or the one that is shown while there is nothing.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "gst/owned.h"
#include "live/output.h"
#include "live/scene_supply.h"
#include "live/show.h"
#include "live/show_line.h"
#include "render/preset.h"

namespace talkie {

struct PlayerOptions {
  Preset preset;
  std::shared_ptr<const Script> script;  // the film, and the page that is shown in waiting
  std::string holding;                   // a script with that page; empty: the film's title
  Owned<GstClock> clock;                 // null: the system's
  bool follows = false;
  bool loops = false;
  bool skip_bad = false;  // what breaks off while it is on is left out from there
  std::chrono::steady_clock::time_point started;
};

class Player {
 public:
  // All are borrowed.
  Player(PlayerOptions options, const ShowHooks& hooks, ShowControl& control, SceneSupply& supply,
         std::span<const std::unique_ptr<LiveOutput>> outputs, std::stop_token stop);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  // All of the show. What is known of outputs and voices is not in the report.
  ShowReport run();

 private:
  using Still = Result<std::shared_ptr<const GrowingSegment>>;

  Result<void> begin();
  Result<void> start_outputs();
  Result<void> play();
  Result<bool> send_due();
  Result<void> decide();
  Result<void> add_scene();
  void steer();
  void jump(int steps);
  Result<void> pause_or_resume();
  Result<void> fill(std::future<Still>& still);
  void add_still(std::shared_ptr<const GrowingSegment> still);
  [[nodiscard]] std::future<Still> still_of_now();
  [[nodiscard]] std::future<Still> holding_page();
  void leave_out(const Error& error);
  void account(const LivePacket& packet, Time now);
  void stand_still();
  void tell_status(bool at_once);
  [[nodiscard]] Time now() const;
  void wait_until(Time time);
  [[nodiscard]] bool all_have_failed() const;

  const PlayerOptions options_;
  const ShowHooks& hooks_;
  ShowControl& control_;
  SceneSupply& supply_;
  const std::span<const std::unique_ptr<LiveOutput>> outputs_;
  const std::stop_token stop_;

  Owned<GstClock> clock_;
  GstClockTime base_ = 0;  // of the clock, where the line begins
  std::string video_caps_;
  LineFormat format_;
  std::optional<ShowLine> line_;
  std::shared_ptr<const ShowScene> last_scene_;  // that was added last
  std::shared_ptr<const ShowScene> told_;        // in the last status
  Time told_at_{};
  std::optional<int> jumping_;                    // to that scene, which is being made
  std::future<Still> still_;                      // of a pause, or of a scene that nothing follows
  std::future<Still> page_;                       // of a show that waits for scenes
  std::shared_ptr<const GrowingSegment> filler_;  // what is on while nothing happens
  std::vector<Stretch> resume_;                   // what a pause goes on with
  bool is_pausing_ = false;                       // as soon as its still is there
  bool is_paused_ = false;
  bool is_holding_ = false;
  std::optional<Time> stalled_since_;
  ShowReport report_;
  std::jthread still_maker_;
  std::jthread page_maker_;
};

}  // namespace talkie
