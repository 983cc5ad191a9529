// SPDX-License-Identifier: LGPL-2.1-or-later
// Libraries written in JavaScript (diagrams, formulas, charts, code), at work in a process of their
// own that has no files, no network and bounds on time and memory:
// docs/decisions/libraries-in-javascript.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace talkie {

// A library and our code around it, in one file: "mermaid.js", made when Talkie is built.
enum class KitBundle { mermaid, math, charts, code };

struct KitOptions {
  std::filesystem::path program;                 // talkie-draw
  std::vector<std::filesystem::path> folders;    // where bundles are looked for
  std::chrono::milliseconds time_limit{10'000};  // of the processor; six times that by the clock
  size_t memory_limit = size_t{1} << 30;
  size_t answer_limit = size_t{64} << 20;
  size_t request_limit = size_t{4} << 20;
  size_t cache_limit = size_t{64} << 20;  // of answers kept
  size_t children = 1;                    // at work at once; others wait

  // As $TALKIE_DRAW and $TALKIE_KIT_PATH say, else as installed.
  static KitOptions of_this_place();
};

// Thread-safe. A child is started when it is first needed, stays for what is asked next, and is
// replaced when it dies or goes over a limit.
class Kit {
 public:
  explicit Kit(KitOptions options);
  ~Kit();
  Kit(const Kit&) = delete;
  Kit& operator=(const Kit&) = delete;

  // The one of this process.
  static Kit& shared();

  // What the bundle's function talkie() answers to a request; both are JSON texts. The same request
  // has the same answer, always. Errors: syntax with the library's own words, where it cannot do
  // what it is asked; too_large over a limit; unsupported where the bundle was left out of the
  // build; missing_part without talkie-draw; failed where the child died.
  Result<std::string> ask(KitBundle bundle, std::string_view request);

  // What else than requests decides about answers: the program and the bundles that are there.
  [[nodiscard]] std::string identity() const;
  // The processes that are warm, for tests.
  [[nodiscard]] std::vector<int> children() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace talkie
