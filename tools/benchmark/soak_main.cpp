// SPDX-License-Identifier: LGPL-2.1-or-later
// bench-soak: hours of a show in minutes, and what came of it as JSON.
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "render/gstreamer.h"
#include "soak.h"

namespace talkie::bench {

namespace {

using nlohmann::json;

constexpr const char* kHelp =
    "bench-soak SCRIPT FOLDER HOURS [HLS]: the script again and again, through flvmux or, with a "
    "folder for its segments, HLS; FOLDER is for the cache";

double in_ms(Time time) {
  return to_seconds(time) * 1000;
}

json json_of(const SoakReport& report) {
  json memory = json::array();
  for (const SoakReport::Memory& one : report.memory)
    memory.push_back({{"at", to_seconds(one.at)}, {"bytes", one.bytes}});
  return {{"length", to_seconds(report.length)},
          {"seconds", report.seconds},
          {"rounds", report.rounds},
          {"pictures", report.pictures},
          {"sounds", report.sounds},
          {"late", report.late},
          {"bytes", report.bytes},
          {"picture_drift_ms", in_ms(report.picture_drift)},
          {"sound_drift_ms", in_ms(report.sound_drift)},
          {"gap_at_end_ms", in_ms(report.gap_at_end)},
          {"landmarks", report.landmarks},
          {"landmark_drift_ms", in_ms(report.landmark_drift)},
          {"memory", memory}};
}

Result<SoakReport> run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3 || arguments.size() > 4) return Error{ErrorKind::bad_value, kHelp};
  const double hours = std::strtod(arguments[2].c_str(), nullptr);
  if (!(hours > 0 && hours < 1000)) return Error{ErrorKind::bad_value, kHelp};
  if (auto started = start_gstreamer(); !started) return started.error();
  SoakOptions options;
  options.script = arguments[0];
  options.folder = arguments[1];
  if (arguments.size() == 4) options.hls = arguments[3];
  options.length =
      std::chrono::duration_cast<Time>(std::chrono::duration<double, std::ratio<3600>>(hours));
  for (Time at = std::chrono::minutes(10); at <= options.length; at += std::chrono::minutes(10))
    options.marks.push_back(at);
  return soak(options);
}

}  // namespace

}  // namespace talkie::bench

int main(int argc, char** argv) {
  const auto report = talkie::bench::run(std::vector<std::string>(argv + 1, argv + argc));
  if (report) std::cout << talkie::bench::json_of(*report).dump() << "\n";
  if (!report) std::cerr << "bench-soak: " << report.error().to_string() << "\n";
  return report ? EXIT_SUCCESS : EXIT_FAILURE;
}
