// SPDX-License-Identifier: LGPL-2.1-or-later
// The command's cache: where it is, what it says, and the options that steer it.
#include <fstream>
#include <regex>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class CacheCommand : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("talk.md", kSmallTalk);
  }
  [[nodiscard]] fs::path users_cache() const { return folder_.path() / "cache" / "talkie"; }
  static json info(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"cache", "info", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json::parse(talkie(arguments).output);
  }
  static std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

TEST_F(CacheCommand, IsTheUsersUnlessItIsNamed) {
  EXPECT_EQ(info()["folder"], users_cache().string());
  EXPECT_EQ(info()["entries"], 0);
  EXPECT_FALSE(fs::exists(users_cache())) << "looking makes nothing";
  ASSERT_EQ(talkie({"render", "talk.md", "-q", "--cache", "mine"}).status, 0);
  EXPECT_EQ(info()["entries"], 0);
  const int mine = info({"--cache", "mine"})["entries"];
  EXPECT_GT(mine, 5);
  ASSERT_EQ(talkie({"render", "talk.md", "-q"}).status, 0);
  EXPECT_EQ(info()["entries"], mine);
  EXPECT_EQ(files(), (std::set<std::string>{"mine", "talk.md", "talk.mp4"}));
}

TEST_F(CacheCommand, IsNeitherReadNorWrittenWhereItIsNotWanted) {
  ASSERT_EQ(talkie({"render", "talk.md", "-q", "--no-cache"}).status, 0);
  EXPECT_FALSE(fs::exists(users_cache()));
}

TEST_F(CacheCommand, TellsWhatItHoldsAndClearsIt) {
  ASSERT_EQ(talkie({"render", "talk.md", "-q"}).status, 0);
  const json before = info();
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(users_cache()))
    if (entry.is_regular_file()) bytes += entry.file_size();
  EXPECT_EQ(before["bytes"], bytes);
  const std::regex line(".*/cache/talkie: [0-9]+ entries, .*B\n");
  EXPECT_TRUE(std::regex_match(talkie({"cache", "info"}).output, line));
  std::ofstream(users_cache() / "notes.txt") << "mine";
  const auto cleared = talkie({"cache", "clear"});
  EXPECT_EQ(cleared.status, 0);
  EXPECT_HAS(cleared.output, "removed " + before["entries"].dump() + " entries");
  EXPECT_EQ(info()["entries"], 0);
  EXPECT_EQ(read(users_cache() / "notes.txt"), "mine");
}

TEST_F(CacheCommand, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"cache"},
                                             {"cache", "cleer"},
                                             {"cache", "info", "clear"},
                                             {"cache", "info", "--limit", "3"}}) {
    const auto outcome = talkie(words);
    EXPECT_EQ(outcome.status, 2) << outcome.errors;
    EXPECT_EQ(outcome.output, "");
  }
  EXPECT_HAS(talkie({"cache", "cleer"}).errors, "Did you mean 'clear'?");
}

TEST_F(CacheCommand, SaysHowMuchWasMadeAnew) {
  const std::string first = talkie({"render", "talk.md"}).output;
  EXPECT_EQ(first.find("anew"), std::string::npos) << first;
  const std::string film = read("talk.mp4");
  EXPECT_HAS(talkie({"render", "talk.md"}).output, "2 scenes (none made anew)");
  EXPECT_TRUE(read("talk.mp4") == film);
  write("talk.md", std::string(kSmallTalk) + "\nAnd more words.\n");
  EXPECT_HAS(talkie({"render", "talk.md"}).output, "2 scenes (1 made anew)");
  const auto lines = talkie({"render", "talk.md", "--progress", "json"}).output;
  EXPECT_EQ(json::parse(lines.substr(lines.rfind("{\"bytes\""), std::string::npos))["made"], 0);
}

TEST_F(CacheCommand, PlansWithoutMakingAFilm) {
  const auto cold = talkie({"render", "talk.md", "--plan"});
  EXPECT_EQ(cold.status, 0) << cold.errors;
  EXPECT_HAS(cold.output, "scene 1 'hello': video (was not made before)\n");
  EXPECT_HAS(cold.output, "scene 2 'more': sound (was not made before)\n");
  EXPECT_HAS(cold.output, "4 of 4 tasks would run\n");
  EXPECT_EQ(files(), std::set<std::string>{"talk.md"});
  ASSERT_EQ(talkie({"render", "talk.md", "-q"}).status, 0);
  EXPECT_EQ(talkie({"render", "talk.md", "--plan"}).output,
            "0 of 4 tasks would run; the film is there as a whole\n");
  write("talk.md", std::string(kSmallTalk) + "\nAnd more words.\n");
  EXPECT_EQ(talkie({"render", "talk.md", "--plan"}).output,
            "scene 2 'more': video (changed: speech)\n"
            "scene 2 'more': sound (changed: speech)\n2 of 4 tasks would run\n");
  EXPECT_EQ(talkie({"render", "talk.md", "--plan", "--no-cache"}).output,
            "scene 1 'hello': video (was not made before)\n"
            "scene 1 'hello': sound (was not made before)\n"
            "scene 2 'more': video (was not made before)\n"
            "scene 2 'more': sound (was not made before)\n4 of 4 tasks would run\n");
}

TEST_F(CacheCommand, KeepsWithinItsLimit) {
  ASSERT_EQ(talkie({"render", "talk.md", "-q"}).status, 0);
  ASSERT_GT(info()["bytes"], 40'000);
  ASSERT_EQ(talkie({"render", "talk.md", "-q", "--cache-limit", "20k"}).status, 0);
  EXPECT_LE(info()["bytes"], 20 * 1024);
  ASSERT_EQ(talkie({"render", "talk.md", "-q", "--cache-limit", "0"}).status, 0);
  EXPECT_EQ(info()["entries"], 0);
}

TEST_F(CacheCommand, RefusesLimitsAndNumbersOfWorkersThatCannotBe) {
  const auto expect_usage = [](const std::string& option, const std::string& value) {
    const auto outcome = talkie({"render", "talk.md", "-q", option, value});
    EXPECT_EQ(outcome.status, 2) << option << " " << value;
    EXPECT_HAS(outcome.errors, "'" + value + "'");
    EXPECT_HAS(outcome.errors, option);
  };
  for (const char* const value : {"much", "-1", "1.5.2G", "10X", "G", "99999999999999999999G"})
    expect_usage("--cache-limit", value);
  for (const char* const value : {"0", "-1", "65", "two", "1.5", "99999999999"})
    expect_usage("--workers", value);
  EXPECT_EQ(files(), std::set<std::string>{"talk.md"});
}

// A cache is a help, and nothing that a film depends on.
TEST_F(CacheCommand, WarnsWhereItCannotBeWritten) {
  write("file", "");
  const auto outcome = talkie({"render", "talk.md", "-q", "--cache", "file/cache"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(fs::exists("talk.mp4"));
  EXPECT_HAS(outcome.errors, "warning: the cache 'file/cache' cannot be written");
  EXPECT_EQ(outcome.errors.find("warning:"), outcome.errors.rfind("warning:")) << outcome.errors;
}

}  // namespace
