// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace talkie {

namespace {

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

// "0:07", rounded up: what is left is never "0:00".
std::string left_text(Time left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  char text[64];
  if (seconds >= 3600)
    std::snprintf(text, sizeof text, "%d:%02d:%02d left", static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  else
    std::snprintf(text, sizeof text, "%d:%02d left", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
  return text;
}

std::string percent(const Progress& progress) {
  char text[16];
  std::snprintf(text, sizeof text, "%3d%%", static_cast<int>(fraction_of(progress) * 100));
  return text;
}

std::string file_text(const Progress& progress) {
  return progress.file.empty() ? "" : "  " + progress.file;
}

std::string scene_text(const Progress& progress) {
  if (progress.scene == 0) return {};
  std::string text = "  scene " + std::to_string(progress.scene);
  if (progress.scenes > 0) text += "/" + std::to_string(progress.scenes);
  return text;
}

std::string speed_text(const Progress& progress) {
  return progress.speed > 0 ? "  " + fixed(progress.speed, 1) + "×" : "";
}

}  // namespace

void ProgressMeter::measure(Progress& progress, std::optional<Rate> frame_rate,
                            Clock::time_point now) const {
  const double seconds = to_seconds(elapsed(now));
  progress.speed = seconds > 0 ? to_seconds(progress.position) / seconds : 0;
  progress.frames_per_second = 0;
  if (frame_rate)
    progress.frames_per_second =
        progress.speed * frame_rate->numerator / std::max(1, frame_rate->denominator);
  progress.time_left.reset();
  // The first fraction of a second says little about the rest.
  if (progress.duration && progress.speed > 0 && seconds > 0.3) {
    const Time rest = std::max(Time{0}, *progress.duration - progress.position);
    progress.time_left = from_seconds(to_seconds(rest) / progress.speed);
  }
}

double fraction_of(const Progress& progress) {
  if (!progress.duration || *progress.duration <= Time{0}) return 0;
  return std::clamp(to_seconds(progress.position) / to_seconds(*progress.duration), 0.0, 1.0);
}

std::string progress_bar(const Progress& progress, int columns) {
  std::string facts =
      "  " + percent(progress) + file_text(progress) + scene_text(progress) + speed_text(progress);
  if (progress.time_left) facts += "  " + left_text(*progress.time_left);
  // "×" is the one character of two bytes.
  const int facts_columns = static_cast<int>(facts.size()) - (progress.speed > 0 ? 1 : 0);
  // The last column stays free: some terminals wrap when it is filled.
  const int bar_columns = std::min(40, columns - 1 - facts_columns);
  if (bar_columns < 4) return facts.substr(2, static_cast<size_t>(std::max(0, columns - 1)));
  const int done = static_cast<int>(std::lround(fraction_of(progress) * bar_columns));
  std::string bar;
  for (int i = 0; i < bar_columns; ++i)
    bar += i < done ? "━" : "─";
  return bar + facts;
}

std::string progress_line(const Progress& progress) {
  std::string line = percent(progress) + file_text(progress) + scene_text(progress) + "  " +
                     clock_text(progress.position);
  if (progress.duration) line += " of " + clock_text(*progress.duration);
  line += speed_text(progress);
  if (progress.time_left) line += "  " + left_text(*progress.time_left);
  return line;
}

std::string progress_json(const Progress& progress) {
  std::string json =
      "{\"type\":\"progress\",\"position\":" + fixed(to_seconds(progress.position), 3);
  if (progress.duration) json += ",\"duration\":" + fixed(to_seconds(*progress.duration), 3);
  if (!progress.file.empty())
    json += ",\"file\":" + nlohmann::json(progress.file)
                               .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (progress.scene > 0) json += ",\"scene\":" + std::to_string(progress.scene);
  if (progress.scenes > 0) json += ",\"scenes\":" + std::to_string(progress.scenes);
  if (progress.frames_per_second > 0)
    json += ",\"frames_per_second\":" + fixed(progress.frames_per_second, 1);
  json += ",\"speed\":" + fixed(progress.speed, 2);
  if (progress.time_left) json += ",\"time_left\":" + fixed(to_seconds(*progress.time_left), 1);
  return json + "}";
}

}  // namespace talkie
