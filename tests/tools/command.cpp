// SPDX-License-Identifier: LGPL-2.1-or-later
// What the command does when all is well.
#include <cmath>
#include <fstream>
#include <regex>
#include <sstream>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<json> json_lines(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(json::parse(line));
  return lines;
}

TEST_F(Command, ExplainsItself) {
  const auto overview = talkie({"help"});
  EXPECT_EQ(overview.status, 0);
  for (const std::string verb : {"render", "check", "inspect", "new", "theme", "voices", "themes",
                                 "presets", "cache", "doctor"}) {
    EXPECT_HAS(overview.output, "  " + verb + " ");
    const auto page = talkie({verb, "--help"});
    EXPECT_EQ(page.status, 0) << verb;
    EXPECT_TRUE(page.output.starts_with("talkie " + verb)) << page.output;
    EXPECT_EQ(page.errors, "");
    EXPECT_EQ(talkie({"help", verb}).output, page.output);
    std::istringstream lines(page.output);
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), 100u) << line;
  }
  EXPECT_TRUE(std::regex_match(talkie({"--version"}).output, std::regex("talkie \\d+\\.\\d+.*\n")));
}

// Every option that the page of a verb names is one that the verb takes. (The pages of presets
// and cache name some of render.)
TEST_F(Command, TakesTheOptionsItExplains) {
  for (const std::string verb : {"render", "check", "inspect", "new", "theme", "voices"}) {
    const std::string page = talkie({verb, "--help"}).output;
    const std::regex option("--[a-z][a-z-]+");
    for (std::sregex_iterator at(page.begin(), page.end(), option), end; at != end; ++at) {
      const auto outcome = talkie({verb, at->str() + "=x", "--help"});
      EXPECT_EQ(outcome.errors.find("there is no option"), std::string::npos)
          << verb << " " << outcome.errors;
    }
  }
}

TEST_F(Command, CompletesWhatItTakes) {
  const std::string script = (outside::source_root() / "tools/talkie/talkie.bash").string();
  const auto complete = [&](const std::string& line) {
    const std::string body = "PATH=" + fs::path(program()).parent_path().string() + ":$PATH; . " +
                             script + "; COMP_WORDS=(" + line +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _talkie; " +
                             "printf '%s\\n' \"${COMPREPLY[@]}\"";
    return outside::run({"bash", "-c", body}).output;
  };
  EXPECT_EQ(complete("talkie rend"), "render\n");
  EXPECT_EQ(complete("talkie render --dump"), "--dump-svg\n");
  EXPECT_EQ(complete("talkie render --theme mid"), "midnight\n");
  EXPECT_EQ(complete("talkie render --preset web"), "webm\n");
  write("talk.md", "x");
  write("talk.mp4", "x");
  EXPECT_EQ(complete("talkie render ta"), "talk.md\n");
}

TEST_F(Command, RendersAFilmNamedLikeItsScript) {
  write("talk.md", kSmallTalk);
  const auto outcome = talkie({"render", "talk.md"});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_EQ(files(), (std::set<std::string>{"talk.md", "talk.mp4"}));
  EXPECT_TRUE(
      std::regex_match(outcome.output, std::regex("talk.mp4: 0:0[0-9].[0-9], 2 scenes, .*\n")));
  // Not a terminal: no bar, no colours.
  EXPECT_EQ(outcome.errors.find('\x1b'), std::string::npos);
  EXPECT_EQ(outcome.errors.find('\r'), std::string::npos);
  EXPECT_HAS(outcome.errors, "scene 2/2");
}

TEST_F(Command, ReadsAScriptFromItsInput) {
  write("talk.md", kSmallTalk);
  const auto outcome = outside::run({"sh", "-c",
                                     program() + " render - -q -o talk.wav < talk.md && " +
                                         program() + " inspect - --json < talk.md"});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_EQ(json::parse(outcome.output)["scenes"].size(), 2u);
  EXPECT_GT(fs::file_size("talk.wav"), 100'000u);
}

TEST_F(Command, TellsProgramsHowFarItIs) {
  write("talk.md", kSmallTalk);
  const auto outcome = talkie({"render", "talk.md", "--progress", "json", "--set", "theem=ink"});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  const auto lines = json_lines(outcome.output);
  ASSERT_GE(lines.size(), 2u);
  double last = 0;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    EXPECT_EQ(lines[i]["type"], "progress");
    EXPECT_GE(lines[i]["position"].get<double>(), last);
    EXPECT_EQ(lines[i]["scenes"], 2);
    last = lines[i]["position"].get<double>();
  }
  const json& done = lines.back();
  EXPECT_EQ(done["type"], "done");
  EXPECT_EQ(done["output"], "talk.mp4");
  EXPECT_EQ(done["bytes"], fs::file_size("talk.mp4"));
  const double length =
      std::stod(outside::probe("talk.mp4")["format"]["duration"].get<std::string>());
  EXPECT_NEAR(done["length"].get<double>(), length, 1.0 / 30);
  ASSERT_EQ(done["warnings"].size(), 1u);
  EXPECT_HAS(done["warnings"][0]["message"].get<std::string>(), "theem");
}

TEST_F(Command, TellsProgramsWhatWentWrong) {
  write("talk.md", "# Hello\n\n(pause: soon)\n");
  const auto outcome = talkie({"render", "talk.md", "--progress", "json"});
  EXPECT_EQ(outcome.status, 1);
  const auto lines = json_lines(outcome.output);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back()["type"], "error");
  EXPECT_EQ(lines.back()["file"], "talk.md");
  EXPECT_EQ(lines.back()["line"], 3);
}

TEST_F(Command, RendersTheScenesThatAreAskedFor) {
  write("talk.md", kSmallTalk);
  ASSERT_EQ(talkie({"render", "talk.md", "-q", "-o", "two.wav", "--scenes", "2"}).status, 0);
  ASSERT_EQ(talkie({"render", "talk.md", "-q", "-o", "all.wav"}).status, 0);
  EXPECT_LT(fs::file_size("two.wav"), fs::file_size("all.wav"));
}

TEST_F(Command, DrawsTheFilmsVeryFrame) {
  write("talk.md", kSmallTalk);
  ASSERT_EQ(talkie({"render", "talk.md", "-q"}).status, 0);
  // At the start, inside a crossfade, and while a point comes in.
  const json scenes = json::parse(talkie({"inspect", "talk.md", "--json"}).output)["scenes"];
  const double second = scenes[1]["start"].get<double>();
  for (const double time : {0.0, 1.0, second + 0.2, second + 2}) {
    const std::string text = std::to_string(time);
    const auto outcome = talkie({"render", "talk.md", "--frame", text, "-o", "frame.png"});
    ASSERT_EQ(outcome.status, 0) << outcome.errors;
    const int frame = static_cast<int>(std::floor(time * 30 + 1e-6));
    EXPECT_LT(outside::difference(outside::read_picture("frame.png"),
                                  outside::decode_frame("talk.mp4", frame)),
              2.5)
        << time;
  }
  const auto beyond = talkie({"render", "talk.md", "--frame", "1:00:00", "-o", "none.png"});
  EXPECT_EQ(beyond.status, 1);
  EXPECT_HAS(beyond.errors, "the film ends at");
  EXPECT_FALSE(fs::exists("none.png"));
}

TEST_F(Command, WritesPagesAsSvg) {
  write("talk.md", kSmallTalk);
  const auto outcome = talkie({"render", "talk.md", "--dump-svg", "pages"});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_EQ(files(), (std::set<std::string>{"talk.md", "pages"}));
  EXPECT_TRUE(fs::exists("pages/01-hello.svg"));
  EXPECT_TRUE(fs::exists("pages/02-more.svg"));
  EXPECT_EQ(outside::run({"rsvg-convert", "pages/02-more.svg", "-o", "page.png"}).status, 0);
  EXPECT_EQ(outside::read_picture("page.png").width, 320);
}

TEST_F(Command, WritesCaptionsWhereTheyAreAskedFor) {
  write("talk.md", kSmallTalk);
  ASSERT_EQ(talkie({"render", "talk.md", "-q", "-o", "t.m4a", "--captions", "vtt"}).status, 0);
  EXPECT_EQ(files(), (std::set<std::string>{"talk.md", "t.m4a", "t.vtt"}));
  EXPECT_TRUE(read("t.vtt").starts_with("WEBVTT"));
  EXPECT_HAS(read("t.vtt"), "Hello there.");
}

TEST_F(Command, InspectsWithTheTimesOfTheFilm) {
  write("talk.md", kSmallTalk);
  const auto table = talkie({"inspect", "talk.md"});
  EXPECT_EQ(table.status, 0);
  EXPECT_HAS(table.output, "One thing, and then two.");
  const json outline = json::parse(talkie({"inspect", "talk.md", "--json"}).output);
  EXPECT_EQ(outline["title"], "Small talk");
  EXPECT_EQ(outline["width"], 320);
  const json& scenes = outline["scenes"];
  ASSERT_EQ(scenes.size(), 2u);
  EXPECT_EQ(scenes[0]["id"], "hello");
  EXPECT_EQ(scenes[0]["words"], 2);
  EXPECT_EQ(scenes[1]["words"], 5);
  EXPECT_FALSE(scenes[1]["layout"].get<std::string>().empty());
  EXPECT_DOUBLE_EQ(scenes[1]["start"].get<double>(), scenes[0]["duration"].get<double>());
  talkie({"render", "talk.md", "-q", "-o", "talk.wav"});
  const double length =
      std::stod(outside::probe("talk.wav")["format"]["duration"].get<std::string>());
  EXPECT_NEAR(outline["duration"].get<double>(), length, 1e-3);
}

TEST_F(Command, ChecksWithoutRendering) {
  write("good.md", kSmallTalk);
  write("bad.md", "---\nthem: ink\n---\n# Hello\n\n(paus: 1)\n\nHi.\n");
  const auto good = talkie({"check", "good.md"});
  EXPECT_EQ(good.status, 0);
  EXPECT_HAS(good.output, "no problems");
  const auto bad = talkie({"check", "bad.md"});
  EXPECT_EQ(bad.status, 0) << "warnings are no errors";
  EXPECT_HAS(bad.errors, "bad.md:2:1: warning: ");
  EXPECT_HAS(bad.errors, "'theme'");
  EXPECT_HAS(bad.errors, "bad.md:6:2: warning: ");
  EXPECT_EQ(talkie({"check", "bad.md", "--strict"}).status, 1);
  EXPECT_EQ(talkie({"check", "good.md", "bad.md", "--strict"}).status, 1);
  EXPECT_EQ(files(), (std::set<std::string>{"good.md", "bad.md"}));
}

TEST_F(Command, SettlesTheOrderOfSettings) {
  std::ofstream(config_ / "talkie" / "talkie.conf") << "size: 480x270\nfps: 25\n";
  write("plain.md", "# Hello\n\nHi.\n");
  write("sized.md", "---\nsize: 320x180\n---\n# Hello\n\nHi.\n");
  const auto size_of = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "inspect");
    arguments.emplace_back("--json");
    const json outline = json::parse(talkie(arguments).output);
    return std::to_string(outline["width"].get<int>()) + " at " + outline["frame_rate"].dump();
  };
  EXPECT_EQ(size_of({"plain.md"}), "480 at [25,1]") << "talkie.conf over the default";
  EXPECT_EQ(size_of({"sized.md"}), "320 at [25,1]") << "the script over talkie.conf";
  EXPECT_EQ(size_of({"sized.md", "--size", "640x360"}), "640 at [25,1]") << "the command over both";
  EXPECT_EQ(size_of({"sized.md", "--set", "fps=24"}), "320 at [24,1]");
  std::ofstream(config_ / "talkie" / "talkie.conf") << "size: [\n";
  const auto broken = talkie({"inspect", "plain.md"});
  EXPECT_EQ(broken.status, 1);
  EXPECT_HAS(broken.errors, "talkie.conf:");
}

TEST_F(Command, TakesPresetsOfOnesOwn) {
  write("talk.md", kSmallTalk);
  fs::create_directories(config_ / "talkie" / "presets");
  std::ofstream(config_ / "talkie" / "presets" / "tiny.preset")
      << "description: small and square\nextensions: [mkv]\nsettings:\n  size: 160x160\n"
         "video:\n  - no-such-encoder\n  - x264enc threads=1 bframes=0\naudio: opusenc\nmux: "
         "matroskamux\n";
  EXPECT_HAS(talkie({"presets"}).output, "small and square");
  const auto outcome = talkie({"render", "talk.md", "--preset", "tiny", "-q"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  // The script says 320x180; what a preset says is weaker.
  EXPECT_EQ(outside::probe("talk.mkv")["streams"][0]["width"], 320);
  write("plain.md", "# Hello\n\nHi.\n");
  ASSERT_EQ(talkie({"render", "plain.md", "--preset", "tiny", "-q"}).status, 0);
  EXPECT_EQ(outside::probe("plain.mkv")["streams"][0]["width"], 160);
}

TEST_F(Command, WritesAScriptThatRendersWithoutProblems) {
  const auto made = talkie({"new", "my-first_film"});
  EXPECT_EQ(made.status, 0);
  ASSERT_TRUE(fs::exists("my-first_film.md"));
  const std::string script = read("my-first_film.md");
  EXPECT_HAS(script, "# My first film");
  const auto checked = talkie({"check", "my-first_film.md", "--strict"});
  EXPECT_EQ(checked.status, 0) << checked.errors;
  EXPECT_EQ(checked.errors, "");
  for (const char* size : {"1080x1920", "1080x1080"})
    EXPECT_EQ(talkie({"check", "my-first_film.md", "--strict", "--size", size}).errors, "") << size;

  write("my-first_film.md", "mine");
  const auto again = talkie({"new", "my-first_film"});
  EXPECT_EQ(again.status, 1);
  EXPECT_HAS(again.errors, "--force");
  EXPECT_EQ(read("my-first_film.md"), "mine");
  EXPECT_EQ(talkie({"new", "my-first_film", "--force"}).status, 0);
  EXPECT_EQ(read("my-first_film.md"), script);
}

TEST_F(Command, ListsWhatThereIs) {
  EXPECT_HAS(talkie({"themes"}).output, "midnight");
  EXPECT_HAS(talkie({"presets"}).output, ".webm");
  const json german = json::parse(talkie({"voices", "de", "--json"}).output);
  ASSERT_FALSE(german.empty());
  for (const json& voice : german)
    EXPECT_TRUE(voice["language"].get<std::string>().starts_with("de"));
  EXPECT_EQ(talkie({"voices", "tlh"}).status, 1);
  const auto doctor = talkie({"doctor"});
  EXPECT_EQ(doctor.status, 0) << doctor.output;
  EXPECT_HAS(doctor.output, "scenecompositor");
}

TEST_F(Command, KnowsWhenSomethingEssentialIsMissing) {
  const auto outcome = outside::run({"env", "TALKIE_ENGINE_PATH=/nowhere", program(), "doctor"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_HAS(outcome.output, "nothing can be spoken");
}

TEST_F(Command, IsQuick) {
  write("talk.md", kSmallTalk);
  const auto start = std::chrono::steady_clock::now();
  talkie({"--help"});
  talkie({"themes"});
  talkie({"check", "talk.md"});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

}  // namespace
