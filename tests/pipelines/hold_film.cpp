// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hold_film.h"

#include <gst/gst.h>

#include <fstream>
#include <numeric>
#include <random>
#include <sstream>

#include "gst/element.h"
#include "outside.h"

namespace hold {

namespace fs = std::filesystem;
using talkie::Owned;

namespace {

constexpr GstClockTime kTimeout = 30 * GST_SECOND;

using Pixels = std::vector<uint8_t>;

int between(std::mt19937& dice, int least, int most) {
  return least + static_cast<int>(dice() % static_cast<unsigned>(most - least + 1));
}

Pixels first_picture() {
  Pixels pixels(kFrameBytes, 128);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      pixels[static_cast<size_t>(y * kWidth + x)] =
          static_cast<uint8_t>((x * 3 + y * 5) % 200 + 20);
  return pixels;
}

// A rectangle of another brightness, half of it noise.
void change(Pixels& pixels, std::mt19937& dice) {
  const int left = between(dice, 0, kWidth - 64), top = between(dice, 0, kHeight - 48);
  const int shift = between(dice, 20, 100);
  for (int y = top; y < top + 48; ++y) {
    for (int x = left; x < left + 64; ++x) {
      uint8_t& pixel = pixels[static_cast<size_t>(y * kWidth + x)];
      pixel = static_cast<uint8_t>(pixel + shift + (x < left + 32 ? between(dice, 0, 30) : 0));
    }
  }
}

// All of it a little darker or brighter, for weighted prediction.
void fade(Pixels& pixels, int by) {
  for (size_t i = 0; i < size_t{kWidth} * kHeight; ++i)
    pixels[i] = static_cast<uint8_t>(std::clamp(pixels[i] + by, 0, 255));
}

std::vector<Pixels> draw(const Script& script) {
  std::mt19937 dice(script.seed);
  std::vector<Pixels> pictures{first_picture()};
  while (pictures.size() < script.holds.size()) {
    const auto last = static_cast<int>(pictures.size());
    pictures.push_back(
        pictures[static_cast<size_t>(between(dice, std::max(0, last - 4), last - 1))]);
    if (between(dice, 0, 4) == 0)
      fade(pictures.back(), between(dice, -20, 20));
    else
      change(pictures.back(), dice);
  }
  return pictures;
}

GstClockTime time_of(int frame, talkie::Rate rate) {
  return static_cast<GstClockTime>(talkie::time_of(frame, rate).count());
}

// One buffer for each picture, as long as it is held.
void feed(GstElement* source, const Script& script) {
  int frame = 0, number = 0;
  for (const Pixels& pixels : draw(script)) {
    GstBuffer* buffer = gst_buffer_new_memdup(pixels.data(), pixels.size());
    GST_BUFFER_PTS(buffer) = time_of(frame, script.rate);
    frame += script.holds[static_cast<size_t>(number++)];
    GST_BUFFER_DURATION(buffer) = time_of(frame, script.rate) - GST_BUFFER_PTS(buffer);
    GstFlowReturn flow = GST_FLOW_OK;
    g_signal_emit_by_name(source, "push-buffer", buffer, &flow);
    gst_buffer_unref(buffer);
  }
  GstFlowReturn flow = GST_FLOW_OK;
  g_signal_emit_by_name(source, "end-of-stream", &flow);
}

std::string description(const Script& script, const Setting& setting, const Made& made) {
  const std::string muxer = setting.avc ? "mp4mux ! " : "";
  std::ostringstream text;
  text << "appsrc name=source format=time caps=video/x-raw,format=I420,width=" << kWidth
       << ",height=" << kHeight
       << (setting.variable ? ",framerate=0/1,max-framerate=" : ",framerate=")
       << script.rate.numerator << "/" << script.rate.denominator << " ! " << setting.encoder
       << " ! video/x-h264,stream-format=" << (setting.avc ? "avc" : "byte-stream")
       << (setting.caps.empty() ? "" : ",") << setting.caps << " ! tee name=coded coded. ! queue ! "
       << muxer << "filesink location=" << made.plain.string() << " coded. ! queue ! h264holdfill "
       << setting.filling << " ! " << muxer << "filesink location=" << made.filled.string();
  return text.str();
}

// Runs to the end, or to the first error.
void play(GstElement* pipeline, const Script& script, Made& made) {
  const auto source = Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline), "source"));
  const auto bus = Owned<GstBus>::adopt(gst_element_get_bus(pipeline));
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  feed(source.get(), script);
  const auto wanted = GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  for (bool ended = false; !ended;) {
    const auto message =
        Owned<GstMessage>::adopt(gst_bus_timed_pop_filtered(bus.get(), kTimeout, wanted));
    ended = !message || GST_MESSAGE_TYPE(message.get()) != GST_MESSAGE_WARNING;
    if (!message)
      made.error = "it stood still";
    else if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_WARNING)
      made.warnings.push_back(talkie::problem_from_message(message.get()).message);
    else if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR)
      made.error = talkie::error_from_message(message.get()).to_string();
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
}

std::string bytes_of(const fs::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

Decoded decode(const fs::path& film, const std::vector<std::string>& command) {
  const auto outcome = outside::run(command);
  const fs::path raw = film.string() + ".raw";
  Decoded decoded{bytes_of(raw), outcome.errors};
  fs::remove(raw);
  if (outcome.status != 0) decoded.words += "exit status " + std::to_string(outcome.status);
  return decoded;
}

}  // namespace

int Script::frames() const {
  return std::accumulate(holds.begin(), holds.end(), 0);
}

Script random_script(unsigned seed, talkie::Rate rate) {
  std::mt19937 dice(seed);
  Script script{seed, rate, {}};
  for (int i = between(dice, 7, 12); i > 0; --i)
    script.holds.push_back(between(dice, 0, 2) == 0 ? 1 : between(dice, 2, 25));
  return script;
}

Made make_film(const Script& script, const Setting& setting, const fs::path& folder) {
  gst_init(nullptr, nullptr);
  const std::string suffix = setting.avc ? ".mp4" : ".h264";
  Made made{folder / ("plain" + suffix), folder / ("filled" + suffix), {}, {}};
  GError* error = nullptr;
  const auto pipeline =
      Owned<GstElement>::sink(gst_parse_launch(description(script, setting, made).c_str(), &error));
  if (error) {
    made.error = error->message;
    g_error_free(error);
    return made;
  }
  play(pipeline.get(), script, made);
  return made;
}

Decoded decode_with_ffmpeg(const fs::path& film) {
  return decode(
      film, {"ffmpeg", "-nostdin", "-v", "warning", "-i", film.string(), "-fps_mode", "passthrough",
             "-pix_fmt", "yuv420p", "-f", "rawvideo", film.string() + ".raw"});
}

Decoded decode_with_openh264(const fs::path& film) {
  std::vector<std::string> command{"gst-launch-1.0", "-q", "filesrc", "location=" + film.string()};
  if (film.extension() == ".mp4") command.insert(command.end(), {"!", "qtdemux"});
  command.insert(command.end(),
                 {"!", "h264parse", "!", "openh264dec", "!", "video/x-raw,format=I420", "!",
                  "filesink", "location=" + film.string() + ".raw"});
  return decode(film, command);
}

int first_difference(const Script& script, const Decoded& plain, const Decoded& filled) {
  int frame = 0;
  for (size_t picture = 0; picture < script.holds.size(); ++picture)
    for (int i = 0; i < script.holds[picture]; ++i, ++frame)
      if (filled.frame(static_cast<size_t>(frame)) != plain.frame(picture)) return frame;
  return -1;
}

}  // namespace hold
