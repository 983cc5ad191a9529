// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/gst.h>
#include <gst/pbutils/pbutils.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "gst/element.h"
#include "gst/wire.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPicture =
    "videotestsrc num-buffers=90 pattern=ball ! video/x-raw,width=320,height=180,framerate=30/1 ! "
    "x264enc threads=1 speed-preset=ultrafast ! ";
constexpr const char* kSound =
    "audiotestsrc num-buffers=144 samplesperbuffer=1000 ! "
    "audio/x-raw,rate=48000,channels=1 ! ";

struct Outcome {
  std::optional<Error> error;
  std::vector<Owned<GstMessage>> progress;
  bool ended = false;
};

class ProgressSink : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "talkie-sink-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    return names;
  }
  std::string bytes(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  static Owned<GstElement> parse(const std::string& description) {
    GError* error = nullptr;
    auto pipeline = Owned<GstElement>::sink(gst_parse_launch(description.c_str(), &error));
    EXPECT_EQ(error, nullptr) << error->message;
    return pipeline;
  }

  // Plays to the end of the stream or the first error.
  static Outcome play(GstElement* pipeline) {
    Outcome outcome;
    const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline));
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    while (!outcome.ended && !outcome.error) {
      const auto message = Owned<GstMessage>::adopt(gst_bus_timed_pop(bus.get(), 20 * GST_SECOND));
      if (!message) break;
      if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) outcome.ended = true;
      if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR)
        outcome.error = error_from_message(message.get());
      if (gst_message_has_name(message.get(), "talkie-progress"))
        outcome.progress.push_back(message);
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
    return outcome;
  }
  static Outcome play(const std::string& description) { return play(parse(description).get()); }

  fs::path folder_;
};

guint64 uint64_of(const Owned<GstMessage>& message, const char* field) {
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(gst_message_get_structure(message.get()), field, &value));
  return value;
}
int int_of(const Owned<GstMessage>& message, const char* field) {
  int value = -1;
  EXPECT_TRUE(gst_structure_get_int(gst_message_get_structure(message.get()), field, &value));
  return value;
}
double double_of(const Owned<GstMessage>& message, const char* field) {
  double value = -1;
  EXPECT_TRUE(gst_structure_get_double(gst_message_get_structure(message.get()), field, &value));
  return value;
}
bool is_done(const Owned<GstMessage>& message) {
  gboolean done = FALSE;
  gst_structure_get_boolean(gst_message_get_structure(message.get()), "done", &done);
  return done;
}

TEST_F(ProgressSink, WritesAFileThatPlays) {
  // mp4mux goes back into what it has written: that must pass through the bin.
  const auto outcome =
      play(std::string(kPicture) + "mp4mux ! progresssink location=" + path("a.mp4"));
  EXPECT_TRUE(outcome.ended);
  EXPECT_EQ(files(), std::vector<std::string>{"a.mp4"});
  GError* error = nullptr;
  GstDiscoverer* discoverer = gst_discoverer_new(10 * GST_SECOND, &error);
  GstDiscovererInfo* info =
      gst_discoverer_discover_uri(discoverer, ("file://" + path("a.mp4")).c_str(), &error);
  ASSERT_EQ(error, nullptr) << error->message;
  EXPECT_EQ(gst_discoverer_info_get_duration(info), 3 * GST_SECOND);
  g_object_unref(info);
  g_object_unref(discoverer);
}

TEST_F(ProgressSink, GivesTheFileTheUsersPermissions) {
  const mode_t before = umask(027);
  play("audiotestsrc num-buffers=3 ! progresssink location=" + path("a.raw"));
  umask(before);
  EXPECT_EQ(fs::status(path("a.raw")).permissions(), fs::perms(0640));
}

TEST_F(ProgressSink, HasNoFileOfThatNameBeforeTheEnd) {
  const auto pipeline = parse("audiotestsrc is-live=true ! progresssink location=" + path("a.raw"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  ASSERT_EQ(gst_element_get_state(pipeline.get(), nullptr, nullptr, 5 * GST_SECOND),
            GST_STATE_CHANGE_SUCCESS);
  ASSERT_EQ(files().size(), 1u);
  EXPECT_TRUE(files().front().starts_with(".")) << "hidden while it is written";
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  EXPECT_TRUE(files().empty()) << "stopped before the end: nothing is left";
}

TEST_F(ProgressSink, LeavesNothingWhenAnotherElementFails) {
  std::ofstream(path("a.mp4")) << "the film of yesterday";
  // The source answers the failure with an end of the stream, so that the muxer finishes a file.
  const auto outcome = play(
      "videotestsrc num-buffers=90 ! identity error-after=40 ! "
      "x264enc threads=1 ! mp4mux ! progresssink location=" +
      path("a.mp4"));
  EXPECT_TRUE(outcome.error);
  EXPECT_EQ(files(), std::vector<std::string>{"a.mp4"});
  EXPECT_EQ(bytes("a.mp4"), "the film of yesterday");
}

TEST_F(ProgressSink, SaysWhyItCannotWrite) {
  std::ofstream(path("file")) << "x";
  const auto error_for = [](const std::string& location) {
    const auto outcome = play("audiotestsrc num-buffers=3 ! progresssink location=" + location);
    EXPECT_FALSE(outcome.ended) << location;
    EXPECT_TRUE(outcome.error) << location;
    return outcome.error.value_or(Error{});
  };
  const Error missing = error_for(path("nowhere/a.raw"));
  EXPECT_EQ(missing.kind, ErrorKind::not_found);
  EXPECT_NE(missing.message.find("nowhere' does not exist"), std::string::npos) << missing.message;
  const Error folder = error_for(folder_.string());
  EXPECT_EQ(folder.kind, ErrorKind::unwritable);
  EXPECT_NE(folder.message.find("it is a folder"), std::string::npos) << folder.message;
  EXPECT_EQ(error_for(path("file/a.raw")).kind, ErrorKind::unwritable);
  // A rename would put a file where the device was.
  EXPECT_EQ(error_for("/dev/null").kind, ErrorKind::unwritable);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(error_for("/proc/a.raw").kind, ErrorKind::unwritable);
  EXPECT_EQ(files(), std::vector<std::string>{"file"});
}

TEST_F(ProgressSink, LeavesNothingWhenNoMoreCanBeWritten) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 100'000;
  setrlimit(RLIMIT_FSIZE, &small);
  const auto outcome =
      play("audiotestsrc num-buffers=1000 ! progresssink location=" + path("a.raw"));
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(outcome.error);
  EXPECT_FALSE(outcome.ended);
  EXPECT_TRUE(files().empty());
}

TEST_F(ProgressSink, FollowsALinkToItsFile) {
  fs::create_directory(path("there"));
  std::ofstream(path("there/real.raw")) << "old";
  fs::create_symlink(path("there/real.raw"), path("link.raw"));
  EXPECT_TRUE(play("audiotestsrc num-buffers=3 ! progresssink location=" + path("link.raw")).ended);
  EXPECT_TRUE(fs::is_symlink(path("link.raw")));
  EXPECT_GT(fs::file_size(path("there/real.raw")), 1000u);
}

TEST_F(ProgressSink, WritesNothingWithoutALocation) {
  const auto outcome = play(std::string(kPicture) + "mp4mux ! progresssink interval=20");
  EXPECT_TRUE(outcome.ended);
  ASSERT_FALSE(outcome.progress.empty());
  EXPECT_EQ(uint64_of(outcome.progress.back(), "position"), 3 * GST_SECOND);
}

TEST_F(ProgressSink, SaysHowFarItIs) {
  const auto outcome = play(
      "videotestsrc num-buffers=300 ! identity sleep-time=2000 ! "
      "video/x-raw,width=320,height=180,framerate=30/1 ! "
      "x264enc threads=1 speed-preset=ultrafast tune=zerolatency ! "
      "mp4mux ! progresssink interval=50 location=" +
      path("a.mp4"));
  ASSERT_GE(outcome.progress.size(), 6u);
  guint64 last = 0;
  for (const auto& message : outcome.progress) {
    const guint64 position = uint64_of(message, "position");
    EXPECT_GE(position, last) << "never goes back";
    EXPECT_LE(position, 10 * GST_SECOND);
    EXPECT_EQ(uint64_of(message, "duration"), 10 * GST_SECOND);
    EXPECT_EQ(int_of(message, "scene"), 0) << "nothing is known of scenes";
    EXPECT_EQ(int_of(message, "scenes"), 0);
    last = position;
  }
  for (size_t i = 0; i + 1 < outcome.progress.size(); ++i)
    EXPECT_FALSE(is_done(outcome.progress[i]));
  EXPECT_TRUE(is_done(outcome.progress.back()));
  const auto& middle = outcome.progress[outcome.progress.size() / 2];
  EXPECT_GT(uint64_of(middle, "position"), 1 * GST_SECOND);
  EXPECT_LT(uint64_of(middle, "position"), 9 * GST_SECOND);
  const double speed = double_of(middle, "speed");
  EXPECT_GT(speed, 0.5);
  EXPECT_NEAR(double_of(middle, "frames-per-second"), speed * 30, 1e-6);
  const double left = static_cast<double>(uint64_of(middle, "time-left")) / GST_SECOND;
  const double rest = 10 - static_cast<double>(uint64_of(middle, "position")) / GST_SECOND;
  EXPECT_NEAR(left, rest / speed, 1e-3);
}

// Pushes the timing of 1.5 s scenes in front of every 45th picture.
GstPadProbeReturn push_timings(GstPad* pad, GstPadProbeInfo*, gpointer data) {
  auto& count = *static_cast<int*>(data);
  if (count % 45 == 0) {
    const int index = count / 45;
    const Time length{1'500'000'000};
    const SceneTiming timing{"scene", index, length * index, length, index == 1, {}};
    gst_pad_push_event(pad, timing_event(timing).release());
  }
  ++count;
  return GST_PAD_PROBE_OK;
}

TEST_F(ProgressSink, KnowsTheSceneThroughEncoderAndMuxer) {
  const auto pipeline = parse(
      "videotestsrc name=source num-buffers=90 ! "
      "video/x-raw,width=320,height=180,framerate=30/1 ! "
      "identity sleep-time=4000 ! "
      "x264enc threads=1 speed-preset=ultrafast tune=zerolatency ! "
      "mp4mux ! progresssink interval=20 location=" +
      path("a.mp4"));
  const auto source =
      Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "source"));
  const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(source.get(), "src"));
  int count = 0;
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, push_timings, &count, nullptr);
  const auto outcome = play(pipeline.get());
  ASSERT_TRUE(outcome.ended);
  bool first = false;
  for (const auto& message : outcome.progress)
    first = first || (int_of(message, "scene") == 1 && int_of(message, "scenes") == 0);
  EXPECT_TRUE(first);
  EXPECT_EQ(int_of(outcome.progress.back(), "scene"), 2);
  EXPECT_EQ(int_of(outcome.progress.back(), "scenes"), 2) << "known with the last scene";
}

struct Container {
  const char* name;
  std::string before;  // up to progresssink
};

class ProgressSinkContainers : public ProgressSink,
                               public testing::WithParamInterface<const char*> {
 protected:
  std::string description(const std::string& name, bool reproducible) const {
    const std::string kind = GetParam();
    std::string text = "opusenc ! oggmux";
    if (kind == "mp4") text = "avenc_aac ! mp4mux";
    if (kind == "mkv") text = "opusenc ! matroskamux";
    if (kind == "webm") text = "opusenc ! webmmux";
    return kSound + text + " ! progresssink reproducible=" + (reproducible ? "true" : "false") +
           " location=" + path(name);
  }
};

TEST_P(ProgressSinkContainers, AreTheSameBytesWhereThatIsAskedFor) {
  // Over the end of a second, which is what MP4 counts its times in.
  const auto wait = std::chrono::milliseconds(1100);
  play(description("a", true));
  play(description("dice-a", false));
  std::this_thread::sleep_for(wait);
  play(description("b", true));
  play(description("dice-b", false));
  EXPECT_GT(bytes("a").size(), 1000u);
  EXPECT_EQ(bytes("a"), bytes("b"));
  EXPECT_NE(bytes("dice-a"), bytes("dice-b")) << "the muxer alone does not do it";
}

INSTANTIATE_TEST_SUITE_P(All, ProgressSinkContainers, testing::Values("mp4", "mkv", "webm", "opus"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(ProgressSink, SkipsTheEncodersPriming) {
  const std::string front = std::string(kSound) + "avenc_aac ! mp4mux ! progresssink location=";
  play(front + path("plain.mp4"));
  play(front + path("primed.mp4") + " audio-priming=1024");
  const auto edit = [this](const std::string& name) {
    const std::string film = bytes(name);
    const size_t at = film.find("elst");
    EXPECT_NE(at, std::string::npos);
    // version and flags, count, then segment duration and media time
    return std::pair(film.substr(at + 12, 4), film.substr(at + 16, 4));
  };
  EXPECT_EQ(edit("plain.mp4").second, std::string(4, '\0'));
  EXPECT_EQ(edit("primed.mp4").second, std::string("\0\0\x04\0", 4));
  EXPECT_NE(edit("primed.mp4").first, edit("plain.mp4").first) << "it is shorter by as much";
}

TEST_F(ProgressSink, WorksAgainAndAgain) {
  const auto pipeline = parse(
      "audiotestsrc name=source num-buffers=5 ! progresssink name=sink location=" + path("a"));
  const auto sink = Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "sink"));
  EXPECT_TRUE(play(pipeline.get()).ended);
  g_object_set(sink.get(), "location", path("b").c_str(), nullptr);
  EXPECT_TRUE(play(pipeline.get()).ended);
  g_object_set(sink.get(), "location", nullptr, nullptr);
  EXPECT_TRUE(play(pipeline.get()).ended);
  EXPECT_EQ(files().size(), 2u);
  EXPECT_GT(bytes("a").size(), 1000u);
  EXPECT_EQ(bytes("a"), bytes("b"));
}

TEST_F(ProgressSink, CyclesThroughItsStates) {
  const auto sink = Owned<GstElement>::sink(gst_element_factory_make("progresssink", nullptr));
  g_object_set(sink.get(), "location", path("a").c_str(), nullptr);
  for (int round = 0; round < 20; ++round) {
    EXPECT_NE(gst_element_set_state(sink.get(), GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
    EXPECT_EQ(files().size(), 1u);
    EXPECT_NE(gst_element_set_state(sink.get(), round % 2 ? GST_STATE_READY : GST_STATE_NULL),
              GST_STATE_CHANGE_FAILURE);
    EXPECT_TRUE(files().empty());
  }
  gst_element_set_state(sink.get(), GST_STATE_NULL);
}

// A GstHarness would wait for the sink to be PLAYING, which it is with its first buffer.
TEST_F(ProgressSink, ForgetsWhatWasBeforeAFlush) {
  const auto sink = Owned<GstElement>::sink(gst_element_factory_make("progresssink", nullptr));
  const auto bus = Owned<GstBus>::adopt(gst_bus_new());
  gst_element_set_bus(sink.get(), bus.get());
  g_object_set(sink.get(), "location", path("a").c_str(), nullptr);
  const auto source = Owned<GstPad>::sink(gst_pad_new("src", GST_PAD_SRC));
  const auto target = Owned<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
  ASSERT_EQ(gst_pad_link(source.get(), target.get()), GST_PAD_LINK_OK);
  gst_pad_set_active(source.get(), TRUE);
  gst_element_set_state(sink.get(), GST_STATE_PLAYING);

  const auto push = [&source](const std::string& text) {
    GstBuffer* buffer = gst_buffer_new_memdup(text.data(), text.size());
    EXPECT_EQ(gst_pad_push(source.get(), buffer), GST_FLOW_OK);
  };
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_BYTES);
  EXPECT_TRUE(gst_pad_push_event(source.get(), gst_event_new_stream_start("test")));
  EXPECT_TRUE(gst_pad_push_event(source.get(), gst_event_new_segment(&segment)));
  push("before");
  EXPECT_TRUE(gst_pad_push_event(source.get(), gst_event_new_flush_start()));
  EXPECT_TRUE(gst_pad_push_event(source.get(), gst_event_new_flush_stop(TRUE)));
  EXPECT_TRUE(gst_pad_push_event(source.get(), gst_event_new_segment(&segment)));
  push("after");
  EXPECT_TRUE(gst_pad_push_event(source.get(), gst_event_new_eos()));
  const auto ended = Owned<GstMessage>::adopt(
      gst_bus_timed_pop_filtered(bus.get(), 5 * GST_SECOND, GST_MESSAGE_EOS));
  EXPECT_TRUE(ended);
  gst_element_set_state(sink.get(), GST_STATE_NULL);
  gst_element_set_bus(sink.get(), nullptr);
  EXPECT_EQ(bytes("a"), "after");
}

}  // namespace
}  // namespace talkie
