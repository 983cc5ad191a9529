// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_chapters.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace talkie {

namespace {

std::string title_of(const Scene& scene) {
  for (const Block& block : scene.blocks)
    if (const auto* heading = std::get_if<Heading>(&block.content)) {
      std::string title = plain_text(heading->text);
      std::ranges::replace(title, '\n', ' ');
      return std::string(trim(title));
    }
  return {};
}

}  // namespace

void add_chapter(std::vector<Chapter>& chapters, const Scene& scene, Time start) {
  std::string title = title_of(scene);
  if (title.empty()) return;
  chapters.push_back({chapters.empty() ? Time{0} : start, std::move(title)});
}

}  // namespace talkie
