// SPDX-License-Identifier: LGPL-2.1-or-later
// Bad input: a clear error, in time, and no crash.
#include <chrono>
#include <iterator>
#include <random>

#include "script_testing.h"

namespace talkie {
namespace {

std::string repeat(std::string_view text, int times) {
  std::string out;
  out.reserve(text.size() * static_cast<size_t>(times));
  for (int i = 0; i < times; ++i)
    out += text;
  return out;
}

TEST(BadInput, AnEmptyScript) {
  for (const char* text : {"", "\n\n \t\n", "\xEF\xBB\xBF", "\r\n"}) {
    const Error error = error_of(text);
    EXPECT_EQ(error.message.find("the script is empty"), 0u);
    EXPECT_EQ(error.to_string().find("talk.md: "), 0u);
  }
  EXPECT_EQ(error_of("---\ntitle: x\n---\n\n---\n\n<!-- nothing -->\n")
                .message.find("the script has no scenes"),
            0u);
}

TEST(BadInput, NotUtf8) {
  const Error error = error_of("# Hi\n\nä café caf\xe9 x\n");
  EXPECT_EQ(error.kind, ErrorKind::syntax);
  EXPECT_EQ(error.where, at(3, 11));
  EXPECT_NE(error.message.find("0xE9"), std::string::npos);
  EXPECT_EQ(error_of("a\r\nb\xff\r\n").where, at(2, 2));
  EXPECT_EQ(error_of("\xEF\xBB\xBF"
                     "b\xc3")
                .where,
            at(1, 2));
}

TEST(BadInput, ANulByte) {
  const Error error = error_of(std::string_view("# Hi\n\nab\0c\n", 11));
  EXPECT_EQ(error.where, at(3, 3));
  EXPECT_NE(error.message.find("NUL"), std::string::npos);
}

TEST(Input, ByteOrderMarksAndForeignLineEndsDoNotMovePlaces) {
  for (const char* text :
       {"\xEF\xBB\xBF# A\n\n(puase: 1)\n\nText.\n", "# A\r\n\r\n(puase: 1)\r\n\r\nText.\r\n",
        "# A\r\r(puase: 1)\r\rText.\r"})
    EXPECT_EQ(warning_place(text, "puase"), at(3, 2));
  const Script script = good("\xEF\xBB\xBF---\r\ntitle: T\r\n---\r\nOne\r\ntwo.\r\n");
  EXPECT_EQ(script.film.title, "T");
  EXPECT_EQ(said(script.scenes[0], 0).text, "One two.");
  EXPECT_EQ(said(script.scenes[0], 0).where, at(4, 1));
}

TEST(BadInput, TooMuchText) {
  const Error error = error_of(repeat("word word word\n\n", 700'000));
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_NE(error.message.find("limit is 4 MB"), std::string::npos);
  const Folder folder;
  Problems problems;
  const auto script =
      load_script(folder.write("talk.md", repeat("word word word\n\n", 700'000)), {}, problems);
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().kind, ErrorKind::too_large);
}

TEST(BadInput, NoFile) {
  Problems problems;
  const auto script = load_script("/there/is/no/talk.md", {}, problems);
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().kind, ErrorKind::not_found);
  EXPECT_TRUE(problems.has_errors());
}

TEST(BadInput, ALongHeading) {
  const Error error = error_of("Text.\n\n  # " + repeat("a", 5000) + "\n");
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_EQ(error.where, at(3, 3));
  EXPECT_NE(error.message.find("5000 characters"), std::string::npos);
  EXPECT_EQ(good("# " + repeat("ä", 300) + "\n").scenes.size(), 1u);
}

TEST(BadInput, ALongParagraph) {
  const Error error = error_of("# A\n\n" + repeat("word ", 5000) + "\n");
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_EQ(error.where, at(3, 1));
}

TEST(BadInput, TooMuchSpokenInOneScene) {
  const std::string paragraph = repeat("word ", 1000) + "\n\n";
  EXPECT_EQ(error_of("# A\n\n" + repeat(paragraph, 5)).where, at(9, 1));
  EXPECT_EQ(good("# A\n\n" + repeat(paragraph + "---\n\n", 5)).scenes.size(), 5u);
}

TEST(BadInput, TooManyScenesAndParts) {
  EXPECT_EQ(error_of(repeat("# a\n\n", 6000)).where, at(10001, 1));
  EXPECT_EQ(good(repeat("# a\n\n", 5000)).scenes.back().id, "a-5000");
  EXPECT_NE(error_of("# A\n\n" + repeat("A.\n\n", 6000)).message.find("5000 parts"),
            std::string::npos);
}

TEST(BadInput, AHeaderWithAnchorsThatMultiply) {
  std::string header = "---\na: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char level = 'b'; level <= 'i'; ++level) {
    header += std::string(1, level) + ": &" + level + " [";
    for (int i = 0; i < 9; ++i)
      header += std::string(i ? ", *" : "*") + static_cast<char>(level - 1);
    header += "]\n";
  }
  EXPECT_EQ(error_of(header + "---\n# A\n").kind, ErrorKind::too_large);
}

// Each takes some parsers minutes, gigabytes, or their stack.
TEST(BadInput, MonstersAreRefusedInTime) {
  struct Case {
    const char* name;
    std::string text;
  };
  const Case cases[] = {
      {"brackets", repeat("[", 10'000) + "a" + repeat("]", 10'000)},
      {"images", repeat("![[]()", 6'000)},
      {"quotes", repeat(">", 10'000) + "a"},
      {"many quotes", repeat(">", 50'000) + "a"},
      {"lists", repeat("- ", 19'000) + "a"},
      {"deep lists",
       [] {
         std::string text;
         for (int i = 0; i < 250; ++i)
           text += std::string(static_cast<size_t>(i) * 2, ' ') + "- a\n";
         return text;
       }()},
      {"emphasis", repeat("**a *b ", 5'000)},
      {"strong", repeat("_a__b", 7'000)},
      {"columns", repeat("|a", 15'000) + "|\n" + repeat("|-", 2'000) + "|\n"},
      {"rows", repeat("|a", 200) + "|\n" + repeat("|-", 200) + "|\n" + repeat("|a\n", 10'000)},
      {"instructions", repeat("a <?", 9'000)},
      {"references",
       "[a]: " + repeat("x", 30'000) + "\n\n" + repeat(repeat("[a] ", 5000) + "\n\n", 20)},
      {"directions", repeat("(pause: 1)\n", 3'000)},
      {"open direction", "(pause: " + repeat("[", 30'000) + ")"},
      {"flow", "---\na: " + repeat("[", 20'000) + "\n---\n# A\n"},
      {"one paragraph", repeat("hello world ", 300'000)},
      {"dollars", repeat("$a ", 12'000)},
      {"formulas", repeat("$a$ ", 9'000)},
      {"open displays", repeat("$$a\n", 9'000)},
      {"displays", repeat("$$\na\n$$\n\n", 5'000)},
      {"backticks and dollars", repeat("`$``$", 7'000)},
      {"cues", repeat("[a](cue:next) ", 2'500)},
      {"cues in a cue", "[a](cue:" + repeat("next;", 7'000) + ")"},
      {"steps", "```ts {" + repeat("1|", 15'000) + "}\na\n```"},
      {"magic moves", repeat("````md magic-move\n", 500)},
      {"a deep formula", "a $" + repeat("{\\frac", 5'000) + "$ b"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto start = std::chrono::steady_clock::now();
    Problems problems;
    const auto script = parse("# A\n\n" + c.text + "\n", problems);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_LT(took, std::chrono::seconds(5));  // a second, and room for sanitizers
    if (!script) {
      EXPECT_GT(script.error().where.line, 0);
    }
  }
}

// Pieces of what scripts are made of, in any order: no crash, and every problem has its place.
TEST(BadInput, PiecesInAnyOrder) {
  constexpr std::string_view kPieces[] = {"$",          "$$",
                                          "\n",         "\n\n",
                                          "```",        "````md magic-move",
                                          "ts {1|2-3}", "{",
                                          "}",          "|",
                                          "[",          "](cue:",
                                          ")",          "next",
                                          "zoom=",      "10%,",
                                          ";",          "`",
                                          "\\",         "\\frac{",
                                          "x^2",        "(cue: ",
                                          "(overlay: ", "top",
                                          "(camera: ",  "![",
                                          "](a.mp4)",   "12-34 ",
                                          "- ",         "> ",
                                          "# ",         "---\n",
                                          "terminal",   "chart\ndata: a.csv\n",
                                          "\uE000",     "\uFDD0",
                                          "é",          " ",
                                          "wait=2",     "focus=",
                                          "all",        "*"};
  std::mt19937 random(7);
  for (int round = 0; round < 3'000; ++round) {
    std::string text = "# A\n\n";
    for (unsigned i = 0, count = 1 + random() % 24; i < count; ++i)
      text += kPieces[random() % std::size(kPieces)];
    SCOPED_TRACE(text);
    Problems problems;
    const auto script = parse(text, problems);
    for (const Problem& problem : problems.all())
      EXPECT_GT(problem.where.line, 0) << problem.to_string();
    if (!script) continue;
    for (const Scene& scene : script->scenes) {
      Problems unread;
      EXPECT_TRUE(scene_from_json(to_json(scene), unread));
      EXPECT_TRUE(unread.empty()) << unread.all()[0].to_string();
      for (const NarrationStep& step : scene.narration)
        if (const auto* utterance = std::get_if<Utterance>(&step)) {
          EXPECT_EQ(utterance->text.find("\uFDD0"), std::string::npos);
        }
    }
  }
}

TEST(BadInput, DeepNestingIsAnErrorAtItsPlace) {
  const Error error = error_of("# A\n\n" + repeat(">", 10'000) + "a\n");
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_EQ(error.where, at(3, 101));
}

TEST(BadInput, AllProblemsAreKeptAndTheFirstErrorIsReturned) {
  Problems problems;
  const auto script =
      parse("# A\n\n(layout: x)\n\n(pause: x)\n\n![](/etc/passwd)\n\n(duration: y)\n", problems);
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().where, at(5, 9));
  ASSERT_EQ(problems.all().size(), 4u);
  for (size_t i = 0; i < 4; ++i)
    EXPECT_EQ(problems.all()[i].where.line, static_cast<int>(2 * i) + 3);
}

TEST(BadInput, InlineTextHasPlacesToo) {
  Problems problems;
  const auto script = parse_script("(pause: x)", "", {}, problems);
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().to_string().find("script:1:9: 'pause'"), 0u);
}

}  // namespace
}  // namespace talkie
