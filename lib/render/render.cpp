// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/render.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "gst/element.h"
#include "render/film_pipeline.h"
#include "render/gstreamer.h"
#include "timeline/captions.h"
#include "visual/painter.h"

namespace talkie {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPoll = std::chrono::milliseconds(50);
// A page takes a second at most to paint and to encode: this long without anything new is a fault.
constexpr auto kPatience = std::chrono::seconds(60);

Error cancelled() {
  return Error{ErrorKind::cancelled, "stopped; nothing was written"};
}

Error refused_by_strict() {
  return Error{ErrorKind::bad_value,
               "there are warnings, and --strict makes them errors; nothing was written"};
}

// Hands each finding over once: the same one is often made twice, when a script is looked at and
// when it is rendered.
class Reporter {
 public:
  explicit Reporter(const RenderHooks& hooks) : hooks_(hooks) {}

  void add(const Problem& problem) {
    for (const Problem& known : seen_)
      if (known.where == problem.where && known.message == problem.message) return;
    seen_.push_back(problem);
    if (problem.severity == Problem::Severity::warning) ++warnings_;
    if (hooks_.problem) hooks_.problem(problem);
  }
  void add(const Problems& problems) {
    for (const Problem& problem : problems.all())
      add(problem);
  }
  [[nodiscard]] int warnings() const { return warnings_; }

 private:
  const RenderHooks& hooks_;
  std::vector<Problem> seen_;
  int warnings_ = 0;
};

// Stops the pipeline, whatever way its run ended.
class Running {
 public:
  explicit Running(const FilmPipeline& film) : film_(film) {}
  ~Running() { gst_element_set_state(film_.pipeline.get(), GST_STATE_NULL); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  const FilmPipeline& film_;
};

class Job {
 public:
  Job(const RenderOptions& options, const RenderHooks& hooks, std::stop_token stop)
      : options_(options), hooks_(hooks), stop_(std::move(stop)), reporter_(hooks) {}

  Result<RenderReport> run() {
    if (auto prepared = prepare(); !prepared) return prepared.error();
    auto captions = begin_captions();
    if (!captions) return captions.error();
    auto film = make_film_pipeline(script_, preset_, {options_.engine, options_.output});
    if (!film) return film.error();
    {
      const Running running(*film);
      if (auto played = play(*film); !played) return played.error();
    }
    if (auto written = write_captions(*captions, film->timings->all()); !written)
      return written.error();
    return report(*film);
  }

 private:
  // Everything that can go wrong before anything is started.
  Result<void> prepare() {
    if (options_.output.empty())
      return Error{ErrorKind::bad_value, "the film needs a name; give it with --output"};
    // What cannot be written is known at once, not after a minute's work.
    if (const auto probe = WholeFile::begin(options_.output); !probe) return probe.error();
    auto preset =
        options_.preset.empty() ? preset_for_file(options_.output) : find_preset(options_.preset);
    if (!preset) return preset.error();
    preset_ = *std::move(preset);
    ScriptSource source = options_.source;
    auto& defaults = source.options.defaults;
    defaults.insert(defaults.end(), preset_.settings.begin(), preset_.settings.end());

    Problems problems;
    auto script = read_script(source, problems);
    if (script && options_.strict) check_pages(*script, problems);
    reporter_.add(problems);
    if (!script) return script.error();
    if (auto verdict = problems.verdict(); !verdict) return verdict;
    if (options_.strict && reporter_.warnings() > 0) return refused_by_strict();
    script_ = *std::move(script);
    if (options_.captions)
      for (Scene& scene : script_.scenes)
        scene.film.captions = options_.captions->burned ? CaptionMode::burned : CaptionMode::none;
    if (stop_.stop_requested()) return cancelled();
    return start_gstreamer();
  }

  void check_pages(const Script& script, Problems& problems) const {
    if (preset_.video.empty()) return;
    for (const Scene& scene : script.scenes)
      if (const auto slide = lay_out(scene, script.film.size, problems); !slide)
        problems.fail(slide.error().where, slide.error().message);
  }

  struct CaptionFile {
    WholeFile file;
    std::string (*write)(const std::vector<Caption>&);
  };

  // The files are begun before the film, so that a folder that cannot be written to is known early.
  Result<std::vector<CaptionFile>> begin_captions() const {
    std::vector<CaptionFile> files;
    const auto begin = [&](const char* extension, auto write) -> Result<void> {
      auto path = std::filesystem::path(options_.output).replace_extension(extension);
      auto file = WholeFile::begin(path);
      if (!file) return file.error();
      files.push_back({*std::move(file), write});
      return {};
    };
    if (options_.captions && options_.captions->srt)
      if (auto begun = begin(".srt", to_srt); !begun) return begun.error();
    if (options_.captions && options_.captions->vtt)
      if (auto begun = begin(".vtt", to_webvtt); !begun) return begun.error();
    return files;
  }

  Result<void> write_captions(std::vector<CaptionFile>& files,
                              const std::vector<SceneTiming>& timings) {
    std::vector<Caption> captions;
    for (const SceneTiming& timing : timings)
      std::ranges::move(captions_of(timing), std::back_inserter(captions));
    for (CaptionFile& one : files) {
      const std::string target = one.file.target();
      if (auto written = write_file(one.file.temporary(), one.write(captions)); !written)
        return written;
      if (auto committed = one.file.commit(); !committed) return committed;
      caption_files_.push_back(target);
    }
    return {};
  }

  // Runs the pipeline to its end.
  Result<void> play(FilmPipeline& film) {
    started_ = Clock::now();
    last_news_ = started_;
    const auto fail = [&]() -> Result<void> {
      if (auto error = pending_error(film)) return *error;
      return Error{ErrorKind::failed, "the pipeline does not start"};
    };
    if (gst_element_set_state(film.pipeline.get(), GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
      return fail();
    if (auto fed = feed(film, script_); !fed) {
      if (auto error = pending_error(film)) return *error;
      return fed;
    }
    if (gst_element_set_state(film.pipeline.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
      return fail();
    while (true) {
      if (stop_.stop_requested()) return cancelled();
      const auto message = Owned<GstMessage>::adopt(
          gst_bus_timed_pop(film.bus.get(), std::chrono::nanoseconds(kPoll).count()));
      if (message) {
        auto ended = handle(film, message.get());
        if (!ended) return ended.error();
        if (*ended) return {};
      }
      if (auto alive = check_alive(film); !alive) return alive;
    }
  }

  // True at the end of the stream.
  Result<bool> handle(const FilmPipeline& film, GstMessage* message) {
    if (hooks_.message) tell(message);
    switch (GST_MESSAGE_TYPE(message)) {
      case GST_MESSAGE_ERROR:
        return explain(error_from_message(message));
      case GST_MESSAGE_WARNING:
        reporter_.add(problem_from_message(message));
        if (options_.strict) return refused_by_strict();
        return false;
      case GST_MESSAGE_ELEMENT:
        if (gst_message_has_name(message, "talkie-progress")) show_progress(film, message);
        return false;
      case GST_MESSAGE_EOS:
        return true;
      default:
        return false;
    }
  }

  std::optional<Error> pending_error(const FilmPipeline& film) const {
    const auto message =
        Owned<GstMessage>::adopt(gst_bus_pop_filtered(film.bus.get(), GST_MESSAGE_ERROR));
    if (!message) return {};
    return explain(error_from_message(message.get()));
  }

  // GStreamer's own sinks and muxers do not always say why a write failed, and never to which film.
  Error explain(Error error) const {
    const bool says_so =
        error.where.file.empty() && error.message.find("writ") != std::string::npos;
    const bool writing = says_so || error.kind == ErrorKind::no_space;
    if (!writing || error.message.find(options_.output) != std::string::npos) return error;
    std::error_code failure;
    const auto folder = std::filesystem::path(options_.output).parent_path();
    const auto space = std::filesystem::space(folder.empty() ? "." : folder, failure);
    Error better = write_error(options_.output, ENOSPC);
    if (error.kind != ErrorKind::no_space && (failure || space.available > (1u << 20)))
      better = {ErrorKind::unwritable, "cannot write '" + options_.output +
                                           "': the disk, or a limit on the size of files, "
                                           "refuses more (" +
                                           error.message + ")"};
    better.detail = error.detail;
    return better;
  }

  void show_progress(const FilmPipeline& film, GstMessage* message) {
    gboolean done = FALSE;
    gst_structure_get_boolean(gst_message_get_structure(message), "done", &done);
    Progress progress;
    progress.position = done ? film.timings->known_end()
                             : std::min(encoded_position(film), film.timings->known_end());
    progress.duration = film.timings->expected_end();
    if (*progress.duration <= Time{0}) progress.duration.reset();
    progress.scene = film.timings->scene_at(progress.position);
    progress.scenes = static_cast<int>(script_.scenes.size());
    const bool pictures = !preset_.video.empty();
    ProgressMeter(started_).measure(
        progress, pictures ? std::optional(script_.film.frame_rate) : std::nullopt);
    if (hooks_.progress) hooks_.progress(progress);
  }

  // Something must move: what has been encoded, what has been spoken, or the file.
  Result<void> check_alive(const FilmPipeline& film) {
    const Time position = encoded_position(film);
    const std::array<int64_t, 3> news = {position.count(), film.timings->known_end().count(),
                                         static_cast<int64_t>(film.arrivals->load())};
    const auto now = Clock::now();
    if (news != news_) last_news_ = now;
    news_ = news;
    if (now - last_news_ < kPatience) return {};
    return Error{
        ErrorKind::failed,
        "nothing has moved for a minute at " + clock_text(position) +
            "; this is a fault of talkie or of an encoder ('-v' shows what GStreamer says)"};
  }

  void tell(GstMessage* message) const {
    const bool from_pipeline = GST_IS_PIPELINE(GST_MESSAGE_SRC(message));
    if (gst_message_has_name(message, "talkie-progress")) return;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_STATE_CHANGED && !from_pipeline) return;
    std::string text = GST_MESSAGE_TYPE_NAME(message);
    if (const GstStructure* fields = gst_message_get_structure(message)) {
      char* raw = gst_structure_to_string(fields);
      text += std::string(" ") + raw;
      g_free(raw);
    }
    hooks_.message(std::string(GST_MESSAGE_SRC_NAME(message)) + ": " + text);
  }

  RenderReport report(const FilmPipeline& film) const {
    RenderReport report;
    report.output = options_.output;
    report.captions = caption_files_;
    report.length = film.timings->known_end();
    report.elapsed = Clock::now() - started_;
    std::error_code failure;
    report.bytes = std::filesystem::file_size(options_.output, failure);
    report.scenes = static_cast<int>(script_.scenes.size());
    report.warnings = reporter_.warnings();
    return report;
  }

  const RenderOptions& options_;
  const RenderHooks& hooks_;
  std::stop_token stop_;
  Reporter reporter_;
  Preset preset_;
  Script script_;
  std::vector<std::string> caption_files_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_news_;
  std::array<int64_t, 3> news_{};
};

}  // namespace

Result<CaptionChoice> captions_from_text(std::string_view text) {
  constexpr std::array<std::string_view, 4> known = {"burned", "srt", "vtt", "none"};
  CaptionChoice choice;
  for (const std::string_view part : split(text, ',')) {
    const std::string word = to_lower(trim(part));
    if (word == "burned") {
      choice.burned = true;
    } else if (word == "srt") {
      choice.srt = true;
    } else if (word == "vtt") {
      choice.vtt = true;
    } else if (word != "none") {
      return Error{ErrorKind::bad_value,
                   "there are no captions '" + word +
                       "'; choose from burned, srt, vtt and none, with commas between." +
                       suggestion(word, known)};
    }
  }
  return choice;
}

Result<RenderReport> render(const RenderOptions& options, const RenderHooks& hooks,
                            std::stop_token stop) {
  return Job(options, hooks, std::move(stop)).run();
}

}  // namespace talkie
