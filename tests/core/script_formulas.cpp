// SPDX-License-Identifier: LGPL-2.1-or-later
// Formulas in text: what is one, how it is kept from Markdown, how it is spoken and shown.
#include "script/formula_text.h"
#include "script_testing.h"

namespace talkie {
namespace {

Span math(const char* tex) {
  return {.text = tex, .math = true};
}
RichText heading_of(const std::string& text) {
  return block<Heading>(good("# " + text + "\n").scenes.at(0), 0).text;
}
const Utterance spoken(const std::string& text) {
  return said(good(text + "\n").scenes.at(0), 0);
}

TEST(Formulas, AreSpansEverywhere) {
  EXPECT_EQ(heading_of("The $x_1$ *and* $y_1$"),
            (RichText{{"The "}, math("x_1"), {" "}, {"and", false, true}, {" "}, math("y_1")}));
  const Scene scene =
      good(
          "- a $|x|$ b\n\n| $|a|$ | b |\n|---|---|\n| $\\{c\\}$ | d |\n\n> so $e^{i\\pi}$\n\n"
          "(statement: it is $\\frac{a}{b}$ now)\n")
          .scenes.at(0);
  EXPECT_EQ(block<List>(scene, 0).items[0].text, (RichText{{"a "}, math("|x|"), {" b"}}));
  EXPECT_EQ(block<Table>(scene, 1).header[0], (RichText{math("|a|")}));
  EXPECT_EQ(block<Table>(scene, 1).rows[0][0], (RichText{math("\\{c\\}")}));
  EXPECT_EQ(block<Quote>(scene, 2).paragraphs[0], (RichText{{"so "}, math("e^{i\\pi}")}));
  EXPECT_EQ(block<Label>(scene, 3).text, (RichText{{"it is "}, math("\\frac{a}{b}"), {" now"}}));
}

TEST(Formulas, KeepWhatMarkdownWouldTake) {
  for (const char* tex :
       {"a_1 + b_2 + c_3", "a*b*c", "\\left[x\\right](y)", "a<b>c", "\"q\" -- 'r'...", "\\\\",
        "\\{a\\}", "[x](y)", "!x", "&amp;", "a\\$b", "ä + 日本", "~~x~~"})
    EXPECT_EQ(heading_of("A $" + std::string(tex) + "$ b"), (RichText{{"A "}, math(tex), {" b"}}))
        << tex;
  EXPECT_EQ(
      heading_of("**bold $x$ all**"),
      (RichText{{"bold ", true}, {.text = "x", .strong = true, .math = true}, {" all", true}}));
}

// Pandoc's rules, and the dollars that are money.
TEST(Formulas, PricesAndCodeStayWhatTheyAre) {
  for (const char* text : {"$5 and $6", "from $5-$6", "US$5/US$6", "a $ b $ c", "$ x$", "$x $",
                           "cost: 5$", "$20,000", "$x$5", "$", "$$", "a $$ b", "$PATH and $HOME"})
    EXPECT_EQ(plain_text(heading_of("A " + std::string(text))), "A " + std::string(text)) << text;
  EXPECT_EQ(plain_text(heading_of("\\$x$ y\\$")), "$x$ y$");
  EXPECT_EQ(heading_of("`$a$` and `` $b` ``"),
            (RichText{{.text = "$a$", .code = true}, {" and "}, {.text = "$b`", .code = true}}));
  EXPECT_EQ(heading_of("$5 and `a$`"), (RichText{{"$5 and "}, {.text = "a$", .code = true}}));
  EXPECT_EQ(block<Code>(good("```sh\necho $x$ $y$\n$$ z $$\n```\n").scenes[0], 0).text,
            "echo $x$ $y$\n$$ z $$");
  EXPECT_EQ(block<Code>(good("    echo $x$\n\n    $$\n    b\n    $$\n").scenes[0], 0).text,
            "echo $x$\n\n$$\nb\n$$");
  EXPECT_EQ(block<Drawing>(good("```math\n$x$ + $$y$$\n```\n").scenes[0], 0).text, "$x$ + $$y$$");
}

TEST(Formulas, CharactersOfTheAuthorsAreNotTaken) {
  // The first private characters are the author's own.
  EXPECT_EQ(heading_of("\uE000 $x$ \uE001 \uF8FF"),
            (RichText{{"\uE000 "}, math("x"), {" \uE001 \uF8FF"}}));
}

TEST(Formulas, InParagraphsOfTheirOwnAreShown) {
  for (const char* text :
       {"$$\nE = mc^2\n$$", "$$E = mc^2$$", "$$ E = mc^2\n$$", "  $$\nE = mc^2 $$"}) {
    const Scene scene = good("# A\n\n" + std::string(text) + "\n\nSaid.\n").scenes.at(0);
    ASSERT_EQ(scene.blocks.size(), 2u) << text;
    EXPECT_EQ(block<Drawing>(scene, 1).kind, Drawing::Kind::math);
    EXPECT_EQ(block<Drawing>(scene, 1).text, "E = mc^2") << text;
    EXPECT_EQ(scene.blocks[1].where.line, 3);
    ASSERT_EQ(scene.narration.size(), 1u) << text;
    EXPECT_EQ(said(scene, 0).where,
              at(2 + static_cast<int>(std::count(text, text + strlen(text), '\n')) + 3, 1));
  }
  // Lines that Markdown would take for headings, lists, quotes and directions.
  const Scene scene =
      good("One\n$$\na\n=\n- b\n> c\n# d\n(pause: 1)\n\\\\\n$$\ntwo\n$$x$$\nthree.\n").scenes.at(0);
  ASSERT_EQ(scene.blocks.size(), 2u);
  EXPECT_EQ(block<Drawing>(scene, 0).text, "a\n=\n- b\n> c\n# d\n(pause: 1)\n\\\\");
  EXPECT_EQ(block<Drawing>(scene, 1).text, "x");
  ASSERT_EQ(scene.narration.size(), 3u);
  EXPECT_EQ(said(scene, 1).text, "two");
  EXPECT_EQ(said(scene, 1).where, at(11, 1));
  EXPECT_EQ(scene.blocks[1].after, 2);
  EXPECT_EQ(said(scene, 2).text, "three.");
}

TEST(Formulas, WithoutAnEndAreErrors) {
  for (const char* text : {"# A\n\n$$\nx\n\ny\n$$ z\n", "# A\n\n$$ x\n```\n$$\n```\n"}) {
    const Error error = error_of(text);
    EXPECT_EQ(error.where, at(3, 1));
    EXPECT_NE(error.message.find("never ends"), std::string::npos);
  }
}

TEST(Formulas, AreSpokenInWordsAndShownAsText) {
  const Utterance utterance = spoken("So $E = mc^2$, and *no* more.");
  EXPECT_EQ(utterance.text, "So E equals m c squared, and no more.");
  EXPECT_EQ(utterance.caption, "So E = mc², and no more.");
  EXPECT_EQ(spoken("Nothing here.").caption, "");
  const Utterance german = said(good("(language: de)\n\nAlso $x^2$.\n").scenes[0], 0);
  EXPECT_EQ(german.text, "Also x².");
  EXPECT_EQ(german.caption, "");
  // A caption of the author's wins.
  EXPECT_EQ(spoken("It is $x^2$.\n> Mine: $y^2$.").caption, "Mine: y².");
}

TEST(Formulas, HaveWordsAndCharacters) {
  struct Case {
    const char* tex;
    const char* words;
    const char* text;
  };
  for (const Case& c : {
           Case{"x^2", "x squared", "x²"},
           Case{"a/b", "a over b", "a/b"},
           Case{"\\alpha", "alpha", "α"},
           Case{"x^3 + y_1", "x cubed plus y sub 1", "x³ + y₁"},
           Case{"\\frac{a}{b}", "a over b", "a/b"},
           Case{"\\frac{a+1}{2}", "a plus 1 over 2", "(a + 1)/2"},
           Case{"\\sqrt{x}", "the square root of x", "√x"},
           Case{"\\sqrt[3]{x+1}", "the cube root of x plus 1", "∛(x + 1)"},
           Case{"e^{i\\pi} + 1 = 0", "e to the i pi plus 1 equals 0", "e^(iπ) + 1 = 0"},
           Case{"\\sum_{i=1}^n i", "the sum from i equals 1 to n of i", "∑_(i=1)ⁿ i"},
           Case{"a \\le b", "a is at most b", "a ≤ b"},
           Case{"90^\\circ", "90 degrees", "90°"},
           Case{"f'", "f prime", "f′"},
           Case{"\\text{rate} = 3.5\\%", "rate equals 3.5 percent", "rate = 3.5%"},
           Case{"\\ce{H2O}", "H 2 O", "H₂O"},
           Case{"\\mathbf{v}", "v", "v"},
           Case{"\\unknown{x}", "x", "x"},
           Case{"\\left(x\\right)", "x", "(x)"},
           Case{"x^{10}", "x to the 10", "x¹⁰"},
           Case{"", "", ""},
       }) {
    EXPECT_EQ(formula_words(c.tex), c.words) << c.tex;
    EXPECT_EQ(formula_text(c.tex), c.text) << c.tex;
  }
}

TEST(Formulas, BrokenOnesAreReadToTheirEnd) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i)
    deep += "{\\frac^_";
  for (const std::string& tex :
       {std::string("}}}{{{"), std::string("^"), std::string("_{"), std::string("\\"),
        std::string("\\frac"), std::string("\\sqrt["), std::string("\\text{"),
        std::string("x^^^^2"), std::string("\\begin{"), std::string("\\ce{"), deep,
        std::string(10'000, '^')}) {
    (void)formula_words(tex);
    EXPECT_LT(formula_text(tex).size(), 10 * tex.size() + 10);
  }
}

TEST(Formulas, AsManyAsFitAndNoMore) {
  std::string text;
  for (int i = 0; i < 1'000; ++i)
    text += "So $x_{" + std::to_string(i) + "}$.\n\n---\n\n";
  EXPECT_EQ(said(good(text).scenes.at(999), 0).caption, "So x₉₉₉.");
  for (int i = 0; i < 3; ++i)
    text += text;
  const Error error = error_of(text);
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_NE(error.message.find("formulas"), std::string::npos);
  EXPECT_GT(error.where.line, 6'000);
}

}  // namespace
}  // namespace talkie
