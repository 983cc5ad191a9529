// SPDX-License-Identifier: LGPL-2.1-or-later
#include "seeking_film.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <string_view>

namespace seeking {

namespace {

using talkie::Owned;

// A tone that rises, so that no two stretches of it are alike.
void write_wave(const std::filesystem::path& file, double seconds, double from, double to) {
  const auto count = static_cast<uint32_t>(48'000 * seconds);
  std::ofstream out(file, std::ios::binary);
  const auto number = [&out](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      out.put(static_cast<char>(value >> 8 * i));
  };
  out << "RIFF";
  number(36 + 2 * count, 4);
  out << "WAVEfmt ";
  number(16, 4);
  number(1, 2);
  number(1, 2);
  number(48'000, 4);
  number(96'000, 4);
  number(2, 2);
  number(16, 2);
  out << "data";
  number(2 * count, 4);
  double phase = 0;
  for (uint32_t i = 0; i < count; ++i) {
    phase += (from + (to - from) * i / count) / 48'000;
    number(static_cast<uint16_t>(std::lround(9'000 * std::sin(2 * std::numbers::pi * phase))), 2);
  }
}

uint64_t hash_of(GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return 0;
  const auto hash = std::hash<std::string_view>{}({reinterpret_cast<char*>(map.data), map.size});
  gst_buffer_unmap(buffer, &map);
  return hash;
}

constexpr const char* kScenes = R"(
# How tides work

(transition: crossfade 0.4)

Twice a day the sea comes up.

## Two pulls

(transition: push left 0.5)

- The moon pulls
- The earth turns

The moon pulls. (sound: ding.wav) And the earth turns below.

## What follows

(transition: morph 0.6)

| High | Low |
| --- | --- |
| two | two |

Two tides each day.

## The end

(transition: dissolve 0.3)

That is all of it.
)";

}  // namespace

Talk::Talk(const std::string& header) {
  write_wave(folder_.path() / "music.wav", 3.3, 200, 900);
  write_wave(folder_.path() / "ding.wav", 2.5, 1'500, 700);
  file_ = folder_.write(
      "talk.talkie.md",
      "---\ntalkie: 1\ntitle: Tides\nlanguage: en\nsize: 320x180\n" + header + "---\n" + kScenes);
}

Player::Player(const std::filesystem::path& script, const std::string& properties, bool with_text) {
  std::string line = "talkiesrc name=talk location=\"" + script.string() + "\" " + properties +
                     " talk.video ! fakesink name=video async=true sync=false "
                     "talk.audio ! fakesink name=audio async=true sync=false ";
  if (with_text) line += "talk.text ! fakesink name=text async=false sync=false ";
  pipeline_ = Owned<GstElement>::sink(gst_parse_launch(line.c_str(), nullptr));
  source_ = Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "talk"));
  for (const char* name : {"video", "audio", "text"}) {
    const auto sink = Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
    if (!sink) continue;
    const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
    gst_pad_add_probe(pad.get(),
                      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER |
                                                   GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                                                   GST_PAD_PROBE_TYPE_EVENT_FLUSH),
                      look, this, nullptr);
  }
}

Player::~Player() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

void Player::set_state(GstState state) {
  gst_element_set_state(pipeline_.get(), state);
  EXPECT_NE(gst_element_get_state(pipeline_.get(), nullptr, nullptr, 60 * GST_SECOND),
            GST_STATE_CHANGE_FAILURE);
}

bool Player::seek(GstClockTime start, GstSeekFlags flags, GstClockTime stop, double rate) {
  const bool has_stop = GST_CLOCK_TIME_IS_VALID(stop);
  return gst_element_seek(pipeline_.get(), rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET,
                          static_cast<gint64>(start), GST_SEEK_TYPE_SET,
                          has_stop ? static_cast<gint64>(stop) : -1);
}

Heard Player::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(heard_, {});
}

Owned<GstMessage> Player::wait_for(GstMessageType type, double seconds) {
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  auto message = Owned<GstMessage>::adopt(
      gst_bus_timed_pop_filtered(bus.get(), static_cast<GstClockTime>(seconds * GST_SECOND),
                                 static_cast<GstMessageType>(type | GST_MESSAGE_ERROR)));
  EXPECT_TRUE(message) << "no " << gst_message_type_get_name(type);
  if (message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR && type != GST_MESSAGE_ERROR)
    ADD_FAILURE() << gst_structure_to_string(gst_message_get_structure(message.get()));
  return message;
}

void Player::forget_messages() {
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline_.get()));
  EXPECT_FALSE(Owned<GstMessage>::adopt(gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR)))
      << "an error was posted";
  while (Owned<GstMessage>::adopt(gst_bus_pop(bus.get()))) {
  }
}

Heard Player::play_out() {
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
  wait_for(GST_MESSAGE_EOS);
  return take();
}

GstPadProbeReturn Player::look(GstPad* pad, GstPadProbeInfo* info, gpointer player) {
  const auto sink = Owned<GstElement>::adopt(gst_pad_get_parent_element(pad));
  static_cast<Player*>(player)->look_at(GST_OBJECT_NAME(sink.get()), info);
  return GST_PAD_PROBE_OK;
}

void Player::look_at(const std::string& pad, GstPadProbeInfo* info) {
  const std::scoped_lock lock(mutex_);
  if (!(info->type & GST_PAD_PROBE_TYPE_BUFFER)) {
    GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
    const GstSegment* segment = nullptr;
    if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
      gst_event_parse_segment(event, &segment);
      if (pad == "video") heard_.segments.push_back(*segment);
    }
    if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP) {  // what came before it was not shown
      if (pad == "video") heard_.frames.clear();
      if (pad == "video") heard_.segments.clear();
      if (pad == "audio") heard_.samples.clear();
      if (pad == "text") heard_.captions.clear();
    }
    return;
  }
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  if (pad == "video") {
    heard_.frames[GST_BUFFER_OFFSET(buffer)] = {GST_BUFFER_PTS(buffer), GST_BUFFER_DURATION(buffer),
                                                hash_of(buffer)};
    return;
  }
  GstMapInfo map;
  ASSERT_TRUE(gst_buffer_map(buffer, &map, GST_MAP_READ));
  if (pad == "audio") {
    const auto* samples = reinterpret_cast<const int16_t*>(map.data);
    const uint64_t count = GST_BUFFER_OFFSET_END(buffer) - GST_BUFFER_OFFSET(buffer);
    const uint64_t channels = map.size / 2 / count;
    if (heard_.samples.empty()) heard_.first_sample = GST_BUFFER_OFFSET(buffer);
    EXPECT_EQ(heard_.first_sample + heard_.samples.size(), GST_BUFFER_OFFSET(buffer));
    for (uint64_t i = 0; i < count; ++i)
      heard_.samples.push_back(samples[i * channels]);
  } else {
    heard_.captions.push_back(std::to_string(GST_BUFFER_PTS(buffer)) + " " +
                              std::string(reinterpret_cast<const char*>(map.data), map.size));
  }
  gst_buffer_unmap(buffer, &map);
}

}  // namespace seeking
