// SPDX-License-Identifier: LGPL-2.1-or-later
#include "interrupt.h"

#include <unistd.h>

#include <csignal>
#include <ctime>

#include "keys.h"
#include "render/whole_file.h"
#include "verbs.h"

namespace talkie::tool {

namespace {

constexpr timespec kTurn = {0, 50'000'000};
constexpr timespec kGrace = {0, 800'000'000};

sigset_t signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

[[noreturn]] void leave_now() {
  WholeFile::discard_every();
  Keys::restore_terminal();
  _exit(kInterrupted);
}

}  // namespace

Interrupt::Interrupt() {
  // Blocked before any other thread begins, and so in all of them: only the waiter gets signals.
  const sigset_t set = signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this](const std::stop_token& done) {
    const sigset_t waited = signals();
    while (sigtimedwait(&waited, nullptr, &kTurn) < 0)
      if (done.stop_requested()) return;
    source_.request_stop();
    // The wait goes on in turns, so that the end of the work ends it too.
    for (int turn = 0; turn * kTurn.tv_nsec < kGrace.tv_nsec; ++turn) {
      if (done.stop_requested()) return;
      if (sigtimedwait(&waited, nullptr, &kTurn) >= 0) break;
    }
    if (!done.stop_requested()) leave_now();
  });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
  waiter_.join();
  const sigset_t set = signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace talkie::tool
