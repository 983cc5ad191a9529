// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of rendering as a plan share: small films, each with a cache of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "outside.h"
#include "render/render.h"

namespace talkie {

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A script whose scenes can be taken out, moved and edited one by one. Its theme numbers no pages.
struct Scenes {
  std::string header = "title: Plan\nsize: 320x180\ntheme: ink\ntransition: crossfade 0.3\n";
  std::vector<std::string> scenes = {
      "# One\n\nThe first.\n\n",
      "## Two\n\n- Apples\n- Pears\n\nApples, then pears.\n\n",
      "## Three\n\n- A small point\n\nThree words here.\n\n",
      "## Four\n\n> Quoted\n\nA quote, and a pause.\n\n(pause: 0.4)\n\nThat was it.\n\n",
      "## Five\n\n- Another point\n\nNearly there.\n\n",
      "## Six\n\nGoodbye.\n\n"};

  [[nodiscard]] std::string text() const {
    std::string text = "---\n" + header + "---\n";
    for (const std::string& scene : scenes)
      text += scene;
    return text;
  }
  // Puts `to` in the place of `from`, which is there.
  void edit(size_t scene, const std::string& from, const std::string& to) {
    const size_t at = scenes[scene].find(from);
    ASSERT_NE(at, std::string::npos);
    scenes[scene].replace(at, from.size(), to);
  }
};

class PlannedFilms : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_.path() / "work"); }

  // What render() did and said.
  struct Made {
    RenderReport report;
    std::vector<std::string> problems;
    std::string bytes;
  };

  [[nodiscard]] std::filesystem::path cache() const { return folder_.path() / "cache"; }
  [[nodiscard]] std::filesystem::path film(const std::string& extension = "mp4") const {
    return folder_.path() / "work" / ("talk." + extension);
  }

  // The script is talk.md, whatever it says.
  RenderOptions options(const std::string& script, const std::string& extension = "mp4") const {
    RenderOptions options;
    options.source.path = folder_.write("work/talk.md", script);
    options.output = film(extension);
    options.cache = cache();
    options.workers = 2;
    return options;
  }

  static Made make(const RenderOptions& options) {
    Made made;
    RenderHooks hooks;
    hooks.problem = [&](const Problem& problem) { made.problems.push_back(problem.to_string()); };
    const auto report = render(options, hooks);
    EXPECT_TRUE(report) << report.error().to_string();
    if (report) made.report = *report;
    made.bytes = bytes_of(options.output);
    EXPECT_GT(made.bytes.size(), 1000u);
    std::filesystem::remove(options.output);
    return made;
  }
  Made make(const Scenes& scenes) const { return make(options(scenes.text())); }

  // Without a cache, and thus without any doubt.
  static std::string bytes_made_anew(RenderOptions options) {
    options.cache.clear();
    return make(options).bytes;
  }

  outside::Folder folder_;
};

}  // namespace talkie
