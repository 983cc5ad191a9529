// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie render: the film; or one picture of it, or its pages.
#include "render/render.h"

#include <gst/gst.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "interrupt.h"
#include "render/preset.h"
#include "render/sheet.h"
#include "script_arguments.h"
#include "terminal.h"
#include "verbs.h"
#include "visual/png.h"

namespace talkie::tool {

namespace {

constexpr int kMostWorkers = 64;

constexpr std::string_view kHelp = R"(talkie render SCRIPT [-o FILM]

Makes a film of a script. The film's kind follows from its name: .mp4, .webm, .mkv, or, for the
sound alone, .m4a, .opus, .wav. Without -o it is named like the script, .mp4, in this folder.
SCRIPT may be - for the standard input.

    talkie render talk.md
    talkie render talk.md -o talk.webm --theme midnight
    talkie render talk.md -o short.mp4 --size vertical --scenes 1-3
    talkie render talk.md --captions srt,vtt
    talkie render talk.md --frame 0:12.5 -o cover.png

What comes out
  -o, --output FILE     the film; it appears whole or not at all
  --preset NAME         how it is encoded; 'talkie presets' lists them
  --captions LIST       burned (into the picture), words (the same, and the word that is said is
                        lit), srt, vtt (files beside the film), none; several with commas between
  --stems DIR           voice, music and effects besides, each as a WAV file of its own
  --frame TIME          one picture instead of a film: -o x.png
  --dump-svg DIR        every page as an SVG file instead of a film
  --sheet FILE          every scene's last picture, small, on one PNG instead of a film

What goes in (these win over the script's header)
  --theme NAME          'talkie themes' lists them
  --voice NAME          a voice or a language; 'talkie voices' lists them
  --language TAG        such as en-GB
  --size SIZE           720p, 1080p, 4k, square, vertical, or 1280x720
  --fps RATE            30, 25, 24000/1001 ...
  --scenes RANGE        only these: 3, 3-5, -2, 4-, 1,3-4
  --set KEY=VALUE       any key of the script's header; as often as needed
  --allow-dir DIR       the script may use files of this folder too; as often as needed
  --engine NAMES        speech engines with commas between: where one fails, the next one speaks
  --dialect NAME        auto, talkie, narakeet, json, text

How it is made
  --plan                says what would be made anew, and why; makes nothing
  --cache DIR           where scenes are kept that were made before
  --no-cache            makes everything anew, and keeps nothing
  --cache-limit SIZE    such as 500M or 10G; what was not used for longest goes first
  --workers N           how many scenes side by side; as many as the machine has cores
  --cfr                 every frame is encoded, also where the format could say that one stays

How it is told
  --strict              warnings are errors, and nothing is rendered then
  --progress STYLE      auto, bar, plain, json (a line of JSON for every step, on standard
                        output), none
  -q, --quiet           nothing but problems
  -v, --verbose         what GStreamer says; -vv says more

What you always want can stand in talkie.conf in the folder ~/.config/talkie, written like a
script's header; the script's own header wins over it.

Ends with 0 when the film is there, 1 when something was wrong, 2 when the command line was not
understood, 130 after Ctrl-C. A film that is not finished leaves nothing behind.
)";

struct Arguments {
  ScriptArguments script;
  std::string output;
  std::string preset;
  std::string captions;
  std::string stems;
  std::string frame;
  std::string svg_folder;
  std::string sheet;
  std::string progress = "auto";
  std::string cache;
  std::string cache_limit;
  std::string workers;
  bool plan = false;
  bool no_cache = false;
  bool constant_rate = false;
  bool strict = false;
  bool quiet = false;
  int verbose = 0;

  void add_to(CommandLine& line) {
    script.add_to(line);
    line.text("output", 'o', &output);
    line.text("preset", 0, &preset);
    line.text("captions", 0, &captions);
    line.text("stems", 0, &stems);
    line.text("frame", 0, &frame);
    line.text("dump-svg", 0, &svg_folder);
    line.text("sheet", 0, &sheet);
    line.text("progress", 0, &progress);
    line.flag("plan", 0, &plan);
    line.text("cache", 0, &cache);
    line.flag("no-cache", 0, &no_cache);
    line.text("cache-limit", 0, &cache_limit);
    line.text("workers", 0, &workers);
    line.flag("cfr", 0, &constant_rate);
    line.flag("strict", 0, &strict);
    line.flag("quiet", 'q', &quiet);
    line.count("verbose", 'v', &verbose);
  }
};

int usage(const Error& error) {
  std::cerr << "talkie render: " << error.message << std::endl;
  return kUsage;
}

int fail(const Error& error) {
  print_error(error);
  return kFailed;
}

// A wrong word on the command line, or something that is not there or cannot be read.
int refuse(const Error& error) {
  return error.kind == ErrorKind::bad_value && error.where.file.empty() ? usage(error)
                                                                        : fail(error);
}

int interrupted() {
  std::cerr << "Stopped; nothing was written." << std::endl;
  return kInterrupted;
}

// "talk.mp4" for "texts/talk.md"
std::string default_output(const std::string& script, const std::string& extension) {
  std::string stem = std::filesystem::path(script).stem().string();
  if (stem.ends_with(".talkie")) stem.resize(stem.size() - 7);
  return stem + "." + extension;
}

nlohmann::json place_json(const Place& where) {
  nlohmann::json json = nlohmann::json::object();
  if (!where.file.empty()) json["file"] = where.file;
  if (where.line > 0) json["line"] = where.line;
  if (where.column > 0) json["column"] = where.column;
  return json;
}

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

// "talk.mp4: 1:04.2, 3 scenes, 5.1 MB; made in 0:08.3, 7.7× as fast as it plays; 1 warning"
std::string summary(const RenderReport& report) {
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
  for (const SpeechUse& use : report.speech)
    text += speech_text(use);
  if (!report.fallbacks.empty()) text += "\n" + fallback_text(report.fallbacks);
  return text;
}

// GStreamer's own debug output, where nobody has asked for something else.
void set_verbosity(int verbose) {
  if (verbose == 0 || g_getenv("GST_DEBUG")) return;
  gst_debug_set_default_threshold(verbose > 1 ? GST_LEVEL_INFO : GST_LEVEL_WARNING);
}

// How it is made, as the command line says it.
Result<void> set_work(const Arguments& arguments, RenderOptions& options) {
  if (!arguments.cache.empty()) options.cache = arguments.cache;
  if (arguments.no_cache) options.cache.clear();
  options.constant_rate = arguments.constant_rate;
  if (!arguments.cache_limit.empty()) {
    const auto bytes = parse_bytes(arguments.cache_limit);
    if (!bytes)
      return Error{ErrorKind::bad_value, "'" + arguments.cache_limit +
                                             "' is no size; write 500M or 10G after "
                                             "--cache-limit."};
    options.cache_limit = *bytes;
  }
  if (!arguments.workers.empty()) {
    const auto count = parse_count(arguments.workers);
    if (!count || *count < 1 || *count > kMostWorkers)
      return Error{ErrorKind::bad_value, "'" + arguments.workers +
                                             "' is no number of workers; write 1 to 64 after "
                                             "--workers."};
    options.workers = *count;
  }
  return {};
}

// "scene 3 'tides': video: page, speech"
int print_plan(const RenderOptions& options) {
  RenderHooks hooks;
  hooks.problem = [](const Problem& problem) { print_problem(problem); };
  Interrupt interrupt;
  const auto planned = plan(options, hooks, interrupt.token());
  if (!planned && interrupt.happened()) return interrupted();
  if (!planned) return fail(planned.error());
  int made = 0;
  for (const PlannedTask& task : planned->tasks) {
    if (task.kept) continue;
    ++made;
    std::string why = "was not made before";
    if (!task.changed.empty()) {
      why = "changed: ";
      for (const std::string& part : task.changed)
        why += (&part == &task.changed.front() ? "" : ", ") + part;
    }
    std::cout << "scene " << task.scene << " '" << task.id << "': " << task.task << " (" << why
              << ")\n";
  }
  std::cout << made << " of " << planned->tasks.size() << " tasks would run"
            << (planned->film_kept ? "; the film is there as a whole" : "") << std::endl;
  return kDone;
}

int render_film(const Arguments& arguments, const RenderOptions& options, ProgressStyle style) {
  ProgressView view(arguments.quiet ? ProgressStyle::none : style);
  std::vector<Problem> problems;
  RenderHooks hooks;
  hooks.progress = [&](const Progress& progress) { view.show(progress); };
  hooks.problem = [&](const Problem& problem) {
    problems.push_back(problem);
    view.clear();
    print_problem(problem);
  };
  if (arguments.verbose > 0) {
    hooks.message = [&](const std::string& message) {
      view.clear();
      std::cerr << message << std::endl;
    };
  }
  Interrupt interrupt;
  set_verbosity(arguments.verbose);
  const auto report = render(options, hooks, interrupt.token());
  view.clear();

  const bool json = view.style() == ProgressStyle::json;
  if (!report && json) print_json(error_json(report.error()));
  if (!report && interrupt.happened()) return interrupted();
  if (!report) {
    // An error among the problems has been shown already.
    for (const Problem& problem : problems)
      if (problem.message == report.error().message && problem.where == report.error().where)
        return kFailed;
    if (arguments.verbose > 0 && !report.error().detail.empty())
      std::cerr << report.error().detail << std::endl;
    return fail(report.error());
  }
  if (json)
    print_json(done_json(*report, problems));
  else if (!arguments.quiet)
    std::cout << summary(*report) << std::endl;
  return kDone;
}

// What --frame, --sheet and --dump-svg have in common: problems, strictness, Ctrl-C.
template <typename Work>
int make_files(const Arguments& arguments, const Work& work) {
  Problems problems;
  Interrupt interrupt;
  const auto made = work(problems, interrupt.token());
  print_problems(problems);
  if (interrupt.happened()) return interrupted();
  if (auto verdict = problems.verdict(arguments.strict); !verdict) return kFailed;
  if (!made) return fail(made.error());
  if (!arguments.quiet) std::cout << *made << std::endl;
  return kDone;
}

int write_frame(const Arguments& arguments, const ScriptSource& source, Time time,
                const std::optional<CaptionChoice>& captions) {
  return make_files(
      arguments, [&](Problems& problems, std::stop_token stop) -> Result<std::string> {
        const auto burned = captions ? std::optional(captions->burned) : std::nullopt;
        const auto bitmap =
            frame_at(source, arguments.script.engine(), time, burned, problems, std::move(stop));
        if (!bitmap) return bitmap.error();
        const auto png = to_png(*bitmap);
        if (!png) return png.error();
        if (auto verdict = problems.verdict(arguments.strict); !verdict) return verdict.error();
        if (auto written = write_file(arguments.output, *png); !written) return written.error();
        return arguments.output;
      });
}

int write_pages(const Arguments& arguments, const ScriptSource& source) {
  return make_files(
      arguments, [&](Problems& problems, std::stop_token stop) -> Result<std::string> {
        const auto files = dump_svg(source, arguments.svg_folder, problems, std::move(stop));
        if (!files) return files.error();
        return arguments.svg_folder + ": " + std::to_string(files->size()) +
               (files->size() == 1 ? " page" : " pages");
      });
}

int write_sheet(const Arguments& arguments, const ScriptSource& source) {
  return make_files(arguments,
                    [&](Problems& problems, std::stop_token stop) -> Result<std::string> {
                      const auto sheet = contact_sheet(source, arguments.script.engine(),
                                                       kSheetWidth, problems, std::move(stop));
                      if (!sheet) return sheet.error();
                      const auto png = to_png(*sheet);
                      if (!png) return png.error();
                      if (auto verdict = problems.verdict(arguments.strict); !verdict)
                        return verdict.error();
                      if (auto written = write_file(arguments.sheet, *png); !written)
                        return written.error();
                      return arguments.sheet;
                    });
}

// The name of what is written, where the command line gives none.
Result<void> name_output(Arguments& arguments, const std::string& script) {
  if (!arguments.output.empty()) return {};
  if (script == "-")
    return Error{ErrorKind::bad_value,
                 "a script from the standard input has no name to take the film's from; give one "
                 "with -o."};
  std::string extension = arguments.frame.empty() ? "mp4" : "png";
  if (arguments.frame.empty() && !arguments.preset.empty()) {
    const auto preset = find_preset(arguments.preset);
    if (!preset) return preset.error();
    extension = preset->extensions.front();
  }
  arguments.output = default_output(script, extension);
  return {};
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  Arguments arguments;
  arguments.add_to(line);
  const auto script = line.parse_one("a script");
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!script) return usage(script.error());

  const auto style = progress_style_from_text(arguments.progress);
  if (!style) return usage(style.error());
  std::optional<CaptionChoice> captions;
  if (!arguments.captions.empty()) {
    const auto choice = captions_from_text(arguments.captions);
    if (!choice) return usage(choice.error());
    captions = *choice;
  }
  const auto time =
      arguments.frame.empty() ? std::optional<Time>(Time{0}) : parse_time(arguments.frame);
  if (!time)
    return usage(
        Error{ErrorKind::bad_value,
              "'" + arguments.frame + "' is no time; write 12.5 or 1:02.5 after --frame."});
  if (arguments.svg_folder.empty() && arguments.sheet.empty())
    if (auto named = name_output(arguments, *script); !named) return refuse(named.error());
  const auto source = arguments.script.source(*script);
  if (!source) return refuse(source.error());

  if (!arguments.svg_folder.empty()) return write_pages(arguments, *source);
  if (!arguments.sheet.empty()) return write_sheet(arguments, *source);
  if (!arguments.frame.empty()) return write_frame(arguments, *source, *time, captions);
  RenderOptions options;
  options.source = *source;
  options.output = arguments.output;
  options.preset = arguments.preset;
  options.engine = arguments.script.engine();
  options.stems = arguments.stems;
  options.captions = captions;
  options.strict = arguments.strict;
  if (auto set = set_work(arguments, options); !set) return usage(set.error());
  return arguments.plan ? print_plan(options) : render_film(arguments, options, *style);
}

}  // namespace

const Verb kRender = {"render", "makes the film", kHelp, run};

}  // namespace talkie::tool
