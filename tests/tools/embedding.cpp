// SPDX-License-Identifier: LGPL-2.1-or-later
// What others build on Talkie: the examples, built against an installed Talkie with the command
// that stands in each of them, and run.
#include <fstream>
#include <regex>
#include <sstream>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

double length_of(const fs::path& film) {
  return std::stod(outside::probe(film)["format"]["duration"].get<std::string>());
}

// Talkie installed into a folder of its own, once for all tests. Only what is there is used.
class Embedding : public Command {
 protected:
  static void SetUpTestSuite() {
    installed_ = new outside::Folder;
    const auto outcome = outside::run({"meson", "install", "--no-rebuild", "--quiet", "-C",
                                       outside::build_root(), "--destdir", installed_->path()});
    ASSERT_EQ(outcome.status, 0) << outcome.output << outcome.errors;
    for (const auto& entry : fs::recursive_directory_iterator(installed_->path()))
      if (entry.path().filename() == "talkie-1.0.pc")
        library_ = entry.path().parent_path().parent_path();
    ASSERT_FALSE(library_.empty());
    move_prefix(library_ / "pkgconfig" / "talkie-1.0.pc");
  }
  static void TearDownTestSuite() { delete installed_; }

  void SetUp() override {
    Command::SetUp();
    write("talk.md", kSmallTalk);
  }

  // With the environment that an installation in a folder of its own needs.
  outside::Outcome shell(const std::string& line) const {
    const std::string library = library_.string();
    const std::string data = (prefix_ / "share" / "talkie").string();
    const std::string settings =
        "export PKG_CONFIG_PATH='" + library + "/pkgconfig' LD_LIBRARY_PATH='" + library +
        "' GST_PLUGIN_PATH='" + library + "/gstreamer-1.0' GST_REGISTRY='" +
        (folder_.path() / "registry.bin").string() + "' TALKIE_ENGINE_PATH='" + library +
        "/talkie/engines' TALKIE_VISUAL_PATH='" + library + "/talkie/visuals' TALKIE_THEME_PATH='" +
        data + "/themes' TALKIE_PRESET_PATH='" + data + "/presets' TALKIE_KIT_PATH='" + data +
        "/kit' TALKIE_DRAW='" + prefix_.string() + "/libexec/talkie/talkie-draw' PATH='" +
        prefix_.string() + "/bin':\"$PATH\"; ";
    return outside::run({"sh", "-c", settings + line}, 120);
  }

  // Builds an example here, with the command of its first comment. What it has made is its last
  // word's neighbour: "-o film".
  void build(const std::string& example) const {
    const fs::path source = outside::source_root() / "examples" / example;
    fs::copy(source, work_ / source.filename());
    const std::string text = text_of(source);
    std::smatch command;
    ASSERT_TRUE(std::regex_search(text, command, std::regex(R"(\n(?: \*|//) +(c(?:c|\+\+) .*))")));
    const auto outcome = shell("set -e; export CCACHE_DISABLE=1; " + command[1].str());
    ASSERT_EQ(outcome.status, 0) << command[1] << "\n" << outcome.output << outcome.errors;
    EXPECT_EQ(outcome.errors, "");
  }

  static inline outside::Folder* installed_ = nullptr;
  static inline fs::path library_;  // its lib folder
  static inline fs::path prefix_;

 private:
  // As if that had been the prefix from the start.
  static void move_prefix(const fs::path& file) {
    const std::string text = text_of(file);
    const std::string prefix = text.substr(7, text.find('\n') - 7);  // "prefix=/usr/local"
    prefix_ = installed_->path().string() + prefix;
    std::ofstream(file) << "prefix=" << prefix_.string() << text.substr(text.find('\n'));
  }
};

// Two compilers at a time: GStreamer's headers are large.
TEST_F(Embedding, EveryInstalledHeaderStandsAlone) {
  const fs::path headers = prefix_ / "include" / "talkie-1.0";
  std::string work;
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(headers)) {
    if (entry.path().extension() != ".h") continue;
    const std::string name = entry.path().lexically_relative(headers).string();
    const bool plain_c = name == "speech/engine.h" || name == "visual/module.h";
    work += name + " c++ c++20\n" + (plain_c ? name + " c c11\n" : "");
    ++count;
  }
  EXPECT_GE(count, 17);
  write("work", work);
  const auto outcome = shell(
      "export flags=\"$(pkg-config --cflags talkie-1.0)\" CCACHE_DISABLE=1; "
      "xargs -P 2 -L 1 sh -c 'echo \"#include <$0>\" | c++ -x $1 -std=$2 -Wall -Wextra -pedantic "
      "-Werror -fsyntax-only $flags - || echo $0 does not stand alone >&2' < work");
  EXPECT_EQ(outcome.errors, "");
}

TEST_F(Embedding, AProgramInCMakesAFilmAndSaysHowFarItIs) {
  build("embed-c/film.c");
  const auto outcome = shell("./film talk.md talk.mp4");
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_HAS(outcome.output, "scene 2 of 2");
  const auto info = outside::probe("talk.mp4");
  ASSERT_EQ(info["streams"].size(), 2u);
  EXPECT_EQ(info["streams"][0]["avg_frame_rate"], "30/1");
  EXPECT_GT(length_of("talk.mp4"), 3);

  write("bad.md", "---\nsize: huge\n---\n# Hello\n");
  const auto failed = shell("./film bad.md bad.mp4");
  EXPECT_EQ(failed.status, 1);
  EXPECT_HAS(failed.errors, "bad.md:2:7: ");
  EXPECT_FALSE(fs::exists("bad.mp4"));
}

TEST_F(Embedding, AProgramInCppSeesFramesAndWords) {
  build("embed-cpp/frames.cpp");
  const auto outcome = shell("./frames talk.md");
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  std::string words;
  double end = 0;
  const std::regex word(R"(\n  [0-9.]+ s  (\w+))"),
      frame("frame at ([0-9.]+) s, stays ([0-9.]+) s");
  for (std::sregex_iterator at(outcome.output.begin(), outcome.output.end(), word), last;
       at != last; ++at)
    words += (*at)[1].str() + " ";
  EXPECT_EQ(words, "Hello there One thing and then two ");
  for (std::sregex_iterator at(outcome.output.begin(), outcome.output.end(), frame), last;
       at != last; ++at) {
    EXPECT_NEAR(std::stod((*at)[1]), end, 0.011);  // as printed, with two decimals
    end = std::stod((*at)[1]) + std::stod((*at)[2]);
  }
  ASSERT_EQ(shell("talkie render talk.md -o talk.wav").status, 0);
  EXPECT_NEAR(end, length_of("talk.wav"), 0.05);
}

TEST_F(Embedding, TheFacadeRendersAndCanBeStopped) {
  build("embed-cpp/render.cpp");
  const auto outcome = shell("./render talk.md talk.mp4");
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_HAS(outcome.output, "2 of 2 scenes made anew");
  EXPECT_EQ(outside::probe("talk.mp4")["streams"].size(), 2u);

  std::string long_talk = "---\nsize: 1080p\n---\n";
  for (int i = 0; i < 200; ++i)
    long_talk += "# Page " + std::to_string(i) + "\n\nThis is page " + std::to_string(i) + ".\n\n";
  write("long.md", long_talk);
  const auto stopped = shell("timeout --preserve-status -s INT 2 ./render long.md long.mp4");
  EXPECT_EQ(stopped.status, 130) << stopped.output << stopped.errors;
  EXPECT_FALSE(fs::exists("long.mp4"));
}

TEST_F(Embedding, PythonMakesAFilmOfATable) {
  const fs::path folder = outside::source_root() / "examples" / "python";
  const std::string line = "/usr/bin/python3 '" + (folder / "films.py").string() + "' '" +
                           (folder / "harbours.csv").string();
  const auto outcome = shell(line + "' harbours.mp4");
  ASSERT_EQ(outcome.status, 0) << outcome.output << outcome.errors;
  EXPECT_EQ(outcome.errors, "");
  EXPECT_HAS(outcome.output, "scene 2 of 2");
  const auto info = outside::probe("harbours.mp4");
  EXPECT_EQ(info["streams"][0]["width"], 1280);
  EXPECT_EQ(info["streams"][1]["codec_name"], "aac");
  EXPECT_GT(length_of("harbours.mp4"), 5);
  const auto failed = shell(line + "' nowhere/harbours.mp4");
  EXPECT_EQ(failed.status, 1);
  EXPECT_HAS(failed.errors, "nowhere");
}

// The engine's times are known: "sos" is 27 dots long, from its first to its last one.
TEST_F(Embedding, AnEngineOfOthersSpeaks) {
  build("engine/morse.c");
  const auto moved =
      shell("mv talkie-engine-morse.so $(pkg-config --variable=engines_dir talkie-1.0)");
  ASSERT_EQ(moved.status, 0) << moved.errors;
  EXPECT_HAS(shell("talkie voices").output, "morse");
  write("sos.md", "# SOS\n\nsos\n");
  const auto outcome = shell("talkie render sos.md -o sos.wav --engine morse");
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_EQ(outcome.errors.find("warning"), std::string::npos) << outcome.errors;
  const auto samples = outside::decode_sound("sos.wav");
  const auto loud = [](int16_t sample) { return std::abs(sample) > 300; };
  const auto first = std::find_if(samples.begin(), samples.end(), loud);
  const auto last = std::find_if(samples.rbegin(), samples.rend(), loud).base();
  EXPECT_NEAR(static_cast<double>(last - first) / 48000, 27 * 0.06, 0.03);
}

constexpr const char* kPlan =
    "---\nsize: 320x180\ntransition: cut\ncaptions: none\n---\n# Plan\n\n```visual gantt weeks\n"
    "Write: 1-3\nDraw: 2-5\n```\n\nFirst we write, then we [draw](cue:highlight=Draw).\n";

TEST_F(Embedding, AVisualOfOthersIsDrawnAndKept) {
  build("visual/gantt.c");
  write("plan.md", kPlan);
  const auto without = shell("talkie check plan.md");
  EXPECT_HAS(without.errors, "plan.md:8:1: warning: there is no visual 'gantt'");

  const std::string folder = "$(pkg-config --variable=visuals_dir talkie-1.0)";
  ASSERT_EQ(shell("mkdir -p " + folder + "; mv talkie-visual-gantt.so " + folder).status, 0);
  const auto check = shell("talkie check plan.md");
  EXPECT_EQ(check.status, 0);
  EXPECT_EQ(check.errors, "") << "a cue names a task";

  // The theme's colours, when the words are said; only then.
  ASSERT_EQ(shell("talkie render plan.md --frame 0.2 -o before.png").status, 0);
  ASSERT_EQ(shell("talkie render plan.md --frame 3 -o after.png").status, 0);
  const auto reds = [](const outside::Picture& picture) {
    int count = 0;
    for (size_t i = 0; i < picture.rgb.size(); i += 3)
      count += picture.rgb[i] > 200 && picture.rgb[i + 1] < 120 && picture.rgb[i + 2] < 90;
    return count;
  };
  EXPECT_LT(reds(outside::read_picture("before.png")), 300);
  EXPECT_GT(reds(outside::read_picture("after.png")), 500);

  ASSERT_EQ(shell("talkie render plan.md -o plan.mp4").status, 0);
  EXPECT_HAS(shell("talkie render plan.md -o plan.mp4 --plan").output, "0 of 2 tasks would run");
  // Another build of the module: what it drew is not taken from the cache.
  const std::string source =
      std::regex_replace(text_of("gantt.c"), std::regex("0.7 \\* size"), "0.5 * size");
  write("gantt.c", std::regex_replace(source, std::regex("\"1\""), "\"2\""));
  ASSERT_EQ(shell("cc -shared -fPIC gantt.c -o " + folder +
                  "/talkie-visual-gantt.so $(pkg-config --cflags talkie-1.0)")
                .status,
            0);
  EXPECT_HAS(shell("talkie render plan.md -o plan.mp4 --plan").output, "page");
}

TEST_F(Embedding, AVisualSaysWhichLineIsWrong) {
  build("visual/gantt.c");
  write("plan.md", std::regex_replace(std::string(kPlan), std::regex("Draw: 2-5"), "Draw: soon"));
  const auto outcome = shell("TALKIE_VISUAL_PATH=$PWD talkie check plan.md");
  EXPECT_HAS(outcome.errors, "plan.md:10: warning: the visual 'gantt': a task is a name");
}

}  // namespace
