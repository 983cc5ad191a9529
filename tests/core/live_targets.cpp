// SPDX-License-Identifier: LGPL-2.1-or-later
// Where shows may go, and what is said of it.
#include <gtest/gtest.h>

#include <vector>

#include "live/target.h"

namespace talkie {
namespace {

LiveTarget rtmp(const std::string& url) {
  return {LiveTarget::Kind::rtmp, url};
}
LiveTarget srt(const std::string& url) {
  return {LiveTarget::Kind::srt, url};
}
LiveTarget hls(const std::string& folder, Time segment = std::chrono::seconds(4), int window = 6) {
  return {LiveTarget::Kind::hls, folder, segment, window};
}

std::string complaint(const std::vector<LiveTarget>& targets) {
  const auto checked = check_targets(targets);
  if (checked) return {};
  EXPECT_EQ(checked.error().kind, ErrorKind::bad_value);
  return checked.error().message;
}

TEST(LiveTargets, ThatAreRightAreTaken) {
  EXPECT_EQ(complaint({rtmp("rtmp://127.0.0.1/live/talk"),
                       rtmp("rtmp://127.0.0.1/live/other"),
                       rtmp("RTMPS://a.example:8443/app/instance/key?token=x"),
                       rtmp("rtmp://[::1]:1936/live/talk"),
                       srt("srt://10.0.0.1:9000"),
                       srt("srt://:9001"),
                       srt("srt://0.0.0.0:9002?mode=listener&latency=200"),
                       srt("srt://h:9000?passphrase=ten-letters"),
                       hls("out"),
                       hls("out/b", std::chrono::seconds(1), 3),
                       hls("c", std::chrono::seconds(60), 0),
                       {LiveTarget::Kind::window, ""}}),
            "");
}

TEST(LiveTargets, ThatAreWrongSayWhatToWrite) {
  const struct {
    LiveTarget target;
    const char* says;
  } cases[] = {
      {rtmp("http://h/live/talk"), "'http' is not RTMP; write rtmp://HOST/APPLICATION/STREAM"},
      {rtmp("h/live/talk"), "this is no address; write rtmp://"},
      {rtmp(""), "this is no address"},
      {rtmp("rtmp:///live/talk"), "it names no host"},
      {rtmp("rtmp://:1935/live/talk"), "it names no host"},
      {rtmp("rtmp://h"), "an application and a stream are missing"},
      {rtmp("rtmp://h/live"), "an application and a stream are missing"},
      {rtmp("rtmp://h/live/"), "an application and a stream are missing"},
      {rtmp("rtmp://h:99999/live/talk"), "'99999' is no port; ports are 1 to 65535"},
      {rtmp("rtmp://h:0/live/talk"), "'0' is no port"},
      {rtmp("rtmp://h:/live/talk"), "'' is no port"},
      {rtmp("rtmp://h:12x/live/talk"), "'12x' is no port"},
      {rtmp("rtmp://my host/live/talk"), "an address has no spaces"},
      {rtmp("rtmp://h/live/talk\n"), "an address has no spaces"},
      {rtmp("rtmp://h<>/live/talk"), "this is no address"},
      {srt("udp://h:9000"), "'udp' is not SRT; write srt://HOST:PORT, or srt://:PORT"},
      {srt("srt://h"), "it names no port"},
      {srt("srt://h:70000"), "'70000' is no port"},
      {srt("srt://h:9000?mode=server"), "there is no mode 'server'"},
      {srt("srt://:9000?mode=caller"), "it names no host"},
      {srt("srt://h:9000?passphrase=short"), "not 10 to 79 characters"},
      {hls(""), "HLS wants a folder"},
      {hls("http://h/hls"), "HLS is written into a folder"},
      {hls("a", std::chrono::milliseconds(900)), "1 to 60 seconds long, not 0.9"},
      {hls("a", std::chrono::seconds(61)), "1 to 60 seconds long"},
      {hls("a", std::chrono::seconds(4), 2), "3 or more, or 0 for all"},
      {hls("a", std::chrono::seconds(4), -1), "3 or more"},
  };
  for (const auto& wrong : cases)
    EXPECT_NE(complaint({wrong.target}).find(wrong.says), std::string::npos)
        << wrong.target.where << ": " << complaint({wrong.target});
}

TEST(LiveTargets, ThatAreTheSameAreFound) {
  const auto same = [](const LiveTarget& a, const LiveTarget& b) {
    return complaint({a, b}).find("the same place") != std::string::npos;
  };
  EXPECT_TRUE(same(rtmp("rtmp://h/live/a"), rtmp("rtmp://H:1935/live/a")));
  EXPECT_FALSE(same(rtmp("rtmp://h/live/a"), rtmp("rtmp://h:1936/live/a")));
  EXPECT_TRUE(same(srt("srt://:9000"), srt("srt://127.0.0.1:9000?mode=listener")));
  EXPECT_FALSE(same(srt("srt://a:9000"), srt("srt://b:9000")));
  EXPECT_TRUE(same(hls("out"), hls("./b/../out/")));
  EXPECT_TRUE(same(hls("/tmp/out"), hls("/tmp/./out", std::chrono::seconds(2), 0)));
  EXPECT_FALSE(same(hls("out"), hls("out2")));
  EXPECT_TRUE(same({LiveTarget::Kind::window, ""}, {LiveTarget::Kind::window, ""}));
}

// A stream's key is a password: who has it can send.
TEST(LiveTargets, KeepTheirSecrets) {
  EXPECT_EQ(shown(rtmp("rtmp://127.0.0.1:1935/live/key")), "rtmp://127.0.0.1:1935/live/…");
  EXPECT_EQ(shown(rtmp("rtmps://me:pass@h/app/one/key?token=t")), "rtmps://h/app/one/…");
  EXPECT_EQ(shown(srt("srt://h:9000?passphrase=ten-letters&mode=caller")),
            "srt://h:9000?mode=caller");
  EXPECT_EQ(shown(srt("srt://h:9000?streamid=secret")), "srt://h:9000");
  EXPECT_EQ(shown(hls("out/live")), "out/live");
  // Also where they cannot be read.
  EXPECT_EQ(complaint({srt("srt://h:x?passphrase=ten-letters")}).find("ten-letters"),
            std::string::npos);
  EXPECT_EQ(complaint({rtmp("me:pass@h/live/key")}).find("pass"), std::string::npos);
  EXPECT_EQ(complaint({rtmp("rtmp://h:x/live/my-key")}).find("my-key"), std::string::npos);
}

}  // namespace
}  // namespace talkie
