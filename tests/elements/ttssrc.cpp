// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gst/element.h"
#include "gst/owned.h"
#include "gst/wire.h"
#include "script/script.h"
#include "speech/narrator.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

// One thing that came out of the src pad.
struct Item {
  std::string kind;  // "buffer", "timing", or the event's name
  GstClockTime pts = 0;
  GstClockTime duration = 0;
  guint64 offset = 0;
  guint64 offset_end = 0;
  size_t bytes = 0;
  bool discontinuous = false;
  SceneTiming timing;
};

class TtsSrc : public testing::Test {
 protected:
  void TearDown() override {
    release();
    if (!harness_) return;
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
  }

  void watch() {
    bus_ = Owned<GstBus>::adopt(gst_bus_new());
    gst_element_set_bus(harness_->element, bus_.get());
    gst_pad_add_probe(
        harness_->sinkpad,
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                                     GST_PAD_PROBE_TYPE_EVENT_FLUSH | GST_PAD_PROBE_TYPE_BUFFER),
        on_item, this, nullptr);
  }
  void make_source(const char* text) {
    // A harness plays whatever could have a sink pad at once; here it starts again later.
    GstElement* element = gst_element_factory_make("ttssrc", nullptr);
    ASSERT_NE(element, nullptr);
    g_object_set(element, "text", "a", nullptr);
    static GstStaticPadTemplate any =
        GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
    gst_object_ref_sink(element);
    static GstStaticPadTemplate none =
        GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
    harness_ = gst_harness_new_full(element, &none, nullptr, &any, "src");
    gst_object_unref(element);
    gst_element_set_state(element, GST_STATE_NULL);
    while (GstBuffer* buffer = gst_harness_try_pull(harness_))
      gst_buffer_unref(buffer);
    gst_pad_set_active(harness_->sinkpad, FALSE);
    gst_pad_set_active(harness_->sinkpad, TRUE);
    g_object_set(element, "text", text, nullptr);
    watch();
  }
  // Scenes are pushed; "property" gets "value" before the element starts.
  void make_voice(const char* caps = kSceneCaps, const char* property = nullptr,
                  const char* value = nullptr) {
    harness_ = gst_harness_new_with_padnames("ttssrc", "sink", "src");
    ASSERT_NE(harness_, nullptr);
    if (property) {  // it plays already
      gst_element_set_state(harness_->element, GST_STATE_READY);
      gst_util_set_object_arg(G_OBJECT(harness_->element), property, value);
      gst_harness_play(harness_);
    }
    watch();
    gst_harness_set_src_caps_str(harness_, caps);
  }

  static Scene scene(int index, const std::string& text = "One two three.") {
    Scene made;
    made.id = "scene-" + std::to_string(index);
    made.index = index;
    made.film.frame_rate = {30000, 1001};
    Utterance utterance;
    utterance.text = text;
    utterance.where = {"talk.md", index + 1, 1};
    made.narration.emplace_back(utterance);
    return made;
  }
  GstFlowReturn push(const Scene& scene) {
    return gst_harness_push(harness_, scene_to_buffer(scene).release());
  }
  GstFlowReturn push_text(const std::string& text) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, text.size(), nullptr);
    gst_buffer_fill(buffer, 0, text.data(), text.size());
    return gst_harness_push(harness_, buffer);
  }

  static GstPadProbeReturn on_item(GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto* self = static_cast<TtsSrc*>(data);
    Item item;
    if (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) {
      GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
      item.kind = "buffer";
      item.pts = GST_BUFFER_PTS(buffer);
      item.duration = GST_BUFFER_DURATION(buffer);
      item.offset = GST_BUFFER_OFFSET(buffer);
      item.offset_end = GST_BUFFER_OFFSET_END(buffer);
      item.bytes = gst_buffer_get_size(buffer);
      item.discontinuous = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    } else if (is_timing_event(GST_PAD_PROBE_INFO_EVENT(info))) {
      item.kind = "timing";
      auto timing = timing_from_event(GST_PAD_PROBE_INFO_EVENT(info));
      EXPECT_TRUE(timing);
      if (timing) item.timing = *timing;
    } else {
      item.kind = GST_EVENT_TYPE_NAME(GST_PAD_PROBE_INFO_EVENT(info));
      if (item.kind == "reconfigure" || item.kind == "latency") return GST_PAD_PROBE_OK;
    }
    const std::lock_guard lock(self->mutex_);
    self->items_.push_back(std::move(item));
    return GST_PAD_PROBE_OK;
  }

  std::vector<Item> items() {
    const std::lock_guard lock(mutex_);
    return items_;
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> kinds;
    for (const Item& item : items())
      kinds.push_back(item.kind);
    return kinds;
  }
  size_t count(const std::string& kind) {
    const auto all = kinds();
    return static_cast<size_t>(std::count(all.begin(), all.end(), kind));
  }
  void wait_for(const std::string& kind, size_t wanted = 1) {
    for (int i = 0; i < 10'000 && count(kind) < wanted; ++i)
      std::this_thread::sleep_for(1ms);
    ASSERT_GE(count(kind), wanted) << kind;
  }

  // Downstream takes nothing until release().
  void block() {
    probe_ = gst_pad_add_probe(
        harness_->sinkpad,
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
        [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  }
  void release() {
    if (probe_) gst_pad_remove_probe(harness_->sinkpad, probe_);
    probe_ = 0;
  }

  Owned<GstMessage> message(GstMessageType type) {
    return Owned<GstMessage>::adopt(gst_bus_timed_pop_filtered(bus_.get(), 10 * GST_SECOND, type));
  }

  // Samples without gaps, each after its scene's timing, as many as the timings say.
  void check_stream(size_t scenes) {
    GstClockTime announced = 0;
    guint64 next = 0;
    size_t timings = 0;
    for (const Item& item : items()) {
      if (item.kind == "timing") {
        EXPECT_EQ(item.timing.index, static_cast<int>(timings++));
        EXPECT_EQ(static_cast<GstClockTime>(item.timing.start.count()), announced);
        announced += static_cast<GstClockTime>(item.timing.duration.count());
      } else if (item.kind == "buffer") {
        EXPECT_EQ(item.offset, next);
        EXPECT_EQ(item.discontinuous, next == 0);
        next = item.offset_end;
        EXPECT_EQ(item.pts, gst_util_uint64_scale(item.offset, GST_SECOND, 48000));
        EXPECT_EQ(item.pts + item.duration, gst_util_uint64_scale(next, GST_SECOND, 48000));
        EXPECT_LE(item.duration, 100 * GST_MSECOND);
        EXPECT_LE(item.pts + item.duration, announced + 1);
      }
    }
    EXPECT_EQ(timings, scenes);
    const GstClockTime sent = gst_util_uint64_scale(next, GST_SECOND, 48000);
    EXPECT_LE(announced - sent, GST_SECOND / 48000 + 1);
  }

  GstHarness* harness_ = nullptr;
  Owned<GstBus> bus_;
  gulong probe_ = 0;
  std::mutex mutex_;
  std::vector<Item> items_;
};

TEST_F(TtsSrc, SaysItsText) {
  make_source("Hello there, world.");
  gst_harness_play(harness_);
  wait_for("eos");
  const auto all = kinds();
  ASSERT_GE(all.size(), 6u);
  EXPECT_EQ((std::vector<std::string>{all.begin(), all.begin() + 5}),
            (std::vector<std::string>{"stream-start", "caps", "segment", "timing", "buffer"}));
  EXPECT_EQ(all.back(), "eos");
  check_stream(1);
  const SceneTiming timing = items()[3].timing;
  EXPECT_TRUE(timing.last);
  ASSERT_EQ(timing.utterances.size(), 1u);
  EXPECT_EQ(timing.utterances[0].words.size(), 3u);
  gint64 duration = 0;
  EXPECT_TRUE(gst_element_query_duration(harness_->element, GST_FORMAT_TIME, &duration));
  EXPECT_EQ(duration, timing.duration.count());
  gint64 position = 0;
  EXPECT_TRUE(gst_element_query_position(harness_->element, GST_FORMAT_TIME, &position));
  EXPECT_EQ(position, duration);
  const auto caps = Owned<GstCaps>::adopt(gst_pad_get_current_caps(harness_->sinkpad));
  int channels = 0;
  gst_structure_get_int(gst_caps_get_structure(caps.get(), 0), "channels", &channels);
  EXPECT_EQ(channels, 1);
}

TEST_F(TtsSrc, IsQuickToBegin) {
  make_source("A first sentence of ordinary length, and a second one after it.");
  const auto start = std::chrono::steady_clock::now();
  gst_harness_play(harness_);
  wait_for("buffer");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);  // 0.1 s where the machine is idle
}

TEST_F(TtsSrc, FillsTwoChannelsAlike) {
  make_source("Hello");
  gst_harness_set_sink_caps_str(harness_, "audio/x-raw, channels=(int)2");
  gst_harness_play(harness_);
  bool heard = false;
  for (int i = 0; i < 4; ++i) {
    const auto buffer = Owned<GstBuffer>::adopt(gst_harness_pull(harness_));
    ASSERT_TRUE(buffer);
    GstMapInfo map;
    gst_buffer_map(buffer.get(), &map, GST_MAP_READ);
    const auto* samples = reinterpret_cast<const int16_t*>(map.data);
    const size_t frames = map.size / 4;
    EXPECT_EQ(frames, GST_BUFFER_OFFSET_END(buffer.get()) - GST_BUFFER_OFFSET(buffer.get()));
    for (size_t k = 0; k < frames; ++k) {
      ASSERT_EQ(samples[2 * k], samples[2 * k + 1]);
      heard = heard || std::abs(int{samples[2 * k]}) > 1000;
    }
    gst_buffer_unmap(buffer.get(), &map);
  }
  EXPECT_TRUE(heard);
}

TEST_F(TtsSrc, SpeaksScenes) {
  make_voice();
  gst_harness_play(harness_);
  for (int i = 0; i < 8; ++i)
    ASSERT_EQ(push(scene(i, "This is number " + std::to_string(i))), GST_FLOW_OK);
  gst_harness_push_event(harness_, gst_event_new_eos());
  wait_for("eos");
  check_stream(8);
  const auto all = items();
  EXPECT_EQ(all[0].kind, "stream-start");
  EXPECT_EQ(all[2].kind, "segment");
  int64_t frames = 0;
  for (const Item& item : all)
    if (item.kind == "timing") {
      EXPECT_EQ(item.timing.scene, "scene-" + std::to_string(item.timing.index));
      EXPECT_EQ(item.timing.start, time_of(frames, {30000, 1001}));
      frames = nearest(item.timing.start + item.timing.duration, {30000, 1001});
    }
  EXPECT_EQ(all[all.size() - 2].offset_end, static_cast<guint64>(sample_at(frames, {30000, 1001})));
}

TEST_F(TtsSrc, SendsASceneWithoutWaitingForTheNext) {
  make_voice();
  gst_harness_play(harness_);
  ASSERT_EQ(push(scene(0)), GST_FLOW_OK);
  wait_for("timing");
  wait_for("buffer");
  gint64 duration = 0;
  EXPECT_FALSE(gst_element_query_duration(harness_->element, GST_FORMAT_TIME, &duration));
}

TEST_F(TtsSrc, LetsTimingsRunAheadOfSamples) {
  make_voice(kSceneCaps, "lookahead", "4");
  block();
  gst_harness_play(harness_);
  std::atomic<int> pushed = 0;
  std::thread feeder([&] {
    while (pushed < 12 && push(scene(pushed)) == GST_FLOW_OK)
      ++pushed;
    gst_harness_push_event(harness_, gst_event_new_eos());
  });
  // One scene whose samples nobody takes, and four ahead of it: then upstream has to wait.
  for (int i = 0; i < 5000 && pushed < 5; ++i)
    std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(500ms);
  EXPECT_EQ(pushed, 5);
  release();
  wait_for("eos");
  feeder.join();
  EXPECT_EQ(pushed, 12);
  check_stream(12);
  // All that was ready was announced before the second buffer.
  const auto all = kinds();
  const auto first = std::find(all.begin(), all.end(), "buffer");
  const auto second = std::find(first + 1, all.end(), "buffer");
  EXPECT_EQ(std::count(all.begin(), second, "timing"), 5);
}

TEST_F(TtsSrc, StartsAfreshAfterAFlush) {
  make_voice();
  gst_harness_play(harness_);
  for (int i = 0; i < 3; ++i)
    push(scene(i));
  wait_for("buffer");
  EXPECT_TRUE(gst_harness_push_event(harness_, gst_event_new_flush_start()));
  EXPECT_TRUE(gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE)));
  wait_for("flush-stop");
  {
    const std::lock_guard lock(mutex_);
    items_.clear();
  }
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(push(scene(i)), GST_FLOW_OK);
  gst_harness_push_event(harness_, gst_event_new_eos());
  wait_for("eos");
  EXPECT_EQ(items()[0].kind, "segment");
  check_stream(2);
}

TEST_F(TtsSrc, FlushesWhileBothSidesWait) {
  make_voice();
  block();
  gst_harness_play(harness_);
  std::thread feeder([&] {
    GstFlowReturn flow = GST_FLOW_OK;
    for (int i = 0; flow == GST_FLOW_OK && i < 50; ++i)
      flow = push(scene(i));
    EXPECT_EQ(flow, GST_FLOW_FLUSHING);
  });
  std::this_thread::sleep_for(200ms);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(gst_element_send_event(harness_->element, gst_event_new_flush_start()));
  feeder.join();
  release();
  EXPECT_TRUE(gst_element_send_event(harness_->element, gst_event_new_flush_stop(TRUE)));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
  const size_t before = count("buffer");
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  EXPECT_EQ(push(scene(0)), GST_FLOW_OK);
  wait_for("buffer", before + 1);
}

TEST_F(TtsSrc, SaysItsTextAgainAfterAFlush) {
  make_source("Hello");
  gst_harness_play(harness_);
  wait_for("eos");
  gst_element_send_event(harness_->element, gst_event_new_flush_start());
  gst_element_send_event(harness_->element, gst_event_new_flush_stop(TRUE));
  wait_for("eos", 2);
  EXPECT_EQ(count("timing"), 2u);
}

TEST_F(TtsSrc, EndsAStreamWithoutScenes) {
  make_voice();
  gst_harness_play(harness_);
  gst_harness_push_event(harness_, gst_event_new_eos());
  wait_for("eos");
  EXPECT_EQ(kinds(), (std::vector<std::string>{"stream-start", "caps", "segment", "eos"}));
}

TEST_F(TtsSrc, EndsWhenTheApplicationSaysSo) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += "And so on and so forth. ";
  make_source(text.c_str());
  block();
  gst_harness_play(harness_);
  std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(gst_element_send_event(harness_->element, gst_event_new_eos()));
  release();
  wait_for("eos");
  EXPECT_LE(count("buffer"), 2u);
  EXPECT_EQ(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR), nullptr);
}

TEST_F(TtsSrc, SpeaksPlainText) {
  make_voice("text/x-raw, format=(string)utf8");
  gst_harness_play(harness_);
  push_text("The first paragraph.");
  push_text("The second one.");
  push_text("");
  gst_harness_push_event(harness_, gst_event_new_eos());
  wait_for("eos");
  check_stream(3);
  std::vector<std::string> texts;
  for (const Item& item : items())
    if (item.kind == "timing") texts.push_back(item.timing.utterances.at(0).text);
  EXPECT_EQ(texts, (std::vector<std::string>{"The first paragraph.", "The second one.", ""}));
}

TEST_F(TtsSrc, PassesTagsAndTheGroupOn) {
  make_voice();
  gst_harness_play(harness_);
  gst_harness_push_event(harness_,
                         gst_event_new_tag(gst_tag_list_new(GST_TAG_TITLE, "Tides", nullptr)));
  push(scene(0));
  gst_harness_push_event(harness_, gst_event_new_eos());
  wait_for("eos");
  const auto tags =
      Owned<GstEvent>::adopt(gst_pad_get_sticky_event(harness_->sinkpad, GST_EVENT_TAG, 0));
  ASSERT_TRUE(tags);
  GstTagList* list = nullptr;
  gst_event_parse_tag(tags.get(), &list);
  char* title = nullptr;
  gst_tag_list_get_string(list, GST_TAG_TITLE, &title);
  EXPECT_STREQ(title, "Tides");
  g_free(title);
  EXPECT_EQ(kinds()[3], "tag");
}

TEST_F(TtsSrc, IsNotSeekableAndNotLive) {
  make_source("Hello");
  gst_harness_play(harness_);
  wait_for("eos");
  auto query = Owned<GstQuery>::adopt(gst_query_new_seeking(GST_FORMAT_TIME));
  ASSERT_TRUE(gst_element_query(harness_->element, query.get()));
  gboolean seekable = TRUE;
  gst_query_parse_seeking(query.get(), nullptr, &seekable, nullptr, nullptr);
  EXPECT_FALSE(seekable);
  EXPECT_FALSE(gst_element_seek_simple(harness_->element, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
  query = Owned<GstQuery>::adopt(gst_query_new_latency());
  ASSERT_TRUE(gst_element_query(harness_->element, query.get()));
  gboolean live = TRUE;
  gst_query_parse_latency(query.get(), &live, nullptr, nullptr);
  EXPECT_FALSE(live);
}

TEST_F(TtsSrc, ComesAndGoes) {
  make_source("Hello, this goes on for a little while, so that it is stopped in the middle.");
  block();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    ASSERT_NE(gst_element_set_state(harness_->element, GST_STATE_PLAYING),
              GST_STATE_CHANGE_FAILURE);
    if (i % 2) std::this_thread::sleep_for(15ms);
    // Downstream flushes before its peer stops, as a sink does in a pipeline.
    gst_pad_set_active(harness_->sinkpad, FALSE);
    ASSERT_EQ(gst_element_set_state(harness_->element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    gst_pad_set_active(harness_->sinkpad, TRUE);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST_F(TtsSrc, ComesAndGoesWithScenes) {
  for (int i = 0; i < 20; ++i) {
    make_voice(kSceneCaps, "lookahead", "1");
    gst_harness_play(harness_);
    std::thread feeder([&] {
      for (int k = 0; k < 50 && push(scene(k)) == GST_FLOW_OK; ++k)
        continue;
    });
    if (i % 2) std::this_thread::sleep_for(20ms);
    gst_element_set_state(harness_->element, GST_STATE_NULL);
    feeder.join();
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
    harness_ = nullptr;
  }
}

TEST_F(TtsSrc, HasNothingToSayWithoutText) {
  make_source("");
  EXPECT_EQ(gst_element_set_state(harness_->element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  const auto posted = message(GST_MESSAGE_ERROR);
  ASSERT_TRUE(posted);
  EXPECT_EQ(error_from_message(posted.get()).kind, ErrorKind::bad_value);
  gst_element_set_state(harness_->element, GST_STATE_NULL);
}

TEST_F(TtsSrc, ReportsAnEngineThatIsNotThere) {
  make_source("Hello");
  g_object_set(harness_->element, "engine", "nope", nullptr);
  gst_harness_play(harness_);
  const auto posted = message(GST_MESSAGE_ERROR);
  ASSERT_TRUE(posted);
  EXPECT_EQ(error_from_message(posted.get()).kind, ErrorKind::not_found);
  wait_for("eos");
  EXPECT_EQ(count("buffer"), 0u);
}

TEST_F(TtsSrc, RefusesWhatIsNoScene) {
  make_voice();
  gst_harness_play(harness_);
  EXPECT_EQ(push_text("{\"version\": 1"), GST_FLOW_ERROR);
  const auto posted = message(GST_MESSAGE_ERROR);
  ASSERT_TRUE(posted);
  EXPECT_GT(error_from_message(posted.get()).where.line, 0);
}

TEST_F(TtsSrc, TellsUpstreamOfAFailure) {
  make_voice(kSceneCaps, "engine", "nope");
  gst_harness_play(harness_);
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 0; flow == GST_FLOW_OK && i < 100; ++i)
    flow = push(scene(i));
  EXPECT_EQ(flow, GST_FLOW_ERROR);
}

TEST_F(TtsSrc, WarnsWithThePlace) {
  make_voice(kSceneCaps, "voice", "Ronald");
  gst_harness_play(harness_);
  push(scene(4));
  const auto posted = message(GST_MESSAGE_WARNING);
  ASSERT_TRUE(posted);
  const Problem problem = problem_from_message(posted.get());
  EXPECT_EQ(problem.where, (Place{"talk.md", 5, 1}));
  EXPECT_NE(problem.message.find("Ronald"), std::string::npos);
  wait_for("buffer");
}

TEST_F(TtsSrc, HasOneSinkPadAtMost) {
  make_voice();
  GstPadTemplate* pad_template = gst_element_get_pad_template(harness_->element, "sink");
  EXPECT_EQ(gst_element_request_pad(harness_->element, pad_template, nullptr, nullptr), nullptr);
}

}  // namespace
}  // namespace talkie
