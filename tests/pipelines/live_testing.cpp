// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live_testing.h"

#include <fcntl.h>
#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "outside.h"

namespace live {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using talkie::Owned;

namespace {

// What GStreamer still has at the end are leaks, which its tracer then tells.
class Gstreamer : public testing::Environment {
 public:
  void SetUp() override { gst_init(nullptr, nullptr); }
  void TearDown() override { gst_deinit(); }
};
const auto* const kGstreamer = testing::AddGlobalTestEnvironment(new Gstreamer);

constexpr int kSampleRate = 48000;
constexpr int kSamples = 1024;  // of a packet
constexpr std::chrono::seconds kFilm{12};

void make_film(const fs::path& film) {
  const std::string length = std::to_string(kFilm.count());
  const auto made = outside::run(
      {"ffmpeg",
       "-loglevel",
       "error",
       "-y",
       "-f",
       "lavfi",
       "-i",
       "testsrc2=s=640x360:r=30:d=" + length +
           ",drawbox=w=iw:h=ih:c=white:t=fill:enable='lt(mod(t,1),0.1)'"
           ",drawbox=w=iw:h=ih:c=black:t=fill:enable='gte(mod(t,1),0.1)*lt(mod(t,1),0.5)'",
       "-f",
       "lavfi",
       "-i",
       "aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.1)':s=48000:d=" + length,
       "-c:v",
       "libx264",
       "-preset",
       "ultrafast",
       "-g",
       "60",
       "-keyint_min",
       "60",
       "-sc_threshold",
       "0",
       "-bf",
       "0",
       "-pix_fmt",
       "yuv420p",
       "-c:a",
       "aac",
       "-b:a",
       "96k",
       film.string()});
  if (made.status != 0) throw std::runtime_error("ffmpeg: " + made.errors);
}

struct Track {
  Owned<GstCaps> caps;
  std::vector<Owned<GstBuffer>> buffers;
};

Track read_track(const fs::path& film, const std::string& pad) {
  const std::string line =
      "filesrc location=" + film.string() + " ! qtdemux name=d d." + pad +
      " ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! appsink name=out sync=false";
  const auto pipeline = Owned<GstElement>::sink(gst_parse_launch(line.c_str(), nullptr));
  const auto sink = Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  Track track;
  while (GstSample* sample = gst_app_sink_pull_sample(GST_APP_SINK(sink.get()))) {
    track.caps = Owned<GstCaps>::share(gst_sample_get_caps(sample));
    track.buffers.push_back(
        Owned<GstBuffer>::adopt(gst_buffer_copy(gst_sample_get_buffer(sample))));
    gst_sample_unref(sample);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (track.buffers.empty()) throw std::runtime_error("nothing in " + film.string());
  return track;
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// Packet `number` of the track that repeats itself, on a grid.
LivePacket packet_of(const Track& track, LivePacket::Stream stream, int64_t number, int64_t step,
                     int64_t rate) {
  const auto& source = track.buffers[static_cast<size_t>(number) % track.buffers.size()];
  GstBuffer* buffer = gst_buffer_copy(source.get());
  const auto time = [&](int64_t n) {
    return gst_util_uint64_scale(static_cast<guint64>(n * step), GST_SECOND,
                                 static_cast<guint64>(rate));
  };
  GST_BUFFER_PTS(buffer) = time(number);
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(buffer) = time(number + 1) - time(number);
  GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_DISCONT);
  return {stream, Owned<GstBuffer>::adopt(buffer)};
}

}  // namespace

TestShow make_show(std::chrono::seconds length) {
  static const outside::Folder folder;
  static const fs::path film = [] {
    const fs::path path = folder.path() / "show.mp4";
    make_film(path);
    return path;
  }();
  Track video = read_track(film, "video_0");
  Track sound = read_track(film, "audio_0");
  // As much sound as pictures, so that both repeat at the same time but for a packet.
  sound.buffers.resize(
      std::min<size_t>(sound.buffers.size(), kFilm.count() * kSampleRate / kSamples));
  TestShow show;
  show.streams = {video.caps, sound.caps};
  for (int64_t i = 0; i < length.count() * TestShow::kRate; ++i)
    show.packets.push_back(packet_of(video, LivePacket::Stream::video, i, 1, TestShow::kRate));
  for (int64_t i = 0; i < length.count() * kSampleRate / kSamples; ++i)
    show.packets.push_back(packet_of(sound, LivePacket::Stream::sound, i, kSamples, kSampleRate));
  std::stable_sort(show.packets.begin(), show.packets.end(), [](const auto& a, const auto& b) {
    return GST_BUFFER_PTS(a.buffer.get()) < GST_BUFFER_PTS(b.buffer.get());
  });
  return show;
}

milliseconds play(const std::vector<LivePacket>& packets, const std::vector<LiveOutput*>& outputs,
                  double speed, const std::function<bool()>& enough) {
  const auto begun = steady_clock::now();
  const auto first = GST_BUFFER_PTS(packets.front().buffer.get());
  steady_clock::duration longest{};
  int number = 0;
  for (const LivePacket& packet : packets) {
    const auto time = static_cast<double>(GST_BUFFER_PTS(packet.buffer.get()) - first) / speed;
    std::this_thread::sleep_until(begun + std::chrono::nanoseconds(static_cast<int64_t>(time)));
    for (LiveOutput* output : outputs) {
      const auto before = steady_clock::now();
      output->offer(packet);
      longest = std::max(longest, steady_clock::now() - before);
    }
    if (enough && ++number % 10 == 0 && enough()) break;
  }
  return std::chrono::duration_cast<milliseconds>(longest);
}

talkie::OutputListener Ear::listener() {
  return [this](const OutputEvent& event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  };
}

int Ear::count(OutputEvent::Kind kind) const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(std::count_if(events_.begin(), events_.end(),
                                        [&](const auto& event) { return event.kind == kind; }));
}

std::string Ear::text() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const OutputEvent& event : events_)
    text += event.output + ": " + event.message + "\n";
  return text;
}

bool wait_until(const std::function<bool()>& condition, std::chrono::seconds patience) {
  const auto deadline = steady_clock::now() + patience;
  while (!condition()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return true;
}

int free_port(bool udp) {
  const int end = socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  bind(end, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(end, reinterpret_cast<sockaddr*>(&address), &size);
  close(end);
  return ntohs(address.sin_port);
}

bool is_udp_port_taken(const std::string& port) {
  const int end = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(std::stoi(port));
  const bool is_free = bind(end, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(end);
  return !is_free;
}

bool is_answered(int port) {
  const int end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool answered =
      connect(end, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(end);
  return answered;
}

Program::Program(const std::vector<std::string>& arguments, fs::path log) : log_(std::move(log)) {
  child_ = fork();
  if (child_ != 0) return;
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  const int file = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  std::vector<char*> words;
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  _exit(127);
}

Program::~Program() {
  if (child_ <= 0) return;
  kill(child_, SIGCONT);
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

void Program::signal(int number) const {
  if (child_ > 0) kill(child_, number);
}

int Program::wait(std::chrono::seconds patience) {
  int status = 0;
  const bool ended = wait_until(
      [&] { return child_ <= 0 || waitpid(child_, &status, WNOHANG) == child_; }, patience);
  if (!ended) return -1;
  if (child_ > 0) status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  child_ = -1;
  return status_;
}

std::string Program::output() const {
  std::ostringstream text;
  text << std::ifstream(log_).rdbuf();
  return text.str();
}

std::vector<double> sound_delays(const fs::path& film) {
  constexpr double kLoud = 3000;
  constexpr double kWhite = 200;
  // Both on the film's own line. Where it begins without pictures, ffmpeg repeats the first one.
  const auto frames = outside::luma_of_frames(film);
  const auto times = outside::packet_times(film, "v:0");
  const auto sound_times = outside::packet_times(film, "a:0");
  const double begin = std::min(times.front(), sound_times.front());
  const auto samples = outside::decode_sound(film);
  std::vector<double> tones;
  for (size_t i = 0; i < samples.size(); ++i)
    if (std::abs(samples[i]) > kLoud) {
      const double time = sound_times.front() + static_cast<double>(i) / kSampleRate;
      if (tones.empty() || time - tones.back() > 0.5) tones.push_back(time);
    }
  std::vector<double> delays;
  for (size_t i = 1; i < frames.size(); ++i) {
    if (frames[i] < kWhite || frames[i - 1] >= kWhite) continue;
    const double white = begin + static_cast<double>(i) / TestShow::kRate;
    const auto tone = std::min_element(tones.begin(), tones.end(), [&](double a, double b) {
      return std::abs(a - white) < std::abs(b - white);
    });
    if (tone != tones.end()) delays.push_back(*tone - white);
  }
  return delays;
}

}  // namespace live
