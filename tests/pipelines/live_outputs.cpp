// SPDX-License-Identifier: LGPL-2.1-or-later
// What all outputs of a show have in common: they never hold it up, and they can go at any moment.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "live/packet_queue.h"
#include "live_testing.h"
#include "outside.h"

namespace talkie {
namespace {

using live::Ear;
using live::TestShow;
using outside::Folder;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Kind = LiveTarget::Kind;

LivePacket packet(LivePacket::Stream stream, milliseconds time, bool key, size_t bytes = 100) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, bytes, nullptr);
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(Time(time).count());
  if (!key) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return {stream, Owned<GstBuffer>::adopt(buffer)};
}
LivePacket picture(int tenths, bool key, size_t bytes = 100) {
  return packet(LivePacket::Stream::video, milliseconds(100 * tenths), key, bytes);
}
LivePacket sound(int tenths) {
  return packet(LivePacket::Stream::sound, milliseconds(100 * tenths), true);
}

TEST(LiveQueue, BeginsWithAKeyUnit) {
  PacketQueue queue;
  EXPECT_EQ(queue.add(sound(0)), 0);
  EXPECT_EQ(queue.add(picture(0, false)), 1);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.add(picture(1, true)), 0);
  EXPECT_EQ(queue.add(sound(1)), 0);
  const auto first = queue.take();
  ASSERT_TRUE(first);
  EXPECT_TRUE(is_key_unit(first->packet));
  EXPECT_FALSE(first->after_hole);
  EXPECT_EQ(queue.take()->packet.stream, LivePacket::Stream::sound);
  EXPECT_FALSE(queue.take());
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(LiveQueue, DropsTheOldestUpToAKeyUnit) {
  PacketQueue queue({seconds(3), 1 << 20});
  int64_t dropped = 0;
  for (int i = 0; i <= 31; ++i) {  // a key unit each second
    dropped += queue.add(picture(i, i % 10 == 0));
    dropped += queue.add(sound(i));
  }
  EXPECT_EQ(dropped, 10) << "pictures of the first second; sound is not counted";
  const auto first = queue.take();
  EXPECT_TRUE(is_key_unit(first->packet));
  EXPECT_EQ(GST_BUFFER_PTS(first->packet.buffer.get()), GST_SECOND);
  EXPECT_TRUE(first->after_hole);
  EXPECT_FALSE(queue.take()->after_hole);
}

TEST(LiveQueue, IsBoundedInBytes) {
  PacketQueue queue({seconds(10), 1000});
  EXPECT_EQ(queue.add(picture(0, true, 600)), 0);
  EXPECT_EQ(queue.add(picture(1, false, 600)), 2) << "there is no key unit to go on with";
  EXPECT_EQ(queue.add(picture(2, false)), 1);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.add(picture(3, true, 5000)), 1) << "too large by itself";
  EXPECT_EQ(queue.add(picture(4, true)), 0);
  EXPECT_TRUE(queue.take()->after_hole);
}

TEST(LiveQueue, CatchesUp) {
  PacketQueue queue;
  for (int i = 0; i < 45; ++i)
    queue.add(picture(i, i % 20 == 0));
  EXPECT_EQ(queue.skip_to_newest_key_unit(), 40);
  EXPECT_EQ(GST_BUFFER_PTS(queue.take()->packet.buffer.get()), 4 * GST_SECOND);
  while (queue.take())
    ;
  EXPECT_EQ(queue.skip_to_newest_key_unit(), 0);
  EXPECT_EQ(queue.add(picture(50, false)), 1) << "who connects anew needs a key unit";
}

// A server that takes connections and never reads.
class DeafServer {
 public:
  DeafServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_, 4);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~DeafServer() { close(socket_); }
  [[nodiscard]] std::string url() const {
    return "rtmp://127.0.0.1:" + std::to_string(port_) + "/live/secret-key";
  }

 private:
  int socket_;
  int port_ = 0;
};

TEST(LiveOutputs, NeverHoldUpTheShow) {
  const DeafServer server;
  const TestShow show = live::make_show(seconds(60));
  Ear ear;
  auto output = open_output({Kind::rtmp, server.url()}, ear.listener());
  ASSERT_TRUE(output) << output.error().to_string();
  ASSERT_TRUE((*output)->start(show.streams));
  const auto longest = live::play(show.packets, {output->get()}, 60);
  EXPECT_LT(longest, milliseconds(200));
  const auto report = (*output)->report();
  EXPECT_EQ(report.connections, 0);
  // What waits of 60 s is 10 s in the queue, and a little in front of the muxer.
  EXPECT_GE(report.dropped, 49 * TestShow::kRate);
  EXPECT_LE(report.dropped, 60 * TestShow::kRate);
  EXPECT_EQ(ear.count(OutputEvent::Kind::dropping), 1) << ear.text();
  EXPECT_EQ(ear.text().find("secret-key"), std::string::npos) << ear.text();
}

// Nobody answers there; the addresses are for documentation.
// https://www.rfc-editor.org/rfc/rfc5737
TEST(LiveOutputs, GoAtAnyMoment) {
  const TestShow show = live::make_show(seconds(3));
  const Folder folder;
  const DeafServer deaf;
  const std::string refused = "127.0.0.1:" + std::to_string(live::free_port());
  const std::vector<LiveTarget> targets{
      {Kind::rtmp, "rtmp://192.0.2.1/live/key"},
      {Kind::rtmp, "rtmp://" + refused + "/live/key"},
      {Kind::rtmp, deaf.url()},
      {Kind::srt, "srt://192.0.2.1:9000"},
      {Kind::srt, "srt://" + refused},
      {Kind::srt, "srt://:" + std::to_string(live::free_port(true))},
      {Kind::hls, (folder.path() / "hls").string()},
  };
  for (const LiveTarget& target : targets) {
    for (const size_t packets : {size_t{0}, size_t{1}, show.packets.size() / 2}) {
      auto output = open_output(target, {});
      ASSERT_TRUE(output) << output.error().to_string();
      ASSERT_TRUE((*output)->start(show.streams)) << shown(target);
      for (size_t i = 0; i < packets; ++i)
        (*output)->offer(show.packets[i]);
      const auto begun = steady_clock::now();
      if (packets % 2 == 1) (*output)->finish(milliseconds(300));
      output->reset();
      EXPECT_LT(steady_clock::now() - begun, seconds(3)) << shown(target);
    }
    ASSERT_TRUE(open_output(target, {})) << "and without a start";
  }
}

TEST(LiveOutputs, SayAtTheStartWhatCannotGetBetter) {
  const TestShow show = live::make_show(seconds(1));
  const Folder folder;
  folder.write("file", "");
  auto output = open_output({Kind::hls, (folder.path() / "file").string()}, {});
  ASSERT_TRUE(output);
  auto started = (*output)->start(show.streams);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::unwritable);
  EXPECT_NE(started.error().message.find("Not a directory; name another folder"), std::string::npos)
      << started.error().message;
  output = open_output({Kind::hls, "/proc/hls"}, {});
  ASSERT_TRUE(output);
  EXPECT_FALSE((*output)->start(show.streams));
  EXPECT_FALSE(open_output({Kind::rtmp, "rtmp://h"}, {})) << "no application, no stream";
}

// GStreamer's own way to say what an automatic sink chooses.
TEST(LiveOutputs, PlayInAWindow) {
  const TestShow show = live::make_show(seconds(2));
  Ear ear;
  auto output = open_output({Kind::window, ""}, ear.listener());
  ASSERT_TRUE(output) << output.error().to_string();
  const auto started = (*output)->start(show.streams);
  ASSERT_TRUE(started) << started.error().to_string();
  const auto begun = steady_clock::now();
  EXPECT_LT(live::play(show.packets, {output->get()}, 4), milliseconds(200));
  (*output)->finish(seconds(10));
  EXPECT_GT(steady_clock::now() - begun, milliseconds(1900)) << "it plays by the clock";
  EXPECT_EQ((*output)->report().connections, 1);
  EXPECT_FALSE((*output)->report().failed) << ear.text();
}

}  // namespace
}  // namespace talkie
