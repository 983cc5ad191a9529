// SPDX-License-Identifier: LGPL-2.1-or-later
// Lexicons: which words they change, and how they are read.
#include "script/lexicon.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "script_testing.h"

namespace talkie {
namespace {

using Kind = SpeechSpan::Kind;

// A lexicon from YAML, with what was complained of.
struct LexiconRead {
  Lexicon lexicon;
  std::vector<std::string> problems;
};

LexiconRead lexicon_of(std::string_view yaml, const std::string& folder = "/nowhere") {
  LexiconRead result;
  Findings findings;
  const auto value = parse_yaml(yaml, {"talk.md", 2, 1});
  EXPECT_TRUE(value) << value.error().to_string();
  if (value) result.lexicon.read(*value, folder, findings);
  Problems problems;
  findings.deliver(problems);
  for (const Problem& problem : problems.all())
    result.problems.push_back(problem.to_string());
  return result;
}

// The text with what is said in brackets behind the words: "a GIF[jif]".
std::string applied(const Lexicon& lexicon, Utterance utterance, const char* language = "en") {
  lexicon.apply(utterance, language);
  std::string text = utterance.text;
  for (auto span = utterance.spans.rbegin(); span != utterance.spans.rend(); ++span)
    if (span->length > 0)
      text.insert(span->offset + span->length, span->kind == Kind::phoneme
                                                   ? "[/" + span->value + "/]"
                                                   : "[" + span->value + "]");
  return text;
}

std::string applied(const Lexicon& lexicon, const char* text, const char* language = "en") {
  Utterance utterance;
  utterance.text = text;
  return applied(lexicon, utterance, language);
}

TEST(Lexicon, IsForWholeWordsOnly) {
  const auto [lexicon, problems] =
      lexicon_of("{gif: jif, Qt: cute, C++: see plus plus, C: see, node: nohd}");
  EXPECT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(applied(lexicon, "A gif, two gifs; \"gif\" (gif-file)."),
            "A gif[jif], two gifs; \"gif[jif]\" (gif[jif]-file).");
  EXPECT_EQ(applied(lexicon, "Qt's C, C++ and C#."),
            "Qt[cute]'s C[see], C++[see plus plus] and C#.");
  EXPECT_EQ(applied(lexicon, "node.js or a node. node's"), "node.js or a node[nohd]. node[nohd]'s");
}

TEST(Lexicon, TakesTheLongestMatch) {
  const auto lexicon =
      lexicon_of("{new: gnu, new york: big apple, new york times: the paper}").lexicon;
  EXPECT_EQ(applied(lexicon, "New York Times, New\n York, new yorker"),
            "New York Times[the paper], New\n York[big apple], new[gnu] yorker");
}

TEST(Lexicon, MatchesInAnyCaseUnlessItHasACapital) {
  const auto lexicon = lexicon_of(
                           "{gif: jif, US: you ess, us: uss, it: {say: eye tee, case: true}, "
                           "ökonom: eko}")
                           .lexicon;
  EXPECT_EQ(applied(lexicon, "GIF gif Gif"), "GIF[jif] gif[jif] Gif[jif]");
  EXPECT_EQ(applied(lexicon, "US us Us"), "US[you ess] us[uss] Us[uss]");
  EXPECT_EQ(applied(lexicon, "IT it"), "IT it[eye tee]");
  EXPECT_EQ(applied(lexicon, "ÖKONOM O\u0308konom"), "ÖKONOM[eko] O\u0308konom[eko]");
}

TEST(Lexicon, FindsWordsWhereNoSpacesAreWritten) {
  const auto lexicon = lexicon_of("{行: háng, 银行: yínháng}").lexicon;
  EXPECT_EQ(applied(lexicon, "中国银行行长", "zh"), "中国银行[yínháng]行[háng]长");
}

TEST(Lexicon, KnowsSounds) {
  const auto lexicon = lexicon_of("{Nguyen: /wɪn/, Bach: {ipa: bax, language: de}}").lexicon;
  EXPECT_EQ(applied(lexicon, "Nguyen and Nguyen’s Bach"),
            "Nguyen[/wɪn/] and Nguyen’s[/wɪnz/] Bach");
  EXPECT_EQ(applied(lexicon, "Bach", "de-AT"), "Bach[/bax/]");
}

TEST(Lexicon, LeavesAloneWhatIsSaidOtherwise) {
  const auto lexicon = lexicon_of("{W3C: web people, york: yorick, new york: big apple}").lexicon;
  Utterance utterance;
  utterance.text = "W3C W3C New York";
  utterance.spans = {{.kind = Kind::sub, .offset = 0, .length = 3, .value = "double you"},
                     {.kind = Kind::emphasis, .offset = 4, .length = 3, .value = "strong"},
                     {.kind = Kind::pause, .offset = 12, .pause = std::chrono::seconds(1)}};
  EXPECT_EQ(applied(lexicon, utterance),
            "W3C[double you] W3C[strong][web people] New York[yorick]");
}

TEST(Lexicon, DoesNotApplyItselfToItsResult) {
  const auto [lexicon, problems] = lexicon_of("{a1: b1, b1: a1, c1: c1, d1: b1}");
  EXPECT_EQ(applied(lexicon, "a1 b1 c1 d1"), "a1[b1] b1[a1] c1[c1] d1[b1]");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].substr(0, 50), "talk.md:2:2: warning: 'a1' leads back to itself ('");
  EXPECT_EQ(problems[1].substr(0, 51), "talk.md:2:18: warning: 'c1' leads back to itself ('");
}

TEST(Lexicon, SaysWhatIsWrong) {
  EXPECT_EQ(lexicon_of("{GIF: ''}").problems.at(0).substr(0, 36),
            "talk.md:2:2: error: the lexicon does");
  EXPECT_EQ(lexicon_of("[{GIF: jif}, {gif: x, GIF: y}]").problems.at(0).substr(0, 53),
            "talk.md:2:23: warning: the lexicon has 'GIF' already,");
  EXPECT_EQ(lexicon_of("{GIF: [jif]}").problems.size(), 1u);
  EXPECT_EQ(lexicon_of("3").problems.size(), 1u);
  EXPECT_EQ(lexicon_of("words.yaml").problems.at(0).substr(0, 12), "talk.md:2:1:");
  EXPECT_EQ(lexicon_of("../words.yaml").problems.size(), 1u);
}

class LexiconFiles : public testing::Test {
 protected:
  LexiconFiles() : folder_(std::filesystem::temp_directory_path() / "talkie-test-lexicon") {
    std::filesystem::create_directories(folder_);
  }
  ~LexiconFiles() override { std::filesystem::remove_all(folder_); }

  LexiconRead read(const char* name, std::string_view content) {
    std::ofstream(folder_ / name) << content;
    return lexicon_of(name, folder_.string());
  }

  std::filesystem::path folder_;
};

TEST_F(LexiconFiles, AreYaml) {
  const auto [lexicon, problems] = read("words.yaml", "# ours\nGIF: jif\ntomato: /təˈmɑːtəʊ/\n");
  EXPECT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(applied(lexicon, "GIF, tomato"), "GIF[jif], tomato[/təˈmɑːtəʊ/]");
}

// The examples of sections 4.9.1, 4.9.3 and 5.4 of https://www.w3.org/TR/pronunciation-lexicon/.
constexpr std::string_view kPls = R"(<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0"
      xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xsi:schemaLocation="http://www.w3.org/2005/01/pronunciation-lexicon
        http://www.w3.org/TR/2007/CR-pronunciation-lexicon-20071212/pls.xsd"
      alphabet="ipa" xml:lang="en-US">
  <lexeme>
    <grapheme>judgment</grapheme>
    <grapheme>judgement</grapheme>
    <phoneme>ˈdʒʌdʒ.mənt</phoneme>
    <!-- IPA string is: "&#x02C8;d&#x0292;&#x028C;d&#x0292;.m&#x0259;nt" -->
  </lexeme>
  <lexeme>
    <grapheme>W3C</grapheme>
    <alias>World Wide Web Consortium</alias>
  </lexeme>
  <lexeme>
    <grapheme>Newton</grapheme>
    <phoneme>&#x02C8;nju&#x02D0;t&#x0259;n</phoneme>
  </lexeme>
  <lexeme>
    <grapheme>huge</grapheme>
    <phoneme prefer="true">hjuːdʒ</phoneme>
    <phoneme>juːdʒ</phoneme>
  </lexeme>
</lexicon>
)";

TEST_F(LexiconFiles, AreTheExamplesOfTheRecommendation) {
  const auto [lexicon, problems] = read("words.pls", kPls);
  EXPECT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(applied(lexicon, "A huge judgement of the W3C about Newton"),
            "A huge[/hjuːdʒ/] judgement[/ˈdʒʌdʒ.mənt/] of the W3C[World Wide Web Consortium] about "
            "Newton[/ˈnjuːtən/]");
  EXPECT_EQ(applied(lexicon, "W3C", "de"), "W3C");
}

TEST_F(LexiconFiles, AreRefusedWhereTheyAreBroken) {
  const auto at = [&](const char* name) { return (folder_ / name).string(); };
  EXPECT_EQ(read("a.pls", "<lexicon>\n<lexeme></lexicon>")
                .problems.at(0)
                .substr(0, at("a.pls").size() + 4),
            at("a.pls") + ":2:1");
  EXPECT_EQ(read("b.xml", "<speak/>").problems.size(), 1u);
  EXPECT_EQ(read("c.yaml", "a: b\na: c\n").problems.size(), 1u);
  EXPECT_EQ(read("d.yaml", "- a\n").problems.size(), 1u);
  EXPECT_EQ(read("e.pls",
                 "<lexicon alphabet=\"x-sampa\"><lexeme><grapheme>a</grapheme>"
                 "<phoneme>A</phoneme></lexeme></lexicon>")
                    .problems.at(0)
                    .find(":1:59: warning: the alphabet 'x-sampa'") != std::string::npos,
            true);
  std::string many;
  for (size_t i = 0; i <= kMaxLexiconEntries; ++i)
    many += "w" + std::to_string(i) + ": x\n";
  EXPECT_NE(read("f.yaml", many).problems.at(0).find("more than 20000 entries"), std::string::npos);
  EXPECT_NE(read("g.yaml", std::string(kMaxLexiconBytes + 1, ' ')).problems.at(0).find("cannot be"),
            std::string::npos);
}

TEST_F(LexiconFiles, OfManyEntriesAreQuick) {
  std::string pls = "<lexicon alphabet=\"ipa\" xml:lang=\"en\">\n";
  for (int i = 0; i < 19'000; ++i)
    pls += "<lexeme><grapheme>Word" + std::to_string(i) + "</grapheme><alias>x</alias></lexeme>\n";
  Utterance utterance;
  for (int i = 0; i < 5'000; ++i)
    utterance.text += "Word" + std::to_string(i) + " and plain words. ";
  const auto start = std::chrono::steady_clock::now();
  const auto [lexicon, problems] = read("many.pls", pls + "</lexicon>\n");
  EXPECT_TRUE(problems.empty()) << problems.front();
  lexicon.apply(utterance, "en");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(utterance.spans.size(), 5'000u);
  EXPECT_LT(took.count(), 3);
}

}  // namespace
}  // namespace talkie
