// SPDX-License-Identifier: LGPL-2.1-or-later
// Running talkie in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "outside.h"

inline testing::AssertionResult contains(const char*, const char*, const std::string& text,
                                         const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << part << "' is not in:\n" << text;
}
#define EXPECT_HAS(text, part) EXPECT_PRED_FORMAT2(contains, text, part)

class Command : public testing::Test {
 protected:
  void SetUp() override {
    // Settings of whoever runs the tests stay out of them.
    config_ = folder_.path() / "config";
    std::filesystem::create_directories(config_ / "talkie");
    setenv("XDG_CONFIG_HOME", config_.c_str(), 1);
    setenv("XDG_CACHE_HOME", (folder_.path() / "cache").c_str(), 1);
    unsetenv("NO_COLOR");
    work_ = folder_.path() / "work";
    std::filesystem::create_directories(work_);
    std::filesystem::current_path(work_);
  }
  void TearDown() override { std::filesystem::current_path("/"); }

  static std::string program() { return (outside::build_root() / "tools" / "talkie").string(); }
  static outside::Outcome talkie(std::vector<std::string> arguments, int seconds = 120) {
    arguments.insert(arguments.begin(), program());
    return outside::run(arguments, seconds);
  }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    return folder_.write("work/" + name, text).lexically_relative(work_);
  }
  // The names of what lies in the work folder, hidden files too.
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(work_))
      names.insert(entry.path().filename().string());
    return names;
  }

  outside::Folder folder_;
  std::filesystem::path work_;
  std::filesystem::path config_;
};

inline constexpr const char* kSmallTalk =
    "---\ntitle: Small talk\nsize: 320x180\n---\n# Hello\n\nHello there.\n\n## More\n\n- One\n- "
    "Two\n\n"
    "One thing, and then two.\n";
