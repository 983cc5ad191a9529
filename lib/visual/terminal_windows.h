// SPDX-License-Identifier: LGPL-2.1-or-later
// A terminal of a page, in as many sizes as the search for room tries.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "visual/terminal/terminal.h"

namespace talkie {

class TerminalWindows {
 public:
  // A first window as large as style.most allows.
  static Result<std::shared_ptr<TerminalWindows>> open(const Terminal& terminal,
                                                       const TerminalStyle& style,
                                                       const Place& where, Problems& problems) {
    auto windows = std::make_shared<TerminalWindows>(terminal, style, where);
    auto first = make_terminal(terminal, style, where, problems);
    if (!first) return first.error();
    windows->size_ = (*first)->size();
    windows->windows_[{style.most.width, style.most.height}] = *std::move(first);
    return windows;
  }

  TerminalWindows(const Terminal& terminal, TerminalStyle style, Place where)
      : terminal_(terminal), style_(std::move(style)), where_(std::move(where)) {}

  [[nodiscard]] Size size() const { return size_; }

  // The window that fills such a place; null where there is none so small.
  std::shared_ptr<const Animation> fitted(Size most) {
    const auto [entry, is_new] = windows_.try_emplace({most.width, most.height});
    if (is_new) {
      TerminalStyle style = style_;
      style.most = most;
      Problems known;  // they were found when the first one was made
      if (auto window = make_terminal(terminal_, style, where_, known))
        entry->second = *std::move(window);
    }
    return entry->second;
  }

 private:
  Terminal terminal_;
  TerminalStyle style_;
  Place where_;
  Size size_{0, 0};
  std::map<std::pair<int, int>, std::shared_ptr<const Animation>> windows_;
};

}  // namespace talkie
