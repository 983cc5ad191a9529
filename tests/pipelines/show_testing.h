// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows without a wire: their packets are collected, and the clock runs as fast as they do.
#pragma once

#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "live/player.h"
#include "live/scene_supply.h"
#include "live/script_feed.h"
#include "outside.h"
#include "render/gstreamer.h"

namespace talkie {

// A clock on which nobody waits: time goes on to the next moment that somebody waits for.
class QuickClock {
 public:
  QuickClock() : clock_(Owned<GstClock>::adopt(gst_test_clock_new())) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      auto* clock = GST_TEST_CLOCK(clock_.get());
      while (!stop.stop_requested()) {
        GstClockID id = nullptr;
        if (!gst_test_clock_peek_next_pending_id(clock, &id)) {
          std::this_thread::sleep_for(std::chrono::microseconds(50));
          continue;
        }
        gst_clock_id_unref(id);
        gst_test_clock_crank(clock);
      }
    });
  }
  [[nodiscard]] const Owned<GstClock>& clock() const { return clock_; }

 private:
  Owned<GstClock> clock_;
  std::jthread thread_;
};

// What one stream's packets were.
struct Sent {
  GstClockTime start = 0;
  GstClockTime end = 0;
  bool key_unit = false;
  bool jump = false;
  std::string bytes;
};

class Collector : public LiveOutput {
 public:
  using Heard = std::function<void(const LivePacket&)>;
  explicit Collector(bool keeps_bytes = true, Heard heard = {})
      : keeps_bytes_(keeps_bytes), heard_(std::move(heard)) {}

  Result<void> start(const LiveStreams& streams) override {
    streams_ = streams;
    return {};
  }
  void offer(const LivePacket& packet) override {
    GstBuffer* buffer = packet.buffer.get();
    Sent sent;
    sent.start = GST_BUFFER_PTS(buffer);
    sent.end = sent.start + GST_BUFFER_DURATION(buffer);
    sent.key_unit = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    sent.jump = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    if (keeps_bytes_) {
      sent.bytes.resize(gst_buffer_get_size(buffer));
      gst_buffer_extract(buffer, 0, sent.bytes.data(), sent.bytes.size());
    }
    auto& stream = packet.stream == LivePacket::Stream::video ? video_ : sound_;
    check_order(stream, sent);
    if (keeps_bytes_ || stream.empty())
      stream.push_back(std::move(sent));
    else
      stream.back() = sent;
    if (heard_) heard_(packet);
  }
  void finish(std::chrono::milliseconds) override { finished_ = true; }
  [[nodiscard]] OutputReport report() const override { return {}; }

  [[nodiscard]] const LiveStreams& streams() const { return streams_; }
  [[nodiscard]] const std::vector<Sent>& video() const { return video_; }
  [[nodiscard]] const std::vector<Sent>& sound() const { return sound_; }
  // Packets that did not begin where the one before them ended.
  [[nodiscard]] int holes() const { return holes_; }

 private:
  void check_order(const std::vector<Sent>& stream, const Sent& sent) {
    const GstClockTime expected = stream.empty() ? 0 : stream.back().end;
    const auto off = static_cast<int64_t>(sent.start) - static_cast<int64_t>(expected);
    if (std::abs(off) > 1'000) ++holes_;
  }

  bool keeps_bytes_;
  Heard heard_;
  LiveStreams streams_;
  std::vector<Sent> video_;
  std::vector<Sent> sound_;
  int holes_ = 0;
  bool finished_ = false;
};

// A show as run_show() puts it together, with outputs and a clock of the test's.
class QuickShow {
 public:
  explicit QuickShow(const std::filesystem::path& folder) : cache_(folder / "cache") {
    EXPECT_TRUE(start_gstreamer());
    auto preset = find_preset("rtmp");
    EXPECT_TRUE(preset);
    if (preset) supply.preset = *preset;
    feed.problem = [this](const Problem& problem) {
      const std::scoped_lock lock(mutex_);
      problems_.push_back(problem.to_string());
    };
    supply.problem = feed.problem;
    supply.cache = &cache_;
    supply.speech_cache = &cache_;
  }

  // What may be changed before run().
  FeedOptions feed;
  SupplyOptions supply;
  int start = 0;
  std::function<void(const ShowStatus&)> status;

  ShowControl control;
  std::stop_source stop;

  ShowReport run(std::unique_ptr<LiveOutput> output) {
    auto source = make_feed(feed);
    std::optional<SceneBatch> first;
    while (!first) {
      auto batch = source->next(std::chrono::milliseconds(100), stop.get_token());
      if (!batch) {
        ShowReport report;
        report.error = batch.error();
        return report;
      }
      first = *std::move(*batch);
    }
    set_channels(supply.preset, first->script->film.stereo ? 2 : 1);
    supply.feed = source.get();
    PlayerOptions player;
    player.preset = supply.preset;
    player.script = first->script;
    player.clock = clock_.clock();
    player.follows = feed.follow || feed.lines >= 0;
    player.started = std::chrono::steady_clock::now();
    ShowHooks hooks;
    hooks.status = status;
    std::vector<std::unique_ptr<LiveOutput>> outputs;
    outputs.push_back(std::move(output));
    SceneSupply scenes(supply, *first, start);
    ShowReport report = Player(player, hooks, control, scenes, outputs, stop.get_token()).run();
    return report;
  }

  [[nodiscard]] std::vector<std::string> problems() const {
    const std::scoped_lock lock(mutex_);
    return problems_;
  }

 private:
  Cache cache_;
  QuickClock clock_;
  mutable std::mutex mutex_;
  std::vector<std::string> problems_;
};

}  // namespace talkie
