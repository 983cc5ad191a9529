// SPDX-License-Identifier: LGPL-2.1-or-later
// The examples of the documentation are scripts that work.
#include <cstdlib>

#include "base/text.h"
#include "script_testing.h"

namespace talkie {
namespace {

struct Example {
  int line;
  std::string text;
};

// The fenced blocks of a page in one language.
std::vector<Example> examples_of(const std::string& page, std::string_view language) {
  const char* root = std::getenv("TALKIE_SOURCE_ROOT");
  const auto text = read_file(std::filesystem::path(root ? root : ".") / "docs" / page, 1 << 20);
  EXPECT_TRUE(text) << text.error().to_string();
  std::vector<Example> examples;
  if (!text) return examples;
  std::string fence;
  bool wanted = false;
  int number = 0;
  for (const std::string_view line : split(*text, '\n')) {
    ++number;
    if (fence.empty() && line.starts_with("```")) {
      const size_t end = line.find_first_not_of('`');
      fence = line.substr(0, end);
      wanted = end != std::string_view::npos && line.substr(end) == language;
      if (wanted) examples.push_back({number + 1, {}});
    } else if (!fence.empty() && line == fence) {
      fence.clear();
    } else if (!fence.empty() && wanted) {
      examples.back().text += std::string(line) + "\n";
    }
  }
  return examples;
}

// A folder with the sounds of the examples, without which they would be no films.
class DocsFolder : public Folder {
 public:
  DocsFolder() {
    for (const char* name : {"song.mp3", "bell.ogg", "take3.wav"})
      write(name, "x");
  }
};

// Pictures are the only thing that examples may lack.
void expect_good(const Result<void>& verdict, const Problems& problems, int line) {
  EXPECT_TRUE(verdict) << "example in line " << line << ": " << verdict.error().to_string();
  for (const Problem& problem : problems.all())
    EXPECT_NE(problem.message.find("No such file"), std::string::npos)
        << "example in line " << line << ": " << problem.to_string();
}

TEST(Docs, EveryScriptIsOne) {
  const auto examples = examples_of("script.md", "markdown");
  EXPECT_GE(examples.size(), 27u);
  const DocsFolder folder;
  for (const Example& example : examples) {
    Problems problems;
    const auto script = parse(example.text, problems, {}, folder.file("talk.md"));
    expect_good(script ? Result<void>() : Result<void>(script.error()), problems, example.line);
  }
}

TEST(Docs, EverySceneIsOne) {
  const auto examples = examples_of("scene.md", "json");
  ASSERT_EQ(examples.size(), 3u);
  Problems problems;
  const auto script = parse(examples[0].text, problems, {}, "talk.json");
  expect_good(script ? Result<void>() : Result<void>(script.error()), problems, examples[0].line);
  const auto scene = scene_from_json(examples[1].text, problems);
  expect_good(scene ? Result<void>() : Result<void>(scene.error()), problems, examples[1].line);
}

}  // namespace
}  // namespace talkie
