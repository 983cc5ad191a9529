// SPDX-License-Identifier: LGPL-2.1-or-later
// What of Markdown is seen and what is spoken, and where it stands.
#include "script_testing.h"

namespace talkie {
namespace {

TEST(Markdown, HeadingsAreSeenAndParagraphsSpoken) {
  const Script script = good("# How *tides* work\n\nThe sea leaves.\nIt comes back.\n\nTwice.\n");
  ASSERT_EQ(script.scenes.size(), 1u);
  const Scene& scene = script.scenes[0];
  const auto& heading = block<Heading>(scene, 0);
  EXPECT_EQ(heading.level, 1);
  EXPECT_EQ(heading.text, (RichText{{"How "}, {"tides", false, true}, {" work"}}));
  EXPECT_EQ(scene.blocks[0].where, at(1, 1));
  ASSERT_EQ(scene.narration.size(), 2u);
  EXPECT_EQ(said(scene, 0).text, "The sea leaves. It comes back.");
  EXPECT_EQ(said(scene, 0).where, at(3, 1));
  EXPECT_EQ(said(scene, 1).where, at(6, 1));
  EXPECT_EQ(script.film.title, "How tides work");
  EXPECT_EQ(scene.where, at(1, 1));
}

TEST(Markdown, InlinesAreSpokenAsTheirText) {
  const Script script = good(
      "It is **the** `moon` of [our world](https://example.org \"title\"), <!-- note --> "
      "*all* of it.\n");
  EXPECT_EQ(said(script.scenes[0], 0).text, "It is the moon of our world, all of it.");
}

TEST(Markdown, TypographyIsATypesetters) {
  const Script script = good("# \"Well\" -- it's...\n\n'Tis so --- \"quite\".\n");
  EXPECT_EQ(plain_text(block<Heading>(script.scenes[0], 0).text), "“Well” – it’s…");
  EXPECT_EQ(said(script.scenes[0], 0).text, "’Tis so — “quite”.");
}

TEST(Markdown, BreaksBetweenWordsAreSpacesAndNoneInChinese) {
  EXPECT_EQ(said(good("one\ntwo\\\nthree  \nfour\n").scenes[0], 0).text, "one two three four");
  EXPECT_EQ(said(good("日本語は\nつながる\n").scenes[0], 0).text, "日本語はつながる");
  EXPECT_EQ(said(good("한국어\n띄어\n").scenes[0], 0).text, "한국어 띄어");
}

TEST(Markdown, ListsAreFlattenedInReadingOrder) {
  const Script script = good(
      "# A\n\n- one **bold**\n  1. sub\n  2. sub2\n     more\n- [x] done\n- [ ] open\n\n3. "
      "three\n4. "
      "four\n");
  const auto& list = block<List>(script.scenes[0], 1);
  ASSERT_EQ(list.items.size(), 5u);
  EXPECT_EQ(list.items[0].text, (RichText{{"one "}, {"bold", true}}));
  EXPECT_EQ(list.items[0].depth, 0);
  EXPECT_FALSE(list.items[0].number);
  EXPECT_EQ(list.items[1].depth, 1);
  EXPECT_EQ(list.items[1].number, 1);
  EXPECT_EQ(plain_text(list.items[2].text), "sub2 more");
  EXPECT_EQ(list.items[2].number, 2);
  EXPECT_EQ(list.items[2].where, at(5, 3));
  EXPECT_EQ(list.items[3].checked, true);
  EXPECT_EQ(list.items[4].checked, false);
  const auto& ordered = block<List>(script.scenes[0], 2);
  EXPECT_EQ(ordered.items.at(0).number, 3);
  EXPECT_EQ(ordered.items.at(1).number, 4);
}

TEST(Markdown, WhatIsInAListBesidesTextIsShownAfterIt) {
  const Script script = good("- text\n\n      code\n\n  > quote\n- next\n");
  ASSERT_EQ(script.scenes[0].blocks.size(), 3u);
  EXPECT_EQ(block<List>(script.scenes[0], 0).items.size(), 2u);
  EXPECT_EQ(block<Code>(script.scenes[0], 1).text, "code");
  EXPECT_EQ(plain_text(block<Quote>(script.scenes[0], 2).paragraphs.at(0)), "quote");
}

TEST(Markdown, TablesHaveColumnsHeaderAndRows) {
  const Script script =
      good("| a | *b* | c | d |\n|---|:-:|--:|:--|\n| 1 | 2 |\n| x | y | z | w |\n");
  const auto& table = block<Table>(script.scenes[0], 0);
  EXPECT_EQ(table.columns,
            (std::vector{Align::automatic, Align::centre, Align::right, Align::left}));
  EXPECT_EQ(plain_text(table.header.at(1)), "b");
  ASSERT_EQ(table.rows.size(), 2u);
  ASSERT_EQ(table.rows[0].size(), 4u);
  EXPECT_EQ(plain_text(table.rows[0][1]), "2");
  EXPECT_TRUE(table.rows[0][2].empty());
  EXPECT_EQ(plain_text(table.rows[1][3]), "w");
  EXPECT_EQ(script.scenes[0].blocks[0].where, at(1, 1));
}

TEST(Markdown, QuotesHaveAnAuthorInManyWritings) {
  for (const char* text : {"> To be.\n>\n> — William\n", "> To be.\n> -- William\n",
                           "> To be.\n>\n> --- William\n", "> To be.\n>\n> - William\n"}) {
    const Script script = good(text);
    const auto& quote = block<Quote>(script.scenes.at(0), 0);
    ASSERT_EQ(quote.paragraphs.size(), 1u) << text;
    EXPECT_EQ(plain_text(quote.paragraphs[0]), "To be.") << text;
    EXPECT_EQ(plain_text(quote.author), "William") << text;
  }
  const Script two = good("> One.\n>\n> Two - three.\n");
  EXPECT_EQ(block<Quote>(two.scenes.at(0), 0).paragraphs.size(), 2u);
  EXPECT_TRUE(block<Quote>(two.scenes.at(0), 0).author.empty());
  EXPECT_TRUE(block<Quote>(good("> — alone\n").scenes.at(0), 0).author.empty());
}

TEST(Markdown, AQuoteRightUnderAParagraphIsItsCaption) {
  const Script script = good("The moon, as she is called.\n> The moon.\n\nNext.\n\n> A quote.\n");
  const Scene& scene = script.scenes[0];
  EXPECT_EQ(said(scene, 0).caption, "The moon.");
  EXPECT_TRUE(said(scene, 1).caption.empty());
  ASSERT_EQ(scene.blocks.size(), 1u);
  EXPECT_EQ(plain_text(block<Quote>(scene, 0).paragraphs.at(0)), "A quote.");
  EXPECT_EQ(scene.blocks[0].after, 2);
}

TEST(Markdown, CodeHasLanguageInfoAndText) {
  const Script script = good("```cpp {1,3} title=\"a b\"\nint x;\n\n  y;\n```\n\n    indented\n");
  const auto& code = block<Code>(script.scenes[0], 0);
  EXPECT_EQ(code.language, "cpp");
  EXPECT_EQ(code.info, "{1,3} title=\"a b\"");
  EXPECT_EQ(code.text, "int x;\n\n  y;");
  EXPECT_EQ(block<Code>(script.scenes[0], 1).text, "indented");
}

TEST(Markdown, BlocksKnowHowMuchIsSaidBeforeThem) {
  const Script script = good("# A\n\nOne.\n\n- x\n\n(pause: 1)\n\nTwo.\n\n```\ny\n```\n");
  const Scene& scene = script.scenes[0];
  EXPECT_EQ(scene.blocks.at(0).after, 0);
  EXPECT_EQ(scene.blocks.at(1).after, 1);
  EXPECT_EQ(scene.blocks.at(2).after, 3);
}

TEST(Markdown, AuthorsNotesAreIgnored) {
  const Script script = good("<!-- a\nnote -->\n\n# A <!-- b -->\n\nHello <!-- c --> you.\n");
  EXPECT_EQ(plain_text(block<Heading>(script.scenes[0], 0).text), "A");
  EXPECT_EQ(script.scenes[0].narration.size(), 1u);
}

TEST(Markdown, RawHtmlIsWarnedOf) {
  EXPECT_EQ(warning_place("# A\n\nHello.\n\n<div>x</div>\n", "raw HTML"), at(5, 1));
  EXPECT_EQ(warning_place("# A\n\nHello\n<b>you.\n", "<b>"), at(4, 1));
  const Error error = error_of("# A\n\n  <!-- never\n\n# B\n");
  EXPECT_EQ(error.where, at(3, 3));
  EXPECT_NE(error.message.find("-->"), std::string::npos);
}

TEST(Markdown, StruckOutTextIsWarnedOf) {
  EXPECT_EQ(warning_place("# A\n\nHello ~~you~~.\n", "struck-out"), at(3, 1));
}

TEST(Scenes, AreSeparatedByRulesAndHeadings) {
  const Script script =
      good("Before.\n\n---\n\n# One\n\nText.\n\n### Deeper\n\n## Two\n\nText.\n\n***\n\nLast.\n");
  ASSERT_EQ(script.scenes.size(), 4u);
  EXPECT_EQ(script.scenes[0].id, "scene-1");
  EXPECT_EQ(script.scenes[1].id, "one");
  EXPECT_EQ(script.scenes[1].blocks.size(), 2u);
  EXPECT_EQ(script.scenes[2].id, "two");
  EXPECT_EQ(script.scenes[3].id, "scene-4");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(script.scenes[static_cast<size_t>(i)].index, i);
    EXPECT_EQ(script.scenes[static_cast<size_t>(i)].count, 4);
  }
}

TEST(Scenes, AHeadingWithoutTextBeginsOneToo) {
  const Folder folder;
  folder.write("a.png", "x");
  const Script script =
      good("One.\n\n# ![](a.png)\n\nTwo.\n\n#\n\nThree.\n", {}, folder.file("talk.md"));
  ASSERT_EQ(script.scenes.size(), 3u);
  EXPECT_EQ(script.scenes[1].blocks.size(), 1u);
  EXPECT_EQ(said(script.scenes[1], 0).text, "Two.");
  EXPECT_TRUE(script.scenes[2].blocks.empty());
}

TEST(Scenes, AnEmptyOneIsDropped) {
  EXPECT_EQ(good("# A\n\n---\n\n---\n\n# B\n\n---\n").scenes.size(), 2u);
}

// CommonMark reads this as a heading; scripts mean a separator.
TEST(Scenes, ARuleRightUnderAParagraphSeparates) {
  const Script script =
      good("First *scene*,\nand more.\n---\nSecond.\n----\n- Third\n---\n# Four\n");
  ASSERT_EQ(script.scenes.size(), 4u);
  EXPECT_EQ(said(script.scenes[0], 0).text, "First scene, and more.");
  EXPECT_TRUE(script.scenes[0].blocks.empty());
  EXPECT_EQ(said(script.scenes[1], 0).text, "Second.");
  EXPECT_EQ(script.scenes[1].where, at(4, 1));
  EXPECT_EQ(block<List>(script.scenes[2], 0).items.size(), 1u);
  const Script underlined = good("Title\n=====\n\nText.\n");
  EXPECT_EQ(block<Heading>(underlined.scenes.at(0), 0).level, 1);
  EXPECT_EQ(good("A.\n\n(pause: 2)\n---\nB.\n").scenes.size(), 2u);
}

TEST(Scenes, IdsComeFromHeadingsAndAreUnique) {
  const Script script = good(
      "# How Tides Work!\n\n# How tides work\n\n# Don't — über «Straße»\n\n# 日本語 の\n\n# "
      "???\n\n# "
      "हिन्दी\n");
  ASSERT_EQ(script.scenes.size(), 6u);
  EXPECT_EQ(script.scenes[0].id, "how-tides-work");
  EXPECT_EQ(script.scenes[1].id, "how-tides-work-2");
  EXPECT_EQ(script.scenes[2].id, "dont-über-straße");
  EXPECT_EQ(script.scenes[3].id, "日本語-の");
  EXPECT_EQ(script.scenes[4].id, "scene-5");
  EXPECT_EQ(script.scenes[5].id, "हिन्दी");
}

TEST(Images, AreSeenAndTheirTextIsNotSpoken) {
  const Folder folder;
  folder.write("a b.png", "x");
  folder.write("pics/c.png", "x");
  const Script script =
      good("# A\n\n![cover The old bridge](a%20b.png)\n\nSee ![](pics/c.png) this.\n", {},
           folder.file("talk.md"));
  const Scene& scene = script.scenes[0];
  ASSERT_EQ(scene.blocks.size(), 3u);
  const auto& bridge = block<Image>(scene, 1);
  EXPECT_EQ(bridge.path, std::filesystem::canonical(folder.file("a b.png")));
  EXPECT_EQ(bridge.alt, "The old bridge");
  EXPECT_EQ(bridge.fit, Image::Fit::cover);
  EXPECT_EQ(block<Image>(scene, 2).path, std::filesystem::canonical(folder.file("pics/c.png")));
  ASSERT_EQ(scene.narration.size(), 1u);
  EXPECT_EQ(said(scene, 0).text, "See this.");
}

TEST(Images, OptionsStandBeforeTheTextOrAfterItsLastComma) {
  struct Case {
    const char* alt;
    Image::Fit fit;
    Image::Side side;
    const char* text;
  };
  using Fit = Image::Fit;
  using Side = Image::Side;
  const Folder folder;
  folder.write("a.png", "x");
  for (const Case& c :
       {Case{"left", Fit::automatic, Side::left, ""},
        Case{"cover right A cat", Fit::cover, Side::right, "A cat"},
        Case{"Contain, Center Two cats", Fit::contain, Side::centre, "Two cats"},
        Case{"The left bank", Fit::automatic, Side::automatic, "The left bank"},
        Case{"A house on the left", Fit::automatic, Side::automatic, "A house on the left"},
        Case{"A house, cover left", Fit::cover, Side::left, "A house"},
        Case{"bg", Fit::automatic, Side::background, ""}}) {
    const Script script =
        good("# A\n\n![" + std::string(c.alt) + "](a.png)\n", {}, folder.file("talk.md"));
    const auto& image = block<Image>(script.scenes.at(0), 1);
    EXPECT_EQ(image.fit, c.fit) << c.alt;
    EXPECT_EQ(image.side, c.side) << c.alt;
    EXPECT_EQ(image.alt, c.text) << c.alt;
  }
}

TEST(Images, WhatIsNotDrawnYetIsWarnedOf) {
  const Folder folder;
  folder.write("a.png", "x");
  Problems problems;
  const auto script = parse("# A\n\nSee\n  this ![left blur loop Bridge](a.png)\n", problems, {},
                            folder.file("talk.md"));
  ASSERT_TRUE(script);
  EXPECT_EQ(block<Image>(script->scenes[0], 1).not_drawn,
            (std::vector<std::string>{"blur", "loop"}));
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].where.line, 4);
  EXPECT_EQ(problems.all()[0].where.column, 8);
  EXPECT_NE(problems.all()[0].message.find("'blur', 'loop' are understood and not drawn yet"),
            std::string::npos);
}

TEST(Images, ABackgroundBelongsToTheHeadingAfterIt) {
  const Folder folder;
  folder.write("a.png", "x");
  const std::string file = folder.file("talk.md");
  EXPECT_EQ(good("![background](a.png)\n\n# A\n", {}, file).scenes.size(), 1u);
  EXPECT_EQ(good("![](a.png)\n\n# A\n", {}, file).scenes.size(), 2u);
}

TEST(Images, AMissingFileIsAWarningAndStaysInTheScene) {
  Problems problems;
  const auto script = parse("# A\n\nÜber ![x](missing.png)\n", problems);
  ASSERT_TRUE(script);
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].where, at(3, 6));
  EXPECT_EQ(problems.all()[0].severity, Problem::Severity::warning);
  EXPECT_TRUE(block<Image>(script->scenes[0], 1).path.ends_with("/missing.png"));
}

TEST(Images, OutsideTheFolderIsRefused) {
  const Folder folder;
  folder.write("secret.png", "x");
  std::filesystem::create_directory(folder.file("talk"));
  std::filesystem::create_symlink(folder.file("secret.png"), folder.file("talk/link.png"));
  std::filesystem::create_directory_symlink(folder.path(), folder.file("talk/up"));
  for (const char* path :
       {"../secret.png", "/etc/passwd", "link.png", "up/secret.png", "a/../../secret.png",
        "%2e%2e/secret.png", "http://host/a.png", "https://host/a.png", "data:image/png;base64,xx",
        "file:///etc/passwd", "//host/a.png"}) {
    const Error error =
        error_of("# A\n\n![](" + std::string(path) + ")\n", {}, folder.file("talk/talk.md"));
    EXPECT_EQ(error.kind, ErrorKind::refused) << path;
    EXPECT_EQ(error.where.line, 3) << path;
    EXPECT_EQ(error.where.column, 1) << path;
  }
}

TEST(Images, InTablesAreWarnedOf) {
  EXPECT_EQ(warning_place("| a |\n|---|\n| x ![](b.png) |\n", "inside tables"), at(3, 5));
}

}  // namespace
}  // namespace talkie
