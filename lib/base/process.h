// SPDX-License-Identifier: LGPL-2.1-or-later
// Another program: it gets a text, and its output comes back, within a time that is given.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"

namespace talkie {

struct Program {
  std::vector<std::string> words;  // the program, then its arguments; no shell reads them
  std::string input;               // what it finds on its standard input
  std::chrono::milliseconds limit{60'000};
  size_t most_output = 512u << 20;  // bytes
};

// How a program came to its end by itself.
struct ProgramEnd {
  int status = 0;      // what it exited with; 0 is success
  int signal = 0;      // what killed it, or 0
  std::string output;  // its standard output
  std::string errors;  // the last few kilobytes of its standard error
};

// Runs the program and waits for its end. Whatever happens, the program has ended and what it
// started is killed when this returns (but for what made itself independent by setsid()). Inherits
// the environment and no open file. Thread-safe. Errors: missing_part (no such program), failed
// (it writes or takes too much), cancelled, within milliseconds.
Result<ProgramEnd> run_program(const Program& program, const std::stop_token& stop);

}  // namespace talkie
