// SPDX-License-Identifier: LGPL-2.1-or-later
// Looking at files from outside: other programs run, their output read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace outside {

struct Outcome {
  int status = -1;     // exit status; -1: killed by a signal or by the time limit
  std::string output;  // standard output
  std::string errors;  // standard error
};
// Runs a program (found in PATH) without a shell, for at most `seconds`.
Outcome run(const std::vector<std::string>& arguments, int seconds = 120);

// A new empty folder that goes away with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::filesystem::path path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

std::filesystem::path source_root();
std::filesystem::path build_root();

// ffprobe's view: {"streams": […], "format": {…}}.
nlohmann::json probe(const std::filesystem::path& film);
// Presentation times of a stream's packets, sorted, in seconds.
std::vector<double> packet_times(const std::filesystem::path& film, const std::string& stream);

// Decoded by ffmpeg: mono samples at 48 kHz, as they play (edit lists obeyed).
std::vector<int16_t> decode_sound(const std::filesystem::path& film);

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;
};
// Frame `number` (from 0) of the film, and any picture file, as RGB by ffmpeg.
Picture decode_frame(const std::filesystem::path& film, int number);
Picture read_picture(const std::filesystem::path& file);
// The mean luma of every frame.
std::vector<double> luma_of_frames(const std::filesystem::path& film);
// Mean absolute difference of two pictures of one size, 0 to 255.
double difference(const Picture& a, const Picture& b);

}  // namespace outside
