// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie live as a user runs it: at a terminal, from a pipe, and with what cannot be.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A talkie at a terminal of its own.
class AtTerminal {
 public:
  explicit AtTerminal(std::vector<std::string> words) {
    child_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ != 0) return;
    std::vector<char*> arguments;
    for (std::string& word : words)
      arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments.front(), arguments.data());
    _exit(127);
  }
  ~AtTerminal() {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    close(terminal_);
  }
  AtTerminal(const AtTerminal&) = delete;
  AtTerminal& operator=(const AtTerminal&) = delete;

  void press(const std::string& keys) const {
    ASSERT_EQ(write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // Whether it says that within half a minute; what it said before is not looked at again.
  bool says(const std::string& words) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < end) {
      if (const size_t at = said_.find(words); at != std::string::npos)
        return said_.erase(0, at + words.size()), true;
      pollfd wait{terminal_, POLLIN, 0};
      if (poll(&wait, 1, 100) <= 0) continue;
      char bytes[4096];
      const ssize_t count = ::read(terminal_, bytes, sizeof bytes);
      if (count <= 0) return false;
      said_.append(bytes, static_cast<size_t>(count));
      heard_.append(bytes, static_cast<size_t>(count));
    }
    return false;
  }
  // Its exit status, or -1.
  int end() {
    says("nothing it would ever say");  // until the terminal is closed
    int status = 0;
    const pid_t ended = waitpid(child_, &status, 0);
    child_ = -1;
    return ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void signal(int number) const { kill(child_, number); }
  [[nodiscard]] const std::string& heard() const { return heard_; }

 private:
  int terminal_ = -1;
  pid_t child_ = -1;
  std::string said_;
  std::string heard_;
};

class Live : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("talk.md", kSmallTalk);
  }
  // Scenes that stay for as long as a test needs.
  void write_long_talk() const {
    write("long.md",
          "---\ntitle: Long\nsize: 320x180\n---\n# One\n\n(duration: 60)\n\nOne.\n\n"
          "## Two\n\n(duration: 60)\n\nTwo.\n\n## Three\n\n(duration: 60)\n\nThree.\n");
  }
  static outside::Outcome live(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "live");
    return talkie(std::move(arguments));
  }
};

TEST_F(Live, GoesOutAndEnds) {
  const auto outcome = live({"talk.md", "--hls", "out", "--progress", "json"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_HAS(outcome.output, "\"type\":\"done\"");
  EXPECT_HAS(read(work_ / "out/playlist.m3u8"), "#EXT-X-ENDLIST");
  // As long as the film.
  const auto film = talkie({"inspect", "talk.md", "--json"});
  const double length = nlohmann::json::parse(film.output).at("duration");
  const auto probed = outside::probe(work_ / "out/playlist.m3u8");
  EXPECT_NEAR(std::stod(probed["format"]["duration"].get<std::string>()), length, 0.1);
}

TEST_F(Live, IsSteeredFromTheTerminal) {
  write_long_talk();
  AtTerminal show({program(), "live", "long.md", "--hls", "out"});
  ASSERT_TRUE(show.says("scene 1/3 'one'")) << show.heard();
  show.press(" ");
  EXPECT_TRUE(show.says("paused")) << show.heard();
  show.press(" ");
  show.press("\033[C");
  EXPECT_TRUE(show.says("scene 2/3 'two'")) << show.heard();
  show.press("\033[C");
  EXPECT_TRUE(show.says("scene 3/3 'three'")) << show.heard();
  show.press("\033[D");
  EXPECT_TRUE(show.says("scene 2/3 'two'")) << show.heard();
  show.press("q");
  EXPECT_EQ(show.end(), 0) << show.heard();
  EXPECT_HAS(show.heard(), "On air for");
  EXPECT_HAS(read(work_ / "out/playlist.m3u8"), "#EXT-X-ENDLIST");
}

TEST_F(Live, EndsCleanlyWhenItIsInterrupted) {
  write_long_talk();
  AtTerminal show({program(), "live", "long.md", "--hls", "out"});
  ASSERT_TRUE(show.says("scene 1/3 'one'")) << show.heard();
  show.signal(SIGINT);
  EXPECT_EQ(show.end(), 130) << show.heard();
  EXPECT_HAS(read(work_ / "out/playlist.m3u8"), "#EXT-X-ENDLIST");
}

TEST_F(Live, TakesScenesFromThePipe) {
  const std::string scene = R"({"version":1,"id":"ID","film":{"title":"Lines","size":[320,180]},)"
                            R"("narration":[{"say":"Here is a scene."}],"blocks":[]})";
  const auto with = [&](const std::string& id) {
    std::string text = scene;
    return text.replace(text.find("ID"), 2, id);
  };
  write("scenes.jsonl", with("first") + "\n{broken\n" + with("third") + "\n");
  const auto run = [&](const std::string& options) {
    return outside::run(
        {"sh", "-c", program() + " live - --follow --hls out " + options + " < scenes.jsonl"});
  };
  const auto strict = run("");
  EXPECT_EQ(strict.status, 1);
  EXPECT_HAS(strict.errors, "<stdin>:2");
  EXPECT_HAS(strict.output, "1 scene");
  EXPECT_HAS(read(work_ / "out/playlist.m3u8"), "#EXT-X-ENDLIST");
  const auto lenient = run("--skip-bad");
  EXPECT_EQ(lenient.status, 0) << lenient.errors;
  EXPECT_HAS(lenient.errors, "<stdin>:2");
  EXPECT_HAS(lenient.output, "2 scenes");
}

// A voice that takes longer than the scene before it lasts: the picture stays, the stream goes on.
TEST_F(Live, GoesOnWhileAVoiceIsSlow) {
  const fs::path voice =
      folder_.write("slow",
                    "#!/bin/sh\ntext=$(cat)\ncase \"$text\" in *Second*) sleep 4;; esac\n"
                    "exec ffmpeg -v error -y -f lavfi -i sine=f=300:d=1:r=24000 \"$1\"\n");
  fs::permissions(voice, fs::perms::owner_all);
  std::ofstream(config_ / "talkie" / "talkie.conf")
      << "engines:\n  slow: {command: '" << voice.string() << " {out}', language: en}\n";
  write("slow.md",
        "---\nsize: 320x180\n---\n# One\n\nThe first.\n\n## Two\n\nNothing.\n\n"
        "## Three\n\nSecond.\n\n## Four\n\nThe last.\n");
  const auto outcome = live(
      {"slow.md", "--engine", "slow", "--hls", "out", "--playlist", "0", "--progress", "json"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const auto times = outside::packet_times(work_ / "out/playlist.m3u8", "v:0");
  ASSERT_GT(times.size(), 100u);
  for (size_t i = 1; i < times.size(); ++i)
    ASSERT_NEAR(times[i] - times[i - 1], 1.0 / 30, 0.002) << "after " << times[i - 1];
}

// ---- what cannot be

struct Refusal {
  std::vector<std::string> words;
  std::string said;
  int status = 2;
};

class LiveRefuses : public Live, public testing::WithParamInterface<Refusal> {};

TEST_P(LiveRefuses, AndSaysWhy) {
  write("file", "not a folder");
  auto words = GetParam().words;
  words.insert(words.begin(), "talk.md");
  const auto outcome = live(words);
  EXPECT_EQ(outcome.status, GetParam().status) << outcome.errors;
  EXPECT_HAS(outcome.errors, GetParam().said);
  EXPECT_EQ(outcome.errors.find("GLib"), std::string::npos) << outcome.errors;
}

INSTANTIATE_TEST_SUITE_P(
    Commands, LiveRefuses,
    testing::Values(Refusal{{}, "--rtmp URL"},
                    Refusal{{"--rtmp", "http://127.0.0.1/live/talk"}, "'http' is not RTMP"},
                    Refusal{{"--rtmp", "rtmp:///live/talk"}, "names no host"},
                    Refusal{{"--rtmp", "rtmp://127.0.0.1:99999/live/talk"}, "is no port"},
                    Refusal{{"--srt", "srt://127.0.0.1"}, "names no port"},
                    Refusal{{"--hls", "out", "--hls", "./out/"}, "same"},
                    Refusal{{"--hls", "file"}, "file", 1},
                    Refusal{{"--hls", "out", "--segment", "soon"}, "--segment"},
                    Refusal{{"--hls", "out", "--playlist", "2"}, "3"},
                    Refusal{{"--hls", "out", "--start", "9"}, "no scene '9'"},
                    Refusal{{"--hls", "out", "--loop", "--follow"}, "--loop"},
                    Refusal{{"--hls", "out", "--ahead", "0.1"}, "ahead"},
                    Refusal{{"--hls", "out", "--preset", "webm"}, "cannot go out live", 1},
                    Refusal{{"--hls", "out", "--captions", "srt"}, "burned, words or none"}));

TEST_F(Live, RefusesAPortThatIsTaken) {
  const int taken = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(taken, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  socklen_t size = sizeof address;
  getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const auto outcome = live({"talk.md", "--srt", "srt://127.0.0.1:" + port + "?mode=listener"});
  close(taken);
  EXPECT_EQ(outcome.status, 1) << outcome.output;
  EXPECT_HAS(outcome.errors, port);
  EXPECT_HAS(outcome.errors, "another");
}

}  // namespace
