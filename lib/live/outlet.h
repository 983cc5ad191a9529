// SPDX-License-Identifier: LGPL-2.1-or-later
// What is different about each kind of output: what its pipeline ends in, and what it makes of
// losing it. For this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "live/output_log.h"
#include "live/packet_pipeline.h"
#include "live/packet_queue.h"
#include "live/target.h"

namespace talkie {

class Outlet {
 public:
  virtual ~Outlet() = default;

  // From start(). What it says cannot get better by waiting.
  virtual Result<void> prepare() { return {}; }
  // Of a new connection.
  virtual Result<PacketPipeline::Parts> parts() = 0;

  // The rest comes from the output's own thread.
  virtual void opened(PacketPipeline&) {}
  virtual void before(PacketPipeline&, const PacketQueue::Item&) {}
  // The show is over, and the pipeline is gone.
  virtual Result<void> close() { return {}; }
  // In this connection so far.
  [[nodiscard]] virtual uint64_t sent(const PacketPipeline& pipeline) const {
    return pipeline.taken_bytes();
  }
  // An error of the pipeline in words for people.
  [[nodiscard]] virtual Error explain(const Error& error) const { return error; }

  struct Nature {
    bool comes_back = false;              // what is lost is tried again
    bool opens_at_start = false;          // what does not open will not do so later
    bool logs_itself = false;             // when it is connected
    bool from_zero = false;               // the times of each connection begin at 0
    std::chrono::milliseconds linger{0};  // what was sent needs that to arrive
  };
  [[nodiscard]] virtual Nature nature() const = 0;
};

// The muxer of the preset "rtmp", "srt" or "hls", which users may replace by their own.
Result<Owned<GstElement>> make_live_mux(const char* preset);

// They check what can be known before there are packets. The log lives longer than they do.
Result<std::unique_ptr<Outlet>> make_rtmp_outlet(const LiveTarget& target);
Result<std::unique_ptr<Outlet>> make_srt_outlet(const LiveTarget& target, OutputLog& log);
Result<std::unique_ptr<Outlet>> make_hls_outlet(const LiveTarget& target, OutputLog& log);
Result<std::unique_ptr<Outlet>> make_window_outlet(OutputLog& log);

}  // namespace talkie
