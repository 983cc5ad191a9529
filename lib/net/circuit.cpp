// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/circuit.h"

#include <utility>

namespace talkie {

Circuit::Pass::Pass(Pass&& other) noexcept
    : circuit_(std::exchange(other.circuit_, nullptr)), period_(other.period_) {}

Circuit::Pass::~Pass() {
  if (circuit_) circuit_->without_outcome(period_);
}

void Circuit::Pass::tell(const Error* failure) {
  if (Circuit* circuit = std::exchange(circuit_, nullptr)) circuit->outcome(period_, failure);
}

Result<Circuit::Pass> Circuit::enter() {
  const std::lock_guard lock(mutex_);
  const auto left = trial_at_ - clock_();
  if (state_ == State::open && left.count() <= 0)
    change_to(State::half_open);
  else if (state_ != State::closed) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    return Error{ErrorKind::failed,
                 who_ + " failed " + std::to_string(failures_) + " times in a row and is " +
                     (state_ == State::open ? "left alone for " + std::to_string(seconds) + " s"
                                            : "being tried out") +
                     "; the last time: " + last_failure_};
  }
  return Pass(this, period_);
}

Circuit::State Circuit::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Circuit::change_to(State state) {
  state_ = state;
  ++period_;
}

void Circuit::outcome(uint64_t period, const Error* failure) {
  const std::lock_guard lock(mutex_);
  if (period != period_) return;
  if (!failure) {
    failures_ = 0;
    if (state_ == State::half_open) change_to(State::closed);
    return;
  }
  ++failures_;
  last_failure_ = failure->message;
  if (state_ == State::closed && failures_ < settings_.failures) return;
  trial_at_ = clock_() + settings_.pause;
  change_to(State::open);
}

void Circuit::without_outcome(uint64_t period) {
  const std::lock_guard lock(mutex_);
  // The trial's time has come already: the next call is one.
  if (period == period_ && state_ == State::half_open) change_to(State::open);
}

}  // namespace talkie
