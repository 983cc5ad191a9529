// SPDX-License-Identifier: LGPL-2.1-or-later
// What bad input gets: a clear error, the right exit status, soon, and nothing left behind.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class BadInput : public Command {
 protected:
  // Renders, and expects an error that says `what`, within a second, and no new file.
  void expect_error(std::vector<std::string> arguments, const std::string& what) {
    const auto before = files();
    arguments.insert(arguments.begin(), "render");
    const auto start = Clock::now();
    const auto outcome = talkie(arguments);
    // The limit is a second; machines that build and test at once get some more.
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(2)) << what;
    EXPECT_EQ(outcome.status, 1) << outcome.errors;
    EXPECT_HAS(outcome.errors, what);
    EXPECT_HAS(outcome.errors, "error: ");
    EXPECT_EQ(files(), before);
  }
};

TEST_F(BadInput, ScriptsThatAreNone) {
  write("empty.md", "");
  write("latin1.md", "# Caf\xe9\n");
  write("large.md", std::string(10'000'000, 'a'));
  fs::create_directory("folder.md");
  expect_error({"nowhere.md"}, "cannot read 'nowhere.md'");
  expect_error({"empty.md"}, "empty.md");
  expect_error({"latin1.md"}, "latin1.md:1:");
  expect_error({"latin1.md"}, "UTF-8");
  expect_error({"large.md"}, "'large.md' is larger than");
  expect_error({"folder.md"}, "folder.md");
}

TEST_F(BadInput, ValuesThatCannotBe) {
  write("talk.md", kSmallTalk);
  expect_error({"talk.md", "--size", "banana"}, "'size' must be");
  expect_error({"talk.md", "--scenes", "7"}, "7");
  expect_error({"talk.md", "--theme", "midnihgt"}, "'midnight'");
  expect_error({"talk.md", "--preset", "mp44"}, "Did you mean 'mp4'?");
  expect_error({"talk.md", "--engine", "nobody"}, "nobody");
  expect_error({"talk.md", "-o", "talk.xyz"}, "no preset makes .xyz files");
  expect_error({"talk.md", "-o", "talk"}, "has no extension");
}

TEST_F(BadInput, WarningsThatAreErrors) {
  write("talk.md", std::string("---\nthem: ink\nsize: 320x180\n---\n# Hello\n\nHi.\n"));
  expect_error({"talk.md", "--strict"}, "talk.md:2:1: warning: ");
  EXPECT_EQ(talkie({"render", "talk.md", "-q"}).status, 0) << "without --strict there is a film";
}

TEST_F(BadInput, PresetsThatDoNotWork) {
  write("talk.md", kSmallTalk);
  const fs::path presets = config_ / "talkie" / "presets";
  fs::create_directories(presets);
  const auto preset = [&](const std::string& text) {
    std::ofstream(presets / "mine.preset") << text;
    return std::vector<std::string>{"talk.md", "-o", "a.mkv", "--preset", "mine"};
  };
  expect_error(preset("extensions: mkv\naudio: opusenc\n"), "has no 'mux'");
  expect_error(preset("extensions: mkv\nsound: opusenc\n"), "mine.preset:2:1: error: unknown key");
  expect_error(preset("extensions: mkv\naudio: opusenc\nmux: no-such-mux\n"), "no-such-mux");
  expect_error(preset("extensions: mkv\naudio: opusenc bitrat=1\nmux: matroskamux\n"), "bitrat");
  expect_error(preset("extensions: mkv\naudio: vorbisenc\nmux: wavenc\n"), "does not take");
  expect_error(preset("extensions: mkv\naudio: opusenc\nvideo: x264enc\nmux: webmmux\n"),
               "does not take");
  expect_error(preset("extensions: mkv\naudio: opusenc\nvideo: x264enc bframes=2\n"
                      "mux: matroskamux\n"),
               "bframes=0");
}

TEST_F(BadInput, PlacesThatCannotBeWritten) {
  write("talk.md", kSmallTalk);
  fs::create_directory("folder.mp4");
  expect_error({"talk.md", "-o", "nowhere/talk.mp4"}, "the folder 'nowhere' does not exist");
  expect_error({"talk.md", "-o", "talk.md/talk.mp4"}, "'talk.md' is not a folder");
  expect_error({"talk.md", "-o", "folder.mp4"}, "it is a folder");
  // A folder where even root cannot make files.
  expect_error({"talk.md", "-o", "/proc/talk.mp4"}, "cannot write '/proc/talk.mp4'");
  const auto picture = talkie({"render", "talk.md", "--frame", "0", "-o", "nowhere/x.png"});
  EXPECT_EQ(picture.status, 1);
  EXPECT_HAS(picture.errors, "nowhere/x.png");
}

// A folder mounted read-only, and a disk of 300 kB; both need root.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path folder, bool read_only) : folder_(std::move(folder)) {
    fs::create_directory(folder_);
    mounted_ =
        mount("talkie-test", folder_.c_str(), "tmpfs", read_only ? MS_RDONLY : 0, "size=300k") == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

TEST_F(BadInput, AReadOnlyFolder) {
  write("talk.md", kSmallTalk);
  const SmallDisk disk("disk", true);
  if (!disk.mounted()) {
    // Without root the permissions do it; as root they would not.
    if (geteuid() == 0) GTEST_SKIP() << "mounting a read-only folder does not work here";
    fs::permissions("disk", fs::perms(0555));
  }
  expect_error({"talk.md", "-o", "disk/talk.mp4"}, "cannot write 'disk/talk.mp4'");
}

TEST_F(BadInput, AFullDisk) {
  std::string long_talk = kSmallTalk;
  for (int i = 0; i < 6; ++i)
    long_talk += "\n## Page " + std::to_string(i) + "\n\nThis takes a while to say, " +
                 "and fills the disk while it is being said.\n";
  write("talk.md", long_talk);
  const SmallDisk disk("disk", false);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  for (const char* name : {"disk/talk.mp4", "disk/talk.wav"}) {
    const auto outcome = talkie({"render", "talk.md", "-q", "-o", name, "--size", "1280x720"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_HAS(outcome.errors, "the disk is full") << name;
    EXPECT_TRUE(fs::is_empty("disk")) << name;
  }
}

// Without root: a limit on the size of files.
TEST_F(BadInput, AFileThatGetsTooLarge) {
  write("talk.md", kSmallTalk);
  const auto outcome = outside::run(
      {"bash", "-c", "ulimit -f 64; exec " + program() + " render talk.md -q -o a.wav"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_HAS(outcome.errors, "cannot write 'a.wav'");
  EXPECT_EQ(files(), std::set<std::string>{"talk.md"});
}

TEST_F(BadInput, CommandsThatAreNotUnderstood) {
  write("talk.md", kSmallTalk);
  const auto expect_usage = [](const std::vector<std::string>& arguments, const std::string& what) {
    const auto outcome = talkie(arguments);
    EXPECT_EQ(outcome.status, 2) << outcome.errors;
    EXPECT_HAS(outcome.errors, what);
    EXPECT_EQ(outcome.output, "");
  };
  expect_usage({}, "What it can do");
  expect_usage({"rendr", "talk.md"}, "Did you mean 'render'?");
  expect_usage({"talk.md"}, "talkie render talk.md");
  expect_usage({"render"}, "a script is missing");
  expect_usage({"render", "talk.md", "--thme", "ink"}, "Did you mean '--theme'?");
  expect_usage({"render", "talk.md", "-o"}, "-o");
  expect_usage({"render", "talk.md", "talk.mp4"}, "'talk.mp4' is one too many");
  expect_usage({"render", "talk.md", "--captions", "bruned"}, "Did you mean 'burned'?");
  expect_usage({"render", "talk.md", "--progress", "loud"}, "auto, bar, plain, json and none");
  expect_usage({"render", "talk.md", "--frame", "soon"}, "'soon' is no time");
  expect_usage({"render", "talk.md", "--set", "theme"}, "key=value");
  expect_usage({"render", "talk.md", "--dialect", "klingon"}, "klingon");
  expect_usage({"render", "-"}, "-o");
  expect_usage({"check"}, "a script is missing");
  expect_usage({"themes", "ink"}, "'ink' means nothing here");
  EXPECT_EQ(files(), std::set<std::string>{"talk.md"});
}

// Starts a long render, sends `signal` while it runs, and waits for its end.
struct Stopped {
  int status = -1;
  Clock::duration took{};
};

Stopped stop_render(const std::string& program, const std::vector<std::string>& arguments,
                    int signal, std::chrono::milliseconds after) {
  const pid_t child = fork();
  if (child == 0) {
    const int log = open("../log", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    std::vector<char*> words = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments)
      words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    execv(words[0], words.data());
    _exit(127);
  }
  std::this_thread::sleep_for(after);
  const auto start = Clock::now();
  kill(child, signal);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Clock::now() - start};
}

TEST_F(BadInput, CtrlCStopsSoonAndLeavesNothing) {
  std::string script = "---\nsize: 1920x1080\n---\n";
  for (int i = 0; i < 100; ++i)
    script += "## Page " + std::to_string(i) + "\n\nThis page says a number of things, one after " +
              "the other, so that it takes long.\n\n";
  write("talk.md", script);
  for (const char* output : {"talk.mp4", "talk.webm", "talk.wav"})
    for (const int after : {50, 400, 1500}) {
      const auto stopped =
          stop_render(program(), {"render", "talk.md", "-o", output, "--captions", "burned,srt"},
                      after > 1000 ? SIGTERM : SIGINT, std::chrono::milliseconds(after));
      if (stopped.status == 0 && std::string(output) == "talk.wav") {
        fs::remove("talk.wav");  // sound alone may be done by then
        fs::remove("talk.srt");
        continue;
      }
      // Before the handler is there, the signal ends the program itself.
      if (after > 100) {
        EXPECT_EQ(stopped.status, 130) << output << " after " << after;
      }
      EXPECT_LT(stopped.took, std::chrono::seconds(2)) << output << " after " << after;
      EXPECT_EQ(files(), std::set<std::string>{"talk.md"}) << output << " after " << after;
    }
}

TEST_F(BadInput, AStoppedRenderKeepsTheOldFilm) {
  std::string script;
  for (int i = 0; i < 100; ++i)
    script += "## Page " + std::to_string(i) + "\n\nThis page says a number of things.\n\n";
  write("talk.md", script);
  write("talk.mp4", "the film of yesterday");
  EXPECT_EQ(stop_render(program(), {"render", "talk.md"}, SIGINT, std::chrono::seconds(1)).status,
            130);
  std::ifstream film("talk.mp4");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(film), {}), "the film of yesterday");
}

}  // namespace
