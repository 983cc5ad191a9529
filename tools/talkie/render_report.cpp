// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render_report.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "terminal.h"

namespace talkie::tool {

namespace {

nlohmann::json place_json(const Place& where) {
  nlohmann::json json = nlohmann::json::object();
  if (!where.file.empty()) json["file"] = where.file;
  if (where.line > 0) json["line"] = where.line;
  if (where.column > 0) json["column"] = where.column;
  return json;
}

// " (1 made anew)", where the others were there already.
std::string made_text(const RenderReport& report) {
  if (report.made == report.scenes) return {};
  return report.made == 0 ? " (none made anew)"
                          : " (" + std::to_string(report.made) + " made anew)";
}

// "openai: 24 utterances, 3,120 characters, 48.2 s waited for, 1 failed, 2 tried again"; nothing of
// an engine that just did its work in no time.
std::string speech_text(const SpeechUse& use) {
  constexpr double kWorthSaying = 1;
  if (use.failures == 0 && use.retries == 0 && use.seconds < kWorthSaying) return {};
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f", use.seconds);
  std::string text = "\n" + use.engine + ": " + std::to_string(use.calls) + " calls, " +
                     std::to_string(use.characters) + " characters, " + seconds + " s of waiting";
  if (use.failures > 0) text += ", " + std::to_string(use.failures) + " failed";
  if (use.retries > 0) text += ", " + std::to_string(use.retries) + " tries again";
  return text;
}

// "2 scenes have another voice than was asked for: 3 'tides' (espeak/en-us), 7 'moon' (…)"
std::string fallback_text(const std::vector<SpeechFallback>& fallbacks) {
  std::string text = std::to_string(fallbacks.size()) +
                     (fallbacks.size() == 1 ? " scene has" : " scenes have") +
                     " another voice than was asked for: ";
  for (const SpeechFallback& one : fallbacks)
    text += (&one == &fallbacks.front() ? "" : ", ") + std::to_string(one.scene) + " '" + one.id +
            "' (" + one.voice + ")";
  return text;
}

std::string speech_lines(const RenderReport& report) {
  std::string text;
  for (const SpeechUse& use : report.speech)
    text += speech_text(use);
  if (!report.fallbacks.empty()) text += "\n" + fallback_text(report.fallbacks);
  return text;
}

}  // namespace

void print_json(const nlohmann::json& json) {
  std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

nlohmann::json error_json(const Error& error) {
  nlohmann::json json = place_json(error.where);
  json["type"] = "error";
  json["message"] = error.message;
  return json;
}

nlohmann::json done_json(const RenderReport& report, const std::vector<Problem>& problems) {
  nlohmann::json warnings = nlohmann::json::array();
  for (const Problem& problem : problems) {
    nlohmann::json one = place_json(problem.where);
    one["message"] = problem.message;
    warnings.push_back(one);
  }
  nlohmann::json speech = nlohmann::json::array();
  for (const SpeechUse& use : report.speech)
    speech.push_back({{"engine", use.engine},
                      {"calls", use.calls},
                      {"failures", use.failures},
                      {"retries", use.retries},
                      {"characters", use.characters},
                      {"seconds", use.seconds}});
  nlohmann::json fallbacks = nlohmann::json::array();
  for (const SpeechFallback& one : report.fallbacks)
    fallbacks.push_back(
        {{"scene", one.scene}, {"id", one.id}, {"voice", one.voice}, {"reason", one.reason}});
  return {{"type", "done"},
          {"output", report.output},
          {"encoder", report.encoder},
          {"captions", report.captions},
          {"stems", report.stems},
          {"speech", speech},
          {"fallbacks", fallbacks},
          {"scenes", report.scenes},
          {"made", report.made},
          {"length", to_seconds(report.length)},
          {"bytes", report.bytes},
          {"elapsed", to_seconds(report.elapsed)},
          {"warnings", warnings}};
}

nlohmann::json done_json(const PackReport& report, const std::vector<Problem>& problems) {
  nlohmann::json json = done_json(report.film, problems);
  json["files"] = nlohmann::json::array();
  for (const PackFile& file : report.files)
    json["files"].push_back({{"path", file.path}, {"what", file.what}, {"bytes", file.bytes}});
  json["notes"] = report.notes;
  return json;
}

// "talk.mp4: 1:04.2, 3 scenes, 5.1 MB; made in 0:08.3, 7.7× as fast as it plays; 1 warning"
std::string summary_of(const RenderReport& report) {
  char speed[32];
  std::snprintf(speed, sizeof speed, "%.1f",
                to_seconds(report.length) / std::max(1e-3, to_seconds(report.elapsed)));
  std::string text = report.output + ": " + clock_text(report.length) + ", " +
                     std::to_string(report.scenes) + (report.scenes == 1 ? " scene" : " scenes") +
                     made_text(report) + ", " + bytes_text(report.bytes) + "; made in " +
                     clock_text(report.elapsed) + ", " + speed + "× as fast as it plays";
  if (report.warnings > 0)
    text +=
        "; " + std::to_string(report.warnings) + (report.warnings == 1 ? " warning" : " warnings");
  for (const std::string& file : report.captions)
    text += "\n" + file + ": captions";
  for (const std::string& file : report.stems)
    text += "\n" + file + ": a part of the sound";
  return text + speech_lines(report);
}

// "out/talk.mp4              5.1 MB  the film", a line for each, and below what is to be said.
std::string summary_of(const PackReport& report) {
  size_t width = 0;
  for (const PackFile& file : report.files)
    width = std::max(width, file.path.size());
  std::string text;
  for (const PackFile& file : report.files) {
    const std::string bytes = bytes_text(file.bytes);
    text += file.path + std::string(width - file.path.size() + 2, ' ') +
            std::string(9 - std::min<size_t>(9, bytes.size()), ' ') + bytes + "  " + file.what +
            "\n";
  }
  const RenderReport& film = report.film;
  text += clock_text(film.length) + ", " + std::to_string(film.scenes) +
          (film.scenes == 1 ? " scene" : " scenes") + "; all made in " + clock_text(film.elapsed);
  if (film.warnings > 0)
    text += "; " + std::to_string(film.warnings) + (film.warnings == 1 ? " warning" : " warnings");
  for (const std::string& note : report.notes)
    text += "\nNote: " + note;
  return text + speech_lines(film);
}

}  // namespace talkie::tool
