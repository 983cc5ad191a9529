// SPDX-License-Identifier: LGPL-2.1-or-later
// An output: a queue that never blocks who fills it, and a thread that empties it into one
// connection after the other.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "live/outlet.h"
#include "live/output.h"
#include "live/output_log.h"
#include "live/packet_pipeline.h"
#include "live/packet_queue.h"

namespace talkie {

class PipelineOutput final : public LiveOutput {
 public:
  PipelineOutput(std::unique_ptr<OutputLog> log, std::unique_ptr<Outlet> outlet);
  ~PipelineOutput() override;

  Result<void> start(const LiveStreams& streams) override;
  void offer(const LivePacket& packet) override;
  void finish(std::chrono::milliseconds patience) override;
  [[nodiscard]] OutputReport report() const override { return log_->report(); }

 private:
  Result<void> build();
  [[nodiscard]] bool is_over();
  // On the thread:
  void run(const std::stop_token& stop);
  Result<void> connect(const std::stop_token& stop);
  void catch_up();
  Result<void> send(const std::stop_token& stop);
  Result<std::optional<PacketQueue::Item>> next(const std::stop_token& stop);
  Result<void> drain(const std::stop_token& stop);
  bool wait_before_try(int tries, const std::stop_token& stop);
  void disconnect();
  void note_progress(bool now);

  const std::unique_ptr<OutputLog> log_;
  const std::unique_ptr<Outlet> outlet_;
  LiveStreams streams_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  PacketQueue queue_;
  bool over_ = false;    // nothing more will be offered
  bool closed_ = false;  // nothing more is taken

  // The thread's, once it runs.
  std::unique_ptr<PacketPipeline> pipeline_;
  bool has_tried_ = false;     // to connect; later tries do not bring up the past
  bool is_connected_ = false;  // and the log knows
  uint64_t sent_before_ = 0;   // by the connections before this one
  std::chrono::steady_clock::time_point noted_;

  std::jthread thread_;  // after all that it uses
};

}  // namespace talkie
