// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of an output: counted for its report, and told to who listens.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "live/output.h"
#include "live/target.h"

namespace talkie {

// Thread-safe. The listener is called without a lock held.
class OutputLog {
 public:
  OutputLog(const LiveTarget& target, OutputListener listener);

  void connected(const std::string& message);
  // It will be tried again. Told once until it is connected again.
  void lost(const Error& error);
  void failed(const Error& error);
  void viewer_came(const std::string& who);
  void viewer_left(const std::string& who);
  void dropped(int64_t pictures);
  void caught_up();               // the next dropped() is a new stretch
  void set_sent(uint64_t bytes);  // in all

  [[nodiscard]] OutputReport report() const;
  // `error` as it may be said aloud.
  [[nodiscard]] Error about(const Error& error) const;

 private:
  void tell(OutputEvent::Kind kind, const std::string& message) const;
  [[nodiscard]] std::string without(std::string text) const;

  const OutputListener listener_;
  const std::vector<std::string> secrets_;

  mutable std::mutex mutex_;  // guards what follows
  OutputReport report_;
  bool is_lost_ = false;
  bool is_dropping_ = false;
};

}  // namespace talkie
