// SPDX-License-Identifier: LGPL-2.1-or-later
// docs/gst-launch.md: every line of it runs, and makes what the page says.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <regex>
#include <sstream>
#include <thread>

#include "outside.h"

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    found.push_back((*at)[1].str());
  return found;
}

// A port that nobody listens at: as good as one can know.
int free_port(int type) {
  const int probe = socket(AF_INET, type, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(probe, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  close(probe);
  return ntohs(address.sin_port);
}

// As the kernel's table of sockets says; a connection to find out would be taken for the stream.
bool wait_for_port(int port, const std::string& table) {
  char hex[8];
  snprintf(hex, sizeof hex, ":%04X", port);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (text_of("/proc/net/" + table).find(hex) == std::string::npos) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

// A server that takes one stream and writes it to a file. It ends with the stream.
class Server {
 public:
  Server(const std::string& url, const std::string& listen, const fs::path& file, int port,
         const std::string& table) {
    std::vector<std::string> words{"ffmpeg", "-v", "error", "-y"};
    if (!listen.empty()) words.insert(words.end(), {listen, "1"});
    words.insert(words.end(), {"-i", url, "-c", "copy", file.string()});
    outcome_ = std::async(std::launch::async, [words] { return outside::run(words, 60); });
    is_there_ = wait_for_port(port, table);
  }
  [[nodiscard]] bool is_there() const { return is_there_; }
  outside::Outcome end() { return outcome_.get(); }

 private:
  std::future<outside::Outcome> outcome_;
  bool is_there_ = false;
};

struct Ran {
  std::string line;
  outside::Outcome outcome;
};

// The page, once run for all tests.
class LaunchPage : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new outside::Folder;
    const std::string page = text_of(outside::source_root() / "docs" / "gst-launch.md");
    write_files(page);
    setenv("GST_PLUGIN_FEATURE_RANK", "fakevideosink:MAX,fakeaudiosink:MAX", 1);
    // A section's lines use each other's files; sections stand by themselves.
    const auto sections = matches(page + "\n## ", R"(\n## ([^]*?)(?=\n## ))");
    std::vector<std::vector<Ran>> ran(sections.size());
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < sections.size(); i = next++)
        for (const std::string& line : matches(sections[i], "```sh\n([^]*?)```"))
          ran[i].push_back({line, run(line)});
    };
    std::thread other(work);
    work();
    other.join();
    for (auto& section : ran)
      std::move(section.begin(), section.end(), std::back_inserter(ran_));
  }
  static void TearDownTestSuite() {
    delete folder_;
    ran_.clear();
  }

  static fs::path file(const std::string& name) { return folder_->path() / name; }

  static inline outside::Folder* folder_ = nullptr;
  static inline std::vector<Ran> ran_;

 private:
  // `talk.md`: and its text in a block.
  static void write_files(const std::string& page) {
    const std::regex block("`([a-z.]+)`:\n\n```[a-z]+\n([^]*?)```");
    for (std::sregex_iterator at(page.begin(), page.end(), block), end; at != end; ++at)
      folder_->write((*at)[1], (*at)[2]);
  }

  static outside::Outcome run(const std::string& line) {
    if (line.find("$RTMP_URL") != std::string::npos) {
      const int port = free_port(SOCK_STREAM);
      const std::string url = "rtmp://127.0.0.1:" + std::to_string(port) + "/live/talk";
      // rtmp2sink of GStreamer 1.22 finds something missing in ffmpeg's answers, and says so with a
      // CRITICAL; that is none of ours.
      return run_against(Server(url, "-listen", file("rtmp.mkv"), port, "tcp"), "RTMP_URL=" + url,
                         "export G_DEBUG=; " + line);
    }
    if (line.find("$SRT_URL") != std::string::npos) {
      const int port = free_port(SOCK_DGRAM);
      const std::string url = "srt://127.0.0.1:" + std::to_string(port);
      return run_against(Server(url + "?mode=listener", "", file("srt.mkv"), port, "udp"),
                         "SRT_URL=" + url, line);
    }
    return in_shell(line);
  }
  static outside::Outcome run_against(Server server, const std::string& variable,
                                      const std::string& line) {
    outside::Outcome outcome;
    outcome.errors = "the server did not start";
    if (server.is_there()) outcome = in_shell("export '" + variable + "'; " + line);
    const outside::Outcome served = server.end();
    outcome.errors += "\nthe server: " + served.errors;
    return outcome;
  }
  static outside::Outcome in_shell(const std::string& line) {
    return outside::run({"sh", "-c", "cd '" + folder_->path().string() + "'; " + line}, 60);
  }
};

TEST_F(LaunchPage, EveryLineRuns) {
  EXPECT_GE(ran_.size(), 19u);
  for (const Ran& ran : ran_)
    EXPECT_EQ(ran.outcome.status, 0) << ran.line << ran.outcome.output << ran.outcome.errors;
}

std::string codecs_of(const nlohmann::json& info) {
  std::string codecs;
  for (const auto& stream : info["streams"])
    codecs += (codecs.empty() ? "" : " ") + stream["codec_name"].get<std::string>();
  return codecs;
}

// The talk's length is what its speech says; all outputs have to agree on it.
TEST_F(LaunchPage, MakesWholeFilms) {
  const double length =
      std::stod(outside::probe(file("talk.mp4"))["format"]["duration"].get<std::string>());
  EXPECT_NEAR(length, 5.15, 0.5);
  const std::pair<const char*, const char*> films[] = {
      {"talk.mp4", "h264 aac"},  {"parts.mp4", "h264 aac"},    {"both.mp4", "h264 aac"},
      {"both.mkv", "h264 aac"},  {"changes.mkv", "h264 opus"}, {"constant.webm", "vp9 opus"},
      {"again.mp4", "h264 aac"}, {"talk.ogg", "opus"},         {"corner.mp4", "h264 aac"},
      {"voice.mp4", "h264 aac"}, {"talk.m3u8", "h264 aac"},
  };
  for (const auto& [name, codecs] : films) {
    SCOPED_TRACE(name);
    const auto info = outside::probe(file(name));
    EXPECT_EQ(codecs_of(info), codecs);
    EXPECT_NEAR(std::stod(info["format"]["duration"].get<std::string>()), length, 0.06);
  }
}

TEST_F(LaunchPage, HoldsPicturesOrRepeatsThem) {
  const auto frames = [&](const char* name) {
    return outside::packet_times(file(name), "v").size();
  };
  EXPECT_NEAR(static_cast<double>(frames("talk.mp4")), 5.15 * 30, 15);
  EXPECT_EQ(frames("constant.webm"), frames("talk.mp4"));
  EXPECT_LT(frames("changes.mkv"), frames("talk.mp4") * 2 / 3);
}

// What came in at the other end; a server may have missed the end of it.
TEST_F(LaunchPage, GoesOutLive) {
  for (const char* name : {"rtmp.mkv", "srt.mkv"}) {
    SCOPED_TRACE(name);
    const auto info = outside::probe(file(name));
    EXPECT_TRUE(codecs_of(info).starts_with("h264 aac")) << codecs_of(info);
    EXPECT_GT(std::stod(info["format"]["duration"].get<std::string>()), 4);
  }
  const std::string playlist = text_of(file("talk.m3u8"));
  EXPECT_GE(matches(playlist, "(segment-[0-9]+\\.ts)").size(), 2u) << playlist;
}

// The mean of a rectangle's red, green and blue.
std::array<double, 3> mean_of(const outside::Picture& picture, int x, int y, int width,
                              int height) {
  std::array<double, 3> sum{};
  for (int row = y; row < y + height; ++row)
    for (int column = x; column < x + width; ++column)
      for (size_t channel = 0; channel < 3; ++channel)
        sum[channel] +=
            picture.rgb[3 * (static_cast<size_t>(row) * picture.width + column) + channel];
  for (double& value : sum)
    value /= width * height;
  return sum;
}

TEST_F(LaunchPage, LiesOverOtherPictures) {
  // The page is light, the ball's ground black.
  const auto corner = outside::decode_frame(file("corner.mp4"), 45);
  EXPECT_GT(mean_of(corner, 390, 30, 220, 116)[1], 200);
  EXPECT_LT(mean_of(corner, 20, 20, 300, 100)[1], 40);
  // Left of the words the lower third darkens the test picture, above it it does not.
  const auto third = outside::decode_frame(file("third.mp4"), 30);
  const auto bare = outside::decode_frame(file("voice.mp4"), 3);
  EXPECT_LT(outside::difference(third, bare), 60);
  EXPECT_NEAR(mean_of(third, 10, 20, 60, 200)[0], mean_of(bare, 10, 20, 60, 200)[0], 6);
  EXPECT_LT(mean_of(third, 120, 312, 60, 10)[0] + 60, mean_of(bare, 120, 312, 60, 10)[0]);
}

TEST_F(LaunchPage, WritesCaptionsAndPictures) {
  EXPECT_NE(text_of(file("talk.srt")).find("00:00:00,5"), std::string::npos);
  EXPECT_NE(text_of(file("talk.srt")).find("Twice a day the sea leaves."), std::string::npos);
  EXPECT_TRUE(text_of(file("talk.vtt")).starts_with("WEBVTT"));
  const auto third = outside::read_picture(file("third.png"));
  EXPECT_EQ(third.width, 1280);
  for (const char* page : {"page-00.png", "page-01.png"})
    EXPECT_EQ(outside::read_picture(file(page)).width, 640);
  EXPECT_TRUE(nlohmann::json::accept(text_of(file("scene-01.json"))));
}

}  // namespace
