// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie render: the film; or one picture of it, or its pages.
#include "render/render.h"

#include <gst/gst.h>

#include <filesystem>
#include <iostream>

#include "base/text.h"
#include "interrupt.h"
#include "render/pack.h"
#include "render/preset.h"
#include "render/sheet.h"
#include "render_report.h"
#include "script_arguments.h"
#include "terminal.h"
#include "verbs.h"
#include "visual/png.h"
#include "work_arguments.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kHelp = R"(talkie render SCRIPT [-o FILM]

Makes a film of a script. The film's kind follows from its name: .mp4, .webm, .mkv, or, for the
sound alone, .m4a, .opus, .wav. Without -o it is named like the script, .mp4, in this folder.
SCRIPT may be - for the standard input.

    talkie render talk.md
    talkie render talk.md -o talk.webm --theme midnight
    talkie render talk.md -o short.mp4 --size vertical --scenes 1-3
    talkie render talk.md --captions srt,vtt
    talkie render talk.md --preset shorts
    talkie render talk.md --pack talk/
    talkie render talk.md --frame 0:12.5 -o cover.png

What comes out
  -o, --output FILE     the film; it appears whole or not at all
  --preset NAME         how it is encoded; 'talkie presets' lists them
  --captions LIST       burned (into the picture), words (the same, and the word that is said is
                        lit), srt, vtt (files beside the film), none; several with commas between
  --stems DIR           voice, music and effects besides, each as a WAV file of its own
  --pack DIR            all that goes with a film, into a folder: the film, an upright version,
                        captions, chapters, a thumbnail, the sound alone, a short GIF
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
  --encoder NAME        hardware, vaapi, nvenc, v4l2, software; what does not work here is said, and
                        software encodes instead
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
  WorkArguments work;
  std::string output;
  std::string preset;
  std::string captions;
  std::string stems;
  std::string pack;
  std::string frame;
  std::string svg_folder;
  std::string sheet;
  std::string progress = "auto";
  bool plan = false;
  bool constant_rate = false;
  bool strict = false;
  bool quiet = false;
  int verbose = 0;

  void add_to(CommandLine& line) {
    script.add_to(line);
    work.add_to(line);
    line.text("output", 'o', &output);
    line.text("preset", 0, &preset);
    line.text("captions", 0, &captions);
    line.text("stems", 0, &stems);
    line.text("pack", 0, &pack);
    line.text("frame", 0, &frame);
    line.text("dump-svg", 0, &svg_folder);
    line.text("sheet", 0, &sheet);
    line.text("progress", 0, &progress);
    line.flag("plan", 0, &plan);
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

// "talk" for "texts/talk.md", and for the folder "texts/talk/"
std::string film_name(const std::string& script) {
  std::filesystem::path path = std::filesystem::absolute(script).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::string stem = path.stem().string();
  if (stem.ends_with(".talkie")) stem.resize(stem.size() - 7);
  return stem;
}

// GStreamer's own debug output, where nobody has asked for something else.
void set_verbosity(int verbose) {
  if (verbose == 0 || g_getenv("GST_DEBUG")) return;
  gst_debug_set_default_threshold(verbose > 1 ? GST_LEVEL_INFO : GST_LEVEL_WARNING);
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

// `make`: render() or pack(), with hooks and a stop token.
template <typename Make>
int make_film(const Arguments& arguments, ProgressStyle style, const Make& make) {
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
  const auto report = make(hooks, interrupt.token());
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
    std::cout << summary_of(*report) << std::endl;
  return kDone;
}

int make_pack(const Arguments& arguments, const std::string& script, const RenderOptions& options,
              ProgressStyle style) {
  // A script without a name lends that of the folder.
  const std::string name = script == "-" ? arguments.pack : script;
  return make_film(arguments, style, [&](const RenderHooks& hooks, std::stop_token stop) {
    return pack({options, arguments.pack, film_name(name)}, hooks, std::move(stop));
  });
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

// A delivery names its files itself, and is made as a whole.
Result<void> check_pack(const Arguments& arguments) {
  if (arguments.pack.empty()) return {};
  const std::pair<const char*, bool> others[] = {
      {"--output", !arguments.output.empty()}, {"--stems", !arguments.stems.empty()},
      {"--frame", !arguments.frame.empty()},   {"--dump-svg", !arguments.svg_folder.empty()},
      {"--sheet", !arguments.sheet.empty()},   {"--plan", arguments.plan}};
  for (const auto& [name, given] : others)
    if (given)
      return Error{ErrorKind::bad_value,
                   std::string("--pack and ") + name + " do not go together; take one of them."};
  return {};
}

// The name of what is written, where the command line gives none.
Result<void> name_output(Arguments& arguments, const std::string& script) {
  if (!arguments.output.empty() || !arguments.pack.empty()) return {};
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
  arguments.output = film_name(script) + "." + extension;
  return {};
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  Arguments arguments;
  arguments.add_to(line);
  const auto script = line.parse_one("a script");
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!script) return usage(script.error());

  if (auto checked = check_pack(arguments); !checked) return usage(checked.error());
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
  const auto work = arguments.work.work();
  if (!work) return usage(work.error());
  options.cache = work->cache;
  options.cache_limit = work->cache_limit;
  options.workers = work->workers;
  options.encoder = work->encoder;
  options.constant_rate = arguments.constant_rate;
  if (arguments.plan) return print_plan(options);
  if (!arguments.pack.empty()) return make_pack(arguments, *script, options, *style);
  return make_film(arguments, *style, [&](const RenderHooks& hooks, std::stop_token stop) {
    return render(options, hooks, std::move(stop));
  });
}

}  // namespace

const Verb kRender = {"render", "makes the film", kHelp, run};

}  // namespace talkie::tool
