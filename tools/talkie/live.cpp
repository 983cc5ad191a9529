// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie live: a script as a stream.
#include "live/show.h"

#include <unistd.h>

#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "command_line.h"
#include "interrupt.h"
#include "keys.h"
#include "script_arguments.h"
#include "terminal.h"
#include "verbs.h"
#include "work_arguments.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kHelp = R"(talkie live SCRIPT

Sends a script as a live stream, to any number of outputs at once.

    talkie live talk.md --rtmp rtmp://127.0.0.1/live/talk
    talkie live talk.md --hls /var/www/talk --srt srt://studio:7001 --loop
    talkie live talk.md --follow --hls out      scenes that are appended are shown as they come
    tail -f scenes.jsonl | talkie live - --follow --rtmp URL
                                                the same with scenes as lines of JSON

Outputs, each as often as you like
  --rtmp URL            rtmp:// or rtmps://; comes back by itself when the server was away
  --hls FOLDER          a playlist, playlist.m3u8, and its segments
  --srt URL             srt://HOST:PORT calls, srt://:PORT?mode=listener waits for callers
  --window              a window on this machine

How it goes out
  --preset NAME         how it is encoded: rtmp (as a rule); see 'talkie presets'
  --segment SECONDS     target duration of HLS segments: 4
  --playlist COUNT      segments that the HLS playlist lists: 6; 0: all of them, an event
  --captions MODE       burned, words or none; else as the script says
  --encoder NAME        software (as a rule), hardware, vaapi, nvenc or v4l2

What is shown
  --start SCENE         its number or its name; else the first
  --loop                begins anew at the end
  --follow              waits for scenes that are appended to the script
  --holding FILE        a script with the page that is shown meanwhile; else the film's title
  --skip-bad            leaves out scenes that cannot be read or made
  --ahead SECONDS       how much is made ahead: 10

While it runs: space pauses, left and right go from scene to scene, q ends it.

Other options
  --strict              warnings are errors
  --workers COUNT, --cache FOLDER, --no-cache, --cache-limit SIZE
  --progress MODE       auto, plain, json or none
  -q, --quiet           says nothing but problems
  --theme, --voice, --language, --size, --fps, --scenes, --set, --allow-dir, --engine,
  --dialect
                        as 'talkie help render' says
)";

struct Arguments {
  ScriptArguments script;
  WorkArguments work;
  std::vector<std::string> rtmp, hls, srt;
  bool window = false;
  std::string preset = "rtmp", segment, playlist, captions, start, holding, ahead;
  std::string progress = "auto";
  bool loop = false, follow = false, skip_bad = false, strict = false;
  bool quiet = false;

  void add_to(CommandLine& line) {
    script.add_to(line);
    work.add_to(line);
    line.texts("rtmp", 0, &rtmp);
    line.texts("hls", 0, &hls);
    line.texts("srt", 0, &srt);
    line.flag("window", 0, &window);
    line.text("preset", 0, &preset);
    line.text("segment", 0, &segment);
    line.text("playlist", 0, &playlist);
    line.text("captions", 0, &captions);
    line.text("start", 0, &start);
    line.flag("loop", 0, &loop);
    line.flag("follow", 0, &follow);
    line.text("holding", 0, &holding);
    line.flag("skip-bad", 0, &skip_bad);
    line.text("ahead", 0, &ahead);
    line.flag("strict", 0, &strict);
    line.text("progress", 0, &progress);
    line.flag("quiet", 'q', &quiet);
  }
};

Error no_value(const std::string& option, const std::string& text, const char* wanted) {
  return Error{ErrorKind::bad_value,
               "'" + text + "' is nothing for --" + option + "; write " + wanted + "."};
}

Result<void> set_targets(const Arguments& arguments, ShowOptions& options) {
  using Kind = LiveTarget::Kind;
  LiveTarget hls;
  hls.kind = Kind::hls;
  if (!arguments.segment.empty()) {
    const auto length = parse_time(arguments.segment);
    if (!length) return no_value("segment", arguments.segment, "seconds, such as 4");
    hls.segment = *length;
  }
  if (!arguments.playlist.empty()) {
    const auto count = parse_count(arguments.playlist);
    if (!count) return no_value("playlist", arguments.playlist, "how many segments, such as 6");
    hls.window = *count;
  }
  const auto add = [&](Kind kind, const std::string& where) {
    LiveTarget target = kind == Kind::hls ? hls : LiveTarget();
    target.kind = kind;
    target.where = where;
    options.targets.push_back(target);
  };
  for (const std::string& url : arguments.rtmp)
    add(Kind::rtmp, url);
  for (const std::string& folder : arguments.hls)
    add(Kind::hls, folder);
  for (const std::string& url : arguments.srt)
    add(Kind::srt, url);
  if (arguments.window) add(Kind::window, {});
  return {};
}

Result<void> set_show(const Arguments& arguments, ShowOptions& options) {
  options.preset = arguments.preset;
  options.engine = arguments.script.engine();
  options.start = arguments.start;
  options.loop = arguments.loop;
  options.follow = arguments.follow;
  options.holding = arguments.holding;
  options.skip_bad = arguments.skip_bad;
  options.strict = arguments.strict;
  const auto work = arguments.work.work();
  if (!work) return work.error();
  options.cache = work->cache;
  options.cache_limit = work->cache_limit;
  options.workers = work->workers;
  options.encoder = work->encoder;
  if (!arguments.ahead.empty()) {
    const auto ahead = parse_time(arguments.ahead);
    if (!ahead) return no_value("ahead", arguments.ahead, "seconds, such as 10");
    options.ahead = *ahead;
  }
  if (!arguments.captions.empty()) {
    const auto captions = captions_from_text(arguments.captions);
    if (!captions) return captions.error();
    if (captions->srt || captions->vtt)
      return no_value("captions", arguments.captions, "burned, words or none");
    options.captions = *captions;
  }
  return {};
}

std::string scene_text(const ShowStatus& status) {
  return "scene " + std::to_string(status.scene) + "/" + std::to_string(status.scenes) + " '" +
         status.id + "'";
}

const char* name_of(ShowStatus::Kind kind) {
  switch (kind) {
    case ShowStatus::Kind::starting:
      return "starting";
    case ShowStatus::Kind::playing:
      return "playing";
    case ShowStatus::Kind::paused:
      return "paused";
    case ShowStatus::Kind::holding:
      return "waiting for scenes";
  }
  return "";
}

nlohmann::json json_of(const OutputReport& output) {
  nlohmann::json json = {{"name", output.name},       {"connections", output.connections},
                         {"dropped", output.dropped}, {"reconnections", output.reconnections},
                         {"bytes", output.bytes},     {"failed", output.failed}};
  if (output.error) json["error"] = output.error->message;
  return json;
}

nlohmann::json json_of(const std::vector<OutputReport>& outputs) {
  nlohmann::json list = nlohmann::json::array();
  for (const OutputReport& output : outputs)
    list.push_back(json_of(output));
  return list;
}

// What is seen while a show runs. Called from several threads.
class ShowView {
 public:
  explicit ShowView(ProgressStyle style) : style_(style) {
    if (style_ == ProgressStyle::automatic)
      style_ = isatty(STDERR_FILENO) ? ProgressStyle::bar : ProgressStyle::plain;
  }
  ~ShowView() { clear(); }

  [[nodiscard]] bool is_json() const { return style_ == ProgressStyle::json; }

  void say(const std::string& sentence, bool is_problem = false) {
    if (style_ == ProgressStyle::none && !is_problem) return;
    const std::scoped_lock lock(mutex_);
    clear_line();
    std::cerr << sentence << std::endl;
  }
  void say(const Problem& problem) {
    const std::scoped_lock lock(mutex_);
    clear_line();
    print_problem(problem);
  }
  void show(const ShowStatus& status) {
    const std::scoped_lock lock(mutex_);
    if (style_ == ProgressStyle::json) return print(status_json(status));
    if (status.scene == 0) return;
    if (style_ == ProgressStyle::bar) return draw(status);
    if (style_ != ProgressStyle::plain || status.scene == scene_) return;
    scene_ = status.scene;
    std::cerr << clock_text(status.on_air) << "  " << scene_text(status) << std::endl;
  }
  void print(const nlohmann::json& json) const {
    if (is_json())
      std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
  }
  void clear() {
    const std::scoped_lock lock(mutex_);
    clear_line();
  }

 private:
  void clear_line() {
    if (std::exchange(drawn_, false)) std::cerr << "\r\033[K" << std::flush;
  }
  void draw(const ShowStatus& status) {
    std::string text = clock_text(status.on_air) + "  " + scene_text(status);
    if (status.kind != ShowStatus::Kind::playing) text += std::string("  ") + name_of(status.kind);
    text += "  " + std::to_string(static_cast<int>(to_seconds(status.ahead))) + " s ahead";
    for (const OutputReport& output : status.outputs) {
      text += "  " + output.name.substr(0, output.name.find(':')) + " ";
      text += output.failed ? "failed" : output.connections == 0 ? "…" : bytes_text(output.bytes);
    }
    std::cerr << "\r\033[K" << text << std::flush;
    drawn_ = true;
  }
  static nlohmann::json status_json(const ShowStatus& status) {
    return {{"type", "status"},
            {"state", name_of(status.kind)},
            {"scene", status.scene},
            {"scenes", status.scenes},
            {"id", status.id},
            {"on_air", to_seconds(status.on_air)},
            {"ahead", to_seconds(status.ahead)},
            {"rounds", status.rounds},
            {"outputs", json_of(status.outputs)}};
  }

  ProgressStyle style_;
  std::mutex mutex_;
  bool drawn_ = false;
  int scene_ = 0;
};

std::string summary(const ShowReport& report) {
  std::string text = "On air for " + clock_text(report.length) + ", " +
                     std::to_string(report.scenes) + (report.scenes == 1 ? " scene" : " scenes");
  if (report.rounds > 0) text += ", begun anew " + std::to_string(report.rounds) + " times";
  if (report.late > 0)
    text += "; " + std::to_string(report.late) + " of " + std::to_string(report.pictures) +
            " pictures were late, by " + clock_text(report.latest) + " at the most";
  for (const OutputReport& output : report.outputs) {
    text += "\n" + output.name + ": " + bytes_text(output.bytes);
    if (output.reconnections > 0)
      text += ", reconnected " + std::to_string(output.reconnections) +
              (output.reconnections == 1 ? " time" : " times");
    if (output.dropped > 0) text += ", " + std::to_string(output.dropped) + " pictures dropped";
    if (output.failed && output.error) text += "; it failed: " + output.error->message;
  }
  return text;
}

nlohmann::json done_json(const ShowReport& report) {
  nlohmann::json json = {{"type", "done"},
                         {"length", to_seconds(report.length)},
                         {"scenes", report.scenes},
                         {"rounds", report.rounds},
                         {"pictures", report.pictures},
                         {"late", report.late},
                         {"latest", to_seconds(report.latest)},
                         {"stalls", report.stalls},
                         {"first_picture", to_seconds(report.first_picture)},
                         {"warnings", report.warnings},
                         {"outputs", json_of(report.outputs)}};
  if (report.error) json["error"] = report.error->to_string();
  return json;
}

int run_show(const Arguments& arguments, const ShowOptions& options, ProgressStyle style) {
  ShowView view(arguments.quiet ? ProgressStyle::none : style);
  ShowHooks hooks;
  hooks.problem = [&](const Problem& problem) { view.say(problem); };
  hooks.word = [&](const std::string& word) { view.say(word); };
  hooks.output = [&](const OutputEvent& event) {
    const bool has_failed = event.kind == OutputEvent::Kind::failed;
    view.say(event.output + ": " + event.message, has_failed);
  };
  hooks.status = [&](const ShowStatus& status) { view.show(status); };
  ShowControl control;
  Interrupt interrupt;
  std::stop_source quit;
  const std::stop_callback forward(interrupt.token(), [&] { quit.request_stop(); });
  std::optional<Keys> keys;
  if (options.lines < 0)
    keys.emplace([&](Key key) {
      switch (key) {
        case Key::quit:
          quit.request_stop();
          break;
        case Key::space:
          control.toggle_pause();
          break;
        case Key::left:
          control.previous();
          break;
        case Key::right:
          control.next();
          break;
      }
    });
  const auto report = talkie::run_show(options, hooks, control, quit.get_token());
  keys.reset();
  view.clear();
  if (!report && quit.stop_requested()) return interrupt.happened() ? kInterrupted : kDone;
  const auto error = report ? report->error : std::optional(report.error());
  if (!report) view.print({{"type", "error"}, {"message", error->to_string()}});
  if (report) view.print(done_json(*report));
  if (report && !arguments.quiet && !view.is_json()) std::cout << summary(*report) << std::endl;
  if (error) print_error(*error);
  if (error)
    return error->kind == ErrorKind::bad_value && error->where.file.empty() && !report ? kUsage
                                                                                       : kFailed;
  return interrupt.happened() ? kInterrupted : kDone;
}

int usage(const Error& error) {
  std::cerr << "talkie live: " << error.message << std::endl;
  return kUsage;
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
  ShowOptions options;
  if (auto set = set_targets(arguments, options); !set) return usage(set.error());
  if (auto set = set_show(arguments, options); !set) return usage(set.error());
  const bool reads_lines = *script == "-" && arguments.follow;
  const auto source = arguments.script.source(reads_lines ? "" : *script);
  if (!source) {
    print_error(source.error());
    return source.error().kind == ErrorKind::bad_value ? kUsage : kFailed;
  }
  options.source = *source;
  if (reads_lines) options.lines = STDIN_FILENO;
  if (reads_lines && (!source->options.settings.empty() || !source->scenes.empty()))
    return usage(Error{ErrorKind::bad_value,
                       "scenes as lines of JSON say themselves what --theme, --voice, --size and "
                       "--set would; leave those out"});
  return run_show(arguments, options, *style);
}

}  // namespace

const Verb kLive = {"live", "sends a script as a live stream: RTMP, HLS, SRT", kHelp, run};

}  // namespace talkie::tool
