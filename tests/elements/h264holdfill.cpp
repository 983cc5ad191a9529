// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "../fuzz/access_units.h"
#include "base/time.h"
#include "gst/element.h"
#include "gst/owned.h"

namespace talkie {
namespace {

constexpr const char* kHeldCaps =
    "video/x-h264,stream-format=byte-stream,alignment=au,width=64,height=64,framerate=30/1";
constexpr GstClockTime kNone = GST_CLOCK_TIME_NONE;

// Pictures of a stream that x264 made: the first is an IDR, the others refer to it.
std::vector<Bytes> pictures(const char* name = "cabac_one_reference") {
  const char* root = std::getenv("TALKIE_SOURCE_ROOT");
  const auto path = std::filesystem::path(root ? root : ".") / "tests" / "fuzz" / "corpus" /
                    "bitstream" / (std::string(name) + ".h264");
  std::ifstream file(path, std::ios::binary);
  return access_units(Bytes{std::istreambuf_iterator<char>(file), {}});
}

bool has_idr(const Bytes& unit) {
  const auto nals = split_nals(unit, {});
  return nals && std::any_of(nals->begin(), nals->end(),
                             [](ByteView nal) { return nal_type(nal) == NalType::idr_slice; });
}

struct Frame {
  GstClockTime pts, dts, duration;
  bool delta;
  size_t size;
};

class H264HoldFill : public testing::Test {
 protected:
  void SetUp() override {
    harness_ = gst_harness_new("h264holdfill");
    ASSERT_NE(harness_, nullptr);
    bus_ = Owned<GstBus>::adopt(gst_bus_new());
    gst_element_set_bus(harness_->element, bus_.get());
  }
  void TearDown() override {
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
  }

  void start(const char* caps = kHeldCaps) { gst_harness_set_src_caps_str(harness_, caps); }
  GstFlowReturn push(const Bytes& unit, GstClockTime pts, GstClockTime duration = kNone) {
    GstBuffer* buffer = gst_buffer_new_memdup(unit.data(), unit.size());
    GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = pts;
    GST_BUFFER_DURATION(buffer) = duration;
    if (!has_idr(unit)) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    return gst_harness_push(harness_, buffer);
  }
  std::vector<Frame> pull() {
    std::vector<Frame> frames;
    while (auto buffer = Owned<GstBuffer>::adopt(gst_harness_try_pull(harness_))) {
      frames.push_back({GST_BUFFER_PTS(buffer.get()), GST_BUFFER_DTS(buffer.get()),
                        GST_BUFFER_DURATION(buffer.get()),
                        GST_BUFFER_FLAG_IS_SET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT) != 0,
                        gst_buffer_get_size(buffer.get())});
    }
    return frames;
  }
  // That the frames follow each other without a gap, from `origin` on.
  static void expect_grid(const std::vector<Frame>& frames, Rate rate, GstClockTime origin = 0) {
    for (size_t i = 0; i < frames.size(); ++i) {
      const auto at = [&](size_t n) {
        return origin + static_cast<GstClockTime>(time_of(static_cast<int64_t>(n), rate).count());
      };
      ASSERT_EQ(frames[i].pts, at(i)) << i;
      ASSERT_EQ(frames[i].dts, at(i)) << i;
      ASSERT_EQ(frames[i].duration, at(i + 1) - at(i)) << i;
    }
  }
  std::string output_rate() {
    const auto caps = Owned<GstCaps>::adopt(gst_pad_get_current_caps(harness_->sinkpad));
    if (!caps) return "none";
    gint numerator = 0, denominator = 0;
    gst_structure_get_fraction(gst_caps_get_structure(caps.get(), 0), "framerate", &numerator,
                               &denominator);
    return std::to_string(numerator) + "/" + std::to_string(denominator);
  }
  std::optional<Error> error() {
    const auto message =
        Owned<GstMessage>::adopt(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR));
    if (!message) return {};
    GError* error = nullptr;
    gst_message_parse_error(message.get(), &error, nullptr);
    decode_error_ = g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE);
    g_error_free(error);
    return error_from_message(message.get());
  }
  int warnings() {
    int count = 0;
    while (Owned<GstMessage>::adopt(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_WARNING)))
      ++count;
    return count;
  }

  GstHarness* harness_ = nullptr;
  Owned<GstBus> bus_;
  bool decode_error_ = false;
};

TEST_F(H264HoldFill, FillsAHoldAtOnceWhereItsDurationIsKnown) {
  const auto units = pictures();
  start();
  ASSERT_EQ(push(units[0], 0, 4 * GST_SECOND), GST_FLOW_OK);
  auto frames = pull();
  ASSERT_EQ(frames.size(), 120u);
  expect_grid(frames, {30, 1});
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].delta, i != 0);
    if (i != 0) {
      EXPECT_LE(frames[i].size, 24u);
    }
  }
  ASSERT_EQ(push(units[1], 4 * GST_SECOND, GST_SECOND), GST_FLOW_OK);
  EXPECT_EQ(pull().size(), 30u);
}

TEST_F(H264HoldFill, FillsWhenTheNextPictureComesWhereItIsNot) {
  const auto units = pictures();
  start();
  push(units[0], GST_SECOND);
  EXPECT_EQ(pull().size(), 1u);
  push(units[1], 2 * GST_SECOND, GST_SECOND / 30);  // shorter than it turns out to be
  EXPECT_EQ(pull().size(), 30u);
  push(units[2], 4 * GST_SECOND);
  EXPECT_EQ(pull().size(), 60u);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(pull().size(), 0u);
  EXPECT_EQ(warnings(), 0);
}

TEST_F(H264HoldFill, GivesBackTheFramesOfADurationThatWasTooLong) {
  const auto units = pictures();
  start();
  push(units[0], 0, GST_SECOND);
  push(units[1], GST_SECOND / 2, GST_SECOND);
  push(units[2], 3 * GST_SECOND / 2, GST_SECOND / 2);
  const auto frames = pull();
  EXPECT_EQ(frames.size(), 60u);
  expect_grid(frames, {30, 1});
  EXPECT_EQ(warnings(), 1);
}

// A thousand pictures on a grid that nanoseconds cannot say exactly.
TEST_F(H264HoldFill, DoesNotDrift) {
  for (const Rate rate : {Rate{24000, 1001}, Rate{60, 1}, Rate{30000, 1001}}) {
    const auto units = pictures();
    const auto caps = "video/x-h264,stream-format=byte-stream,alignment=au,framerate=" +
                      std::to_string(rate.numerator) + "/" + std::to_string(rate.denominator);
    gst_harness_push_event(harness_, gst_event_new_flush_start());
    gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
    start(caps.c_str());
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness_, gst_event_new_segment(&segment));
    const GstClockTime origin = 1000 * 3600 * GST_SECOND;  // as encoders begin
    std::vector<Frame> frames;
    int64_t frame = 0;
    for (int64_t i = 0; i < 1000; ++i) {
      const int64_t hold = 1 + i * i % 7;
      const Time time = time_of(frame, rate);
      frame += hold;
      push(units[static_cast<size_t>(i) % units.size()],
           origin + static_cast<GstClockTime>(time.count()),
           i % 3 == 0 ? kNone : static_cast<GstClockTime>((time_of(frame, rate) - time).count()));
      const auto now = pull();
      frames.insert(frames.end(), now.begin(), now.end());
    }
    EXPECT_EQ(frames.size(), static_cast<size_t>(frame - (1 + 999 * 999 % 7) + 1));
    expect_grid(frames, rate, origin);
  }
}

TEST_F(H264HoldFill, TakesItsRateFromThePropertyFirst) {
  g_object_set(harness_->element, "framerate", 24, 1, nullptr);
  start();
  EXPECT_EQ(output_rate(), "24/1");
  push(pictures()[0], 0, GST_SECOND);
  EXPECT_EQ(pull().size(), 24u);
}

TEST_F(H264HoldFill, TakesItsRateFromDownstream) {
  gst_harness_set_sink_caps_str(harness_, "video/x-h264,framerate=60/1");
  start();
  EXPECT_EQ(output_rate(), "60/1");
}

TEST_F(H264HoldFill, TakesItsRateFromTheCaps) {
  start("video/x-h264,stream-format=byte-stream,alignment=au,framerate=0/1,max-framerate=25/1");
  EXPECT_EQ(output_rate(), "25/1");
  push(pictures()[0], 0, 2 * GST_SECOND);
  EXPECT_EQ(pull().size(), 50u);
}

TEST_F(H264HoldFill, AsksForARateWhereThereIsNone) {
  start("video/x-h264,stream-format=byte-stream,alignment=au,framerate=0/1");
  const auto failure = error();
  ASSERT_TRUE(failure);
  EXPECT_NE(failure->message.find("framerate"), std::string::npos);
}

TEST_F(H264HoldFill, LetsUpstreamSendAtAnyRate) {
  gst_harness_set_sink_caps_str(harness_, "video/x-h264,stream-format=avc,framerate=60/1");
  const auto caps = Owned<GstCaps>::adopt(gst_pad_peer_query_caps(harness_->srcpad, nullptr));
  const GstStructure* structure = gst_caps_get_structure(caps.get(), 0);
  EXPECT_FALSE(gst_structure_has_field(structure, "framerate"));
  EXPECT_STREQ(gst_structure_get_string(structure, "stream-format"), "avc");
}

TEST_F(H264HoldFill, SaysThatItHoldsPictures) {
  for (const auto& [name, answer] :
       {std::pair{"talkie-holds-pictures", true}, std::pair{"something-else", false}}) {
    const auto query = Owned<GstQuery>::adopt(
        gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty(name)));
    EXPECT_EQ(gst_pad_peer_query(harness_->srcpad, query.get()) != FALSE, answer);
  }
}

TEST(H264HoldFillQuery, IsAnsweredThroughEncoders) {
  for (const char* line : {"x264enc ! h264holdfill", "openh264enc ! queue ! h264holdfill"}) {
    GstHarness* harness = gst_harness_new_parse(line);
    const auto query = Owned<GstQuery>::adopt(
        gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty("talkie-holds-pictures")));
    EXPECT_TRUE(gst_pad_peer_query(harness->srcpad, query.get())) << line;
    gst_harness_teardown(harness);
  }
}

TEST_F(H264HoldFill, RepeatsAHeldKeyFrame) {
  g_object_set(harness_->element, "key-unit-interval", 2 * GST_SECOND, nullptr);
  const auto units = pictures();
  start();
  push(units[0], 0, 5 * GST_SECOND);
  auto frames = pull();
  for (size_t i = 0; i < frames.size(); ++i)
    EXPECT_EQ(frames[i].delta, i % 60 != 0) << i;
  // What is not a key frame cannot be made one.
  push(units[1], 5 * GST_SECOND, 5 * GST_SECOND);
  for (const Frame& frame : pull())
    EXPECT_TRUE(frame.delta);
}

TEST_F(H264HoldFill, MakesAKeyFrameWhereOneIsAskedFor) {
  const auto units = pictures();
  start();
  const auto ask = [this](GstClockTime time) {
    gst_harness_push_event(
        harness_, gst_video_event_new_downstream_force_key_unit(time, time, time, TRUE, 1));
  };
  ask(GST_SECOND);
  push(units[0], 0, 2 * GST_SECOND);
  const auto frames = pull();
  ASSERT_EQ(frames.size(), 60u);
  for (size_t i = 0; i < frames.size(); ++i)
    EXPECT_EQ(frames[i].delta, i != 0 && i != 30) << i;
  ask(3 * GST_SECOND);  // inside of the hold of a picture that is none
  push(units[1], 2 * GST_SECOND, 2 * GST_SECOND);
  push(units[2], 4 * GST_SECOND, GST_SECOND);
  for (const Frame& frame : pull())
    EXPECT_TRUE(frame.delta);
  int forwarded = 0;
  while (auto event = Owned<GstEvent>::adopt(gst_harness_try_pull_event(harness_)))
    forwarded += gst_video_event_is_force_key_unit(event.get());
  EXPECT_EQ(forwarded, 2);
}

TEST_F(H264HoldFill, SendsRequestsForKeyFramesUpstream) {
  start();
  gst_harness_push_upstream_event(harness_,
                                  gst_video_event_new_upstream_force_key_unit(GST_SECOND, TRUE, 1));
  bool found = false;
  while (auto event = Owned<GstEvent>::adopt(gst_harness_try_pull_upstream_event(harness_)))
    found |= gst_video_event_is_force_key_unit(event.get()) != FALSE;
  EXPECT_TRUE(found);
}

TEST_F(H264HoldFill, HoldsThePictureThroughAGap) {
  start();
  push(pictures()[0], 0, GST_SECOND);
  gst_harness_push_event(harness_, gst_event_new_gap(GST_SECOND, GST_SECOND));
  const auto frames = pull();
  EXPECT_EQ(frames.size(), 60u);
  expect_grid(frames, {30, 1});
}

TEST_F(H264HoldFill, BeginsAgainAfterAFlush) {
  const auto units = pictures();
  start();
  push(units[0], 0, GST_SECOND);
  pull();
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  push(units[0], 7 * GST_SECOND, GST_SECOND);
  const auto frames = pull();
  ASSERT_EQ(frames.size(), 30u);
  expect_grid(frames, {30, 1}, 7 * GST_SECOND);
  EXPECT_FALSE(frames[0].delta);
}

TEST_F(H264HoldFill, RunsAgainAfterItWasStopped) {
  for (int i = 0; i < 3; ++i) {
    gst_element_set_state(harness_->element, GST_STATE_NULL);
    gst_element_set_state(harness_->element, GST_STATE_PLAYING);
    gst_harness_push_event(harness_, gst_event_new_stream_start("again"));
    start();
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness_, gst_event_new_segment(&segment));
    push(pictures()[0], 0, GST_SECOND);
    EXPECT_EQ(pull().size(), 30u);
  }
}

TEST_F(H264HoldFill, TranslatesCodecData) {
  const auto units = pictures();
  AvcConfig config;
  const auto nals = split_nals(units[0], {});
  ASSERT_TRUE(nals);
  for (const ByteView nal : *nals) {
    if (nal_type(nal) == NalType::sps) config.sps.emplace_back(nal.begin(), nal.end());
    if (nal_type(nal) == NalType::pps) config.pps.emplace_back(nal.begin(), nal.end());
  }
  const Bytes record = write_avc_config(config);
  const auto data = Owned<GstBuffer>::adopt(gst_buffer_new_memdup(record.data(), record.size()));
  GstCaps* caps =
      gst_caps_from_string("video/x-h264,stream-format=avc,alignment=au,framerate=30/1");
  gst_caps_set_simple(caps, "codec_data", GST_TYPE_BUFFER, data.get(), nullptr);
  gst_harness_set_src_caps(harness_, caps);
  const auto sent = Owned<GstCaps>::adopt(gst_pad_get_current_caps(harness_->sinkpad));
  GstBuffer* filled = gst_value_get_buffer(
      gst_structure_get_value(gst_caps_get_structure(sent.get(), 0), "codec_data"));
  GstMapInfo map;
  ASSERT_TRUE(gst_buffer_map(filled, &map, GST_MAP_READ));
  const auto read = parse_avc_config({map.data, map.size});
  gst_buffer_unmap(filled, &map);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->pps.size(), config.pps.size() + 1);
}

TEST_F(H264HoldFill, PassesWhatItCannotFillAndSaysSoOnce) {
  start();
  GstClockTime time = 0;
  size_t bytes_in = 0;
  for (const Bytes& unit : pictures("b_frames")) {
    ASSERT_EQ(push(unit, time, GST_SECOND), GST_FLOW_OK);
    time += GST_SECOND;
    bytes_in += unit.size();
  }
  size_t bytes_out = 0, count = 0;
  for (const Frame& frame : pull()) {
    EXPECT_EQ(frame.pts, GST_SECOND * count++);
    EXPECT_EQ(frame.duration, GST_SECOND);
    bytes_out += frame.size;
  }
  EXPECT_EQ(bytes_out, bytes_in);
  EXPECT_EQ(warnings(), 1);
}

TEST_F(H264HoldFill, SaysWhatIsWrongWithABrokenStream) {
  const auto units = pictures();
  const Bytes kBroken[] = {Bytes{1, 2, 3, 4}, units[1],
                           Bytes(units[0].begin(), units[0].begin() + 20)};
  for (const Bytes& unit : kBroken) {
    gst_element_set_state(harness_->element, GST_STATE_NULL);
    gst_element_set_state(harness_->element, GST_STATE_PLAYING);
    start();
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness_, gst_event_new_segment(&segment));
    EXPECT_EQ(push(unit, 0, GST_SECOND), GST_FLOW_ERROR);
    const auto failure = error();
    ASSERT_TRUE(failure);
    EXPECT_TRUE(decode_error_);
    EXPECT_TRUE(failure->message.starts_with("H.264: ")) << failure->message;
    EXPECT_FALSE(error()) << "one is enough";
  }
}

TEST_F(H264HoldFill, DoesNotFillForDays) {
  const auto units = pictures();
  start();
  push(units[0], 0);
  EXPECT_EQ(push(units[1], 1000 * 3600 * GST_SECOND), GST_FLOW_ERROR);
  const auto failure = error();
  ASSERT_TRUE(failure);
  EXPECT_NE(failure->message.find("more than a day"), std::string::npos);
}

}  // namespace
}  // namespace talkie
