// SPDX-License-Identifier: LGPL-2.1-or-later
// A show as HLS: its files, read by ffmpeg line by line and segment by segment, and played by
// hls.js in Chromium.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "live_testing.h"
#include "outside.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using live::Ear;
using live::TestShow;
using outside::Folder;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = LiveTarget::Kind;

constexpr double kFast = 12;  // times as fast as it would be watched

struct Playlist {
  std::vector<std::string> tags;  // that are not of one segment
  std::vector<std::string> files;
  std::vector<double> lengths;
  std::set<std::string> jumps;  // the files with a discontinuity in front
};

Playlist read_list(const fs::path& folder) {
  Playlist list;
  std::ifstream file(folder / "playlist.m3u8");
  bool jump = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#EXTINF:")) {
      list.lengths.push_back(std::stod(line.substr(8)));
    } else if (line == "#EXT-X-DISCONTINUITY") {
      jump = true;
    } else if (line.starts_with("#")) {
      list.tags.push_back(line);
    } else {
      if (std::exchange(jump, false)) list.jumps.insert(line);
      list.files.push_back(line);
    }
  }
  return list;
}

std::set<std::string> segments_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".ts") names.insert(entry.path().filename().string());
  return names;
}

std::unique_ptr<LiveOutput> begin(const LiveTarget& target, const TestShow& show,
                                  OutputListener listener = {}) {
  auto output = open_output(target, std::move(listener));
  if (!output) throw std::runtime_error(output.error().to_string());
  if (auto started = (*output)->start(show.streams); !started)
    throw std::runtime_error(started.error().to_string());
  return std::move(*output);
}

void play_all(const LiveTarget& target, const TestShow& show) {
  Ear ear;
  const auto output = begin(target, show, ear.listener());
  live::play(show.packets, {output.get()}, kFast);
  output->finish(seconds(10));
  const auto report = output->report();
  EXPECT_FALSE(report.failed) << ear.text();
  EXPECT_EQ(report.connections, 1) << ear.text();
  EXPECT_EQ(report.dropped, 0);
  EXPECT_GT(report.bytes, 100'000u);
}

// The segment by itself: tables first, then a picture that needs no other.
void expect_begins_afresh(const fs::path& segment) {
  std::ifstream file(segment, std::ios::binary);
  std::array<unsigned char, 3 * 188> packets{};
  file.read(reinterpret_cast<char*>(packets.data()), packets.size());
  EXPECT_EQ(packets[0], 0x47);
  EXPECT_EQ((packets[1] & 0x1f) << 8 | packets[2], 0) << "PAT: " << segment;
  const auto seen =
      outside::run({"ffprobe", "-v", "warning", "-select_streams", "v:0", "-show_entries",
                    "frame=pict_type,key_frame", "-of", "csv=p=0", segment.string()});
  EXPECT_EQ(seen.errors, "") << segment;
  EXPECT_TRUE(seen.output.starts_with("1,I")) << segment << seen.output.substr(0, 20);
}

TEST(LiveHls, AnEventListKeepsAll) {
  const Folder folder;
  const fs::path hls = folder.path() / "made" / "for it";
  const TestShow show = live::make_show(seconds(25));
  play_all({Kind::hls, hls.string(), seconds(4), 0}, show);
  const Playlist list = read_list(hls);
  EXPECT_EQ(list.tags,
            (std::vector<std::string>{"#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:4",
                                      "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:EVENT",
                                      "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-ENDLIST"}));
  ASSERT_EQ(list.files.size(), 7u);
  for (size_t i = 0; i + 1 < list.files.size(); ++i)
    EXPECT_NEAR(list.lengths[i], 4, 0.001);
  EXPECT_NEAR(list.lengths.back(), 1, 0.001);
  EXPECT_EQ(segments_in(hls), std::set(list.files.begin(), list.files.end()));
  for (const std::string& file : list.files)
    expect_begins_afresh(hls / file);
  EXPECT_TRUE(std::none_of(fs::directory_iterator(hls), fs::directory_iterator(), [](auto& entry) {
    return entry.path().filename().string().find(".ts.") != std::string::npos;
  })) << "nothing temporary is left";

  // All of it plays, as one: every picture at its time, and no counter of the muxer's jumps.
  const fs::path playlist = hls / "playlist.m3u8";
  const auto film = outside::probe(playlist);
  EXPECT_EQ(film["streams"][0]["nb_read_frames"], std::to_string(25 * TestShow::kRate));
  const auto times = outside::packet_times(playlist, "v:0");
  for (size_t i = 1; i < times.size(); ++i)
    ASSERT_NEAR(times[i] - times[i - 1], 1.0 / TestShow::kRate, 0.001) << i;
  const auto played =
      outside::run({"ffmpeg", "-v", "warning", "-i", playlist.string(), "-f", "null", "-"});
  EXPECT_EQ(played.status, 0);
  EXPECT_EQ(played.errors, "");
  const auto delays = live::sound_delays(playlist);
  ASSERT_GE(delays.size(), 20u);
  for (const double delay : delays)
    EXPECT_LT(std::abs(delay), 1.5 / TestShow::kRate);
}

TEST(LiveHls, AWindowSlides) {
  const Folder folder;
  const TestShow show = live::make_show(seconds(48));
  play_all({Kind::hls, folder.path().string(), seconds(2), 3}, show);
  const Playlist list = read_list(folder.path());
  EXPECT_EQ(list.tags,
            (std::vector<std::string>{"#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:2",
                                      "#EXT-X-MEDIA-SEQUENCE:21", "#EXT-X-INDEPENDENT-SEGMENTS",
                                      "#EXT-X-ENDLIST"}));
  EXPECT_EQ(list.files,
            (std::vector<std::string>{"segment00021.ts", "segment00022.ts", "segment00023.ts"}));
  // Who has just loaded the playlist before may still come for what it named.
  const auto there = segments_in(folder.path());
  EXPECT_EQ(there.size(), 3u + 4u);
  EXPECT_EQ(*there.begin(), "segment00017.ts");
}

TEST(LiveHls, JumpsAreDiscontinuities) {
  const Folder folder;
  TestShow show = live::make_show(seconds(12));
  for (LivePacket& packet : show.packets) {
    const GstClockTime time = GST_BUFFER_PTS(packet.buffer.get());
    if (packet.stream == LivePacket::Stream::video && (time == 0 || time == 6 * GST_SECOND)) {
      packet.buffer = Owned<GstBuffer>::adopt(gst_buffer_copy(packet.buffer.get()));
      GST_BUFFER_FLAG_SET(packet.buffer.get(), GST_BUFFER_FLAG_DISCONT);
    }
  }
  play_all({Kind::hls, folder.path().string(), seconds(4), 0}, show);
  const Playlist list = read_list(folder.path());
  ASSERT_EQ(list.files.size(), 4u);
  const std::vector<double> wanted{4, 2, 4, 2};
  for (size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(list.lengths[i], wanted[i], 0.001);
  EXPECT_EQ(list.jumps, std::set<std::string>{"segment00002.ts"});
}

TEST(LiveHls, AnotherShowGoesOnCounting) {
  const Folder folder;
  const TestShow show = live::make_show(seconds(6));
  folder.write("segment.ts", "somebody else's");
  play_all({Kind::hls, folder.path().string(), seconds(2), 0}, show);
  play_all({Kind::hls, folder.path().string(), seconds(2), 0}, show);
  const Playlist list = read_list(folder.path());
  EXPECT_EQ(list.files,
            (std::vector<std::string>{"segment00003.ts", "segment00004.ts", "segment00005.ts"}));
  EXPECT_EQ(list.jumps, std::set<std::string>{"segment00003.ts"});
  EXPECT_EQ(segments_in(folder.path()),
            (std::set<std::string>{"segment.ts", "segment00003.ts", "segment00004.ts",
                                   "segment00005.ts"}));
}

// A disk of its own, with room for some segments.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = mount("none", folder_.path().c_str(), "tmpfs", 0, "size=1m") == 0; }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool is_there() const { return mounted_; }
  [[nodiscard]] fs::path path() const { return folder_.path(); }

 private:
  const Folder folder_;
  bool mounted_ = false;
};

TEST(LiveHls, AFullDiskIsSaidAndWaitedFor) {
  const SmallDisk disk;
  if (!disk.is_there()) GTEST_SKIP() << "only root may mount a small disk";
  const Folder other;
  const TestShow show = live::make_show(seconds(36));
  Ear ear;
  const auto full = begin({Kind::hls, disk.path().string(), seconds(2), 0}, show, ear.listener());
  const auto fine = begin({Kind::hls, other.path().string(), seconds(2), 0}, show);
  // Somebody makes room in the middle.
  const auto half = show.packets.begin() + std::ssize(show.packets) / 2;
  const std::vector<LiveOutput*> both{full.get(), fine.get()};
  EXPECT_LT(live::play({show.packets.begin(), half}, both, kFast), milliseconds(500));
  ASSERT_TRUE(live::wait_until([&] { return full->report().error.has_value(); }));
  EXPECT_EQ(full->report().error->kind, ErrorKind::no_space);
  EXPECT_NE(ear.text().find("No space left on device"), std::string::npos) << ear.text();
  EXPECT_EQ(ear.count(OutputEvent::Kind::lost), 1) << "once: " << ear.text();
  EXPECT_FALSE(full->report().failed);
  fs::remove(disk.path() / "segment00000.ts");
  fs::remove(disk.path() / "segment00001.ts");
  live::play({half, show.packets.end()}, both, kFast);
  full->finish(seconds(10));
  fine->finish(seconds(10));
  EXPECT_GE(full->report().reconnections, 1) << ear.text();
  EXPECT_GE(ear.count(OutputEvent::Kind::connected), 2) << ear.text();
  const Playlist list = read_list(disk.path());
  ASSERT_FALSE(list.files.empty());
  EXPECT_FALSE(list.jumps.empty()) << "what could not be written is a discontinuity";
  for (const std::string& file : segments_in(disk.path()))
    EXPECT_EQ(fs::file_size(disk.path() / file) % 188, 0u) << "whole or not at all";

  EXPECT_FALSE(fine->report().error);
  EXPECT_EQ(outside::packet_times(other.path() / "playlist.m3u8", "v:0").size(),
            size_t{36} * TestShow::kRate);
}

TEST(LiveHls, PlaysInChromium) {
  const fs::path packages = outside::build_root() / "tests" / "browser" / "packages";
  if (!fs::exists(packages / "node_modules")) GTEST_SKIP() << "node or npm is not installed";
  if (!fs::exists("/usr/bin/chromium")) GTEST_SKIP() << "chromium is not installed";
  const Folder folder;
  const TestShow show = live::make_show(seconds(60));
  const auto output = begin({Kind::hls, folder.path().string(), seconds(2), 4}, show);
  const fs::path player = outside::source_root() / "tests" / "pipelines" / "play_hls.mjs";
  live::Program browser({"node", player.string(), packages.string(), folder.path().string()},
                        folder.path() / "browser.log");
  int status = -1;
  live::play(show.packets, {output.get()}, 1, [&] {
    status = browser.wait(seconds(0));
    return status >= 0;
  });
  output->finish(seconds(5));
  ASSERT_EQ(status, 0) << browser.output();
  const auto seen = nlohmann::json::parse(browser.output());
  EXPECT_EQ(seen["errors"], nlohmann::json::array());
  EXPECT_EQ(seen["width"], TestShow::kWidth);
  EXPECT_EQ(seen["height"], TestShow::kHeight);
  const auto& looks = seen["looks"];
  ASSERT_GE(looks.size(), 3u);
  for (size_t i = 1; i < looks.size(); ++i) {
    EXPECT_GT(looks[i]["time"].get<double>(), looks[i - 1]["time"].get<double>());
    EXPECT_GT(looks[i]["frames"].get<int>(), looks[i - 1]["frames"].get<int>());
  }
  EXPECT_GT(looks.back()["sound_bytes"].get<int>(), 0);
}

}  // namespace
}  // namespace talkie
