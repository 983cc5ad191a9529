// SPDX-License-Identifier: LGPL-2.1-or-later
// talkiesrc and talkiedemux under people who cannot make up their minds: seeks by the thousand,
// states in any order, an end at any moment. Each test has a watchdog: nothing may stand still.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "seeking_film.h"

namespace {

using namespace seeking;
using talkie::Owned;

constexpr GstState kStates[] = {GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED,
                                GST_STATE_PLAYING};

// A demuxer's pad goes to the sink of its name.
void link_to_sink(GstElement*, GstPad* pad, gpointer pipeline) {
  const auto sink =
      Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline), GST_PAD_NAME(pad)));
  const auto target = Owned<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
  EXPECT_EQ(gst_pad_link(pad, target.get()), GST_PAD_LINK_OK);
}

class Storm : public testing::Test {
 protected:
  int up_to(int most) { return std::uniform_int_distribution(0, most)(random_); }
  void wait_a_moment(int most_us) {
    std::this_thread::sleep_for(std::chrono::microseconds(up_to(most_us)));
  }
  GstSeekFlags any_flags() {
    int flags = GST_SEEK_FLAG_FLUSH;
    if (up_to(1)) flags |= GST_SEEK_FLAG_ACCURATE;
    if (up_to(1)) {
      flags |= GST_SEEK_FLAG_KEY_UNIT;
      if (up_to(1)) flags |= GST_SEEK_FLAG_SNAP_BEFORE;
      if (up_to(1)) flags |= GST_SEEK_FLAG_SNAP_AFTER;
    }
    return static_cast<GstSeekFlags>(flags);
  }
  bool seek_anywhere(Player& player) {
    const auto start = static_cast<GstClockTime>(up_to(11'000)) * GST_MSECOND;
    const auto stop = up_to(2) ? GST_CLOCK_TIME_NONE : start + GST_MSECOND + up_to(2'000'000'000);
    return player.seek(start, any_flags(), stop, up_to(3) ? 1 : 1.5);
  }

 private:
  std::mt19937 random_{20'261'122};
};

TEST_F(Storm, AThousandSeeks) {
  const Watchdog watchdog(150);
  const Talk talk("music: music.wav\n");
  const GstClockTime end = [&talk] {
    Player straight(talk.file(), "frames=constant");
    const Frame last = straight.play_out().frames.rbegin()->second;
    return last.time + last.duration;
  }();
  Player player(talk.file(), "frames=constant");
  player.set_state(GST_STATE_PAUSED);
  for (int i = 0; i < 1'000; ++i) {
    if (i % 50 == 0)
      gst_element_set_state(player.pipeline(), i % 100 ? GST_STATE_PLAYING : GST_STATE_PAUSED);
    ASSERT_TRUE(seek_anywhere(player)) << i;
    if (i % 100 == 7) player.set_state(GST_STATE_PAUSED);
    if (i % 10 == 3) wait_a_moment(20'000);
  }
  player.set_state(GST_STATE_PAUSED);
  player.forget_messages();
  // It is as well as before.
  ASSERT_TRUE(player.seek(end - GST_SECOND, GST_SEEK_FLAG_FLUSH));
  const Heard rest = player.play_out();
  EXPECT_EQ(rest.frames.begin()->second.time, end - GST_SECOND);
  EXPECT_EQ(rest.samples.size(), 48'000u);
}

TEST_F(Storm, SeeksFromManyThreads) {
  const Watchdog watchdog(100);
  const Talk talk;
  Player player(talk.file());
  player.set_state(GST_STATE_PAUSED);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&player, i] {
      for (int turn = 0; turn < 40; ++turn) {
        const int ms = (turn * 761 + i * 397) % 8'000;
        player.seek(static_cast<GstClockTime>(ms) * GST_MSECOND, GST_SEEK_FLAG_FLUSH);
        gint64 position = 0;
        gst_element_query_position(player.pipeline(), GST_FORMAT_TIME, &position);
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  ASSERT_TRUE(player.seek(0, GST_SEEK_FLAG_FLUSH));
  EXPECT_GT(player.play_out().frames.size(), 10u);
}

TEST_F(Storm, StatesInAnyOrder) {
  const Watchdog watchdog(150);
  const Talk talk;
  Player player(talk.file());
  for (int i = 0; i < 150; ++i) {
    gst_element_set_state(player.pipeline(), kStates[up_to(3)]);
    if (up_to(2) == 0) seek_anywhere(player);  // which may not be possible
    if (up_to(1)) wait_a_moment(10'000);
    if (up_to(9) == 0) gst_element_get_state(player.pipeline(), nullptr, nullptr, 60 * GST_SECOND);
  }
  gst_element_set_state(player.pipeline(), GST_STATE_NULL);
  player.take();
  EXPECT_GT(player.play_out().frames.size(), 10u);
}

TEST_F(Storm, AnEndAtAnyMoment) {
  const Watchdog watchdog(150);
  const Talk talk("music: music.wav\n");
  for (int i = 0; i < 60; ++i) {
    Player player(talk.file(), "", i % 2 == 1);
    gst_element_set_state(player.pipeline(), i % 3 ? GST_STATE_PLAYING : GST_STATE_PAUSED);
    wait_a_moment(60'000);
    if (i % 4 == 0) seek_anywhere(player);
    if (i % 8 == 0) wait_a_moment(20'000);
  }
}

TEST_F(Storm, DemuxersEndAtAnyMomentToo) {
  const Watchdog watchdog(150);
  const Talk talk;
  for (int i = 0; i < 40; ++i) {
    const auto player = Owned<GstElement>::sink(gst_pipeline_new(nullptr));
    GstElement* demuxer = gst_element_factory_make("talkiedemux", nullptr);
    GstElement* file = gst_element_factory_make("filesrc", nullptr);
    g_object_set(file, "location", talk.file().c_str(), nullptr);
    gst_bin_add_many(GST_BIN(player.get()), file, demuxer, nullptr);
    gst_element_link(file, demuxer);
    for (const char* name : {"video", "audio"})
      gst_bin_add(GST_BIN(player.get()), gst_element_factory_make("fakesink", name));
    g_signal_connect(demuxer, "pad-added", G_CALLBACK(link_to_sink), player.get());
    gst_element_set_state(player.get(), GST_STATE_PLAYING);
    wait_a_moment(80'000);
    gst_element_seek_simple(player.get(), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SECOND);
    if (i % 2) wait_a_moment(20'000);
    gst_element_set_state(player.get(), GST_STATE_NULL);
  }
}

TEST_F(Storm, PropertiesAndPadsAtAnyTime) {
  const Watchdog watchdog(100);
  const Talk talk;
  Player player(talk.file());
  player.set_state(GST_STATE_PAUSED);
  for (int i = 0; i < 40; ++i) {
    g_object_set(player.source(), "captions", i % 2 ? "none" : "burned", "voice", "en", nullptr);
    GstPad* pad = gst_element_request_pad_simple(player.source(), "text");
    ASSERT_TRUE(pad);
    seek_anywhere(player);
    gst_element_release_request_pad(player.source(), pad);
    gst_object_unref(pad);
  }
  g_object_set(player.source(), "captions", "auto", nullptr);
  ASSERT_TRUE(player.seek(0, GST_SEEK_FLAG_FLUSH));
  EXPECT_GT(player.play_out().frames.size(), 10u);
}

TEST_F(Storm, UnlinkedPadsDoNotHoldTheOthersUp) {
  const Watchdog watchdog(60);
  const Talk talk;
  for (const char* linked : {"video", "audio"}) {
    const std::string line = "talkiesrc name=talk location=\"" + talk.file().string() + "\" talk." +
                             linked + " ! fakesink sync=false";
    const auto pipeline = Owned<GstElement>::sink(gst_parse_launch(line.c_str(), nullptr));
    gst_element_set_state(pipeline.get(), GST_STATE_PAUSED);
    gst_element_get_state(pipeline.get(), nullptr, nullptr, 60 * GST_SECOND);
    EXPECT_TRUE(gst_element_seek_simple(pipeline.get(), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                        2 * GST_SECOND));
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
    const auto message = Owned<GstMessage>::adopt(gst_bus_timed_pop_filtered(
        bus.get(), 60 * GST_SECOND,
        static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    ASSERT_TRUE(message);
    EXPECT_EQ(GST_MESSAGE_TYPE(message.get()), GST_MESSAGE_EOS);
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  }
}

}  // namespace
