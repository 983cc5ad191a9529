// SPDX-License-Identifier: LGPL-2.1-or-later
// What makes scenes complete, ranges of scenes, plain text, dialects.
#include "script_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFive = "# A\n\n# B\n\n(transition: cut)\n\n# C\n\n# D\n\n# E\n";

TEST(Finish, SilenceStandsAroundTheWords) {
  const Script script = good(kFive);
  ASSERT_EQ(script.scenes.size(), 5u);
  EXPECT_EQ(script.scenes[0].lead, Time{500ms});
  EXPECT_EQ(script.scenes[1].lead, Time{200ms});
  EXPECT_EQ(script.scenes[2].lead, Time{350ms});
  EXPECT_EQ(script.scenes[3].tail, Time{350ms});
  EXPECT_EQ(script.scenes[4].tail, Time{1500ms});
  EXPECT_FALSE(script.scenes[3].fade_out);
  EXPECT_TRUE(script.scenes[4].fade_out);
  EXPECT_EQ(script.scenes[0].transition.kind, Transition::Kind::crossfade);
  EXPECT_EQ(script.scenes[0].transition.length, Time{500ms});
}

TEST(Finish, EverySceneHasTheFilm) {
  const Folder folder;
  const Script script =
      good("---\nlanguage: fr\n---\n# A\n\n# B\n", {}, folder.write("talk.md", ""));
  for (const Scene& scene : script.scenes) {
    EXPECT_EQ(scene.film.title, "A");
    EXPECT_EQ(scene.film.language, "fr");
    EXPECT_EQ(scene.film.folder, std::filesystem::canonical(folder.path()));
  }
}

std::string ids(const Script& script) {
  std::string text;
  for (const Scene& scene : script.scenes)
    text += scene.id;
  return text;
}

TEST(SelectScenes, TakesRanges) {
  struct Case {
    const char* range;
    const char* ids;
  };
  for (const Case& c : {Case{"3", "c"}, Case{"2-4", "bcd"}, Case{"-2", "ab"}, Case{"4-", "de"},
                        Case{"1,3-4", "acd"}, Case{" 5 , 1 ", "ae"}, Case{"4-99", "de"},
                        Case{"", "abcde"}, Case{"2-3,3-4", "bcd"}}) {
    Script script = good(kFive);
    EXPECT_TRUE(select_scenes(script, c.range)) << c.range;
    EXPECT_EQ(ids(script), c.ids) << c.range;
  }
}

TEST(SelectScenes, TheEndsGetAFirstAndALastScenesSilence) {
  Script script = good(kFive);
  ASSERT_TRUE(select_scenes(script, "2-3"));
  EXPECT_EQ(script.scenes[0].lead, Time{500ms});
  EXPECT_EQ(script.scenes[0].index, 0);
  EXPECT_EQ(script.scenes[0].count, 2);
  EXPECT_EQ(script.scenes[1].tail, Time{1500ms});
  EXPECT_TRUE(script.scenes[1].fade_out);
  EXPECT_FALSE(script.scenes[0].fade_out);
}

TEST(SelectScenes, RefusesWhatIsNoRange) {
  for (const char* range : {"0", "x", "3-2", "-", "1,,2", "6", "6-", "1-2-3", "1.5", "-0"}) {
    Script script = good(kFive);
    const auto selected = select_scenes(script, range);
    ASSERT_FALSE(selected) << range;
    EXPECT_EQ(selected.error().kind, ErrorKind::bad_value);
    EXPECT_NE(selected.error().message.find("5 scenes"), std::string::npos);
  }
}

TEST(Text, TheFirstLineIsTheTitleAndParagraphsAreScenes) {
  const Script script = good(
      "The sea\nThe sea leaves. Then it comes\nback.\n\n  Dr. A. Smith saw # it! Yes.\n\n"
      "海は広い。大きい。\n",
      {}, "talk.txt");
  ASSERT_EQ(script.scenes.size(), 4u);
  EXPECT_EQ(script.film.title, "The sea");
  EXPECT_EQ(block<Heading>(script.scenes[0], 0).level, 1);
  EXPECT_EQ(said(script.scenes[0], 0).text, "The sea");
  EXPECT_EQ(said(script.scenes[1], 0).text, "The sea leaves. Then it comes back.");
  EXPECT_EQ(said(script.scenes[1], 0).where, (Place{"talk.txt", 2, 1}));
  const auto& shown = block<Label>(script.scenes[1], 0);
  EXPECT_EQ(shown.role, Label::Role::statement);
  EXPECT_EQ(plain_text(shown.text), "The sea leaves.");
  EXPECT_EQ(script.scenes[2].where, (Place{"talk.txt", 5, 3}));
  EXPECT_EQ(plain_text(block<Label>(script.scenes[3], 0).text), "海は広い。");
}

TEST(Text, ALongFirstSentenceIsCutAtAWord) {
  std::string sentence;
  for (int i = 0; i < 100; ++i)
    sentence += "wörd ";
  const Script script = good("Title\n\n" + sentence + "end.\n", {.dialect = Dialect::text});
  const std::string shown = plain_text(block<Label>(script.scenes.at(1), 0).text);
  EXPECT_TRUE(shown.ends_with("wörd…"));
  EXPECT_LT(shown.size(), 190u);
}

TEST(Dialects, HaveNames) {
  EXPECT_EQ(*dialect_from_name("auto"), Dialect::automatic);
  EXPECT_EQ(*dialect_from_name("narakeet"), Dialect::narakeet);
  const auto unknown = dialect_from_name("latex");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::bad_value);
  EXPECT_NE(unknown.error().message.find("talkie, narakeet, json, text"), std::string::npos);
}

TEST(Dialects, FollowTheFilesNameOrTheOption) {
  EXPECT_EQ(good("a\n\n# b\n", {}, "x.TXT").scenes.size(), 2u);
  EXPECT_EQ(good("a\n\n# b\n", {}, "x.md").scenes.size(), 2u);
  EXPECT_EQ(good("# a\n# b\n", {.dialect = Dialect::text}, "x.md").scenes[0].film.title, "# a");
  EXPECT_EQ(good(R"({"scenes": [{"narration": ["x"]}]})", {}, "x.json").scenes.size(), 1u);
}

}  // namespace
}  // namespace talkie
