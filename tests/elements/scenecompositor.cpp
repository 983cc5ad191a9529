// SPDX-License-Identifier: LGPL-2.1-or-later
// scenecompositor alone: what it pushes for pictures and timings made here.
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gst/element.h"
#include "gst/owned.h"
#include "gst/wire.h"
#include "speech/narrator.h"
#include "timeline/stage.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Size kSize{64, 48};
constexpr const char* kVideoCaps =
    "video/x-raw, format=BGRA, width=64, height=48, framerate=0/1, pixel-aspect-ratio=1/1";
constexpr const char* kAudioCaps =
    "audio/x-raw, format=S16LE, rate=48000, channels=1, layout=interleaved";

Bitmap filled(Size size, uint32_t rgb) {
  Bitmap bitmap;
  bitmap.width = size.width;
  bitmap.height = size.height;
  for (int i = 0; i < size.width * size.height; ++i)
    for (const unsigned value : {rgb & 255, rgb >> 8 & 255, rgb >> 16 & 255, 255u})
      bitmap.bgra.push_back(static_cast<uint8_t>(value));
  return bitmap;
}

Owned<GstBuffer> to_buffer(const Bitmap& bitmap) {
  return Owned<GstBuffer>::adopt(gst_buffer_new_memdup(bitmap.bgra.data(), bitmap.bgra.size()));
}

// What came out of one source pad.
struct Output {
  std::vector<Owned<GstBuffer>> buffers;
  std::vector<Owned<GstEvent>> events;
  bool ended = false;

  [[nodiscard]] GstEvent* event(GstEventType type) const {
    for (const Owned<GstEvent>& event : events)
      if (GST_EVENT_TYPE(event.get()) == type) return event.get();
    return nullptr;
  }
  [[nodiscard]] std::string caps() const {
    GstCaps* caps = nullptr;
    GstEvent* found = event(GST_EVENT_CAPS);
    if (!found) return {};
    gst_event_parse_caps(found, &caps);
    const std::unique_ptr<char, decltype(&g_free)> text(gst_caps_to_string(caps), g_free);
    return text.get();
  }
};

class SceneCompositor : public testing::Test {
 protected:
  void SetUp() override {
    element_ = Owned<GstElement>::sink(gst_element_factory_make("scenecompositor", nullptr));
    ASSERT_TRUE(element_);
    bus_ = Owned<GstBus>::adopt(gst_bus_new());
    gst_element_set_bus(element_.get(), bus_.get());
  }

  // The pads to use; settings come before.
  void play(bool with_audio, bool with_text = false, const char* sink_caps = nullptr) {
    GstPad* audio = with_audio ? gst_element_request_pad_simple(element_.get(), "audio") : nullptr;
    GstPad* text = with_text ? gst_element_request_pad_simple(element_.get(), "text_src") : nullptr;
    audio_ =
        gst_harness_new_with_element(element_.get(), with_audio ? "audio" : nullptr, "audio_src");
    video_ = gst_harness_new_with_element(element_.get(), "video", "video_src");
    if (sink_caps) gst_harness_set_sink_caps_str(video_, sink_caps);
    if (with_text) text_ = gst_harness_new_with_element(element_.get(), nullptr, "text_src");
    gst_harness_set_src_caps_str(video_, kVideoCaps);
    if (with_audio) gst_harness_set_src_caps_str(audio_, kAudioCaps);
    for (GstPad* pad : {audio, text})
      if (pad) gst_object_unref(pad);
  }

  void TearDown() override {
    gst_element_set_state(element_.get(), GST_STATE_NULL);
    for (GstHarness* harness : {video_, audio_, text_})
      if (harness) gst_harness_teardown(harness);
    gst_element_set_bus(element_.get(), nullptr);
  }

  void push_picture(const Bitmap& bitmap, std::shared_ptr<const Visual> visual) {
    Owned<GstBuffer> buffer = to_buffer(bitmap);
    if (visual) add_visual_meta(buffer.get(), std::move(visual));
    EXPECT_EQ(gst_harness_push(video_, buffer.release()), GST_FLOW_OK);
  }
  // A scene of that colour; the first words are said after half a second.
  static std::shared_ptr<Visual> visual_of_scene(int index) {
    auto visual = std::make_shared<Visual>();
    visual->scene = "scene-" + std::to_string(index);
    visual->index = index;
    visual->size = kSize;
    visual->transition = {Transition::Kind::cut, {}, {}};
    return visual;
  }
  static SceneTiming timing_of_scene(int index, Time start, Time duration, bool last = false) {
    SceneTiming timing;
    timing.scene = "scene-" + std::to_string(index);
    timing.index = index;
    timing.start = start;
    timing.duration = duration;
    timing.last = last;
    return timing;
  }
  void push_timing(const SceneTiming& timing) {
    EXPECT_TRUE(gst_harness_push_event(audio_, timing_event(timing).release()));
  }
  GstFlowReturn push_samples(int64_t count, int16_t value = 0) {
    const std::vector<int16_t> samples(static_cast<size_t>(count), value);
    return gst_harness_push(audio_, gst_buffer_new_memdup(samples.data(), 2 * samples.size()));
  }
  // A scene on both pads, its sound in pieces.
  void push_scene(int index, Time start, Time duration, uint32_t rgb, bool last = false) {
    push_picture(filled(kSize, rgb), visual_of_scene(index));
    push_timing(timing_of_scene(index, start, duration, last));
    int64_t left = nearest(start + duration, {48000, 1}) - nearest(start, {48000, 1});
    for (; left > 4800; left -= 4800)
      EXPECT_EQ(push_samples(4800, static_cast<int16_t>(index + 1)), GST_FLOW_OK);
    EXPECT_EQ(push_samples(left, static_cast<int16_t>(index + 1)), GST_FLOW_OK);
  }
  void end(GstHarness* harness) {
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_eos()));
  }

  // Everything up to the end of that stream, or to ten seconds without one.
  static Output drain(GstHarness* harness) {
    Output output;
    const auto deadline = std::chrono::steady_clock::now() + seconds(10);
    while (!output.ended && std::chrono::steady_clock::now() < deadline) {
      while (GstBuffer* buffer = gst_harness_try_pull(harness))
        output.buffers.push_back(Owned<GstBuffer>::adopt(buffer));
      if (GstEvent* event = gst_harness_try_pull_event(harness)) {
        output.ended = GST_EVENT_TYPE(event) == GST_EVENT_EOS;
        output.events.push_back(Owned<GstEvent>::adopt(event));
      } else {
        std::this_thread::sleep_for(milliseconds(2));
      }
    }
    while (GstBuffer* buffer = gst_harness_try_pull(harness))
      output.buffers.push_back(Owned<GstBuffer>::adopt(buffer));
    EXPECT_TRUE(output.ended);
    return output;
  }

  // The message of the error (or warning) on the bus, waiting for it.
  std::string message(GstMessageType type = GST_MESSAGE_ERROR) {
    GstMessage* raw = gst_bus_timed_pop_filtered(bus_.get(), 10 * GST_SECOND, type);
    const auto message = Owned<GstMessage>::adopt(raw);
    if (!message) return {};
    return type == GST_MESSAGE_ERROR ? error_from_message(message.get()).message
                                     : problem_from_message(message.get()).message;
  }
  bool has_message(GstMessageType type) {
    return static_cast<bool>(Owned<GstMessage>::adopt(gst_bus_pop_filtered(bus_.get(), type)));
  }

  Owned<GstElement> element_;
  Owned<GstBus> bus_;
  GstHarness* video_ = nullptr;
  GstHarness* audio_ = nullptr;
  GstHarness* text_ = nullptr;
};

int luma_of(GstBuffer* buffer) {
  uint8_t first = 0;
  gst_buffer_extract(buffer, 0, &first, 1);
  return first;
}

// Frames without a gap from 0 at that rate.
void expect_frames(const Output& output, size_t count, Rate rate) {
  ASSERT_EQ(output.buffers.size(), count);
  for (size_t n = 0; n < count; ++n) {
    GstBuffer* buffer = output.buffers[n].get();
    const auto frame = static_cast<int64_t>(n);
    ASSERT_EQ(GST_BUFFER_PTS(buffer), static_cast<guint64>(time_of(frame, rate).count()));
    ASSERT_EQ(GST_BUFFER_PTS(buffer) + GST_BUFFER_DURATION(buffer),
              static_cast<guint64>(time_of(frame + 1, rate).count()));
  }
}

guint64 samples_in(const Output& output) {
  guint64 samples = 0;
  for (const Owned<GstBuffer>& buffer : output.buffers) {
    EXPECT_EQ(GST_BUFFER_PTS(buffer.get()),
              static_cast<guint64>(time_of(static_cast<int64_t>(samples), {48000, 1}).count()));
    EXPECT_EQ(GST_BUFFER_OFFSET(buffer.get()), samples);
    samples += gst_buffer_get_size(buffer.get()) / 2;
  }
  return samples;
}

TEST_F(SceneCompositor, FramesAndSamplesAreExact) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0x000000);
  push_scene(1, seconds(1), milliseconds(1500), 0xffffff, true);
  end(video_);
  end(audio_);
  const Output video = drain(video_);
  const Output audio = drain(audio_);
  expect_frames(video, 75, {30, 1});
  EXPECT_EQ(samples_in(audio), 120'000u);
  for (size_t n = 0; n < 75; ++n)
    EXPECT_EQ(luma_of(video.buffers[n].get()), n < 30 ? 16 : 235) << "frame " << n;
  EXPECT_FALSE(has_message(GST_MESSAGE_WARNING));
}

TEST_F(SceneCompositor, CapsSayWhatThePixelsAre) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0x000000, true);
  end(video_);
  end(audio_);
  const std::string caps = drain(video_).caps();
  for (const char* part :
       {"format=(string)I420", "width=(int)64", "height=(int)48", "framerate=(fraction)30/1",
        "pixel-aspect-ratio=(fraction)1/1", "interlace-mode=(string)progressive",
        "colorimetry=(string)bt709", "chroma-site=(string)mpeg2"})
    EXPECT_NE(caps.find(part), std::string::npos) << caps;
  EXPECT_NE(drain(audio_).caps().find("channels=(int)1"), std::string::npos);
}

TEST_F(SceneCompositor, TakesTheRateThatDownstreamWants) {
  play(true, false, "video/x-raw, framerate={ 24000/1001, 50/1 }");
  push_scene(0, Time{}, seconds(2), 0x000000, true);
  end(video_);
  end(audio_);
  const Output video = drain(video_);
  EXPECT_NE(video.caps().find("24000/1001"), std::string::npos) << "nearest to 30";
  expect_frames(video, 48, {24000, 1001});
}

TEST_F(SceneCompositor, SaysWhenDownstreamCannot) {
  play(true, false, "video/x-raw, format=I420, width=128, height=96");
  auto caps = Owned<GstCaps>::adopt(gst_pad_query_caps(
      Owned<GstPad>::adopt(gst_element_get_static_pad(element_.get(), "video")).get(), nullptr));
  int width = 0;
  gst_structure_get_int(gst_caps_get_structure(caps.get(), 0), "width", &width);
  EXPECT_EQ(width, 128) << "upstream learns the size that is wanted";
}

TEST_F(SceneCompositor, HeldPicturesAreTheSameMemory) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0x102030, true);
  end(video_);
  end(audio_);
  const Output video = drain(video_);
  ASSERT_EQ(video.buffers.size(), 30u);
  const GstMemory* first = gst_buffer_peek_memory(video.buffers[0].get(), 0);
  for (const Owned<GstBuffer>& buffer : video.buffers)
    EXPECT_EQ(gst_buffer_peek_memory(buffer.get(), 0), first);
}

TEST_F(SceneCompositor, OnChangeIsOneBufferForEachPicture) {
  gst_util_set_object_arg(G_OBJECT(element_.get()), "frames", "on-change");
  g_object_set(element_.get(), "transition", "crossfade 0.2", nullptr);
  play(true);
  push_scene(0, Time{}, seconds(4), 0x000000);
  push_scene(1, seconds(4), seconds(3), 0xffffff, true);
  end(video_);
  end(audio_);
  const Output video = drain(video_);
  ASSERT_EQ(video.buffers.size(), 8u) << "a hold, six frames of crossfade, a hold";
  EXPECT_EQ(GST_BUFFER_DURATION(video.buffers[0].get()), 4 * GST_SECOND);
  guint64 now = 0;
  for (const Owned<GstBuffer>& buffer : video.buffers) {
    EXPECT_EQ(GST_BUFFER_PTS(buffer.get()), now);
    now += GST_BUFFER_DURATION(buffer.get());
  }
  EXPECT_EQ(now, 7 * GST_SECOND);
}

// Layers, captions and transitions: the frames are the stage's.
TEST_F(SceneCompositor, PaintsWhatTheStagePaints) {
  gst_util_set_object_arg(G_OBJECT(element_.get()), "captions", "burned");
  play(true);
  Stage stage(kSize, {30, 1});
  Time start{};
  for (int index = 0; index < 3; ++index) {
    auto visual = visual_of_scene(index);
    visual->transition = {Transition::Kind::wipe, Transition::Direction::up, milliseconds(300)};
    visual->fade_out = index == 2;
    visual->caption_style.size_px = 6;
    visual->caption_style.max_width_px = 50;
    visual->caption_style.bottom_px = 2;
    visual->steps = {{"words", 0}};
    Layer layer;
    layer.bitmap = filled({11, 7}, 0x00ff00);
    layer.x = 9;
    layer.y = 5;
    layer.enter.distance_px = 5;
    visual->layers.push_back(layer);
    SceneTiming timing = timing_of_scene(index, start, milliseconds(1500), index == 2);
    SpokenUtterance utterance;
    utterance.text = "Some words here";
    utterance.language = "en";
    utterance.start = milliseconds(400);
    utterance.end = milliseconds(1200);
    timing.utterances.push_back(utterance);
    const Bitmap picture = filled(kSize, 0x3050a0u * static_cast<uint32_t>(index + 1));
    push_picture(picture, visual);
    push_timing(timing);
    push_samples(72'000);
    SceneOverrides overrides;
    overrides.captions = CaptionMode::burned;
    stage.add_scene(BitmapView{kSize, picture.bgra.data(), ptrdiff_t{4} * kSize.width}, *visual,
                    timing, overrides);
    start += milliseconds(1500);
  }
  end(video_);
  end(audio_);
  const Output video = drain(video_);
  expect_frames(video, 135, {30, 1});
  Canvas canvas(kSize);
  int distinct = 0;
  std::string last;
  for (size_t n = 0; n < video.buffers.size(); ++n) {
    stage.paint(static_cast<int64_t>(n), canvas.planes());
    const auto* bytes = reinterpret_cast<const char*>(canvas.planes().data[0]);
    const std::string expected(bytes, 64 * 48 * 3 / 2);
    std::string is(gst_buffer_get_size(video.buffers[n].get()), '\0');
    gst_buffer_extract(video.buffers[n].get(), 0, is.data(), is.size());
    ASSERT_EQ(is, expected) << "frame " << n;
    distinct += is != last;
    last = is;
  }
  EXPECT_GT(distinct, 30);
}

TEST_F(SceneCompositor, WithoutSpeechPicturesStayAsLongAsTheySay) {
  play(false);
  auto visual = visual_of_scene(0);
  visual->silent_duration = milliseconds(500);
  push_picture(filled(kSize, 0xffffff), visual);
  auto buffer = to_buffer(filled(kSize, 0x000000));
  GST_BUFFER_DURATION(buffer.get()) = 200 * GST_MSECOND;
  EXPECT_EQ(gst_harness_push(video_, buffer.release()), GST_FLOW_OK);
  push_picture(filled(kSize, 0xffffff), nullptr);
  end(video_);
  const Output video = drain(video_);
  const auto last = static_cast<size_t>(nearest(kSilentScene, {30, 1}));
  expect_frames(video, 15 + 6 + last, {30, 1});
  EXPECT_EQ(luma_of(video.buffers[14].get()), 235);
  EXPECT_EQ(luma_of(video.buffers[15].get()), 16);
  EXPECT_EQ(samples_in(drain(audio_)), 1600u * (15 + 6) + 192'000u) << "silence";
}

TEST_F(SceneCompositor, APlainPictureHoldsAsLongAsPlainSound) {
  play(true);
  auto buffer = to_buffer(filled(kSize, 0xffffff));
  GST_BUFFER_DURATION(buffer.get()) = 33 * GST_MSECOND;
  EXPECT_EQ(gst_harness_push(video_, buffer.release()), GST_FLOW_OK);
  end(video_);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(push_samples(4801), GST_FLOW_OK);
  end(audio_);
  expect_frames(drain(video_), 150, {30, 1});
  EXPECT_EQ(samples_in(drain(audio_)), 240'050u);
}

TEST_F(SceneCompositor, HolesInTheSoundAreSilence) {
  play(true);
  push_picture(filled(kSize, 0), nullptr);
  end(video_);
  EXPECT_EQ(push_samples(4800, 9), GST_FLOW_OK);
  EXPECT_TRUE(gst_harness_push_event(audio_, gst_event_new_gap(100 * GST_MSECOND, GST_SECOND)));
  EXPECT_EQ(push_samples(4800, 9), GST_FLOW_OK);
  end(audio_);
  EXPECT_EQ(samples_in(drain(audio_)), 57'600u);
  expect_frames(drain(video_), 36, {30, 1});
}

TEST_F(SceneCompositor, CaptionsFillTheirStream) {
  play(true, true);
  push_picture(filled(kSize, 0), visual_of_scene(0));
  SceneTiming timing = timing_of_scene(0, Time{}, seconds(6), true);
  SpokenUtterance utterance;
  utterance.text = "Hello to you all.";
  utterance.language = "en-GB";
  utterance.start = milliseconds(2500);
  utterance.end = milliseconds(3500);
  timing.utterances.push_back(utterance);
  push_timing(timing);
  for (int i = 0; i < 60; ++i)
    push_samples(4800);
  end(video_);
  end(audio_);
  const Output text = drain(text_);
  ASSERT_EQ(text.buffers.size(), 1u);
  EXPECT_EQ(GST_BUFFER_PTS(text.buffers[0].get()), 2500 * GST_MSECOND);
  EXPECT_EQ(GST_BUFFER_DURATION(text.buffers[0].get()), 2 * GST_SECOND);
  char said[18] = {};
  gst_buffer_extract(text.buffers[0].get(), 0, said, 17);
  EXPECT_STREQ(said, "Hello to you all.");
  guint64 gaps = 0;
  for (const Owned<GstEvent>& event : text.events) {
    if (GST_EVENT_TYPE(event.get()) != GST_EVENT_GAP) continue;
    GstClockTime duration = 0;
    gst_event_parse_gap(event.get(), nullptr, &duration);
    gaps += duration;
  }
  EXPECT_EQ(gaps, 4 * GST_SECOND);
  GstTagList* tags = nullptr;
  ASSERT_TRUE(text.event(GST_EVENT_TAG));
  gst_event_parse_tag(text.event(GST_EVENT_TAG), &tags);
  char* language = nullptr;
  ASSERT_TRUE(gst_tag_list_get_string(tags, GST_TAG_LANGUAGE_CODE, &language));
  EXPECT_STREQ(language, "en");
  g_free(language);
  drain(video_);
}

TEST_F(SceneCompositor, StreamsBelongTogether) {
  play(true, true);
  gst_harness_push_event(video_, gst_event_new_tag(gst_tag_list_new(GST_TAG_TITLE, "T", nullptr)));
  push_scene(0, Time{}, seconds(1), 0, true);
  end(video_);
  end(audio_);
  guint groups[3] = {};
  std::vector<std::string> ids;
  int i = 0;
  for (GstHarness* harness : {video_, audio_, text_}) {
    const Output output = drain(harness);
    GstEvent* start = output.event(GST_EVENT_STREAM_START);
    ASSERT_TRUE(start);
    ASSERT_TRUE(gst_event_parse_group_id(start, &groups[i++]));
    const char* id = nullptr;
    gst_event_parse_stream_start(start, &id);
    ids.emplace_back(id);
    const GstSegment* segment = nullptr;
    ASSERT_TRUE(output.event(GST_EVENT_SEGMENT));
    gst_event_parse_segment(output.event(GST_EVENT_SEGMENT), &segment);
    EXPECT_EQ(segment->start, 0u);
    if (harness == video_) {
      EXPECT_TRUE(output.event(GST_EVENT_TAG)) << "the film's tags go on";
      EXPECT_TRUE(output.event(GST_EVENT_CUSTOM_DOWNSTREAM)) << "and its scenes";
    }
  }
  EXPECT_EQ(groups[0], groups[1]);
  EXPECT_EQ(groups[0], groups[2]);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_NE(ids[1], ids[2]);
}

TEST_F(SceneCompositor, TellsPositionAndDuration) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0);
  push_scene(1, seconds(1), seconds(1), 0, true);
  end(video_);
  end(audio_);
  drain(video_);
  gint64 value = 0;
  auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(element_.get(), "video_src"));
  ASSERT_TRUE(gst_pad_query_duration(pad.get(), GST_FORMAT_TIME, &value));
  EXPECT_EQ(value, 2 * static_cast<gint64>(GST_SECOND));
  ASSERT_TRUE(gst_pad_query_position(pad.get(), GST_FORMAT_TIME, &value));
  EXPECT_EQ(value, 2 * static_cast<gint64>(GST_SECOND));
  EXPECT_FALSE(gst_pad_send_event(
      pad.get(), gst_event_new_seek(1, GST_FORMAT_TIME, GST_SEEK_FLAG_NONE, GST_SEEK_TYPE_SET, 0,
                                    GST_SEEK_TYPE_NONE, 0)));
}

TEST_F(SceneCompositor, NeverPairsTheWrongScenes) {
  play(true);
  push_picture(filled(kSize, 0), visual_of_scene(1));
  push_timing(timing_of_scene(0, Time{}, seconds(1)));
  EXPECT_EQ(message(),
            "the picture of scene 'scene-1' meets the speech of scene 'scene-0': one of "
            "them is missing");
  EXPECT_EQ(push_samples(10), GST_FLOW_ERROR);
}

TEST_F(SceneCompositor, SpeechWithoutPictureIsAnError) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0);
  end(video_);
  push_timing(timing_of_scene(1, seconds(1), seconds(1), true));
  EXPECT_NE(message().find("'scene-1' has speech and no picture"), std::string::npos);
}

TEST_F(SceneCompositor, PictureWithoutSpeechIsAnError) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0);
  end(audio_);
  push_picture(filled(kSize, 0), visual_of_scene(1));
  EXPECT_NE(message().find("the speech ended before scene 'scene-1'"), std::string::npos);
}

TEST_F(SceneCompositor, ScenesHaveNoGaps) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0);
  gst_harness_push_event(audio_,
                         timing_event(timing_of_scene(1, seconds(2), seconds(1))).release());
  EXPECT_NE(message().find("begins at 0:02.0, but the scene before it ends at 0:01.0"),
            std::string::npos);
}

TEST_F(SceneCompositor, PicturesAreOfOneSize) {
  play(true);
  push_scene(0, Time{}, milliseconds(100), 0);
  gst_harness_set_src_caps_str(video_,
                               "video/x-raw, format=BGRA, width=32, height=32, "
                               "framerate=0/1, pixel-aspect-ratio=1/1");
  push_picture(filled({32, 32}, 0), visual_of_scene(1));
  push_timing(timing_of_scene(1, milliseconds(100), seconds(1)));
  EXPECT_NE(message().find("all of them have to be 64x48"), std::string::npos);
}

TEST_F(SceneCompositor, WarnsOfSoundThatMissesItsTiming) {
  play(true);
  push_picture(filled(kSize, 0), visual_of_scene(0));
  push_timing(timing_of_scene(0, Time{}, seconds(2), true));
  push_samples(48'000);
  end(video_);
  end(audio_);
  EXPECT_NE(message(GST_MESSAGE_WARNING).find("shorter than its timings say"), std::string::npos);
  expect_frames(drain(video_), 60, {30, 1});
}

TEST_F(SceneCompositor, ABadTransitionIsSaidAtTheStart) {
  g_object_set(element_.get(), "transition", "swirl", nullptr);
  EXPECT_EQ(gst_element_set_state(element_.get(), GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  EXPECT_NE(message().find("'swirl' is no transition"), std::string::npos);
}

TEST_F(SceneCompositor, BeginsAnewAfterAFlush) {
  play(true);
  push_scene(0, Time{}, seconds(1), 0x000000);
  push_scene(1, seconds(1), seconds(1), 0x000000);
  for (GstHarness* harness : {video_, audio_})
    gst_harness_push_event(harness, gst_event_new_flush_start());
  for (GstHarness* harness : {video_, audio_})
    gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE));
  for (GstHarness* harness : {video_, audio_}) {
    while (GstBuffer* buffer = gst_harness_try_pull(harness))
      gst_buffer_unref(buffer);
    while (GstEvent* event = gst_harness_try_pull_event(harness))
      gst_event_unref(event);
  }
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  for (GstHarness* harness : {video_, audio_})
    gst_harness_push_event(harness, gst_event_new_segment(&segment));
  gst_harness_set_src_caps_str(audio_, kAudioCaps);
  push_scene(0, Time{}, milliseconds(500), 0xffffff, true);
  end(video_);
  end(audio_);
  const Output video = drain(video_);
  expect_frames(video, 15, {30, 1});
  EXPECT_EQ(luma_of(video.buffers[0].get()), 235);
  EXPECT_EQ(samples_in(drain(audio_)), 24'000u);
}

TEST_F(SceneCompositor, RunsAgainAfterReady) {
  play(true);
  for (int turn = 0; turn < 5; ++turn) {
    push_scene(0, Time{}, milliseconds(200), 0xffffff, true);
    end(video_);
    end(audio_);
    expect_frames(drain(video_), 6, {30, 1});
    EXPECT_EQ(samples_in(drain(audio_)), 9600u);
    gst_element_set_state(element_.get(), GST_STATE_READY);
    gst_element_set_state(element_.get(), GST_STATE_PLAYING);
    for (GstHarness* harness : {video_, audio_}) {
      gst_harness_push_event(harness, gst_event_new_stream_start("again"));
      gst_harness_set_src_caps_str(harness, harness == video_ ? kVideoCaps : kAudioCaps);
    }
  }
}

// Pictures without speech: the fourth one has to wait, and stopping wakes whoever pushes it.
TEST_F(SceneCompositor, HoldsBackPicturesAndLetsGoAtTheEnd) {
  play(true);
  std::atomic<int> pushed = 0;
  std::atomic<GstFlowReturn> last = GST_FLOW_OK;
  std::thread pictures([&] {
    for (int index = 0; last == GST_FLOW_OK; ++index) {
      Owned<GstBuffer> buffer = to_buffer(filled(kSize, 0));
      add_visual_meta(buffer.get(), visual_of_scene(index));
      last = gst_harness_push(video_, buffer.release());
      if (last == GST_FLOW_OK) ++pushed;
    }
  });
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_GE(pushed, 1);
  EXPECT_LE(pushed, 4) << "memory does not grow with what is pushed";
  gst_element_set_state(element_.get(), GST_STATE_READY);
  pictures.join();
  EXPECT_EQ(last, GST_FLOW_FLUSHING);
}

// Nobody takes the frames: sound is held back, but never while video waits for a timing.
TEST_F(SceneCompositor, HoldsBackSound) {
  play(true);
  push_picture(filled(kSize, 0), visual_of_scene(0));
  std::atomic<int> pushed = 0;
  std::atomic<bool> stopped = false;
  // The harness's pad blocks like a muxer that waits for another stream.
  auto block = [](const char* name, GstElement* element) {
    auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(element, name));
    gst_pad_add_probe(
        pad.get(),
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
        [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  };
  block("video_src", element_.get());
  block("audio_src", element_.get());
  std::thread sound([&] {
    push_timing(timing_of_scene(0, Time{}, seconds(1000)));
    while (!stopped && push_samples(4800) == GST_FLOW_OK)
      ++pushed;
  });
  for (int wait = 0; pushed < 20 && wait < 1000; ++wait)
    std::this_thread::sleep_for(milliseconds(10));
  EXPECT_GE(pushed, 20) << "two seconds";
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_LE(pushed, 23) << "and no more";
  stopped = true;
  gst_element_set_state(element_.get(), GST_STATE_READY);
  sound.join();
}

}  // namespace
// How many buffers a silent page of four seconds or more becomes in front of `rest`.
int frames_before(const std::string& rest) {
  const std::string line =
      "scriptsrc script=\"---\nsize: 320x180\n---\n# A page\" ! svgrender ! scenecompositor "
      "name=comp comp.audio_src ! fakesink sync=false comp.video_src ! identity name=raw "
      "signal-handoffs=true ! " +
      rest;
  GError* error = nullptr;
  const auto pipeline = Owned<GstElement>::sink(gst_parse_launch(line.c_str(), &error));
  if (error) {
    ADD_FAILURE() << error->message;
    g_error_free(error);
    return -1;
  }
  int frames = 0;
  const auto raw = Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "raw"));
  g_signal_connect(raw.get(), "handoff", G_CALLBACK(+[](GstElement*, GstBuffer*, gpointer data) {
                     ++*static_cast<int*>(data);
                   }),
                   &frames);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  const auto message = Owned<GstMessage>::adopt(gst_bus_timed_pop_filtered(
      bus.get(), 30 * GST_SECOND, GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  EXPECT_TRUE(message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) << rest;
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return frames;
}

TEST(SceneCompositorFrames, HoldWhereWhatFollowsCan) {
  const int all = frames_before("fakesink sync=false");
  EXPECT_GE(all, 120);
  EXPECT_EQ(frames_before("x264enc ! mpegtsmux ! fakesink sync=false"), all);
  for (const char* rest :
       {"x264enc bframes=0 ref=1 ! h264holdfill ! fakesink sync=false",
        "x264enc bframes=0 ref=1 ! queue ! h264holdfill ! mpegtsmux ! fakesink sync=false",
        "x264enc ! mp4mux ! fakesink sync=false", "vp8enc ! queue ! webmmux ! fakesink sync=false"})
    EXPECT_LT(frames_before(rest), all / 5) << rest;  // the last scene fades out
}

}  // namespace talkie
