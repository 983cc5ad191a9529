// SPDX-License-Identifier: LGPL-2.1-or-later
// Code in colours: the text stays what it is, whatever its language, and can be read.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "visual/drawn.h"
#include "visual/kit/kit.h"
#include "visual/theme_data.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class CodeTest : public testing::Test {
 protected:
  void SetUp() override {
    const KitOptions options = KitOptions::of_this_place();
    const bool built = std::ranges::any_of(options.folders, [](const auto& folder) {
      return std::filesystem::exists(folder / "code.js");
    });
    if (!built) GTEST_SKIP() << "built without colours of code";
  }
};

std::string text_of(const CodeLines& lines) {
  std::string text;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += '\n';
    for (const CodeToken& token : lines[i])
      text += token.text;
  }
  return text;
}

std::set<uint32_t> colours_of(const CodeLines& lines) {
  std::set<uint32_t> colours;
  for (const auto& line : lines)
    for (const CodeToken& token : line)
      if (token.text.find_first_not_of(" \t") != std::string::npos) colours.insert(token.colour);
  return colours;
}

// The colour of the token that holds `word`.
uint32_t colour_of(const CodeLines& lines, const std::string& word) {
  for (const auto& line : lines)
    for (const CodeToken& token : line)
      if (token.text.find(word) != std::string::npos) return token.colour;
  ADD_FAILURE() << "no token holds " << word;
  return 0;
}

const std::map<std::string, std::string> kSamples{
    {"cpp", "#include <vector>\n// מנוע 漢字 🌊\nint main() {\n\treturn \"é\"[0]; /* x */\n}\n"},
    {"python", "def tide(h: float) -> str:\n    # שלום 世界 🌊\n    return f\"{h:.1f} m\"\n"},
    {"javascript", "const a = `x${1 + 2}`; // 漢字 🌊🌊\nfor (const b of a) log(/x+/u);\n"},
    {"typescript", "interface A<T> { b?: T[] }\nexport const x: A<string> = {}; // مرحبا\n"},
    {"rust", "fn main() -> Result<(), E> {\n    let v = vec![1u8, 2]; // 漢\n    Ok(())\n}"},
    {"go", "package main\n\nfunc main() { go f(<-c) } // 日本語 🌊\n"},
    {"java", "class A extends B<C> { @Override int f() { return 0x1F; } } // עברית\n"},
    {"bash", "for f in *.md; do echo \"$f 漢\" | grep -q x && exit 1; done # 🌊\n"},
    {"html", "<!-- 漢字 --><p class=\"a\">x &amp; y<script>let a = 1</script></p>\n"},
    {"css", "a:hover > b { color: #fff; margin: calc(1px + 2em) } /* שלום */\n"},
    {"json", "{\"a\": [1, true, null, \"漢🌊\"]}"},
    {"yaml", "a: &x\n  - 1 # 漢\n  - *x\n"},
    {"sql", "SELECT a, COUNT(*) FROM b WHERE c = 'é🌊' -- 漢\n"},
    {"markdown", "# 漢字\n\n*a* `b` [c](d)\n\n```js\nlet x = 1\n```\n"},
    {"haskell", "main :: IO ()\nmain = print $ map (+ 1) [1 ..] -- 漢\n"},
    {"docker", "FROM debian:12 AS a\nRUN apt-get update && rm -rf /x # 漢\n"},
    {"diff", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+漢🌊\n"},
    {"latex", "\\begin{a} $x^2$ % 漢\n\\end{a}\n"},
    {"vbscript", "Dim a\n' 漢 🌊\nIf a = 1 Then MsgBox \"x\"\n"},
};

TEST_F(CodeTest, TheTextStaysWhatItIs) {
  for (const auto& [language, text] : kSamples) {
    auto lines = colour_code(text, language, {});
    ASSERT_TRUE(lines) << language << ": " << lines.error().message;
    EXPECT_EQ(text_of(*lines), text) << language;
    EXPECT_EQ(lines->size(), split(text, '\n').size()) << language;
    EXPECT_GE(colours_of(*lines).size(), 2u) << language << " is plain";
  }
}

TEST_F(CodeTest, WhatIsDifferentLooksDifferent) {
  const std::string code = "int tide = 42; // a comment\nreturn \"words\";";
  for (const uint32_t ground : {0x16161au, 0xffffffu}) {
    auto lines = colour_code(code, "cpp", {ground, ground ? 0u : 0xffffffu});
    ASSERT_TRUE(lines);
    const std::set<uint32_t> colours{colour_of(*lines, "int"), colour_of(*lines, "42"),
                                     colour_of(*lines, "comment"), colour_of(*lines, "words")};
    EXPECT_EQ(colours.size(), 4u);
  }
}

TEST_F(CodeTest, EveryColourCanBeRead) {
  for (const char* theme : {"", "nord", "dracula", "solarized-light", "catppuccin-mocha",
                            "one-dark-pro", "min-light", "vitesse-dark"})
    for (const uint32_t ground : {0x16161au, 0xffffffu, 0xfdf6e3u, 0x2e3440u, 0x808080u}) {
      const CodeStyle style{ground, readable(0x888888, ground, 4.5), theme};
      auto lines = colour_code(kSamples.at("cpp"), "cpp", style);
      ASSERT_TRUE(lines) << theme;
      for (const uint32_t colour : colours_of(*lines))
        EXPECT_GE(contrast(colour, ground), 4.5) << theme << std::hex << " " << colour;
    }
}

TEST_F(CodeTest, LanguagesHaveManyNames) {
  const std::map<std::string, std::string> names{
      {"js", "javascript"}, {"ts", "typescript"}, {"py", "python"},        {"c++", "cpp"},
      {"cs", "csharp"},     {"sh", "bash"},       {"rs", "rust"},          {"yml", "yaml"},
      {"tex", "latex"},     {"zsh", "bash"},      {"docker", "dockerfile"}};
  const std::string code = "if (x == \"a\") { return 1; } # let // 漢\n\\a{b}: c\nFROM x";
  for (const auto& [name, full] : names) {
    if (name == "tex") continue;  // a language of its own
    auto short_name = colour_code(code, name, {});
    auto long_name = colour_code(code, full, {});
    ASSERT_TRUE(short_name && long_name) << name;
    ASSERT_EQ(short_name->size(), long_name->size());
    EXPECT_GE(colours_of(*short_name).size(), 2u) << name;
    for (size_t i = 0; i < short_name->size(); ++i)
      for (size_t k = 0; k < (*short_name)[i].size(); ++k)
        EXPECT_EQ((*short_name)[i][k].colour, (*long_name)[i].at(k).colour) << name;
  }
}

TEST_F(CodeTest, UnknownLanguagesArePlain) {
  for (const char* language : {"", "klingon", "__proto__", "constructor", "text"}) {
    auto lines = colour_code("a b\n\nc\n", language, {0, 0xabcdef});
    ASSERT_TRUE(lines) << language << ": " << lines.error().message;
    EXPECT_EQ(lines->size(), 4u);
    EXPECT_EQ(colours_of(*lines), std::set<uint32_t>{0xabcdef}) << language;
  }
}

TEST_F(CodeTest, AnUnknownThemeIsAnErrorThatNamesTheOthers) {
  auto lines = colour_code("a", "c", {0, 0xffffff, "sunset"});
  ASSERT_FALSE(lines);
  EXPECT_NE(lines.error().message.find("'sunset'"), std::string::npos);
  EXPECT_NE(lines.error().message.find("github-dark"), std::string::npos);
}

TEST_F(CodeTest, TheSameEveryTimeAndInEveryProcess) {
  Kit one(KitOptions::of_this_place());
  Kit other(KitOptions::of_this_place());
  std::vector<std::string> first;
  for (const std::string order : {"forwards", "backwards"}) {
    Kit& kit = order == "forwards" ? one : other;
    std::vector<std::string> answers;
    std::vector<std::pair<std::string, std::string>> samples(kSamples.begin(), kSamples.end());
    if (order == "backwards") std::ranges::reverse(samples);
    for (const auto& [language, text] : samples) {
      std::string quoted;
      for (const char c : text)
        quoted += c == '\n'   ? "\\n"
                  : c == '\t' ? "\\t"
                  : c == '"'  ? "\\\""
                  : c == '\\' ? "\\\\"
                              : std::string(1, c);
      auto answer = kit.ask(KitBundle::code, "{\"text\":\"" + quoted + "\",\"language\":\"" +
                                                 language + "\",\"theme\":\"github-dark\"}");
      ASSERT_TRUE(answer) << language << ": " << answer.error().message;
      answers.push_back(*answer);
    }
    if (order == "backwards") std::ranges::reverse(answers);
    if (first.empty())
      first = answers;
    else
      EXPECT_EQ(first, answers);
  }
}

TEST_F(CodeTest, HostileCodeIsBounded) {
  std::string nested;
  for (int i = 0; i < 20'000; ++i)
    nested += "({[";
  const std::map<std::string, std::string> sources{
      {"one long line", std::string(200'000, 'x')},
      {"one long line of strings",
       [] {
         std::string text;
         while (text.size() < 200'000)
           text += "\"a\" + ";
         return text;
       }()},
      {"deep", nested},
      {"many lines", std::string(4'000, '\n')},
      {"too many lines", std::string(5'000, '\n')},
      {"open quotes", std::string(20'000, '"') + std::string(20'000, '\'')},
      {"controls", std::string("a\0b\x01\x1b[31m\r\n\r\nc\r", 16)},
  };
  for (const auto& [name, text] : sources)
    for (const char* language : {"javascript", "cpp", "python"}) {
      const auto begin = Clock::now();
      auto lines = colour_code(text, language, {});
      EXPECT_LT(Clock::now() - begin, 65s) << name << " " << language;
      if (lines) {
        EXPECT_TRUE(text_of(*lines) == text) << name << " " << language;
      } else {
        EXPECT_EQ(lines.error().kind, ErrorKind::too_large) << lines.error().message;
      }
    }
  auto large = colour_code(std::string(1'000'000, 'x'), "c", {});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::too_large);
  auto broken = colour_code("a\xff\xfe z", "c", {});
  ASSERT_TRUE(broken);
  EXPECT_EQ(text_of(*broken), "a\xff\xfe z");
}

}  // namespace
}  // namespace talkie
