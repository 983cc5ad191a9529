// SPDX-License-Identifier: LGPL-2.1-or-later
// A show over SRT, to srt-live-transmit.
#include <gtest/gtest.h>
#include <signal.h>

#include <cmath>

#include "live_testing.h"
#include "outside.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using live::Ear;
using live::Program;
using live::TestShow;
using outside::Folder;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Kind = LiveTarget::Kind;

class LiveSrt : public testing::Test {
 protected:
  void SetUp() override {
    if (outside::run({"srt-live-transmit", "-version"}).status == 127)
      GTEST_SKIP() << "srt-live-transmit is not installed";
    port_ = std::to_string(live::free_port(/*udp=*/true));
  }
  // Writes what it receives from `uri`.
  [[nodiscard]] std::unique_ptr<Program> receive(const std::string& uri,
                                                 const fs::path& film) const {
    return std::make_unique<Program>(
        std::vector<std::string>{
            "sh", "-c",
            "exec srt-live-transmit -q -a:no '" + uri + "' file://con >'" + film.string() + "'"},
        folder_.path() / "receiver.log");
  }
  [[nodiscard]] std::unique_ptr<LiveOutput> begin(const std::string& url,
                                                  OutputListener listener) const {
    auto output = open_output({Kind::srt, url}, std::move(listener));
    if (!output) throw std::runtime_error(output.error().to_string());
    if (auto started = (*output)->start(show_.streams); !started)
      throw std::runtime_error(started.error().to_string());
    return std::move(*output);
  }

  const Folder folder_;
  std::string port_;
  const TestShow show_ = live::make_show(seconds(6));
};

void expect_film(const fs::path& film, size_t pictures) {
  const auto streams = outside::probe(film)["streams"];
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0]["codec_name"], "h264");
  EXPECT_EQ(streams[0]["width"], TestShow::kWidth);
  EXPECT_EQ(streams[1]["codec_name"], "aac");
  const auto times = outside::packet_times(film, "v:0");
  EXPECT_GE(times.size(), pictures);
  for (size_t i = 1; i < times.size(); ++i)
    ASSERT_NEAR(times[i] - times[i - 1], 1.0 / TestShow::kRate, 0.001) << i;
  const auto delays = live::sound_delays(film);
  ASSERT_GE(delays.size(), 2u);
  for (const double delay : delays)
    EXPECT_LT(std::abs(delay), 1.5 / TestShow::kRate);
}

TEST_F(LiveSrt, Calls) {
  const fs::path film = folder_.path() / "seen.ts";
  // It comes later than the show begins, and is sent all of it nevertheless.
  Ear ear;
  const auto output = begin("srt://127.0.0.1:" + port_, ear.listener());
  std::unique_ptr<Program> receiver;
  live::play(show_.packets, {output.get()}, 2, [&] {
    if (!receiver) receiver = receive("srt://:" + port_ + "?mode=listener", film);
    return false;
  });
  output->finish(seconds(5));
  EXPECT_EQ(output->report().connections, 1) << ear.text();
  EXPECT_EQ(output->report().dropped, 0);
  EXPECT_GT(output->report().bytes, 100'000u);
  receiver->wait(seconds(5));
  expect_film(film, size_t{6} * TestShow::kRate);
}

TEST_F(LiveSrt, IsCalled) {
  const fs::path film = folder_.path() / "seen.ts";
  Ear ear;
  const auto output =
      begin("srt://127.0.0.1:" + port_ + "?mode=listener&passphrase=ten-letters", ear.listener());
  const auto middle = show_.packets.begin() + std::ssize(show_.packets) / 4;
  // Nobody looks yet, which holds up nothing.
  EXPECT_LT(live::play({show_.packets.begin(), middle}, {output.get()}, 10), milliseconds(200));
  EXPECT_EQ(output->report().bytes, 0u);
  const auto receiver =
      receive("srt://127.0.0.1:" + port_ + "?mode=caller&passphrase=ten-letters", film);
  ASSERT_TRUE(live::wait_until([&] { return output->report().connections == 1; })) << ear.text();
  live::play({middle, show_.packets.end()}, {output.get()}, 2);
  output->finish(seconds(5));
  EXPECT_EQ(ear.text().find("ten-letters"), std::string::npos) << ear.text();
  EXPECT_EQ(output->report().dropped, 0);
  receiver->wait(seconds(5));
  expect_film(film, size_t{3} * TestShow::kRate);
}

TEST_F(LiveSrt, AViewerWhoStandsStillDoesNotHoldUp) {
  const auto output = begin("srt://127.0.0.1:" + port_ + "?mode=listener", {});
  const auto receiver =
      receive("srt://127.0.0.1:" + port_ + "?mode=caller", folder_.path() / "seen.ts");
  ASSERT_TRUE(live::wait_until([&] { return output->report().connections == 1; }));
  receiver->signal(SIGSTOP);
  EXPECT_LT(live::play(show_.packets, {output.get()}, 8), milliseconds(200));
  const auto begun = steady_clock::now();
  output->finish(seconds(2));
  EXPECT_LT(steady_clock::now() - begun, seconds(4));
  EXPECT_EQ(output->report().dropped, 0) << "who looks on beside it misses nothing";
}

TEST_F(LiveSrt, APortInUseIsAnError) {
  Program other({"srt-live-transmit", "-q", "srt://:" + port_ + "?mode=listener", "file://con"},
                folder_.path() / "other.log");
  ASSERT_TRUE(live::wait_until([&] { return live::is_udp_port_taken(port_); })) << other.output();
  auto output = open_output({Kind::srt, "srt://:" + port_}, {});
  ASSERT_TRUE(output);
  const auto started = (*output)->start(show_.streams);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::unwritable);
  EXPECT_NE(started.error().message.find("port " + port_), std::string::npos)
      << started.error().to_string() << started.error().detail;
}

TEST_F(LiveSrt, WhoIsCalledGoesAndComesBack) {
  Ear ear;
  const auto output = begin("srt://127.0.0.1:" + port_ + "?mode=caller", ear.listener());
  const TestShow show = live::make_show(seconds(60));
  const std::string uri = "srt://:" + port_ + "?mode=listener";
  auto receiver = receive(uri, folder_.path() / "first.ts");
  bool is_back = false;
  live::play(show.packets, {output.get()}, 2, [&] {
    const auto report = output->report();
    if (receiver && report.connections == 1 && !is_back) receiver.reset();
    if (!receiver && report.error) {
      receiver = receive(uri, folder_.path() / "second.ts");
      is_back = true;
    }
    return report.reconnections == 1;
  });
  EXPECT_EQ(output->report().reconnections, 1) << ear.text();
  EXPECT_EQ(ear.count(OutputEvent::Kind::lost), 1) << ear.text();
}

}  // namespace
}  // namespace talkie
