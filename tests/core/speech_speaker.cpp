// SPDX-License-Identifier: LGPL-2.1-or-later
#include <atomic>
#include <chrono>
#include <thread>

#include "speech/speaker.h"
#include "speech_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

class SpeakerTest : public testing::Test {
 protected:
  static Scene scene(int index, std::string text = "one two") {
    Scene made = scene_of({utterance(std::move(text))});
    made.id = "s" + std::to_string(index);
    made.index = index;
    return made;
  }
  // Until all that was added so far is spoken.
  static void wait_for(const std::atomic<int>& count, int wanted) {
    for (int i = 0; i < 1000 && count < wanted; ++i)
      std::this_thread::sleep_for(1ms);
    EXPECT_EQ(count, wanted);
    std::this_thread::sleep_for(100ms);
  }

  const EnginePath path_{EnginePath::beep()};
  const NarratorOptions options_{.engine = "beep"};
};

TEST_F(SpeakerTest, TimingsAddUpToTheSamples) {
  Speaker speaker(options_, 2);
  std::thread feeder([&] {
    for (int i = 0; i < 12; ++i)
      EXPECT_TRUE(speaker.add(scene(i, i % 3 ? "one two" : "one")));
    speaker.finish();
  });
  Time announced{};
  int timings = 0;
  int64_t samples = 0;
  while (true) {
    const Speaker::Step step = speaker.next();
    if (const auto* announcement = std::get_if<Speaker::Announcement>(&step)) {
      const SceneTiming* timing = &announcement->timing;
      EXPECT_EQ(timing->index, timings++);
      EXPECT_EQ(timing->start, announced);
      announced = timing->start + timing->duration;
    } else if (const auto* sound = std::get_if<Speaker::Samples>(&step)) {
      EXPECT_EQ(sound->first, samples);
      samples += static_cast<int64_t>(sound->samples.size());
      EXPECT_LE(sound->samples.size(), static_cast<size_t>(Speaker::kChunk));
      EXPECT_LE(time_of(samples, {kSampleRate, 1}), announced);  // never before their timing
    } else {
      EXPECT_TRUE(std::holds_alternative<Speaker::Finished>(step));
      break;
    }
  }
  feeder.join();
  EXPECT_EQ(timings, 12);
  EXPECT_EQ(time_of(samples, {kSampleRate, 1}), announced);
  EXPECT_EQ(speaker.total_samples(), samples);
}

TEST_F(SpeakerTest, RunsAheadNoFartherThanAsked) {
  Speaker speaker(options_, 3);
  std::atomic<int> added = 0;
  std::thread feeder([&] {
    while (added < 20 && speaker.add(scene(added)))
      ++added;
  });
  wait_for(added, 4);  // the one whose samples come next, and three
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(std::get<Speaker::Announcement>(speaker.next()).timing.index, i);
  while (std::get<Speaker::Samples>(speaker.next()).samples.size() ==
         static_cast<size_t>(Speaker::kChunk))
    continue;
  wait_for(added, 5);
  EXPECT_EQ(std::get<Speaker::Announcement>(speaker.next()).timing.index, 4);
  speaker.stop();
  feeder.join();
  EXPECT_TRUE(std::holds_alternative<Speaker::Stopped>(speaker.next()));
  EXPECT_FALSE(speaker.add(scene(9)));
}

TEST_F(SpeakerTest, SendsTheFirstSceneWithoutTheNext) {
  Speaker speaker(options_, 3);
  const auto start = std::chrono::steady_clock::now();
  speaker.add(scene(0));
  EXPECT_FALSE(std::get<Speaker::Announcement>(speaker.next()).timing.last);
  EXPECT_FALSE(std::get<Speaker::Samples>(speaker.next()).samples.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

TEST_F(SpeakerTest, KnowsTheLastSceneWhereItCan) {
  Speaker speaker(options_, 3);
  speaker.add(scene(0));
  speaker.add(scene(1));
  speaker.finish();
  for (int i = 0; i < 200 && !speaker.total_samples(); ++i)
    std::this_thread::sleep_for(5ms);
  EXPECT_FALSE(std::get<Speaker::Announcement>(speaker.next()).timing.last);
  EXPECT_TRUE(std::get<Speaker::Announcement>(speaker.next()).timing.last);
}

TEST_F(SpeakerTest, HandsOutProblemsAndTheFirstError) {
  Speaker speaker(options_, 8);
  speaker.add(scene(0, "warn"));
  EXPECT_EQ(std::get<Problem>(speaker.next()).message, "this is no speech");
  speaker.add(scene(1, "fail"));
  Speaker::Step step = speaker.next();
  while (!std::holds_alternative<Error>(step))
    step = speaker.next();
  EXPECT_EQ(std::get<Error>(step).message, "the beeper is broken");
  EXPECT_FALSE(speaker.add(scene(2)));
  EXPECT_FALSE(speaker.total_samples());
}

TEST_F(SpeakerTest, RefusesASecondFrameRate) {
  Speaker speaker(options_, 8);
  speaker.add(scene(0));
  Scene other = scene(1);
  other.film.frame_rate = {25, 1};
  speaker.add(other);
  Speaker::Step step = speaker.next();
  while (!std::holds_alternative<Error>(step))
    step = speaker.next();
  EXPECT_EQ(std::get<Error>(step).kind, ErrorKind::bad_value);
}

TEST_F(SpeakerTest, GivesUpWhatItIsSpeaking) {
  auto speaker = std::make_unique<Speaker>(options_, 1);
  speaker->add(scene(0, "wait"));
  speaker->add(scene(1));
  std::thread waiting([&] { EXPECT_FALSE(speaker->add(scene(2))); });
  std::thread taking(
      [&] { EXPECT_TRUE(std::holds_alternative<Speaker::Stopped>(speaker->next())); });
  std::this_thread::sleep_for(50ms);
  const auto start = std::chrono::steady_clock::now();
  speaker->stop();
  waiting.join();
  taking.join();
  speaker.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 500ms);
}

}  // namespace
}  // namespace talkie
