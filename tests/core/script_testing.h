// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of scripts share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/script.h"

namespace talkie {

// A script of the tests is called talk.md. A test may not depend on pictures: those that are not
// there get a warning, which is all that most tests look at.
inline Result<Script> parse(std::string_view text, Problems& problems, ScriptOptions options = {},
                            const std::string& file = "talk.md") {
  return parse_script(text, file, options, problems);
}

// A script without any problem.
inline Script good(std::string_view text, ScriptOptions options = {},
                   const std::string& file = "talk.md") {
  Problems problems;
  Result<Script> script = parse(text, problems, std::move(options), file);
  for (const Problem& problem : problems.all())
    ADD_FAILURE() << problem.to_string();
  return script ? *std::move(script) : Script{};
}

// The problems of a script, as the user sees them.
inline std::vector<std::string> problems_of(std::string_view text, ScriptOptions options = {},
                                            const std::string& file = "talk.md") {
  Problems problems;
  (void)parse(text, problems, std::move(options), file).operator bool();
  std::vector<std::string> texts;
  for (const Problem& problem : problems.all())
    texts.push_back(problem.to_string());
  return texts;
}

// The one error of a script.
inline Error error_of(std::string_view text, ScriptOptions options = {},
                      const std::string& file = "talk.md") {
  Problems problems;
  const Result<Script> script = parse(text, problems, std::move(options), file);
  if (script) {
    ADD_FAILURE() << "no error in: " << text.substr(0, 100);
    return {};
  }
  EXPECT_TRUE(problems.has_errors());
  return script.error();
}

// Where the one warning of a script that is otherwise good is, and that it says `part`.
inline Place warning_place(std::string_view text, std::string_view part,
                           ScriptOptions options = {}) {
  Problems problems;
  const Result<Script> script = parse(text, problems, std::move(options));
  EXPECT_TRUE(script) << script.error().to_string();
  if (problems.all().size() != 1) {
    ADD_FAILURE() << problems.all().size() << " problems in: " << text;
    return {};
  }
  EXPECT_NE(problems.all()[0].message.find(part), std::string::npos) << problems.all()[0].message;
  EXPECT_EQ(problems.all()[0].severity, Problem::Severity::warning);
  return problems.all()[0].where;
}

inline Place at(int line, int column) {
  return {"talk.md", line, column};
}

template <typename Content>
const Content& block(const Scene& scene, size_t index) {
  return std::get<Content>(scene.blocks.at(index).content);
}

inline const Utterance& said(const Scene& scene, size_t index) {
  return std::get<Utterance>(scene.narration.at(index));
}

// A folder of its own for a test, with whatever files it needs.
class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "talkie-script-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return file(name);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace talkie
