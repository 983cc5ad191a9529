// SPDX-License-Identifier: LGPL-2.1-or-later
// A script's pictures and words in a program of your own: the frames as they come, and when which
// word is said.
//
//   c++ -std=c++20 frames.cpp -o frames $(pkg-config --cflags --libs talkie-1.0 gstreamer-app-1.0)
//   ./frames talk.md
//
// The pictures that differ come once each and say how long they stay (frames=on-change).
#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include <iomanip>
#include <iostream>

#include "gst/element.h"
#include "gst/owned.h"
#include "gst/wire.h"

namespace {

using talkie::Owned;

constexpr const char* kPipeline =
    "talkiesrc name=talk frames=on-change "
    "talk.video ! queue ! appsink name=pictures sync=false "
    "talk.audio ! queue ! fakesink sync=false";

double seconds(GstClockTime time) {
  return static_cast<double>(time) / GST_SECOND;
}

// A scene's timing travels in the stream, before its first frame.
GstPadProbeReturn on_event(GstPad*, GstPadProbeInfo* info, gpointer) {
  GstEvent* event = gst_pad_probe_info_get_event(info);
  if (!talkie::is_timing_event(event)) return GST_PAD_PROBE_OK;
  const auto timing = talkie::timing_from_event(event);
  if (!timing) return GST_PAD_PROBE_OK;
  std::cout << "scene " << timing->index + 1 << " " << timing->scene << "\n";
  for (const auto& utterance : timing->utterances)
    for (const auto& word : utterance.words)
      std::cout << "  " << talkie::to_seconds(timing->start + word.start) << " s  " << word.text
                << "\n";
  return GST_PAD_PROBE_OK;
}

GstFlowReturn on_frame(GstAppSink* sink, gpointer) {
  const auto sample = Owned<GstSample>::adopt(gst_app_sink_pull_sample(sink));
  if (!sample) return GST_FLOW_EOS;
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());  // I420: gst_video_frame_map() reads it
  std::cout << "frame at " << seconds(GST_BUFFER_PTS(buffer)) << " s, stays "
            << seconds(GST_BUFFER_DURATION(buffer)) << " s\n";
  return GST_FLOW_OK;
}

Owned<GstElement> child(const Owned<GstElement>& pipeline, const char* name) {
  return Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
}

// Until the end, or an error; what it is comes with its place in the script.
int wait(const Owned<GstElement>& pipeline) {
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  constexpr auto kKinds =
      static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  while (true) {
    const auto message = Owned<GstMessage>::adopt(
        gst_bus_timed_pop_filtered(bus.get(), GST_CLOCK_TIME_NONE, kKinds));
    if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) return 0;
    if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) {
      std::cerr << "error: " << talkie::error_from_message(message.get()).to_string() << "\n";
      return 1;
    }
    std::cerr << talkie::problem_from_message(message.get()).to_string() << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc != 2) {
    std::cerr << "usage: frames SCRIPT\n";
    return 2;
  }
  GError* error = nullptr;
  const auto pipeline = Owned<GstElement>::sink(
      gst_parse_launch_full(kPipeline, nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error));
  if (!pipeline) {
    std::cerr << "error: " << error->message << "\n";
    g_error_free(error);
    return 1;
  }
  g_object_set(child(pipeline, "talk").get(), "location", argv[1], nullptr);
  const auto pictures = child(pipeline, "pictures");
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = on_frame;
  gst_app_sink_set_callbacks(GST_APP_SINK(pictures.get()), &callbacks, nullptr, nullptr);
  const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(pictures.get(), "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, nullptr, nullptr);

  std::cout << std::fixed << std::setprecision(2);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const int status = wait(pipeline);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return status;
}
