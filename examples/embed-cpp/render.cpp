// SPDX-License-Identifier: LGPL-2.1-or-later
// The whole of Talkie behind one function: a script in, a film out, with progress; Ctrl+C ends it
// within a second, and leaves no part of a film.
//
//   c++ -std=c++20 render.cpp -o render $(pkg-config --cflags --libs talkie-1.0)
//   ./render talk.md talk.mp4
#include "render/render.h"

#include <pthread.h>
#include <signal.h>

#include <iostream>
#include <stop_token>
#include <thread>

namespace {

// Waits for Ctrl+C on a thread of its own, so that nothing has to be safe in a signal handler.
class Interrupt {
 public:
  Interrupt() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);  // threads that are made later inherit it
    waiter_ = std::thread([this] {
      int signal = 0;
      sigwait(&signals_, &signal);
      stop_.request_stop();
    });
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt() {
    pthread_kill(waiter_.native_handle(), SIGINT);
    waiter_.join();
  }
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t signals_;
  std::stop_source stop_;
  std::thread waiter_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: render SCRIPT FILM\n";
    return 2;
  }
  talkie::RenderOptions options;
  options.source.path = argv[1];
  options.output = argv[2];  // its extension chooses the preset

  talkie::RenderHooks hooks;
  hooks.progress = [](const talkie::Progress& progress) {
    std::cout << talkie::progress_line(progress) << std::endl;
  };
  hooks.problem = [](const talkie::Problem& problem) {
    std::cerr << problem.to_string() << std::endl;
  };

  const Interrupt interrupt;
  const auto report = talkie::render(options, hooks, interrupt.token());
  if (!report) {
    std::cerr << "error: " << report.error().to_string() << std::endl;
    return report.error().kind == talkie::ErrorKind::cancelled ? 130 : 1;
  }
  std::cout << report->output << ": " << talkie::to_seconds(report->length) << " s of film, "
            << report->made << " of " << report->scenes << " scenes made anew\n";
}
