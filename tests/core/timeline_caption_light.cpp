// SPDX-License-Identifier: LGPL-2.1-or-later
// Burned-in captions whose words are lit: which word in which frame, and what that repaints.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "timeline/staged_captions.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Size kSize{1280, 720};
constexpr Rate kTen{10, 1};  // frames a second

class CaptionLight : public testing::Test {
 protected:
  CaptionLight() {
    SpokenUtterance& utterance = timing_.utterances.emplace_back();
    utterance.text = "One two three four.";
    utterance.language = "en";
    utterance.start = seconds(1);
    utterance.end = milliseconds(4300);
    for (const auto& [word, start] : std::vector<std::pair<std::string, int>>{
             {"One", 1000}, {"two", 1300}, {"three", 2000}, {"four", 4000}})
      utterance.words.push_back({word, utterance.text.find(word), word.size(), milliseconds(start),
                                 milliseconds(start + 300)});
    timing_.duration = seconds(8);
    visual_.size = kSize;
  }

  StagedCaptions staged(CaptionMode mode) const {
    StagedCaptions captions(visual_.caption_style, kSize);
    captions.place(timing_, SceneClock(visual_, timing_, kTen), mode);
    return captions;
  }
  [[nodiscard]] std::string lit(const StagedCaptions& captions, int64_t frame) const {
    const StagedCaption* const caption = captions.at(frame);
    if (!caption) return "no caption";
    return timing_.utterances[0].text.substr(caption->lit.begin, caption->lit.length);
  }

  SceneTiming timing_;
  Visual visual_;
};

// A word is lit until the next one. In a long silence its light goes out.
TEST_F(CaptionLight, GoesWithTheVoice) {
  const StagedCaptions captions = staged(CaptionMode::words);
  const std::vector<std::pair<int64_t, std::string>> changes = {
      {10, "One"},  {13, "two"}, {20, "three"},     {27, ""},
      {40, "four"}, {47, ""},    {53, "no caption"}};
  EXPECT_EQ(lit(captions, 9), "no caption");
  for (size_t i = 0; i < changes.size(); ++i) {
    const auto& [first, word] = changes[i];
    const int64_t end = i + 1 < changes.size() ? changes[i + 1].first : kNever;
    EXPECT_EQ(captions.next_change(first - 1), first);
    for (int64_t frame = first; frame < std::min(end, first + 20); ++frame) {
      EXPECT_EQ(lit(captions, frame), word) << frame;
      EXPECT_EQ(captions.next_change(frame), end) << frame;
    }
  }
}

TEST_F(CaptionLight, IsThereWhenAskedForOnly) {
  const StagedCaptions burned = staged(CaptionMode::burned);
  EXPECT_EQ(lit(burned, 15), "");
  EXPECT_EQ(burned.next_change(10), 53);
  const StagedCaptions none = staged(CaptionMode::none);
  EXPECT_EQ(none.at(15), nullptr);
  EXPECT_EQ(none.next_change(0), kNever);
}

TEST_F(CaptionLight, RepaintsTheTwoWords) {
  StagedCaptions captions = staged(CaptionMode::words);
  const Rect whole = captions.sprite(*captions.at(12)).rect();
  std::vector<Rect> changes;
  captions.collect_changes(12, 13, changes);
  ASSERT_EQ(changes.size(), 2u);
  for (const Rect& rect : changes) {
    EXPECT_EQ(intersect(rect, whole), rect);
    EXPECT_LT(rect.area(), whole.area() / 2);
    EXPECT_GT(rect.area(), 0);
  }
  EXPECT_LT(changes[0].x0, changes[1].x0);
  changes.clear();
  captions.collect_changes(13, 19, changes);
  EXPECT_TRUE(changes.empty());
  captions.collect_changes(9, 13, changes);
  EXPECT_EQ(changes, std::vector<Rect>{whole});
}

}  // namespace
}  // namespace talkie
