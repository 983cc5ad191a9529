// SPDX-License-Identifier: LGPL-2.1-or-later
// Speech that was kept is the speech that was made.
#include "speech/recording.h"

#include <filesystem>
#include <fstream>
#include <set>

#include "speech_testing.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// A cache in a folder of its own, and the test engine "beep".
class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "talkie-speech-XXXXXX").string();
    ASSERT_TRUE(mkdtemp(name.data()));
    cache_.emplace(name);
  }
  void TearDown() override {
    unsetenv("BEEP_FINGERPRINT");
    fs::remove_all(cache_->folder());
  }

  [[nodiscard]] NarratorOptions with_cache(NarratorOptions options) const {
    options.cache = &*cache_;
    return options;
  }
  [[nodiscard]] int64_t kept() const { return cache_->info().entries; }

  std::optional<Cache> cache_;
  EnginePath path_{std::string(std::getenv("TALKIE_ENGINE_PATH")) + ":" + EnginePath::beep()};
};

const NarratorOptions kBeep = {.engine = "beep"};
const NarratorOptions kEspeak = {.engine = "espeak"};

Scene a_scene() {
  Scene scene = scene_of({utterance("The first words, spoken."), Pause{milliseconds(700)},
                          utterance("And the rest of them: 42."), utterance("…"),
                          utterance("A last one.", "tlh")});
  scene.lead = milliseconds(250);
  scene.tail = milliseconds(333);
  std::get<Utterance>(scene.narration[2]).speed = 40;  // more than a voice can
  return scene;
}

void expect_same(const Narrated& a, const Narrated& b, bool samples = true) {
  EXPECT_EQ(a.speech.frames, b.speech.frames);
  EXPECT_EQ(a.speech.sound_key, b.speech.sound_key);
  EXPECT_TRUE(!samples || a.speech.samples == b.speech.samples);
  // As JSON, with every word's text, place and times.
  const Scene scene = a_scene();
  EXPECT_EQ(to_json(timing_of(scene, 0, a.speech, true)),
            to_json(timing_of(scene, 0, b.speech, true)));
  ASSERT_EQ(a.problems.all().size(), b.problems.all().size());
  for (size_t i = 0; i < a.problems.all().size(); ++i)
    EXPECT_EQ(a.problems.all()[i].to_string(), b.problems.all()[i].to_string());
}

TEST_F(Recordings, SoundTheSameFromACache) {
  for (const NarratorOptions& options : {kBeep, kEspeak}) {
    const Narrated made = speak(a_scene(), options);
    EXPECT_GT(peak_of(made.speech.samples, 0, made.speech.samples.size()), 500);
    EXPECT_GE(made.problems.all().size(), 2u) << "a speed and a voice that are not possible";
    const Narrated first = speak(a_scene(), with_cache(options));
    const int64_t entries = kept();
    const Narrated second = speak(a_scene(), with_cache(options));
    EXPECT_EQ(kept(), entries) << "everything was there";
    expect_same(first, made);
    expect_same(second, made);
  }
}

TEST_F(Recordings, TellTheirTimesWithoutTheirSound) {
  const Narrated made = speak(a_scene(), kEspeak);
  NarratorOptions times = with_cache(kEspeak);
  times.samples = false;
  for (const bool was_kept : {false, true}) {
    const Narrated timed = speak(a_scene(), times);
    EXPECT_TRUE(timed.speech.samples.empty()) << was_kept;
    expect_same(timed, made, false);
  }
  expect_same(speak(a_scene(), with_cache(kEspeak)), made);
}

TEST_F(Recordings, AreMadeAnewOnlyWhereTheWordsChanged) {
  const auto say = [this](std::vector<NarrationStep> steps) {
    const int64_t before = kept();
    speak(scene_of(std::move(steps)), with_cache(kBeep));
    return kept() - before;
  };
  EXPECT_EQ(say({utterance("one"), utterance("two"), utterance("three")}), 3);
  EXPECT_EQ(say({utterance("one"), utterance("two"), utterance("three")}), 0);
  EXPECT_EQ(say({utterance("one"), utterance("2"), utterance("three")}), 1);
  EXPECT_EQ(say({utterance("three"), Pause{milliseconds(90)}, utterance("one")}), 0)
      << "what stands around an utterance is not part of it";
  EXPECT_EQ(say({utterance("one", "high")}), 1) << "another voice";
  Utterance faster = utterance("one");
  faster.speed = 1.5;
  EXPECT_EQ(say({faster}), 1);
  faster.language = "fr";
  EXPECT_EQ(say({faster}), 1);
  Utterance elsewhere = utterance("one");
  elsewhere.where = {"other.md", 99, 3};
  elsewhere.caption = "1";
  EXPECT_EQ(say({elsewhere}), 0) << "neither its place nor its caption is heard";
}

TEST_F(Recordings, KnowWhatChangesTheirSound) {
  std::set<std::string> keys;
  const Scene scene = scene_of({utterance("one")});
  const auto key_with = [&](auto change) {
    NarratorOptions options = with_cache(kBeep);
    change(options);
    return speak(scene, options).speech.sound_key;
  };
  keys.insert(key_with([](NarratorOptions&) {}));
  keys.insert(key_with([](NarratorOptions& o) { o.voice = "high"; }));
  keys.insert(key_with([](NarratorOptions& o) { o.rate = 1.2; }));
  keys.insert(key_with([](NarratorOptions& o) { o.pitch = 1.2; }));
  keys.insert(key_with([](NarratorOptions& o) { o.volume = 0.5; }));
  keys.insert(key_with([](NarratorOptions& o) { o.engine = "espeak"; }));
  EXPECT_EQ(keys.size(), 6u);
  EXPECT_EQ(keys.count(key_with([](NarratorOptions&) {})), 1u);
}

// Another version of what stands behind an engine may sound different.
TEST_F(Recordings, AreNotSharedBetweenVersionsOfAnEngine) {
  const Scene scene = scene_of({utterance("one")});
  const std::string plain = speak(scene, with_cache(kBeep)).speech.sound_key;
  EXPECT_EQ(kept(), 1);
  setenv("BEEP_FINGERPRINT", "model 2", 1);
  const std::string other = speak(scene, with_cache(kBeep)).speech.sound_key;
  EXPECT_NE(plain, other);
  EXPECT_EQ(kept(), 2);
  unsetenv("BEEP_FINGERPRINT");
  EXPECT_EQ(speak(scene, with_cache(kBeep)).speech.sound_key, plain);
  EXPECT_EQ(kept(), 2);
}

TEST_F(Recordings, AreNotKeptWhereTheEngineFailed) {
  const Scene scene = scene_of({utterance("one"), utterance("fail")});
  const EnginePath alone{EnginePath::beep()};  // nobody stands in
  Problems problems;
  EXPECT_FALSE(narrate(scene, 0, with_cache(kBeep), problems));
  EXPECT_EQ(kept(), 1);
}

TEST_F(Recordings, AreMadeAnewWhereTheirEntryIsNoRecording) {
  const Narrated made = speak(scene_of({utterance("one")}), with_cache(kBeep));
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", ""},
      {"no JSON", ""},
      {"[]", ""},
      {R"({"voice":"","length":9,"words":[[0,9]],"loudness":[],"warnings":[]})", "too short"},
      {R"({"voice":"","length":-1,"words":[[0,9]],"loudness":[],"warnings":[]})", ""}};
  for (const auto& file : fs::recursive_directory_iterator(cache_->folder())) {
    if (!file.is_regular_file()) continue;
    const std::string key = file.path().filename().string();
    for (const auto& [head, body] : wrong) {
      ASSERT_TRUE(cache_->keep(key, head, body));
      const Narrated again = speak(scene_of({utterance("one")}), with_cache(kBeep));
      EXPECT_TRUE(again.speech.samples == made.speech.samples) << head;
      ASSERT_EQ(again.speech.utterances.size(), 1u);
      EXPECT_EQ(again.speech.utterances[0].words.size(), 1u) << head;
    }
    break;
  }
}

TEST_F(Recordings, AreMadeWhereTheCacheCannotBeWritten) {
  std::ofstream(cache_->folder() / "file") << "";
  const Cache unwritable(cache_->folder() / "file" / "cache");
  NarratorOptions options = kBeep;
  options.cache = &unwritable;
  expect_same(speak(a_scene(), options), speak(a_scene(), kBeep));
}

}  // namespace
}  // namespace talkie
