// SPDX-License-Identifier: LGPL-2.1-or-later
// Diagrams in ```mermaid.
#include "visual/kinds/kinds.h"

namespace talkie {

Result<Drawn> draw_mermaid(const DrawingTask& task) {
  constexpr size_t kMaxBytes = 100'000;  // as Mermaid's own limit
  if (task.drawing.text.size() > kMaxBytes)
    return Error{ErrorKind::too_large,
                 "this diagram's text is longer than " + std::to_string(kMaxBytes / 1000) +
                     " kB: show less in one picture",
                 "", task.where};
  return drawn_by(KitBundle::mermaid, request_of(task), task, "this diagram");
}

}  // namespace talkie
