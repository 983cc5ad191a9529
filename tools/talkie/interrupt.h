// SPDX-License-Identifier: LGPL-2.1-or-later
// Ctrl-C.
#pragma once

#include <pthread.h>

#include <stop_token>
#include <thread>

namespace talkie::tool {

// While it lives, SIGINT, SIGTERM and SIGHUP ask for a stop. What has not stopped after most of a
// second, or at a second signal, is ended at once; temporary files are removed also then.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  [[nodiscard]] bool happened() const { return source_.stop_requested(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace talkie::tool
