// SPDX-License-Identifier: LGPL-2.1-or-later
// How long to wait before asking again, and whose turn it is.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>

namespace talkie {

// What a test replaces.
struct Surroundings {
  std::function<std::chrono::steady_clock::time_point()> clock;
  std::function<std::chrono::system_clock::time_point()> date;
  std::function<double()> dice;  // 0 to 1
  // False: it was stopped before the time was over.
  std::function<bool(std::chrono::milliseconds, const std::stop_token&)> sleep;
};
const Surroundings& real_surroundings();

// Exponential back-off with full jitter: evenly between nothing and a limit that doubles, so that
// callers who failed together do not come back together.
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
struct Backoff {
  std::chrono::milliseconds first{500};  // the limit after the first try
  std::chrono::milliseconds most{8'000};

  // `tries` of them have failed; `dice` from 0 to 1.
  [[nodiscard]] std::chrono::milliseconds wait(int tries, double dice) const;
};

// A Retry-After header (RFC 9110, 10.2.3): seconds or an HTTP date. Empty where it is neither.
std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now);

// So many callers at once, the others wait in line. Thread-safe.
class Turns {
 public:
  explicit Turns(int at_once) : free_(at_once) {}

  class Turn {
   public:
    explicit Turn(Turns* turns) : turns_(turns) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_) turns_->give_back();
    }

   private:
    Turns* turns_;
  };
  // Waits. Empty: stopped before it was our turn.
  std::optional<Turn> take(const std::stop_token& stop);

 private:
  void give_back();

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int free_;
  uint64_t next_ = 0;
  std::deque<uint64_t> line_;
};

}  // namespace talkie
