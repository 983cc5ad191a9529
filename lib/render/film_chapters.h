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

// As video sites take them in a description: "0:00 Title", one on a line.
std::string to_chapter_list(const std::vector<Chapter>& chapters);
// Why sites would show none of them: they ask for three or more, each 10 s or longer (YouTube Help,
// "Video Chapters"). Empty where all is well.
std::string chapter_list_problem(const std::vector<Chapter>& chapters, Time film_length);

}  // namespace talkie
