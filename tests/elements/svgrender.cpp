// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "gst/element.h"
#include "gst/owned.h"
#include "gst/wire.h"
#include "script/script.h"
#include "visual/painter.h"

namespace talkie {
namespace {

constexpr const char* kTalk =
    "---\nsize: 640x360\nframe-rate: 25\ntheme: midnight\n---\n"
    "# Tides\n\nThe sea rises.\n\n"
    "## Forces\n\n- The Moon pulls\n- The Earth spins\n\nThe Moon pulls. The Earth spins.\n";

// Half transparent green on the left, opaque blue on the right.
constexpr const char* kSvg =
    "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>"
    "<rect width='20' height='20' fill='#0f0' fill-opacity='.5'/>"
    "<rect x='20' width='20' height='20' fill='#00f'/></svg>";

class SvgRender : public testing::Test {
 protected:
  void SetUp() override {
    harness_ = gst_harness_new("svgrender");
    ASSERT_NE(harness_, nullptr);
    bus_ = Owned<GstBus>::adopt(gst_bus_new());
    gst_element_set_bus(harness_->element, bus_.get());
    Problems problems;
    auto script = parse_script(kTalk, "talk.md", {}, problems);
    ASSERT_TRUE(script) << script.error().to_string();
    scenes_ = std::move(script->scenes);
    ASSERT_EQ(scenes_.size(), 2U);
  }
  void TearDown() override {
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
  }

  void start(const char* input = kSceneCaps, const char* output = "video/x-raw") {
    gst_harness_set_sink_caps_str(harness_, output);
    gst_harness_set_src_caps_str(harness_, input);
  }
  // Without a CAPS event, as filesrc does it.
  void start_without_caps(GstFormat format = GST_FORMAT_BYTES) {
    gst_harness_set_sink_caps_str(harness_, "video/x-raw");
    gst_harness_play(harness_);
    gst_harness_push_event(harness_, gst_event_new_stream_start("file"));
    GstSegment segment;
    gst_segment_init(&segment, format);
    gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  }

  GstFlowReturn push(const Scene& scene) {
    return gst_harness_push(harness_, scene_to_buffer(scene).release());
  }
  GstFlowReturn push(const std::string& bytes, GstClockTime pts = GST_CLOCK_TIME_NONE) {
    GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer) = pts;
    return gst_harness_push(harness_, buffer);
  }
  bool end() { return gst_harness_push_event(harness_, gst_event_new_eos()); }

  Owned<GstBuffer> pull() { return Owned<GstBuffer>::adopt(gst_harness_try_pull(harness_)); }
  GstVideoInfo info() {
    const auto caps = Owned<GstCaps>::adopt(gst_pad_get_current_caps(harness_->sinkpad));
    GstVideoInfo info;
    gst_video_info_init(&info);
    if (!caps) return info;
    EXPECT_TRUE(gst_video_info_from_caps(&info, caps.get()));
    return info;
  }
  Size size() {
    const GstVideoInfo now = info();
    return {GST_VIDEO_INFO_WIDTH(&now), GST_VIDEO_INFO_HEIGHT(&now)};
  }

  // The messages of that kind so far, as the user reads them.
  std::vector<std::string> messages(GstMessageType type) {
    std::vector<std::string> texts;
    while (GstMessage* raw = gst_bus_pop_filtered(bus_.get(), type)) {
      const auto message = Owned<GstMessage>::adopt(raw);
      texts.push_back(type == GST_MESSAGE_ERROR ? error_from_message(raw).to_string()
                                                : problem_from_message(raw).to_string());
    }
    return texts;
  }

  // The bytes of a picture.
  static std::vector<uint8_t> bytes_of(GstBuffer* buffer) {
    std::vector<uint8_t> bytes(gst_buffer_get_size(buffer));
    gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
    return bytes;
  }

  // The first event of that type downstream got and that was not looked at yet.
  Owned<GstEvent> pull_event(GstEventType type) {
    while (GstEvent* raw = gst_harness_try_pull_event(harness_)) {
      auto event = Owned<GstEvent>::adopt(raw);
      if (GST_EVENT_TYPE(raw) == type) return event;
    }
    return {};
  }

  GstHarness* harness_ = nullptr;
  Owned<GstBus> bus_;
  std::vector<Scene> scenes_;
};

TEST_F(SvgRender, PaintsScenesWithTheirLayers) {
  start();
  ASSERT_EQ(push(scenes_[0]), GST_FLOW_OK);
  ASSERT_EQ(push(scenes_[1]), GST_FLOW_OK);
  GstClockTime position = 0;
  for (int i = 0; i < 2; ++i) {
    const auto buffer = pull();
    ASSERT_TRUE(buffer);
    Problems problems;
    const auto painted = paint_scene(scenes_[i], {640, 360}, problems);
    ASSERT_TRUE(painted);
    EXPECT_EQ(bytes_of(buffer.get()), painted->frame.bgra);
    const auto visual = visual_of(buffer.get());
    ASSERT_TRUE(visual);
    EXPECT_EQ(visual->scene, scenes_[i].id);
    EXPECT_EQ(visual->steps.size(), i == 0 ? 0U : 2U);
    EXPECT_EQ(visual->layers.size(), visual->steps.size());
    EXPECT_EQ(GST_BUFFER_PTS(buffer.get()), position);
    EXPECT_EQ(GST_BUFFER_DURATION(buffer.get()),
              static_cast<GstClockTime>(visual->silent_duration.count()));
    EXPECT_EQ(GST_BUFFER_OFFSET(buffer.get()), static_cast<guint64>(i));
    position += GST_BUFFER_DURATION(buffer.get());
  }
  const GstVideoInfo now = info();
  EXPECT_EQ(size(), (Size{640, 360}));
  EXPECT_EQ(GST_VIDEO_INFO_FORMAT(&now), GST_VIDEO_FORMAT_BGRA);
  EXPECT_EQ(GST_VIDEO_INFO_FPS_N(&now), 0);
  EXPECT_TRUE(gst_video_colorimetry_matches(&now.colorimetry, GST_VIDEO_COLORIMETRY_SRGB));
  EXPECT_TRUE(messages(GST_MESSAGE_ERROR).empty());
}

TEST_F(SvgRender, KeepsTheTimesOfItsInput) {
  start();
  const Owned<GstBuffer> scene = scene_to_buffer(scenes_[0]);
  GST_BUFFER_PTS(scene.get()) = 7 * GST_SECOND;
  GST_BUFFER_DURATION(scene.get()) = 2 * GST_SECOND;
  ASSERT_EQ(gst_harness_push(harness_, Owned<GstBuffer>(scene).release()), GST_FLOW_OK);
  ASSERT_EQ(push(scenes_[1]), GST_FLOW_OK);
  const auto first = pull();
  const auto second = pull();
  EXPECT_EQ(GST_BUFFER_PTS(first.get()), 7 * GST_SECOND);
  EXPECT_EQ(GST_BUFFER_DURATION(first.get()), 2 * GST_SECOND);
  EXPECT_EQ(GST_BUFFER_PTS(second.get()), 9 * GST_SECOND);
}

struct Asked {
  const char* caps;
  Size size;
};

TEST_F(SvgRender, HasTheSizeThatDownstreamAsksFor) {
  const Asked cases[] = {
      {"video/x-raw", {640, 360}},
      {"video/x-raw, width=1280, height=720", {1280, 720}},
      {"video/x-raw, width=1280", {1280, 720}},
      {"video/x-raw, height=180", {320, 180}},
      {"video/x-raw, width=[1, 320]", {320, 180}},
      {"video/x-raw, width=[1, 1000], height=[1, 90]", {160, 90}},
      {"video/x-raw, width=[1280, 4000], height=[100, 4000]", {1280, 720}},
      {"video/x-raw, width=300, height=300", {300, 300}},
      {"video/x-raw, width=100, height=100; video/x-raw, width=[1, 2000]", {640, 360}},
      {"video/x-raw, width={ 300, 600 }", {600, 338}},
      {"video/x-raw, width=360, height=[1, 2000], format={ I420, RGBA }", {360, 202}},
  };
  for (const Asked& asked : cases) {
    SCOPED_TRACE(asked.caps);
    TearDown();
    SetUp();
    start(kSceneCaps, asked.caps);
    ASSERT_EQ(push(scenes_[0]), GST_FLOW_OK);
    EXPECT_EQ(size(), asked.size);
    const auto buffer = pull();
    EXPECT_EQ(gst_buffer_get_size(buffer.get()), size_t{4} * asked.size.width * asked.size.height);
    EXPECT_EQ(visual_of(buffer.get())->size, asked.size);
  }
}

TEST_F(SvgRender, HasTheFilmsRateOnlyWhereOneIsNeeded) {
  const std::pair<const char*, int> cases[] = {
      {"video/x-raw", 0},
      {"video/x-raw, framerate=[1/1, 60/1]", 25},
      {"video/x-raw, framerate={ 24/1, 60/1 }", 24},
      {"video/x-raw, framerate=30/1", 30},
      {"video/x-raw, framerate=[0/1, 60/1]", 0},
      {"video/x-raw, framerate=5/1; video/x-raw", 0},  // as videorate puts it
  };
  for (const auto& [caps, rate] : cases) {
    SCOPED_TRACE(caps);
    TearDown();
    SetUp();
    start(kSceneCaps, caps);
    ASSERT_EQ(push(scenes_[0]), GST_FLOW_OK);
    const GstVideoInfo now = info();
    EXPECT_EQ(GST_VIDEO_INFO_FPS_N(&now), rate);
  }
}

TEST_F(SvgRender, AsksAgainWhenDownstreamChangesItsMind) {
  start(kSceneCaps, "video/x-raw, width=320");
  ASSERT_EQ(push(scenes_[0]), GST_FLOW_OK);
  EXPECT_EQ(size(), (Size{320, 180}));
  gst_harness_set_sink_caps_str(harness_, "video/x-raw, width=480");
  gst_harness_push_upstream_event(harness_, gst_event_new_reconfigure());
  ASSERT_EQ(push(scenes_[1]), GST_FLOW_OK);
  EXPECT_EQ(size(), (Size{480, 270}));
  pull();
  EXPECT_EQ(visual_of(pull().get())->size, (Size{480, 270}));
}

TEST_F(SvgRender, SaysWhenNothingFits) {
  start(kSceneCaps, "video/x-raw, format=I420");
  EXPECT_EQ(push(scenes_[0]), GST_FLOW_NOT_NEGOTIATED);
  const auto errors = messages(GST_MESSAGE_ERROR);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("videoconvert"), std::string::npos);
}

TEST_F(SvgRender, PaintsAnSvgThatComesInPieces) {
  start("image/svg+xml");
  const std::string svg = kSvg;
  for (size_t i = 0; i < svg.size(); i += 50)
    ASSERT_EQ(push(svg.substr(i, 50)), GST_FLOW_OK);
  EXPECT_EQ(gst_harness_buffers_received(harness_), 0U);
  EXPECT_TRUE(end());
  const auto buffer = pull();
  ASSERT_TRUE(buffer);
  EXPECT_EQ(size(), (Size{40, 20}));
  EXPECT_EQ(GST_BUFFER_PTS(buffer.get()), 0U);
  EXPECT_FALSE(visual_of(buffer.get()));
  const std::vector<uint8_t> bytes = bytes_of(buffer.get());
  ASSERT_EQ(bytes.size(), 3200U);
  // Straight alpha: a half transparent green is a whole green.
  EXPECT_EQ(std::vector<uint8_t>(bytes.begin(), bytes.begin() + 4),
            (std::vector<uint8_t>{0, 255, 0, 128}));
  EXPECT_EQ(std::vector<uint8_t>(bytes.end() - 4, bytes.end()),
            (std::vector<uint8_t>{255, 0, 0, 255}));
  EXPECT_TRUE(pull_event(GST_EVENT_EOS));
}

TEST_F(SvgRender, PaintsAFileWithoutCaps) {
  start_without_caps();
  ASSERT_EQ(push(kSvg), GST_FLOW_OK);
  EXPECT_TRUE(end());
  EXPECT_TRUE(pull());
  EXPECT_EQ(size(), (Size{40, 20}));
  const auto event = pull_event(GST_EVENT_SEGMENT);
  ASSERT_TRUE(event);
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event.get(), &segment);
  EXPECT_EQ(segment->format, GST_FORMAT_TIME);
}

TEST_F(SvgRender, PaintsOnePictureABufferWhereTheyAreFramed) {
  start("image/svg+xml, framerate=(fraction)2/1", "video/x-raw, format=RGBA");
  ASSERT_EQ(push(kSvg, 0), GST_FLOW_OK);
  ASSERT_EQ(push("<svg xmlns='http://www.w3.org/2000/svg' width='8' height='6'/>", GST_SECOND / 2),
            GST_FLOW_OK);
  const auto first = pull();
  const std::vector<uint8_t> bytes = bytes_of(first.get());
  EXPECT_EQ(std::vector<uint8_t>(bytes.end() - 4, bytes.end()),
            (std::vector<uint8_t>{0, 0, 255, 255}));
  const auto second = pull();
  EXPECT_EQ(GST_BUFFER_PTS(second.get()), GST_SECOND / 2);
  EXPECT_EQ(size(), (Size{8, 6}));
  EXPECT_TRUE(end());
  EXPECT_FALSE(pull());
}

TEST_F(SvgRender, SendsCapsThenSegmentThenTheRest) {
  start_without_caps();
  gst_harness_push_event(harness_,
                         gst_event_new_tag(gst_tag_list_new(GST_TAG_TITLE, "Tides", nullptr)));
  ASSERT_EQ(push(kSvg), GST_FLOW_OK);
  EXPECT_TRUE(end());
  std::vector<GstEventType> order;
  while (GstEvent* raw = gst_harness_try_pull_event(harness_)) {
    order.push_back(GST_EVENT_TYPE(raw));
    gst_event_unref(raw);
  }
  EXPECT_EQ(order, (std::vector<GstEventType>{GST_EVENT_STREAM_START, GST_EVENT_CAPS,
                                              GST_EVENT_SEGMENT, GST_EVENT_TAG, GST_EVENT_EOS}));
}

TEST_F(SvgRender, RefusesAHostileDocument) {
  start("image/svg+xml");
  ASSERT_EQ(push("<svg xmlns='http://www.w3.org/2000/svg'>\n<image href='/etc/passwd'/></svg>"),
            GST_FLOW_OK);
  EXPECT_FALSE(end());
  const auto errors = messages(GST_MESSAGE_ERROR);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("/etc/passwd"), std::string::npos);
  EXPECT_FALSE(pull());
  EXPECT_FALSE(pull_event(GST_EVENT_EOS));  // a film that failed has not ended
}

TEST_F(SvgRender, AnEmptyFileIsAnError) {
  start_without_caps();
  EXPECT_FALSE(end());
  EXPECT_EQ(messages(GST_MESSAGE_ERROR).size(), 1U);
}

TEST_F(SvgRender, RefusesDataWithoutEnd) {
  start("image/svg+xml");
  const std::string megabytes(size_t{8} << 20, ' ');
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 0; i < 8 && flow == GST_FLOW_OK; ++i)
    flow = push(megabytes);
  EXPECT_EQ(flow, GST_FLOW_ERROR);
  EXPECT_EQ(messages(GST_MESSAGE_ERROR).size(), 1U);
}

TEST_F(SvgRender, ABrokenSceneIsOneError) {
  start();
  EXPECT_EQ(push("{ \"version\": 1, "), GST_FLOW_ERROR);
  EXPECT_EQ(push(scenes_[0]), GST_FLOW_ERROR);  // the first error stands
  EXPECT_EQ(messages(GST_MESSAGE_ERROR).size(), 1U);
}

TEST_F(SvgRender, ASceneThatCannotBePaintedIsAnErrorAtItsPlace) {
  start();
  scenes_[1].theme = "midnite";
  EXPECT_EQ(push(scenes_[1]), GST_FLOW_ERROR);
  const auto errors = messages(GST_MESSAGE_ERROR);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("talk.md:"), std::string::npos) << errors[0];
}

TEST_F(SvgRender, WarnsOfWhatIsMissingAndGoesOn) {
  start();
  const std::string missing = scenes_[1].film.folder + "/there is no such picture.png";
  scenes_[1].blocks.push_back(Block{Image{missing, "A picture"}, 0, {"talk.md", 9, 1}});
  EXPECT_EQ(push(scenes_[1]), GST_FLOW_OK);
  EXPECT_TRUE(pull());
  const auto warnings = messages(GST_MESSAGE_WARNING);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("talk.md:9:1"), std::string::npos) << warnings[0];
}

TEST_F(SvgRender, AFlushForgetsWhatWasCollected) {
  start("image/svg+xml");
  ASSERT_EQ(push("<svg xmlns='http://www.w3.org/2000/svg' width='9"), GST_FLOW_OK);
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  EXPECT_EQ(push(kSvg), GST_FLOW_FLUSHING);
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  ASSERT_EQ(push(kSvg), GST_FLOW_OK);
  EXPECT_TRUE(end());
  EXPECT_TRUE(pull());
  EXPECT_EQ(size(), (Size{40, 20}));
  EXPECT_TRUE(messages(GST_MESSAGE_ERROR).empty());
}

TEST_F(SvgRender, AFlushStartsTimeAgain) {
  start();
  ASSERT_EQ(push(scenes_[0]), GST_FLOW_OK);
  pull();
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  ASSERT_EQ(push(scenes_[1]), GST_FLOW_OK);
  const auto buffer = pull();
  ASSERT_TRUE(buffer);
  EXPECT_EQ(GST_BUFFER_PTS(buffer.get()), 0U);
  EXPECT_EQ(GST_BUFFER_OFFSET(buffer.get()), 0U);
}

TEST_F(SvgRender, StartsAfreshAfterAStop) {
  for (int round = 0; round < 3; ++round) {
    start();
    gst_harness_play(harness_);
    ASSERT_EQ(push(scenes_[0]), GST_FLOW_OK);
    const auto buffer = pull();
    ASSERT_TRUE(buffer);
    EXPECT_EQ(GST_BUFFER_PTS(buffer.get()), 0U);
    EXPECT_EQ(push("{"), GST_FLOW_ERROR);
    TearDown();
    SetUp();
  }
  // The same element, up and down without data and with.
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(gst_element_set_state(harness_->element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    ASSERT_EQ(gst_element_set_state(harness_->element, GST_STATE_PLAYING),
              GST_STATE_CHANGE_SUCCESS);
    start_without_caps();
    ASSERT_EQ(push("<svg"), GST_FLOW_OK);  // never finished
  }
  ASSERT_EQ(gst_element_set_state(harness_->element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  ASSERT_EQ(gst_element_set_state(harness_->element, GST_STATE_PLAYING), GST_STATE_CHANGE_SUCCESS);
  start_without_caps();
  ASSERT_EQ(push(kSvg), GST_FLOW_OK);
  EXPECT_TRUE(end());
  EXPECT_TRUE(pull());
}

TEST_F(SvgRender, TakesAnotherKindOfInputOnTheWay) {
  start();
  ASSERT_EQ(push(scenes_[0]), GST_FLOW_OK);
  gst_harness_set_src_caps_str(harness_, "image/svg+xml");
  ASSERT_EQ(push(kSvg), GST_FLOW_OK);
  gst_harness_set_src_caps_str(harness_, kSceneCaps);  // ends the document
  ASSERT_EQ(push(scenes_[1]), GST_FLOW_OK);
  EXPECT_EQ(visual_of(pull().get())->scene, scenes_[0].id);
  EXPECT_FALSE(visual_of(pull().get()));
  EXPECT_EQ(visual_of(pull().get())->scene, scenes_[1].id);
  EXPECT_EQ(size(), (Size{640, 360}));
}

// Runs a launch line to its end; the error, if there is one.
std::string run_line(const std::string& line) {
  GError* error = nullptr;
  const auto pipeline = Owned<GstElement>::sink(gst_parse_launch(line.c_str(), &error));
  EXPECT_EQ(error, nullptr) << (error ? error->message : "");
  g_clear_error(&error);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  const auto message = Owned<GstMessage>::adopt(
      gst_bus_timed_pop_filtered(bus.get(), 60 * GST_SECOND,
                                 static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  std::string text = message ? "" : "nothing happened for a minute";
  if (message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR)
    text = error_from_message(message.get()).to_string();
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return text;
}

class SvgRenderFile : public testing::Test {
 protected:
  void SetUp() override {
    gchar* folder = g_dir_make_tmp("talkie-svgrender-XXXXXX", nullptr);
    folder_ = folder;
    g_free(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(write_file(folder_ + "/" + name, text));
    return folder_ + "/" + name;
  }
  std::string folder_;
};

TEST_F(SvgRenderFile, BecomesAPicture) {
  const std::string out = folder_ + "/a.png";
  EXPECT_EQ(run_line("filesrc location=" + write("a.svg", kSvg) +
                     " ! svgrender ! pngenc ! filesink location=" + out),
            "");
  EXPECT_EQ(run_line("filesrc location=" + out +
                     " ! pngdec ! video/x-raw, width=40, height=20 ! "
                     "fakesink"),
            "");
}

TEST_F(SvgRenderFile, BecomesAFilm) {
  EXPECT_EQ(run_line("filesrc location=" + write("a.svg", kSvg) +
                     " ! svgrender ! imagefreeze num-buffers=30 ! videoconvert ! "
                     "video/x-raw, format=I420, framerate=30/1, width=40 ! fakesink"),
            "");
}

TEST_F(SvgRenderFile, IsNamedInErrors) {
  const std::string error = run_line(
      "filesrc location=" +
      write("evil.svg", "<svg xmlns='http://www.w3.org/2000/svg'>\n<image href='a.png'/></svg>") +
      " ! svgrender ! fakesink");
  EXPECT_NE(error.find(folder_ + "/evil.svg:2:14: "), std::string::npos) << error;
}

}  // namespace
}  // namespace talkie
