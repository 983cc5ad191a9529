// SPDX-License-Identifier: LGPL-2.1-or-later
// A film's chapters: one begins with every scene that has a heading.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "script/scene.h"

namespace talkie {

struct Chapter {
  Time start{};
  std::string title;  // one line of plain text
};

// As many as MP4's and ID3's lists can count.
inline constexpr size_t kMostChapters = 255;

// Adds the chapter that begins with `scene`, at `start` on the film's line, where it has a heading;
// without one it belongs to the chapter before. What comes before the first heading belongs to the
// first chapter.
void add_chapter(std::vector<Chapter>& chapters, const Scene& scene, Time start);

}  // namespace talkie
