// SPDX-License-Identifier: LGPL-2.1-or-later
// Rendering as a plan where something goes wrong, or somebody else renders at the same time.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "plan_films.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

class PlanSafety : public PlannedFilms {
 protected:
  // The command's own arguments for the film of talk.md.
  [[nodiscard]] std::vector<std::string> command(const fs::path& output,
                                                 std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {(outside::build_root() / "tools" / "talkie").string(),
                                      "render",
                                      (folder_.path() / "work" / "talk.md").string(),
                                      "-o",
                                      output.string(),
                                      "--cache",
                                      cache().string()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  [[nodiscard]] std::vector<std::string> names_in_work() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path() / "work"))
      names.push_back(entry.path().filename().string());
    return names;
  }
};

// Starts a program that says nothing.
pid_t start(const std::vector<std::string>& arguments) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int nothing = open("/dev/null", O_RDWR);
  for (const int number : {0, 1, 2})
    dup2(nothing, number);
  std::vector<char*> words;
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execv(words[0], words.data());
  _exit(127);
}

TEST_F(PlanSafety, TwoProcessesUseOneCacheAtOnce) {
  const std::string expected = bytes_made_anew(options(Scenes().text()));
  for (int turn = 0; turn < 3; ++turn) {
    fs::remove_all(cache());
    const fs::path films[] = {folder_.path() / "a.mp4", folder_.path() / "b.mp4"};
    std::vector<pid_t> children;
    for (const fs::path& film : films)
      children.push_back(start(command(film)));
    for (const pid_t child : children) {
      int status = -1;
      waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
    for (const fs::path& film : films)
      EXPECT_TRUE(bytes_of(film) == expected) << film;
  }
}

// Killed at any moment, a render leaves no film, and a cache out of which the right film is made.
TEST_F(PlanSafety, AKilledRenderLeavesNothingWrong) {
  const RenderOptions options = this->options(Scenes().text());
  const std::string expected = bytes_made_anew(options);
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(outside::run(command(film(), {"--no-cache"})).status, 0);
  const auto whole = std::chrono::steady_clock::now() - begun;
  fs::remove(film());

  std::mt19937 random(6);
  int killed = 0;
  for (int turn = 0; turn < 8; ++turn) {
    // Cold, and then on top of what the killed one has left.
    if (turn % 2 == 0) fs::remove_all(cache());
    const pid_t child = start(command(film()));
    std::this_thread::sleep_for(whole * (5 + static_cast<int>(random() % 60)) / 100);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
      ++killed;
      EXPECT_FALSE(fs::exists(film()));
    }
    fs::remove(film());
    EXPECT_TRUE(turn % 2 == 0 || make(options).bytes == expected) << "turn " << turn;
  }
  EXPECT_GT(killed, 3) << "the test has killed some";
  EXPECT_TRUE(make(options).bytes == expected);
}

TEST_F(PlanSafety, TheCacheStaysWithinItsLimit) {
  RenderOptions options = this->options(Scenes().text());
  const std::string expected = make(options).bytes;
  const Cache cache(this->cache());
  const auto full = cache.info();
  ASSERT_GT(full.entries, 20);
  options.cache_limit = full.bytes / 3;
  EXPECT_TRUE(make(options).bytes == expected);
  EXPECT_LE(cache.info().bytes, options.cache_limit);
  EXPECT_GT(cache.info().entries, 0);
  options.cache_limit = 0;
  EXPECT_TRUE(make(options).bytes == expected);
  EXPECT_EQ(cache.info().entries, 0);
}

TEST_F(PlanSafety, ACacheThatCannotBeWrittenIsAWarning) {
  for (const char* const extension : {"mp4", "wav"}) {
    RenderOptions options = this->options(Scenes().text(), extension);
    const std::string expected = bytes_made_anew(options);
    folder_.write("file", "");
    options.cache = folder_.path() / "file" / "cache";
    const Made made = make(options);
    EXPECT_TRUE(made.bytes == expected);
    ASSERT_EQ(made.problems.size(), 1u) << testing::PrintToString(made.problems);
    EXPECT_NE(made.problems[0].find("--no-cache"), std::string::npos);
    // Also where the film as a whole would not have been kept.
    options.cache_limit = 1000;
    EXPECT_EQ(make(options).problems.size(), 1u) << extension;
  }
}

// The first error of the film is told, whichever the workers come upon first, and what was found
// before it.
TEST_F(PlanSafety, TheFirstErrorIsToldWhateverTheWorkersDo) {
  const std::string engines = std::getenv("TALKIE_ENGINE_PATH");
  setenv("TALKIE_ENGINE_PATH", (outside::build_root() / "tests" / "engines").c_str(), 1);
  std::string script = "---\nsize: 320x180\n---\n";
  for (int i = 1; i <= 8; ++i) {
    const std::string said = i == 4 || i == 6 ? "fail" : i == 2 ? "warn" : "one two";
    script += "## Scene\n\n" + said + "\n\n";
  }
  for (const int workers : {1, 2, 8})
    for (const bool with_cache : {true, false}) {
      RenderOptions options = this->options(script);
      options.engine = "beep";
      options.workers = workers;
      if (!with_cache) options.cache.clear();
      std::vector<std::string> problems;
      RenderHooks hooks;
      hooks.problem = [&](const Problem& problem) { problems.push_back(problem.to_string()); };
      const auto report = render(options, hooks);
      ASSERT_FALSE(report);
      // Three lines of header, four for each scene, and its text is the third.
      EXPECT_EQ(report.error().where.line, 3 + 3 * 4 + 3) << workers;
      EXPECT_EQ(report.error().message, "the beeper is broken");
      ASSERT_EQ(problems.size(), 1u) << workers;
      EXPECT_NE(problems[0].find("talk.md:10:"), std::string::npos) << problems[0];
      EXPECT_EQ(names_in_work(), std::vector<std::string>{"talk.md"});
    }
  setenv("TALKIE_ENGINE_PATH", engines.c_str(), 1);
}

TEST_F(PlanSafety, StopsAtOnceWithWarningsWhereItIsStrict) {
  Scenes scenes;
  scenes.scenes[1] = "## Two\n\n(voice: nobody-at-all)\n\nHello.\n\n";
  RenderOptions options = this->options(scenes.text());
  options.strict = true;
  for (int turn = 0; turn < 2; ++turn) {
    const auto report = render(options);
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("--strict"), std::string::npos);
    EXPECT_EQ(names_in_work(), std::vector<std::string>{"talk.md"});
  }
}

// A stop is obeyed within a second, and what was made until then is kept.
TEST_F(PlanSafety, GoesOnWhereItWasStopped) {
  Scenes scenes;
  for (int i = 0; i < 40; ++i)
    scenes.scenes.push_back("## Scene\n\nSome words for scene " + std::to_string(i) + ".\n\n");
  const RenderOptions options = this->options(scenes.text());
  std::stop_source source;
  RenderHooks hooks;
  std::chrono::steady_clock::time_point stopped;
  hooks.progress = [&](const Progress& progress) {
    if (progress.scene != 10) return;
    stopped = std::chrono::steady_clock::now();
    source.request_stop();
  };
  const auto report = render(options, hooks, source.get_token());
  EXPECT_LT(std::chrono::steady_clock::now() - stopped, std::chrono::seconds(1));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(names_in_work(), std::vector<std::string>{"talk.md"});
  EXPECT_LE(make(options).report.made, 36);
}

// What a process takes at the most, in kB.
int64_t peak_of(const std::vector<std::string>& arguments) {
  const pid_t child = start(arguments);
  int status = -1;
  rusage usage = {};
  wait4(child, &status, 0, &usage);
  EXPECT_EQ(status, 0);
  return usage.ru_maxrss;
}

TEST_F(PlanSafety, MemoryDoesNotGrowWithTheScript) {
  const auto peak_with = [&](int scenes) {
    std::string script = "---\nsize: 640x360\n---\n";
    for (int i = 0; i < scenes; ++i) {
      const std::string number = std::to_string(i);
      script += "## Page " + number + "\n\n- Point\n- Another\n\nThe words of " + number + ".\n\n";
    }
    folder_.write("work/talk.md", script);
    fs::remove_all(cache());
    const int64_t peak = peak_of(command(film(), {"--workers", "2"}));
    const int64_t cached = peak_of(command(film(), {"--captions", "burned,srt", "--workers", "2"}));
    return std::pair(peak, cached);
  };
  const auto [few, few_cached] = peak_with(6);
  const auto [many, many_cached] = peak_with(120);
  RecordProperty("kB_6_scenes", std::to_string(few));
  RecordProperty("kB_120_scenes", std::to_string(many));
  std::cout << "cold: " << few << " kB, " << many << " kB; from the cache: " << few_cached
            << " kB, " << many_cached << " kB\n";
  EXPECT_LT(static_cast<double>(many), 1.2 * static_cast<double>(few));
  EXPECT_LT(static_cast<double>(many_cached), 1.2 * static_cast<double>(few));
}

}  // namespace
}  // namespace talkie
