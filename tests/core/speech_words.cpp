// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <string>

#include "speech/words.h"

namespace talkie {
namespace {

using Strings = std::vector<std::string>;

Strings words_in(const std::string& text) {
  Strings words;
  for (const TextWord& word : find_words(text))
    words.push_back(text.substr(word.offset, word.length));
  return words;
}

TEST(Words, StandWithoutTheirPunctuation) {
  EXPECT_EQ(words_in("  “Hello,” she said (twice)…  "), (Strings{"Hello", "she", "said", "twice"}));
  EXPECT_EQ(words_in("Jerry’s half-time: 3.14!"), (Strings{"Jerry’s", "half-time", "3.14"}));
  EXPECT_EQ(words_in("one—two – three…four"), (Strings{"one", "two", "three", "four"}));
  EXPECT_EQ(words_in("Ça\tva?\n¿Qué?"), (Strings{"Ça", "va", "Qué"}));
}

TEST(Words, KeepTheSignsThatAreSaid) {
  EXPECT_EQ(words_in("$5 & 5% of #1, C++ @home"),
            (Strings{"$5", "&", "5%", "of", "#1", "C++", "@home"}));
  EXPECT_EQ(words_in("😀 👍🏽!"), (Strings{"😀", "👍🏽"}));
}

TEST(Words, AreNoneInPunctuation) {
  EXPECT_EQ(words_in(""), Strings{});
  EXPECT_EQ(words_in(" — … ,.!? "), Strings{});
  EXPECT_EQ(words_in("—"), Strings{});
}

TEST(Words, AreCharactersWhereNoSpacesAreWritten) {
  EXPECT_EQ(words_in("你好，世界。"), (Strings{"你", "好", "世", "界"}));
  EXPECT_EQ(words_in("AIは、データ"), (Strings{"AI", "は", "デー", "タ"}));
  EXPECT_EQ(words_in("ดีครับ"), (Strings{"ดี", "ค", "รั", "บ"}));
  EXPECT_EQ(words_in("안녕 세상"), (Strings{"안녕", "세상"}));
}

Loudness all_loud(int64_t samples) {
  return Loudness(static_cast<size_t>(samples / kLoudnessStep), true);
}

TEST(WordPlaces, FollowTheEvents) {
  const auto words = find_words("one two three");
  const std::vector<WordEvent> events = {{0, 0}, {4, 24'000}, {8, 48'000}};
  Loudness loud = all_loud(96'000);
  for (size_t i = 80; i < 100; ++i)  // silence from 19,200 to the second word
    loud[i] = false;
  const auto spans = place_words(words, events, loud, 96'000);
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[0].begin, 0);
  EXPECT_EQ(spans[0].end, 19'200);
  EXPECT_EQ(spans[1].begin, 24'000);
  EXPECT_EQ(spans[1].end, 48'000);
  EXPECT_EQ(spans[2].end, 96'000);
}

TEST(WordPlaces, ShareWhereEventsAreMissing) {
  const auto words = find_words("aa bb cccc dd");
  const std::vector<WordEvent> events = {{3, 9'600}, {11, 57'600}};  // "bb" and "dd"
  const auto spans = place_words(words, events, all_loud(96'000), 96'000);
  ASSERT_EQ(spans.size(), 4u);
  EXPECT_EQ(spans[0].begin, 9'600);   // nothing tells of "aa": it shares with "bb" and "cccc"
  EXPECT_EQ(spans[1].begin, 21'600);  // by their lengths 2, 2 and 4
  EXPECT_EQ(spans[2].begin, 33'600);
  EXPECT_EQ(spans[2].end, 57'600);
  EXPECT_EQ(spans[3].begin, 57'600);
}

TEST(WordPlaces, EndWhereSomethingElseIsSaid) {
  const auto words = find_words("one — two");
  const std::vector<WordEvent> events = {{0, 0}, {4, 24'000}, {8, 48'000}};  // the dash is read
  const auto spans = place_words(words, events, all_loud(72'000), 72'000);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].end, 24'000);
  EXPECT_EQ(spans[1].begin, 48'000);
}

TEST(WordPlaces, RiseWhateverTheEngineSays) {
  const auto words = find_words("$5 for one");
  // Two events in one word, one out of order, one behind the end, one for nothing.
  const std::vector<WordEvent> events = {{1, 4'800},  {0, 9'600},   {7, 19'200},
                                         {3, 24'000}, {99, 30'000}, {7, 999'999}};
  const auto spans = place_words(words, events, all_loud(48'000), 48'000);
  ASSERT_EQ(spans.size(), 3u);
  int64_t last = 0;
  for (const WordSpan& span : spans) {
    EXPECT_GE(span.begin, last);
    EXPECT_GE(span.end, span.begin);
    EXPECT_LE(span.end, 48'000);
    last = span.end;
  }
  EXPECT_EQ(spans[0].begin, 4'800);
}

TEST(WordPlaces, AreSpreadWithoutEvents) {
  const auto words = find_words("aa bb");
  const auto spans = place_words(words, {}, all_loud(48'000), 48'000);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[1].begin, 24'000);
}

}  // namespace
}  // namespace talkie
