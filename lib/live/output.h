// SPDX-License-Identifier: LGPL-2.1-or-later
// One output of a show: a pipeline of its own (appsrc -> muxer -> sink), so that what goes wrong
// with it concerns no other. It never holds up the show: what it cannot take in time is dropped up
// to the next key unit, and counted. An output that loses its peer comes back by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "live/packet.h"
#include "live/target.h"

namespace talkie {

struct OutputReport {
  std::string name;            // shown(target)
  bool failed = false;         // it gave up: `error` says why
  int connections = 0;         // how often it got through
  int reconnections = 0;       // of them, after the first
  int64_t dropped = 0;         // pictures that it could not take in time
  uint64_t bytes = 0;          // that it wrote or sent
  std::optional<Error> error;  // the last one, also where it got over it
};

// What happens to an output while the show runs; for a log. Called from any thread, never with a
// lock held.
struct OutputEvent {
  enum class Kind { connected, lost, dropping, failed };
  Kind kind = Kind::connected;
  std::string output;   // shown(target)
  std::string message;  // one sentence
};
using OutputListener = std::function<void(const OutputEvent&)>;

class LiveOutput {
 public:
  virtual ~LiveOutput() = default;

  // Begins to connect; packets may be offered at once. What cannot get better by waiting (a folder
  // that cannot be written, an element that is not installed, a port in use) is an error here.
  virtual Result<void> start(const LiveStreams& streams) = 0;
  // From one thread, the show's. Never blocks.
  virtual void offer(const LivePacket& packet) = 0;
  // The show is over: sends what is left, ends the stream as its format wants, within `patience`.
  virtual void finish(std::chrono::milliseconds patience) = 0;
  [[nodiscard]] virtual OutputReport report() const = 0;
};

// Errors as start(): all that can be known before there are packets. Nothing is written yet.
Result<std::unique_ptr<LiveOutput>> open_output(const LiveTarget& target, OutputListener listener);

}  // namespace talkie
