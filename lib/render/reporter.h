// SPDX-License-Identifier: LGPL-2.1-or-later
// Hands findings over to whoever asked for them.
#pragma once

#include <algorithm>
#include <vector>

#include "render/render.h"

namespace talkie {

// Hands each finding over once: the same one is often made twice, when a script is looked at and
// when it is rendered.
class Reporter {
 public:
  explicit Reporter(const RenderHooks& hooks) : hooks_(hooks) {}

  [[nodiscard]] bool knows(const Problem& problem) const {
    return std::ranges::any_of(seen_, [&](const Problem& known) {
      return known.where == problem.where && known.message == problem.message;
    });
  }
  void add(const Problem& problem) {
    if (knows(problem)) return;
    seen_.push_back(problem);
    if (problem.severity == Problem::Severity::warning) ++warnings_;
    if (hooks_.problem) hooks_.problem(problem);
  }
  void add(const Problems& problems) {
    for (const Problem& problem : problems.all())
      add(problem);
  }
  [[nodiscard]] int warnings() const { return warnings_; }

 private:
  const RenderHooks& hooks_;
  std::vector<Problem> seen_;
  int warnings_ = 0;
};

}  // namespace talkie
