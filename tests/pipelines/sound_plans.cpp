// SPDX-License-Identifier: LGPL-2.1-or-later
// Films with music, effects and voices that fail: made again, from a cache, or not at all.
#include <set>

#include "sound_films.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

const std::string kHeader =
    "---\ntitle: Bells\nlanguage: en\nsize: 320x180\ntheme: ink\ntransition: cut\n";
const std::vector<std::string> kScenes = {"# One\n\nAt noon all bells ring.\n\n",
                                          "# Two\n\n(duration: 4)\n\n",
                                          "# Three\n\nIt [rings](sound:ding.wav) at six, too.\n\n",
                                          "# Four\n\nAnd at night they are silent.\n\n"};

std::string script_of(const std::vector<std::string>& scenes, const std::string& header) {
  std::string text = kHeader + header + "---\n";
  for (const std::string& scene : scenes)
    text += scene;
  return text;
}

class SoundPlans : public SoundFilms {
 protected:
  void SetUp() override {
    sound("song.wav", "anoisesrc=d=6:c=pink:a=0.5:seed=3:r=48000");
    sound("ding.wav", "sine=f=880:d=0.5:r=48000");
    fs::create_directory(path("made"));
  }
  // In a folder that has nothing else.
  RenderOptions film_of(const std::string& script, const std::string& extension,
                        const std::string& engine = "espeak") const {
    RenderOptions options = this->options(script, extension, engine);
    options.output = path("made/talk." + extension).string();
    options.workers = 2;
    return options;
  }
  [[nodiscard]] std::set<std::string> made() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(path("made")))
      names.insert(entry.path().filename().string());
    return names;
  }
  // "3 video", for each task that would run.
  static std::set<std::string> tasks_of(const RenderOptions& options) {
    const auto planned = plan(options);
    EXPECT_TRUE(planned) << planned.error().to_string();
    std::set<std::string> tasks;
    if (planned)
      for (const PlannedTask& task : planned->tasks)
        if (!task.kept) tasks.insert(std::to_string(task.scene) + " " + task.task);
    return tasks;
  }
};

TEST_F(SoundPlans, GiveTheSameBytesHoweverTheyAreMade) {
  for (const std::string extension : {"mp4", "webm", "wav"}) {
    SCOPED_TRACE(extension);
    RenderOptions options = film_of(script_of(kScenes, "music: song.wav\n"), extension);
    options.stems = path("stems").string();
    const auto bytes = [&] {
      make(options);
      std::vector<std::string> all = {whole_file(options.output)};
      for (const char* name : {"voice.wav", "music.wav", "effects.wav"})
        all.push_back(whole_file(path("stems") / name));
      for (const std::string& file : all)
        EXPECT_GT(file.size(), 1000u);
      fs::remove(options.output);
      fs::remove_all(options.stems);
      return all;
    };
    options.cache.clear();
    const auto expected = bytes();
    for (const int workers : {1, 4}) {
      options.workers = workers;
      options.cache.clear();
      EXPECT_TRUE(bytes() == expected) << "no cache, " << workers << " workers";
      options.cache = path("cache-" + extension + std::to_string(workers)).string();
      EXPECT_TRUE(bytes() == expected) << "cold, " << workers << " workers";
      EXPECT_TRUE(bytes() == expected) << "cached, " << workers << " workers";
    }
    // And without the stems it is the same film.
    options.stems.clear();
    options.cache.clear();
    make(options);
    EXPECT_TRUE(whole_file(options.output) == expected[0]);
    fs::remove(options.output);
  }
}

// So many scenes that one of them does not change how loud the whole is.
std::vector<std::string> ten_scenes() {
  std::vector<std::string> scenes;
  for (int i = 1; i <= 8; ++i)
    scenes.push_back("# Tower " + std::to_string(i) + "\n\nAt noon the bells of tower number " +
                     std::to_string(i) + " ring for everybody.\n\n");
  scenes.push_back(kScenes[2]);
  scenes.push_back(kScenes[3]);
  return scenes;
}

TEST_F(SoundPlans, MakeOnlyWhatAWordChanges) {
  const auto planned = [this](const std::vector<std::string>& scenes) {
    RenderOptions options = film_of(script_of(scenes, "music: song.wav\n"), "mp4");
    options.cache = path("cache").string();
    return options;
  };
  auto scenes = ten_scenes();
  make(planned(scenes));
  EXPECT_TRUE(tasks_of(planned(scenes)).empty());

  scenes[8] = "# Three!\n\nIt [rings](sound:ding.wav) at six, too.\n\n";
  EXPECT_EQ(tasks_of(planned(scenes)), (std::set<std::string>{"9 video"})) << "only seen";

  // A sound is encoded with the beginning of what follows it, and the music goes on: after the
  // words that last longer it is another stretch of it.
  scenes[8] = "# Three\n\nIt [rings](sound:ding.wav) at seven, too.\n\n";
  EXPECT_EQ(tasks_of(planned(scenes)),
            (std::set<std::string>{"9 video", "8 sound", "9 sound", "10 sound"}));
}

TEST_F(SoundPlans, FollowTheMusicsFile) {
  RenderOptions options = film_of(script_of(kScenes, "music: song.wav\n"), "mp4");
  options.cache = path("cache").string();
  make(options);
  const std::string before = whole_file(options.output);
  fs::remove(path("song.wav"));
  sound("song.wav", "anoisesrc=d=6:c=brown:a=0.5:seed=4:r=48000");
  const auto tasks = tasks_of(options);
  EXPECT_TRUE(tasks.contains("2 sound"));
  EXPECT_FALSE(tasks.contains("2 video"));
  make(options);
  EXPECT_FALSE(whole_file(options.output) == before);
}

TEST_F(SoundPlans, MusicThatIsMissingLeavesNothingBehind) {
  for (const auto& [script, line] : std::vector<std::pair<std::string, int>>{
           {"---\nsize: 320x180\nmusic: nothing.wav\n---\n# One\n\nWords.\n", 3},
           {"# One\n\nWords.\n\n(sound: nothing.ogg)\n\nMore.\n", 5}}) {
    RenderOptions options = film_of(script, "mp4");
    options.stems = path("made/stems").string();
    const auto report = render(options);
    ASSERT_FALSE(report);
    const Error& error = report.error();
    EXPECT_EQ(error.where.line, line);
    EXPECT_GT(error.where.column, 0);
    EXPECT_NE(error.to_string().find("talk.md:" + std::to_string(line) + ":"), std::string::npos)
        << error.to_string();
    EXPECT_NE(error.message.find("nothing."), std::string::npos);
    EXPECT_TRUE(made().empty());
  }
}

TEST_F(SoundPlans, MusicThatIsNoSoundIsAnErrorWithItsPlace) {
  folder_.write("song.wav", "RIFF, it says, but it is a text");
  RenderOptions options = film_of(script_of(kScenes, "music: song.wav\n"), "mp4");
  options.cache = path("cache").string();
  const auto report = render(options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().where.line, 7) << report.error().to_string();
  EXPECT_TRUE(made().empty());
}

// ---- voices that fail

const std::string kTwoScenes =
    script_of({"# One\n\nAt noon all bells ring.\n\n", "# Two\n\nAnd at six.\n\n"}, "");

TEST_F(SoundPlans, AVoiceThatFailsIsReportedAndAskedAgain) {
  const std::string down = speaking_home->path("flaky.down");
  RenderOptions options = film_of(kTwoScenes, "mp4", "flaky,espeak");
  options.cache = path("cache").string();

  std::ofstream(down).put('x');
  const RenderReport failed = make(options);
  const std::string other_voice = whole_file(options.output);
  ASSERT_EQ(failed.fallbacks.size(), 2u);
  EXPECT_EQ(failed.fallbacks[0].scene, 1);
  EXPECT_EQ(failed.fallbacks[1].scene, 2);
  EXPECT_EQ(failed.fallbacks[0].voice.substr(0, 7), "espeak/");
  EXPECT_NE(failed.fallbacks[0].reason.find("'flaky'"), std::string::npos);
  EXPECT_GE(failed.warnings, 2);

  fs::remove(down);
  const RenderReport again = make(options);
  EXPECT_TRUE(again.fallbacks.empty());
  const std::string own_voice = whole_file(options.output);
  EXPECT_FALSE(own_voice == other_voice) << "it speaks anew";
  RenderOptions afresh = options;
  afresh.cache.clear();
  make(afresh);
  EXPECT_TRUE(whole_file(options.output) == own_voice);

  // And now that it has spoken, nobody minds whether it could.
  std::ofstream(down).put('x');
  const RenderReport kept = make(options);
  EXPECT_TRUE(kept.fallbacks.empty());
  EXPECT_EQ(kept.made, 0);
  fs::remove(down);
}

TEST_F(SoundPlans, AVoiceThatFailsIsAnErrorWhereWarningsAre) {
  const std::string down = speaking_home->path("shaky.down");
  std::ofstream(down).put('x');
  RenderOptions options = film_of(kTwoScenes, "mp4", "shaky");
  options.strict = true;
  options.stems = path("made/stems").string();
  std::vector<Problem> problems;
  RenderHooks hooks;
  hooks.problem = [&](const Problem& problem) { problems.push_back(problem); };
  const auto report = render(options, hooks);
  fs::remove(down);
  ASSERT_FALSE(report);
  ASSERT_FALSE(problems.empty());
  EXPECT_NE(problems[0].message.find("'shaky'"), std::string::npos) << problems[0].to_string();
  EXPECT_EQ(problems[0].where.line, 10);
  EXPECT_TRUE(made().empty()) << testing::PrintToString(made());
}

}  // namespace
}  // namespace talkie
