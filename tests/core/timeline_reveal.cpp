// SPDX-License-Identifier: LGPL-2.1-or-later
// When steps come in, on slides as people write them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "speech/cue_times.h"
#include "speech/spoken.h"
#include "timeline/reveal.h"
#include "timeline/terms.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kWord = milliseconds(400);
constexpr Time kPause = milliseconds(600);

// Every word takes kWord; kPause stands between utterances. Texts without spaces are one "word" a
// character.
SceneTiming say(const std::vector<std::string>& texts, const std::string& language = "en") {
  SceneTiming timing;
  Time now = milliseconds(500);
  int step = 0;
  for (const std::string& text : texts) {
    SpokenUtterance utterance;
    utterance.step = step++;
    utterance.text = text;
    utterance.language = language;
    utterance.start = now;
    const bool has_spaces = text.find(' ') != std::string::npos;
    for (size_t at = 0; at < text.size();) {
      size_t end = at + 1;
      if (has_spaces)
        while (end < text.size() && text[end] != ' ')
          ++end;
      else
        while (end < text.size() && (text[end] & 0xC0) == 0x80)
          ++end;
      utterance.words.push_back({text.substr(at, end - at), at, end - at, now, now + kWord});
      now += kWord;
      at = end + (has_spaces ? 1 : 0);
    }
    utterance.end = now;
    now += kPause;
    timing.utterances.push_back(std::move(utterance));
  }
  timing.duration = now + seconds(1);
  return timing;
}

// When `words` are said for the first time.
Time time_of_words(const SceneTiming& timing, const std::string& words) {
  for (const SpokenUtterance& utterance : timing.utterances)
    if (const size_t at = utterance.text.find(words); at != std::string::npos)
      return said_at(utterance, at);
  ADD_FAILURE() << "nobody says " << words;
  return {};
}

std::vector<Time> times_without_cues(const std::vector<Step>& steps, const SceneTiming& timing) {
  return reveal_times(steps, {}, timing);
}

std::vector<Step> steps_of(const std::vector<std::string>& words, int after = 0) {
  std::vector<Step> steps;
  for (const std::string& text : words)
    steps.push_back({text, after});
  return steps;
}

// Comes in with these words: at most this much before them, never after.
void expect_with(Time time, const SceneTiming& timing, const std::string& words,
                 Time before = milliseconds(1000)) {
  const Time said = time_of_words(timing, words);
  EXPECT_LE(time, said) << words;
  EXPECT_GE(time, said - before) << words;
}

void expect_in_order(const std::vector<Time>& times, const SceneTiming& timing) {
  Time end{};
  for (const SpokenUtterance& utterance : timing.utterances)
    end = std::max(end, utterance.end);
  for (size_t i = 0; i < times.size(); ++i) {
    EXPECT_LE(times[i], end);
    EXPECT_GE(times[i], i ? times[i - 1] : Time{});
  }
}

TEST(Reveal, BulletsSpokenInOrder) {
  const SceneTiming timing =
      say({"Three things make the tide.", "The moon pulls at the water that is nearest to it.",
           "The sun helps, though it is very far away.",
           "And the shape of the coast decides how far the water comes."});
  const auto times = times_without_cues(
      steps_of({"The moon pulls the water", "The sun helps", "The coast decides how far"}), timing);
  ASSERT_EQ(times.size(), 3u);
  expect_with(times[0], timing, "The moon");
  expect_with(times[1], timing, "The sun");
  expect_with(times[2], timing, "the shape of the coast");
  expect_in_order(times, timing);
}

TEST(Reveal, OtherFormsOfTheWords) {
  const SceneTiming timing =
      say({"First of all we plan, and planning takes most of the week.",
           "Then somebody tests what was built.", "At last it is released to the customers."});
  const auto times =
      times_without_cues(steps_of({"Plans", "Testing", "Release to customers"}), timing);
  expect_with(times[0], timing, "First of all");
  expect_with(times[1], timing, "Then somebody tests");
  expect_with(times[2], timing, "At last");
}

TEST(Reveal, OnlySomeAreSpoken) {
  const SceneTiming timing =
      say({"We begin with apples.", "Much later there is something quite different to talk about.",
           "Cherries come last."});
  const auto times = times_without_cues(steps_of({"Apples", "Bananas", "Cherries"}), timing);
  expect_with(times[0], timing, "We begin");
  expect_with(times[2], timing, "Cherries");
  EXPECT_EQ(times[1], times[0] + (times[2] - times[0]) / 2) << "evenly between its neighbours";
}

TEST(Reveal, AllInTheLastSentence) {
  const SceneTiming timing =
      say({"There is a lot to say about this before we come to the point, and we say it at length.",
           "So remember red, green and blue."});
  const auto times = times_without_cues(steps_of({"Red", "Green", "Blue"}), timing);
  expect_with(times[0], timing, "So remember");
  expect_with(times[1], timing, "green", milliseconds(400));
  expect_with(times[2], timing, "blue", milliseconds(400));
  expect_in_order(times, timing);
}

TEST(Reveal, SharedWordsDoNotConfuse) {
  const SceneTiming timing =
      say({"Solar power grows fastest of all.", "Wind power is cheap in the north.",
           "Water power is the oldest."});
  const auto times =
      times_without_cues(steps_of({"Solar power", "Wind power", "Water power"}), timing);
  expect_with(times[0], timing, "Solar");
  expect_with(times[1], timing, "Wind");
  expect_with(times[2], timing, "Water");
}

TEST(Reveal, NothingIsSpokenOfThem) {
  const SceneTiming timing = say({"Something else altogether is being said in this place now."});
  const auto times = times_without_cues(steps_of({"Alpha", "Beta", "Gamma", "Delta"}), timing);
  EXPECT_EQ(times[0], timing.utterances[0].start);
  for (size_t i = 2; i < 4; ++i)
    EXPECT_NEAR(to_seconds(times[i] - times[i - 1]), to_seconds(times[1] - times[0]), 0.01);
  expect_in_order(times, timing);
}

TEST(Reveal, NotBeforeTheirPlaceInTheScript) {
  const SceneTiming timing =
      say({"The harbour is where we start.", "A second paragraph.", "Again the harbour."});
  const auto times = times_without_cues(steps_of({"The harbour"}, 3), timing);
  EXPECT_GE(times[0], timing.utterances[2].start);
  expect_with(times[0], timing, "Again");
}

TEST(Reveal, SiblingsFollowEachOther) {
  const SceneTiming timing = say({"One word."});
  const auto times =
      times_without_cues(steps_of({"a1", "b2", "c3", "d4", "e5", "f6", "g7", "h8"}, 1), timing);
  for (size_t i = 1; i < times.size(); ++i) {
    EXPECT_GT(times[i], times[i - 1]);
    EXPECT_LE(times[i] - times[i - 1], milliseconds(110));
  }
  EXPECT_LE(times.back(), timing.utterances[0].end);
}

TEST(Reveal, WithoutSpeechFromTheStart) {
  for (const Time time : times_without_cues(steps_of({"a", "b"}), SceneTiming{}))
    EXPECT_EQ(time, kFromTheStart);
  EXPECT_TRUE(times_without_cues({}, say({"Hello there."})).empty());
}

TEST(Reveal, WithoutWordTimesByTheirPlace) {
  SceneTiming timing = say({"First the apples, then after a long while the cherries."});
  timing.utterances[0].words.clear();
  const auto times = times_without_cues(steps_of({"Apples", "Cherries"}), timing);
  const Time length = timing.utterances[0].end - timing.utterances[0].start;
  EXPECT_EQ(times[0], timing.utterances[0].start) << "with its phrase";
  EXPECT_NEAR(to_seconds(times[1] - timing.utterances[0].start), to_seconds(length) / 3, 0.1);
}

TEST(Reveal, StepsWithCuesComeExactlyThen) {
  const SceneTiming timing =
      say({"We begin with apples.", "Then there are bananas and more of them.",
           "Cherries come last, after the apples."});
  std::vector<Step> steps = steps_of({"Apples", "Bananas", "Cherries"});
  steps[1].cue = 0;
  const Time cue = time_of_words(timing, "more");
  const auto times = reveal_times(steps, {cue}, timing);
  EXPECT_EQ(times[1], cue);
  expect_with(times[0], timing, "We begin");
  expect_with(times[2], timing, "Cherries");
}

TEST(Reveal, OthersStayAroundACue) {
  const SceneTiming timing = say({"Apples, bananas and cherries.", "And that was it, mostly."});
  std::vector<Step> steps = steps_of({"Apples", "Bananas", "Cherries"});
  steps[0].cue = 0;
  const Time cue = time_of_words(timing, "that was");
  const auto times = reveal_times(steps, {cue}, timing);
  EXPECT_EQ(times[0], cue);
  EXPECT_GE(times[1], cue) << "though it is spoken of before";
  EXPECT_GE(times[2], times[1]);
  EXPECT_LE(times[2], timing.utterances[1].end);
}

TEST(Reveal, CuesAreTimesOfWords) {
  SceneTiming timing = say({"One two three.", "Four five."});
  timing.utterances[1].step = 2;  // a pause between them
  const auto times = cue_times({{0, 4}, {1, 0}, {2, 5}, {3, 0}}, timing);
  EXPECT_EQ(times[0], timing.utterances[0].words[1].start);
  EXPECT_EQ(times[1], timing.utterances[0].end) << "a pause begins with the end of the words";
  EXPECT_EQ(times[2], timing.utterances[1].words[1].start);
  EXPECT_EQ(times[3], timing.utterances[1].end) << "after all that is said";
  SceneTiming silence;
  silence.duration = seconds(8);
  EXPECT_EQ(cue_times({{0, 0}, {1, 0}, {2, 0}}, silence),
            (std::vector<Time>{seconds(2), seconds(4), seconds(6)}));
}

TEST(Reveal, Chinese) {
  const SceneTiming timing = say({"潮汐有三个原因。", "月亮吸引着离它最近的海水。",
                                  "太阳也有帮助，虽然它很远。", "海岸的形状决定海水能走多远。"},
                                 "zh");
  const auto times = times_without_cues(steps_of({"月亮的引力", "太阳的帮助", "海岸形状"}), timing);
  expect_with(times[0], timing, "月亮");
  expect_with(times[1], timing, "太阳");
  expect_with(times[2], timing, "海岸");
}

TEST(Reveal, Japanese) {
  const SceneTiming timing =
      say({"まず、計画を立てます。", "次に、テストをします。", "最後に、リリースします。"}, "ja");
  const auto times = times_without_cues(steps_of({"計画", "テスト", "リリース"}), timing);
  expect_with(times[0], timing, "計画");
  expect_with(times[1], timing, "テスト");
  expect_with(times[2], timing, "リリース");
}

TEST(Reveal, Arabic) {
  const SceneTiming timing =
      say({"القمر يجذب الماء القريب منه.", "والشمس تساعد رغم بعدها.", "وشكل الساحل يحدد مدى المد."},
          "ar");
  const auto times = times_without_cues(steps_of({"جذب القمر", "الشمس تساعد", "شكل ساحل"}), timing);
  expect_with(times[0], timing, "القمر");
  expect_with(times[1], timing, "والشمس");
  expect_with(times[2], timing, "وشكل");
}

TEST(Reveal, HugeScenesAreSpreadInNoTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += "word" + std::to_string(i % 977) + " ";
  SceneTiming timing = say({text});
  const auto times =
      times_without_cues(std::vector<Step>(400, {"word12 word13 word14 word15", 0}), timing);
  expect_in_order(times, timing);
}

TEST(Terms, FoldsAndCompares) {
  const auto terms = terms_of("The ÉCOLE's “big” tests — 月亮上 12.5");
  std::vector<std::string> texts;
  for (const Term& term : terms)
    texts.push_back(term.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"the", "école's", "big", "tests", "月亮", "亮上", "12",
                                             "5"}));
  EXPECT_TRUE(terms[0].is_light);
  EXPECT_FALSE(terms[2].is_light);
  const auto like = [](const char* a, const char* b) {
    return likeness(terms_of(a).front(), terms_of(b).front());
  };
  EXPECT_EQ(like("Tides", "TIDES"), 1);
  EXPECT_GT(like("cat", "cats"), 0);
  EXPECT_GT(like("planning", "plan"), 0);
  EXPECT_EQ(like("contain", "content"), 0);
  EXPECT_GT(like("testing", "tests"), 0);
  EXPECT_EQ(like("1984", "1985"), 0);
  EXPECT_EQ(like("state", "stone"), 0);
  EXPECT_EQ(like("résumé", "resume"), 0) << "accents tell words apart";
}

}  // namespace
}  // namespace talkie
