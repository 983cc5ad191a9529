// SPDX-License-Identifier: LGPL-2.1-or-later
// What a show sends, packet by packet: without holes, in step, and what was asked for.
#include <unistd.h>

#include <cmath>

#include "show_testing.h"

namespace talkie {
namespace {

constexpr const char* kScript =
    "---\ntitle: Show\nsize: 320x180\ntransition: crossfade 0.3\n---\n"
    "# One\n\nThe first scene.\n\n"
    "## Two\n\n- Apples\n- Pears\n\nApples, then pears.\n\n"
    "## Three\n\nThree words here. And some more of them.\n";

class Shows : public testing::Test {
 protected:
  void SetUp() override { script_ = folder_.write("talk.md", kScript); }

  // The output lives in the show's list; its packets are copied out through this.
  class Tap : public LiveOutput {
   public:
    explicit Tap(Collector& to) : to_(to) {}
    Result<void> start(const LiveStreams& streams) override { return to_.start(streams); }
    void offer(const LivePacket& packet) override { to_.offer(packet); }
    void finish(std::chrono::milliseconds patience) override { to_.finish(patience); }
    [[nodiscard]] OutputReport report() const override { return to_.report(); }

   private:
    Collector& to_;
  };

  ShowReport run(QuickShow& show, Collector& sent) {
    show.feed.source.path = script_.string();
    return show.run(std::make_unique<Tap>(sent));
  }

  // The film's length in frames, as `talkie render` makes it.
  [[nodiscard]] int64_t film_frames() const {
    Problems problems;
    const auto outline = inspect({script_.string(), {}, {}, {}}, "", problems);
    EXPECT_TRUE(outline);
    return outline ? nearest(outline->duration, outline->film.frame_rate) : 0;
  }

  outside::Folder folder_;
  std::filesystem::path script_;
};

GstClockTime end_of(const std::vector<Sent>& stream) {
  return stream.empty() ? 0 : stream.back().end;
}

TEST_F(Shows, SendTheWholeFilmWithoutHoles) {
  QuickShow show(folder_.path());
  Collector sent;
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  EXPECT_EQ(static_cast<int64_t>(sent.video().size()), film_frames());
  EXPECT_EQ(report.pictures, film_frames());
  EXPECT_EQ(report.scenes, 3);
  EXPECT_EQ(report.late, 0);
  EXPECT_EQ(sent.holes(), 0);
  ASSERT_FALSE(sent.sound().empty());
  // Pictures and sound end together, to a packet.
  EXPECT_NEAR(static_cast<double>(end_of(sent.video())), static_cast<double>(end_of(sent.sound())),
              22e6);
  EXPECT_TRUE(sent.video().front().key_unit);
  EXPECT_TRUE(gst_structure_has_name(gst_caps_get_structure(sent.streams().video.get(), 0),
                                     "video/x-h264"));
}

// Who tunes in sees a picture within the preset's interval.
TEST_F(Shows, HaveKeyUnitsOften) {
  QuickShow show(folder_.path());
  Collector sent;
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error);
  GstClockTime last = 0;
  for (const Sent& packet : sent.video()) {
    if (!packet.key_unit) continue;
    EXPECT_LE(packet.start - last, 2'000'000'000u + 40'000'000u);
    last = packet.start;
  }
}

// The packets are those of a film with the same preset: what a film's file says is what goes out.
TEST_F(Shows, SoundLikeTheFilm) {
  QuickShow show(folder_.path());
  Collector sent;
  ASSERT_FALSE(run(show, sent).error);
  const auto film = folder_.path() / "talk.flv";
  RenderOptions options;
  options.source.path = script_.string();
  options.output = film.string();
  options.preset = "rtmp";
  options.cache.clear();
  ASSERT_TRUE(render(options));
  // Loudness is one scene's there and here: no music, so no gain of the film's.
  const auto probed = outside::packet_times(film, "v:0");
  EXPECT_EQ(probed.size(), sent.video().size());
  const auto bytes = [&] {
    std::ifstream file(film, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  int missing = 0;
  for (const Sent& packet : sent.video())
    if (packet.key_unit && bytes.find(packet.bytes) == std::string::npos) ++missing;
  for (size_t i = 2; i + 3 < sent.sound().size(); ++i)
    if (bytes.find(sent.sound()[i].bytes) == std::string::npos) ++missing;
  EXPECT_EQ(missing, 0);
}

TEST_F(Shows, BeginAnewWithoutADrift) {
  constexpr int kRounds = 8;
  QuickShow show(folder_.path());
  show.supply.loop = true;
  show.status = [&](const ShowStatus& status) {
    if (status.rounds >= kRounds) show.stop.request_stop();
  };
  Collector sent;
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error);
  EXPECT_GE(report.rounds, kRounds);
  EXPECT_GE(static_cast<int64_t>(sent.video().size()), kRounds * film_frames());
  EXPECT_EQ(sent.holes(), 0);
  EXPECT_NEAR(static_cast<double>(end_of(sent.video())), static_cast<double>(end_of(sent.sound())),
              110e6);  // a tick, where it was stopped
  // The last round's sound stands where the first one's does: found again by its bytes.
  const auto frames = static_cast<size_t>(film_frames());
  const size_t packet = sent.sound().size() / kRounds / 3;
  ASSERT_GT(sent.sound()[packet].bytes.size(), 40u) << "silence is no landmark";
  const double first = static_cast<double>(sent.sound()[packet].start);
  double last = 0;
  for (const Sent& one : sent.sound())
    if (one.bytes == sent.sound()[packet].bytes &&
        one.start < sent.video()[kRounds * frames - 1].end)
      last = static_cast<double>(one.start);
  const double shift = (last - first) / 1e9;
  const double round = static_cast<double>(frames) / 30;
  EXPECT_NEAR(shift, std::round(shift / round) * round, 1.0 / 30);
  EXPECT_GT(shift, round);
}

TEST_F(Shows, BeginWhereTheyAreTold) {
  QuickShow show(folder_.path());
  show.start = 1;
  Collector sent;
  std::vector<int> seen;
  show.status = [&](const ShowStatus& status) {
    if (status.scene > 0 && (seen.empty() || seen.back() != status.scene))
      seen.push_back(status.scene);
  };
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error);
  EXPECT_EQ(seen, (std::vector<int>{2, 3}));
  EXPECT_LT(static_cast<int64_t>(sent.video().size()), film_frames());
  EXPECT_EQ(sent.holes(), 0);
}

TEST_F(Shows, PauseAndGoOnWhereTheyWere) {
  QuickShow show(folder_.path());
  Collector* watched = nullptr;
  bool paused = false, resumed = false;
  size_t paused_at = 0;
  Collector sent(true, [&](const LivePacket& packet) {
    if (packet.stream != LivePacket::Stream::video) return;
    const size_t frames = watched->video().size();
    if (!paused && frames == 40) {
      paused = true;
      paused_at = frames;
      show.control.toggle_pause();
    }
    if (paused && !resumed && frames == paused_at + 300) {
      resumed = true;
      show.control.toggle_pause();
    }
  });
  watched = &sent;
  std::vector<ShowStatus::Kind> kinds;
  show.status = [&](const ShowStatus& status) { kinds.push_back(status.kind); };
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  ASSERT_TRUE(resumed) << "the film was over before it was paused";
  EXPECT_EQ(sent.holes(), 0);
  EXPECT_NE(std::ranges::find(kinds, ShowStatus::Kind::paused), kinds.end());
  // All of the film, and what the pause took: from 40 frames on, give or take what was already
  // under way, until 340; what is said again is less than the time between two key units.
  const auto frames = static_cast<int64_t>(sent.video().size());
  EXPECT_GT(frames, film_frames() + 100);
  EXPECT_LE(frames, film_frames() + 300 + 60 + 10);
}

TEST_F(Shows, JumpToOtherScenes) {
  QuickShow show(folder_.path());
  Collector* watched = nullptr;
  int steps = 0;
  Collector sent(true, [&](const LivePacket& packet) {
    if (packet.stream != LivePacket::Stream::video) return;
    if (steps == 0 && watched->video().size() == 20) ++steps, show.control.next();
  });
  watched = &sent;
  std::vector<int> seen;
  show.status = [&](const ShowStatus& status) {
    if (status.scene > 0 && (seen.empty() || seen.back() != status.scene))
      seen.push_back(status.scene);
    if (steps == 1 && status.scene == 3) ++steps, show.control.previous();
  };
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 2, 3}));
  EXPECT_EQ(sent.holes(), 0);
  const auto jumps = std::ranges::count_if(sent.video(), &Sent::jump);
  EXPECT_EQ(jumps, 2);
  for (const Sent& packet : sent.video())
    EXPECT_TRUE(!packet.jump || packet.key_unit);
}

TEST_F(Shows, FollowAScriptThatGrows) {
  QuickShow show(folder_.path());
  show.feed.follow = true;
  Collector sent(false);
  std::vector<std::string> seen;
  bool held = false;
  show.status = [&](const ShowStatus& status) {
    if (status.scene > 0 && (seen.empty() || seen.back() != status.id)) seen.push_back(status.id);
    if (status.kind == ShowStatus::Kind::holding && !std::exchange(held, true))
      std::ofstream(script_, std::ios::app) << "\n## Four\n\nThis one came late.\n";
    if (held && status.id == "four" && status.kind == ShowStatus::Kind::holding)
      show.stop.request_stop();
  };
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  EXPECT_EQ(seen, (std::vector<std::string>{"one", "two", "three", "four"}));
  EXPECT_EQ(sent.holes(), 0);
}

// A scene that cannot be made: its sound is none.
constexpr const char* kBadScript =
    "---\nsize: 320x180\n---\n# One\n\nThe first scene takes a while.\n\n"
    "## Two\n\n(sound: bad.ogg)\n\nThe second.\n\n## Three\n\nThe third.\n";

TEST_F(Shows, EndAtASceneThatCannotBeMade) {
  script_ = folder_.write("talk.md", kBadScript);
  folder_.write("bad.ogg", "no sound at all");
  QuickShow show(folder_.path());
  Collector sent;
  const ShowReport report = run(show, sent);
  ASSERT_TRUE(report.error);
  EXPECT_NE(report.error->message.find("bad.ogg"), std::string::npos) << report.error->message;
  EXPECT_EQ(report.scenes, 1) << "what comes before it is shown";
  EXPECT_GT(sent.video().size(), 30u);
  EXPECT_EQ(sent.holes(), 0);
}

TEST_F(Shows, CanLeaveOutASceneThatCannotBeMade) {
  script_ = folder_.write("talk.md", kBadScript);
  folder_.write("bad.ogg", "no sound at all");
  QuickShow show(folder_.path());
  show.feed.skip_bad = show.supply.skip_bad = true;
  Collector sent;
  std::vector<int> seen;
  show.status = [&](const ShowStatus& status) {
    if (status.scene > 0 && (seen.empty() || seen.back() != status.scene))
      seen.push_back(status.scene);
  };
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  EXPECT_EQ(seen, (std::vector<int>{1, 3}));
  EXPECT_EQ(sent.holes(), 0);
}

TEST_F(Shows, KeepTheirSizeWhileTheyFollow) {
  QuickShow show(folder_.path());
  show.feed.follow = true;
  Collector sent(false);
  bool edited = false;
  show.status = [&](const ShowStatus& status) {
    if (status.kind == ShowStatus::Kind::holding && !std::exchange(edited, true)) {
      std::string text = kScript;
      text.replace(text.find("320x180"), 7, "640x360");
      std::ofstream(script_) << text << "\n## Four\n\nThis one came late.\n";
    }
    if (edited && status.id == "four" && status.kind == ShowStatus::Kind::holding)
      show.stop.request_stop();
  };
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  EXPECT_EQ(report.scenes, 4);
  const auto problems = show.problems();
  EXPECT_TRUE(std::ranges::any_of(problems, [](const std::string& problem) {
    return problem.find("size") != std::string::npos;
  }));
}

// Scenes as another program writes them.
class Lines : public Shows {
 protected:
  void SetUp() override {
    Shows::SetUp();
    ASSERT_EQ(pipe(pipe_), 0);
  }
  void TearDown() override {
    close(pipe_[0]);
    if (pipe_[1] >= 0) close(pipe_[1]);
  }
  void write_line(const std::string& line) const {
    const std::string text = line + "\n";
    ASSERT_EQ(::write(pipe_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end_lines() { close(std::exchange(pipe_[1], -1)); }
  [[nodiscard]] static std::string scene(const std::string& id, const std::string& words) {
    Problems problems;
    const auto script =
        parse_script("---\nsize: 320x180\n---\n# " + id + "\n\n" + words + "\n", "", {}, problems);
    EXPECT_TRUE(script);
    return script ? to_json(script->scenes.front()) : "";
  }

  int pipe_[2] = {-1, -1};
};

TEST_F(Lines, AreShownAsTheyCome) {
  QuickShow show(folder_.path());
  show.feed.lines = pipe_[0];
  write_line(scene("One", "The first."));
  Collector sent;
  std::vector<std::string> seen;
  bool held = false;
  show.status = [&](const ShowStatus& status) {
    if (status.scene > 0 && (seen.empty() || seen.back() != status.id)) seen.push_back(status.id);
    if (status.kind == ShowStatus::Kind::holding && !std::exchange(held, true)) {
      write_line(scene("Two", "The second."));
      end_lines();
    }
  };
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  EXPECT_TRUE(held);
  EXPECT_EQ(seen, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(sent.holes(), 0);
}

TEST_F(Lines, DoNotChooseWhoseFilesTheyUse) {
  const auto picture = folder_.write("elsewhere.png", "not looked at");
  QuickShow show(folder_.path());
  show.feed.lines = pipe_[0];
  write_line(R"({"version":1,"id":"a","film":{"size":[320,180],"folder":"/"},"background":")" +
             picture.string() + R"(","blocks":[],"narration":[{"say":"Here."}]})");
  end_lines();
  Collector sent;
  const ShowReport report = run(show, sent);
  const auto problems = show.problems();
  const std::string said = report.error       ? report.error->message
                           : problems.empty() ? std::string()
                                              : problems.front();
  EXPECT_NE(said.find("elsewhere.png"), std::string::npos) << said;
  EXPECT_NE(said.find("folder"), std::string::npos) << said;
}

TEST_F(Lines, ThatAreBrokenEndTheShow) {
  QuickShow show(folder_.path());
  show.feed.lines = pipe_[0];
  write_line(scene("One", "The first."));
  write_line("{\"version\": 1, \"id\": ");
  write_line(scene("Three", "The third."));
  end_lines();
  Collector sent;
  const ShowReport report = run(show, sent);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->where.line, 2);
  EXPECT_EQ(report.scenes, 1) << "what came before it is shown";
  EXPECT_EQ(sent.holes(), 0);
}

TEST_F(Lines, ThatAreBrokenCanBeLeftOut) {
  QuickShow show(folder_.path());
  show.feed.lines = pipe_[0];
  show.feed.skip_bad = true;
  write_line(scene("One", "The first."));
  write_line("{\"version\": 1, \"id\": ");
  write_line(scene("Three", "The third."));
  end_lines();
  Collector sent;
  const ShowReport report = run(show, sent);
  ASSERT_FALSE(report.error) << report.error->to_string();
  EXPECT_EQ(report.scenes, 2);
  ASSERT_EQ(show.problems().size(), 1u);
  EXPECT_NE(show.problems().front().find("left out"), std::string::npos);
}

}  // namespace
}  // namespace talkie
