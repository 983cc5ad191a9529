// SPDX-License-Identifier: LGPL-2.1-or-later
// Captions: where they are broken, when they stand, and the files.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "timeline/captions.h"
#include "timeline/phrases.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A word every 300 ms. Without spaces a "word" is one character.
SpokenUtterance speak(const std::string& text, Time start, const std::string& language = "en",
                      const std::string& caption = {}) {
  SpokenUtterance utterance;
  utterance.text = text;
  utterance.caption = caption;
  utterance.language = language;
  utterance.start = start;
  const bool has_spaces = text.find(' ') != std::string::npos;
  Time now = start;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    while (end < text.size() && (has_spaces ? text[end] != ' ' : (text[end] & 0xC0) == 0x80))
      ++end;
    utterance.words.push_back(
        {text.substr(at, end - at), at, end - at, now, now + milliseconds(300)});
    now += milliseconds(300);
    at = end + (has_spaces ? 1 : 0);
  }
  utterance.end = now;
  return utterance;
}

SceneTiming scene_of(std::vector<SpokenUtterance> utterances, Time start = {}) {
  SceneTiming timing;
  timing.start = start;
  timing.duration = utterances.back().end + seconds(3);
  timing.utterances = std::move(utterances);
  return timing;
}

std::vector<std::string> texts_of(const std::vector<Caption>& captions) {
  std::vector<std::string> texts;
  for (const Caption& caption : captions)
    texts.push_back(caption.text);
  return texts;
}

double columns_of(std::string_view line) {
  double count = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if ((byte & 0xC0) != 0x80) count += byte >= 0xE3 ? 2 : 1;  // U+3000 and above are wide
  }
  return count;
}

// What holds of all captions: the words are all there in order, lines fit, times do not overlap.
void check(const std::vector<Caption>& captions, const std::string& said, Time end,
           double width = 42) {
  std::string all;
  Time last{};
  for (const Caption& caption : captions) {
    EXPECT_GE(caption.start, last) << caption.text;
    EXPECT_GT(caption.duration, Time{});
    last = caption.start + caption.duration;
    const auto lines = split(caption.text, '\n');
    EXPECT_LE(lines.size(), 2u);
    for (const std::string_view line : lines) {
      EXPECT_LE(columns_of(line), width) << line;
      EXPECT_EQ(line, trim(line));
      all += std::string(line);
    }
  }
  EXPECT_LE(last, end);
  std::string expected = said;
  std::erase(all, ' ');
  std::erase(expected, ' ');
  EXPECT_EQ(all, expected);
}

TEST(Captions, ASentenceIsACaption) {
  const std::string text = "The sea rises and falls twice a day. Nobody has to push it at all.";
  const SceneTiming timing = scene_of({speak(text, seconds(1))}, seconds(10));
  const auto captions = captions_of(timing);
  EXPECT_EQ(texts_of(captions), (std::vector<std::string>{"The sea rises and falls twice a day.",
                                                          "Nobody has to push it at all."}));
  EXPECT_EQ(captions[0].start, seconds(11));
  EXPECT_EQ(captions[1].start, seconds(11) + 8 * milliseconds(300));
  EXPECT_EQ(captions[0].start + captions[0].duration, captions[1].start);
  EXPECT_EQ(captions[1].duration, 7 * milliseconds(300) + seconds(1)) << "1 s after the last word";
}

TEST(Captions, TwoLinesAreBalanced) {
  const std::string text = "Every tide that you have seen was pulled there by the moon above.";
  const auto captions = captions_of(scene_of({speak(text, {})}));
  ASSERT_EQ(captions.size(), 1u);
  const auto lines = split(captions[0].text, '\n');
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NEAR(columns_of(lines[0]), columns_of(lines[1]), 8) << captions[0].text;
}

TEST(Captions, LongSentencesBreakAtPhrases) {
  const std::string text =
      "When the moon stands above the ocean it pulls the water towards itself, and because the "
      "earth turns below it, the bulge travels around the whole planet once in a day.";
  const auto captions = captions_of(scene_of({speak(text, {})}));
  check(captions, text, seconds(100));
  ASSERT_EQ(captions.size(), 3u);
  EXPECT_TRUE(captions[0].text.ends_with("itself,")) << captions[0].text;
  EXPECT_TRUE(captions[1].text.ends_with("it,")) << captions[1].text;
}

TEST(Captions, NoLineEndsWithAnArticle) {
  const std::string text =
      "This is a rather long way of telling you about the reason for the height of the water in "
      "the harbour of a town on the coast of the northern sea in the autumn of the year";
  const auto captions = captions_of(scene_of({speak(text, {})}));
  check(captions, text, seconds(100));
  for (const Caption& caption : captions)
    for (const std::string_view line : split(caption.text, '\n'))
      for (const std::string_view end : {" the", " a", " of", " in"})
        EXPECT_FALSE(line.ends_with(end)) << line;
}

TEST(Captions, ShortOnesAreJoinedWhereThereIsNoRoom) {
  const std::string text = "Yes. No. Well, perhaps we should look at it.";
  const auto captions = captions_of(scene_of({speak(text, {})}));
  check(captions, text, seconds(100));
  for (const Caption& caption : captions)
    EXPECT_GE(caption.duration, seconds(1)) << caption.text;
}

TEST(Captions, AbbreviationsAndNumbersEndNoSentence) {
  const std::string text = "Dr. Smith paid 3.5 million to St. Mary in the U.S. for it.";
  for (const SpeechPiece& piece : pieces_of(text, "en")) {
    if (piece.end == text.size()) continue;
    EXPECT_NE(piece.after, Boundary::sentence) << text.substr(piece.begin, piece.end);
  }
}

TEST(Captions, OverrideTakesTheUtterancesTime) {
  const SceneTiming timing =
      scene_of({speak("one two three four five six seven eight nine ten", seconds(2), "en",
                      "First comes this part of it. Second comes that part of it.")});
  const auto captions = captions_of(timing);
  ASSERT_EQ(captions.size(), 2u);
  EXPECT_EQ(captions[0].text, "First comes this part of it.");
  EXPECT_EQ(captions[0].start, seconds(2));
  EXPECT_NEAR(to_seconds(captions[1].start), 3.5, 0.1) << "half of the text at half of the time";
}

TEST(Captions, TheyEndWithTheScene) {
  SceneTiming timing = scene_of({speak("Hello to everybody here.", {})});
  timing.duration = timing.utterances[0].end + milliseconds(100);
  const auto captions = captions_of(timing);
  EXPECT_EQ(captions.back().start + captions.back().duration, timing.duration);
  EXPECT_TRUE(captions_of(SceneTiming{}).empty());
}

TEST(Captions, ChineseBreaksBetweenCharacters) {
  const std::string text =
      "当月亮在海洋上方的时候，它会把海水拉向自己，因为地球在下面转动，所以隆起的水每天绕地球一圈。"
      "这就是GStreamer潮汐的原因，也是「大海」每天涨落两次的原因！";
  SpokenUtterance utterance = speak(text, {}, "zh");
  const auto captions = captions_of(scene_of({utterance}));
  check(captions, text, seconds(1000));
  EXPECT_GE(captions.size(), 2u);
  bool has_latin_word = false;
  for (const Caption& caption : captions)
    for (const std::string_view line : split(caption.text, '\n')) {
      for (const std::string_view closing : {"，", "。", "！", "」", "、"})
        EXPECT_FALSE(line.starts_with(closing)) << line;
      EXPECT_FALSE(line.ends_with("「")) << line;
      has_latin_word |= line.find("GStreamer") != std::string_view::npos;
    }
  EXPECT_TRUE(has_latin_word) << "a Latin word stays whole";
}

TEST(Captions, AddressesAreCutWhereTheyMust) {
  const std::string address = "https://example.org/" + std::string(100, 'x');
  const auto captions = captions_of(scene_of({speak("See " + address + " for more.", {})}));
  check(captions, "See " + address + " for more.", seconds(100));
}

TEST(Captions, MeasureDecides) {
  CaptionLimits limits;
  limits.line_width = 100;
  limits.measure = [](const std::string& text) { return 10.0 * static_cast<double>(text.size()); };
  const auto captions = captions_of(scene_of({speak("aaaa bbbb cccc dddd eeee ffff", {})}), limits);
  for (const Caption& caption : captions)
    for (const std::string_view line : split(caption.text, '\n'))
      EXPECT_LE(line.size(), 10u);
  limits.lines = 1;
  for (const Caption& caption :
       captions_of(scene_of({speak("aaaa bbbb cccc dddd eeee ffff", {})}), limits))
    EXPECT_EQ(caption.text.find('\n'), std::string::npos);
}

TEST(CaptionFiles, SubRip) {
  const std::vector<Caption> captions{{milliseconds(1500), milliseconds(2000), "Hello\nyou", "en"},
                                      {seconds(3723), milliseconds(1001), "<i> & so", "en"}};
  EXPECT_EQ(to_srt(captions),
            "1\n00:00:01,500 --> 00:00:03,500\nHello\nyou\n\n"
            "2\n01:02:03,000 --> 01:02:04,001\n<i> & so\n\n");
  EXPECT_EQ(to_srt({}), "");
}

TEST(CaptionFiles, WebVtt) {
  const std::vector<Caption> captions{
      {Time{999'600'000}, milliseconds(500), "a --> <b> & c", "en"}};
  EXPECT_EQ(to_webvtt(captions),
            "WEBVTT\n\n00:00:01.000 --> 00:00:01.500\na --&gt; &lt;b&gt; &amp; c\n\n");
}

}  // namespace
}  // namespace talkie
