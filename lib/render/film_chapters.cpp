// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_chapters.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
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

std::string to_chapter_list(const std::vector<Chapter>& chapters) {
  std::string list;
  for (const Chapter& chapter : chapters) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(chapter.start).count();
    const int64_t hours = seconds / 3600;
    char text[48];
    std::snprintf(text, sizeof text, hours > 0 ? "%lld:%02d:%02d " : "%.0lld%d:%02d ",
                  static_cast<long long>(hours), static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60));
    list += text + chapter.title + "\n";
  }
  return list;
}

std::string chapter_list_problem(const std::vector<Chapter>& chapters, Time film_length) {
  constexpr size_t kLeast = 3;
  constexpr Time kShortest = std::chrono::seconds(10);
  const std::string rule =
      "video sites show chapters where there are three or more, each 10 s or "
      "longer; ";
  if (chapters.size() < kLeast)
    return rule + "here " + (chapters.size() == 1 ? "is " : "are ") +
           std::to_string(chapters.size());
  for (size_t i = 0; i < chapters.size(); ++i) {
    const Time end = i + 1 < chapters.size() ? chapters[i + 1].start : film_length;
    if (const Time length = end - chapters[i].start; length < kShortest)
      return rule + "'" + chapters[i].title + "' is " + clock_text(length) + " long";
  }
  return {};
}

}  // namespace talkie
