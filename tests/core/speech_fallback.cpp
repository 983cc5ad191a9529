// SPDX-License-Identifier: LGPL-2.1-or-later
// Who speaks where somebody cannot; and that all of them end up at one level.
#include <sys/stat.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/cache.h"
#include "speech/candidates.h"
#include "speech/loudness.h"
#include "speech/provider.h"
#include "speech/recording.h"
#include "speech/refusals.h"
#include "speech/sound_file.h"
#include "speech/speech_ahead.h"
#include "speech_testing.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

// A home of its own, with engines in its talkie.conf, for this whole program.
class Home : public testing::Environment {
 public:
  Home() {
    std::string name = (fs::temp_directory_path() / "talkie-home-XXXXXX").string();
    folder = mkdtemp(name.data());
    setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
    unsetenv("OPENAI_API_KEY");
    fs::create_directories(folder / "talkie");
    program("broken", "echo 'the model is not there' >&2; exit 3");
    program("copies", "echo x >> " + (folder / "calls").string() + "; sleep 0.2; cp " +
                          (folder / "spoken.wav").string() + " \"$1\"");
    program("late", "echo x >> " + (folder / "calls").string() + "; test -e " +
                        (folder / "well").string() + " && cp " + (folder / "spoken.wav").string() +
                        " \"$1\"");
    program("quiet", "cp " + (folder / "quiet.wav").string() + " \"$1\"");
    std::ofstream(folder / "talkie" / "talkie.conf")
        << "theme: paper\nengines:\n"
        << "  broken: {command: '" << (folder / "broken").string() << " {out}'}\n"
        << "  copies: {command: '" << (folder / "copies").string() << " {out}', calls: 4}\n"
        << "  quiet: {command: '" << (folder / "quiet").string() << " {out}'}\n"
        << "  late: {command: '" << (folder / "late").string() << " {out}'}\n"
        << "  odd: {kind: typewriter}\n";
  }
  ~Home() override { fs::remove_all(folder); }

  static fs::path folder;

 private:
  static void program(const std::string& name, const std::string& body) {
    std::ofstream(folder / name) << "#!/bin/sh\ncat > /dev/null\n" << body << "\n";
    fs::permissions(folder / name, fs::perms::owner_all);
  }
};
fs::path Home::folder;
const auto* const home = testing::AddGlobalTestEnvironment(new Home);

const NarratorOptions kEspeak = {.engine = "espeak"};
constexpr const char* kText = "The tide comes in, and then the tide goes out again.";

void write_wav(const fs::path& path, const std::vector<int16_t>& samples, double gain) {
  std::ofstream file(path, std::ios::binary);
  const auto put = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      file.put(static_cast<char>(value >> (8 * i)));
  };
  const auto size = static_cast<uint32_t>(samples.size() * 2);
  file << "RIFF";
  put(36 + size, 4);
  file << "WAVEfmt ";
  for (const auto& [value, bytes] : std::vector<std::pair<uint32_t, int>>{
           {16, 4}, {1, 2}, {1, 2}, {kSampleRate, 4}, {kSampleRate * 2, 4}, {2, 2}, {16, 2}})
    put(value, bytes);
  file << "data";
  put(size, 4);
  for (const int16_t sample : samples)
    put(static_cast<uint16_t>(std::lround(sample * gain)), 2);
}

Recording recorded(const std::string& engine, const std::string& voice = {},
                   const std::string& text = kText) {
  const Utterance said = utterance(text, voice);
  auto recording = record({&said, "en"}, {.engine = engine}, {});
  EXPECT_TRUE(recording) << recording.error().to_string();
  return recording ? *recording : Recording{};
}

// What the programs "speak".
void prepare_sounds() {
  const Recording spoken = recorded("espeak");
  ASSERT_GT(spoken.length, kSampleRate);
  write_wav(Home::folder / "spoken.wav", spoken.samples, 1);
  write_wav(Home::folder / "quiet.wav", spoken.samples, 0.05);
}

TEST(Fallback, ComesAfterAFailureAndSaysWhy) {
  const Recording recording = recorded("broken");
  EXPECT_EQ(recording.voice, "espeak/en-us");
  EXPECT_NE(recording.fallback.find("'broken' does not speak this"), std::string::npos);
  EXPECT_NE(recording.fallback.find("the model is not there"), std::string::npos);
  ASSERT_FALSE(recording.warnings.empty());
  EXPECT_NE(recording.warnings.front().find("'espeak/en-us' reads it instead"), std::string::npos);
  EXPECT_TRUE(recording.samples == recorded("espeak").samples) << "as if it had been asked first";
}

TEST(Fallback, GoesThroughTheListInItsOrder) {
  prepare_sounds();
  const Recording recording = recorded("broken, quiet,espeak");
  EXPECT_EQ(recording.voice.substr(0, 6), "quiet/");
  EXPECT_NE(recording.fallback.find("'broken'"), std::string::npos);
  EXPECT_TRUE(recorded("quiet").fallback.empty());
}

TEST(Fallback, IsSaidInTheTimingAndAtThePlace) {
  Scene scene = scene_of({utterance(kText)});
  std::get<Utterance>(scene.narration[0]).where = {"talk.md", 7, 1};
  Problems problems;
  auto speech = narrate(scene, 0, {.engine = "broken"}, problems);
  ASSERT_TRUE(speech);
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].where.line, 7);
  EXPECT_FALSE(problems.verdict(true)) << "with --strict it is an error";
  const SceneTiming timing = timing_of(scene, 0, *std::move(speech), true);
  EXPECT_EQ(timing.utterances[0].voice, "espeak/en-us");
  EXPECT_FALSE(timing.utterances[0].fallback.empty());
  const auto again = timing_from_json(to_json(timing));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(again->utterances[0].fallback, timing.utterances[0].fallback);
}

TEST(Fallback, IsNoneForANameThatNobodyHas) {
  const Utterance said = utterance(kText);
  for (const char* engine : {"espaek", "espeak,nobody", "command"}) {
    const auto recording = record({&said, "en"}, {.engine = engine}, {});
    ASSERT_FALSE(recording) << engine;
    EXPECT_EQ(recording.error().kind, ErrorKind::not_found) << engine;
  }
}

TEST(Voices, CanNameTheirEngine) {
  prepare_sounds();
  EXPECT_EQ(recorded("espeak", "quiet/").voice.substr(0, 6), "quiet/");
  EXPECT_EQ(recorded("quiet", "espeak/de").voice, "espeak/de");
  EXPECT_EQ(recorded("espeak", "broken/amy").voice, "espeak/en-us");
}

// A script is data: it must not send its text, or its user's money, anywhere.
TEST(Voices, OfAScriptReachNoNetworkThatTheUserDidNotName) {
  setenv("OPENAI_API_KEY", "sk-test", 1);
  const Recording recording = recorded("espeak", "openai/nova");
  EXPECT_EQ(recording.voice, "espeak/en-us");
  EXPECT_NE(recording.fallback.find("--engine openai"), std::string::npos) << recording.fallback;
  EXPECT_EQ(provider_counts()["openai"].calls, 0);
  unsetenv("OPENAI_API_KEY");
}

TEST(Providers, ThatAreNoneAreErrorsInTheSettings) {
  const auto odd = find_provider("odd");
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().kind, ErrorKind::bad_value);
  EXPECT_NE(odd.error().where.file.find("talkie.conf"), std::string::npos);
  EXPECT_EQ(odd.error().where.line, 7);
}

TEST(Providers, CountWhatIsAskedOfThem) {
  const CountsByProvider before = provider_counts();
  recorded("broken", {}, "four");
  const CountsByProvider since = counts_since(before);
  ASSERT_EQ(since.count("broken"), 1u);
  EXPECT_EQ(since.at("broken").calls, 1);
  EXPECT_EQ(since.at("broken").failures, 1);
  EXPECT_EQ(since.at("espeak").characters, 4);
  EXPECT_EQ(since.at("espeak").failures, 0);
}

// The same words at a twentieth of the loudness.
TEST(Levels, AreTheSameWhateverMadeThem) {
  prepare_sounds();
  for (const double target : {-14.0, -16.0, -23.0}) {
    Scene scene = scene_of({utterance(kText), utterance(kText, "quiet/")});
    scene.film.loudness = target;
    for (size_t step : {0, 1}) {
      Scene one = scene;
      one.narration = {scene.narration[step]};
      const auto samples = speak(one, kEspeak).speech.samples;
      EXPECT_NEAR(integrated_loudness(loudness_blocks(samples, 1, true)), target, 0.3) << step;
    }
  }
}

TEST(Levels, FollowTheAuthorsVolume) {
  Utterance softer = utterance(kText);
  softer.volume = 0.5;
  const auto say = [](Utterance what) {
    Scene scene = scene_of({std::move(what)});
    scene.film.loudness = -30;  // where no peak is limited
    return speak(scene, kEspeak).speech.samples;
  };
  const auto usual = say(utterance(kText));
  const auto soft = say(softer);
  EXPECT_NEAR(integrated_loudness(loudness_blocks(usual, 1)) -
                  integrated_loudness(loudness_blocks(soft, 1)),
              6.02, 0.2);
}

int calls() {
  std::ifstream file(Home::folder / "calls");
  return static_cast<int>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
}

TEST(Recordings, AreMadeOnceForAllWhoWantThem) {
  prepare_sounds();
  const int before = calls();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] { recorded("copies", {}, "asked for four times"); });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(calls(), before + 1);
}

TEST(Recordings, AreMadeAheadSideBySideAndTakenOnce) {
  prepare_sounds();
  const int before = calls();
  const NarratorOptions options{.engine = "copies"};
  SpeechAhead ahead(options, 4);
  std::vector<Scene> scenes;
  for (int i = 0; i < 4; ++i)
    scenes.push_back(scene_of({utterance("number " + std::to_string(i))}));
  for (const Scene& scene : scenes)
    ahead.begin(scene);
  // All four begin before the first one is waited for.
  for (int i = 0; i < 300 && calls() < before + 4; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(calls(), before + 4);
  for (const Scene& scene : scenes) {
    const auto& said = std::get<Utterance>(scene.narration[0]);
    const auto recording = ahead.take({&said, "en"}, {});
    ASSERT_TRUE(recording);
    EXPECT_GT(recording->length, 0);
  }
  EXPECT_EQ(calls(), before + 4);
}

// A film is spoken several times: it must not have another voice when its sound is made than when
// its times were found.
TEST(Refusals, KeepAVoiceAwayThatFailedOnce) {
  prepare_sounds();
  Refusals refusals;
  const NarratorOptions film = {.engine = "late", .refusals = &refusals};
  const Utterance said = utterance("it comes to itself again");
  const int before = calls();
  const auto first = record({&said, "en"}, film, {});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->voice, "espeak/en-us");
  std::ofstream(Home::folder / "well").close();
  const auto second = record({&said, "en"}, film, {});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->voice, "espeak/en-us");
  EXPECT_EQ(second->fallback, first->fallback);
  EXPECT_TRUE(second->samples == first->samples);
  EXPECT_EQ(calls(), before + 1) << "nobody waits for it twice";
  EXPECT_EQ(recorded("late", {}, said.text).voice.substr(0, 5), "late/") << "the next film may";
  fs::remove(Home::folder / "well");
}

// Who wants the times alone may be first.
TEST(Recordings, HaveSamplesForWhoWantsThemWhoeverElseAsks) {
  prepare_sounds();
  const fs::path folder = Home::folder / "cache";
  const Cache cache(folder);
  const Utterance said = utterance("wanted by two at once");
  for (int turn = 0; turn < 20; ++turn) {
    NarratorOptions times = {.engine = "espeak", .cache = &cache};
    times.samples = false;
    std::atomic<bool> go = false;
    std::thread other([&] {
      while (!go)
        continue;
      for (int i = 0; i < 50; ++i) {
        const auto recording = record({&said, "en"}, times, {});
        ASSERT_TRUE(recording);
        EXPECT_TRUE(recording->samples.empty());
        EXPECT_FALSE(recording->words.empty());
      }
    });
    go = true;
    for (int i = 0; i < 50; ++i) {
      const auto recording = record({&said, "en"}, {.engine = "espeak", .cache = &cache}, {});
      ASSERT_TRUE(recording);
      ASSERT_EQ(static_cast<int64_t>(recording->samples.size()), recording->length);
    }
    other.join();
  }
  fs::remove_all(folder);
}

TEST(SpeechAhead, BeginsNothingMoreOnceItIsStopped) {
  prepare_sounds();
  const int before = calls();
  {
    SpeechAhead ahead({.engine = "copies"}, 1);
    for (int i = 0; i < 30; ++i)
      ahead.begin(scene_of({utterance("never said " + std::to_string(i))}));
    for (int i = 0; i < 300 && calls() == before; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_LE(calls(), before + 2);
}

// The author's voice: the file that the embedded one made, with silence around.
struct OwnVoice : SoundFile {
  explicit OwnVoice(std::vector<int16_t> sound) : sound_(std::move(sound)) {
    frames = static_cast<int64_t>(sound_.size());
    samples = sound_;
    key = "own";
  }
  std::vector<int16_t> sound_;
};

std::vector<int16_t> own_voice;

TEST(OwnVoices, SayTheScenesWords) {
  const std::string first = "The tide comes in.";
  const std::string second = "And then the tide goes out again.";
  const Recording spoken = recorded("espeak", {}, first + " " + second);
  own_voice.assign(kSampleRate / 2, 0);
  own_voice.insert(own_voice.end(), spoken.samples.begin(), spoken.samples.end());
  own_voice.resize(own_voice.size() + kSampleRate);
  set_sound_file_reader([](const std::string& path,
                           const std::stop_token&) -> Result<std::shared_ptr<const SoundFile>> {
    if (path != "/take.wav") return Error{ErrorKind::not_found, "'" + path + "' is not there"};
    return std::shared_ptr<const SoundFile>(std::make_shared<OwnVoice>(own_voice));
  });
  Scene scene = scene_of({utterance(first), Pause{Time{2'000'000'000}}, utterance(second)});
  scene.recording = "/take.wav";
  scene.recording_where = {"talk.md", 3, 1};
  const SceneSpeech speech = speak(scene, kEspeak).speech;
  ASSERT_EQ(speech.utterances.size(), 2u);
  EXPECT_EQ(speech.utterances[0].words.size(), 4u);
  EXPECT_EQ(speech.utterances[1].words.size(), 7u);
  EXPECT_EQ(speech.utterances[0].voice, "recording");
  // Word by word as espeak said them, within what aligning is good for.
  std::vector<Word> words = speech.utterances[0].words;
  words.insert(words.end(), speech.utterances[1].words.begin(), speech.utterances[1].words.end());
  ASSERT_EQ(words.size(), spoken.words.size());
  for (size_t i = 0; i < words.size(); ++i)
    EXPECT_NEAR(to_seconds(words[i].start - words[0].start),
                static_cast<double>(spoken.words[i].begin - spoken.words[0].begin) / kSampleRate,
                0.12)
        << words[i].text;
  EXPECT_LT(speech.utterances[1].start - speech.utterances[0].end, Time{1'500'000'000})
      << "the file's own pauses count";

  scene.recording = "/missing.wav";
  Problems problems;
  const auto missing = narrate(scene, 0, kEspeak, problems);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().where.line, 3);
  set_sound_file_reader(nullptr);
}

TEST(Timings, HaveMarksAndCues) {
  Utterance said = utterance("one two three four");
  said.spans.push_back({.kind = SpeechSpan::Kind::mark, .offset = 8, .value = "here"});
  Scene scene = scene_of({said});
  Cue cue;
  cue.kind = Cue::Kind::highlight;
  cue.what = "mux";
  cue.offset = 4;
  scene.cues.push_back(cue);
  const SceneTiming timing = timing_of(scene, 0, speak(scene, kEspeak).speech, true);
  const auto& words = timing.utterances[0].words;
  ASSERT_EQ(timing.cues.size(), 1u);
  EXPECT_EQ(timing.cues[0].name, "highlight");
  EXPECT_EQ(timing.cues[0].what, "mux");
  EXPECT_EQ(timing.cues[0].time, words[1].start);
  ASSERT_EQ(timing.utterances[0].marks.size(), 1u);
  EXPECT_EQ(timing.utterances[0].marks[0].name, "here");
  EXPECT_EQ(timing.utterances[0].marks[0].time, words[2].start);
}

}  // namespace
}  // namespace talkie
