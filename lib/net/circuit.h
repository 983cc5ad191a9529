// SPDX-License-Identifier: LGPL-2.1-or-later
// A circuit breaker: what failed again and again is left alone for a while, so that nobody waits
// for it. Closed: calls pass. Open: none does. Half-open: one does, to find out.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "base/error.h"

namespace talkie {

struct CircuitSettings {
  int failures = 5;                         // in a row; these open it
  std::chrono::milliseconds pause{60'000};  // until one call may try
};

// Thread-safe. Outlives its passes.
class Circuit {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  enum class State { closed, open, half_open };

  // The right to make one call, whose outcome is told to it. One that goes without an outcome (a
  // call that was cancelled) changes nothing.
  class Pass {
   public:
    Pass(Pass&& other) noexcept;
    Pass& operator=(Pass&&) = delete;
    ~Pass();
    void succeeded() { tell(nullptr); }
    void failed(const Error& why) { tell(&why); }

   private:
    friend class Circuit;
    Pass(Circuit* circuit, uint64_t period) : circuit_(circuit), period_(period) {}
    void tell(const Error* failure);
    Circuit* circuit_;  // null: told, or moved away
    uint64_t period_;   // what was learnt before the last change of state is no news
  };

  // `who` begins the sentence of enter()'s error.
  explicit Circuit(std::string who, CircuitSettings settings = {},
                   Clock clock = std::chrono::steady_clock::now)
      : who_(std::move(who)), settings_(settings), clock_(std::move(clock)) {}
  Circuit(const Circuit&) = delete;
  Circuit& operator=(const Circuit&) = delete;

  // failed: it is open; the sentence says why, and until when.
  Result<Pass> enter();
  [[nodiscard]] State state() const;

 private:
  void change_to(State state);
  void outcome(uint64_t period, const Error* failure);
  void without_outcome(uint64_t period);

  const std::string who_;
  const CircuitSettings settings_;
  const Clock clock_;
  mutable std::mutex mutex_;  // guards all that follows
  State state_ = State::closed;
  uint64_t period_ = 0;  // counts the changes of state_
  int failures_ = 0;
  std::chrono::steady_clock::time_point trial_at_{};
  std::string last_failure_;
};

}  // namespace talkie
