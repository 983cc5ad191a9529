// SPDX-License-Identifier: LGPL-2.1-or-later
#include "outside.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace outside {

namespace fs = std::filesystem;
using json = nlohmann::json;

namespace {

constexpr int kSmallWidth = 16;  // of the pictures whose brightness is averaged

json parse(const Outcome& outcome) {
  if (outcome.status != 0) throw std::runtime_error(outcome.errors);
  return json::parse(outcome.output);
}

Picture picture_from(const Outcome& outcome, int width, int height) {
  Picture picture{width, height, {outcome.output.begin(), outcome.output.end()}};
  if (outcome.status != 0 || picture.rgb.size() != size_t{3} * width * height)
    throw std::runtime_error("ffmpeg gave no picture: " + outcome.errors);
  return picture;
}

std::pair<int, int> size_of(const fs::path& file) {
  const json stream = probe(file)["streams"][0];
  return {stream["width"], stream["height"]};
}

}  // namespace

Outcome run(const std::vector<std::string>& arguments, int seconds) {
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    std::vector<char*> words;
    for (const std::string& argument : arguments)
      words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);

  Outcome outcome;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  pollfd ends[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* texts[2] = {&outcome.output, &outcome.errors};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || poll(ends, 2, static_cast<int>(left.count())) == 0) {
      kill(child, SIGKILL);
      outcome.errors += "\n(killed: over its time)";
      break;
    }
    for (int i = 0; i < 2; ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      char chunk[65536];
      const ssize_t count = read(ends[i].fd, chunk, sizeof chunk);
      if (count > 0)
        texts[i]->append(chunk, static_cast<size_t>(count));
      else
        ends[i].fd = -1;
    }
  }
  close(out[0]);
  close(err[0]);
  int status = 0;
  waitpid(child, &status, 0);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "talkie-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return path_ / name;
}

fs::path source_root() {
  return std::getenv("TALKIE_SOURCE_ROOT");
}
fs::path build_root() {
  return std::getenv("TALKIE_BUILD_ROOT");
}

json probe(const fs::path& film) {
  return parse(run({"ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format",
                    "-of", "json", film.string()}));
}

std::vector<double> packet_times(const fs::path& film, const std::string& stream) {
  const json packets =
      parse(run({"ffprobe", "-v", "error", "-select_streams", stream, "-show_entries",
                 "packet=pts_time", "-of", "json", film.string()}));
  std::vector<double> times;
  for (const json& packet : packets["packets"])
    times.push_back(std::stod(packet["pts_time"].get<std::string>()));
  std::sort(times.begin(), times.end());
  return times;
}

std::vector<int16_t> decode_sound(const fs::path& film) {
  const Outcome outcome = run({"ffmpeg", "-v", "error", "-i", film.string(), "-vn", "-ac", "1",
                               "-ar", "48000", "-f", "s16le", "-"});
  std::vector<int16_t> samples(outcome.output.size() / 2);
  std::copy_n(outcome.output.data(), samples.size() * 2, reinterpret_cast<char*>(samples.data()));
  return samples;
}

Picture decode_frame(const fs::path& film, int number) {
  const auto [width, height] = size_of(film);
  return picture_from(run({"ffmpeg", "-v", "error", "-i", film.string(), "-vf",
                           "select=eq(n\\," + std::to_string(number) + ")", "-frames:v", "1", "-f",
                           "rawvideo", "-pix_fmt", "rgb24", "-"}),
                      width, height);
}

Picture read_picture(const fs::path& file) {
  return decode_frame(file, 0);
}

std::vector<double> luma_of_frames(const fs::path& film) {
  const Outcome outcome = run(
      {"ffmpeg", "-v", "error", "-i", film.string(), "-vf",
       "scale=" + std::to_string(kSmallWidth) + ":" + std::to_string(kSmallWidth) + ":flags=area",
       "-f", "rawvideo", "-pix_fmt", "gray", "-"});
  std::vector<double> lumas;
  constexpr size_t kBytes = size_t{kSmallWidth} * kSmallWidth;
  for (size_t at = 0; at + kBytes <= outcome.output.size(); at += kBytes) {
    double sum = 0;
    for (size_t i = 0; i < kBytes; ++i)
      sum += static_cast<uint8_t>(outcome.output[at + i]);
    lumas.push_back(sum / kBytes);
  }
  return lumas;
}

double difference(const Picture& a, const Picture& b) {
  if (a.width != b.width || a.height != b.height) return 255;
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i)
    sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

}  // namespace outside
