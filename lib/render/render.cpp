// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/render.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <thread>

#include "base/temporary_folder.h"
#include "base/text.h"
#include "gst/element.h"
#include "render/caption_files.h"
#include "render/film_mux.h"
#include "render/film_notes.h"
#include "render/film_record.h"
#include "render/finish.h"
#include "render/gstreamer.h"
#include "render/hardware.h"
#include "render/production.h"
#include "render/reporter.h"
#include "render/stems.h"
#include "speech/provider.h"
#include "visual/painter.h"

namespace talkie {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPoll = std::chrono::milliseconds(200);
// A film that would fill more than this part of the cache is not kept as a whole.
constexpr uint64_t kFilmShare = 4;

Error cancelled() {
  return Error{ErrorKind::cancelled, "stopped; nothing was written"};
}

Error refused_by_strict() {
  return Error{ErrorKind::bad_value,
               "there are warnings, and --strict makes them errors; nothing was written"};
}

int workers_of(const RenderOptions& options) {
  if (options.workers > 0) return options.workers;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

class Job {
 public:
  Job(const RenderOptions& options, const RenderHooks& hooks, std::stop_token stop)
      : options_(options), hooks_(hooks), stop_(std::move(stop)), reporter_(hooks) {
    if (!options.cache.empty()) cache_.emplace(options.cache);
  }

  Result<RenderReport> run() {
    if (auto prepared = prepare(); !prepared) return prepared.error();
    auto captions =
        CaptionFiles::begin(options_.output, options_.captions.value_or(CaptionChoice{}), script_);
    if (!captions) return captions.error();
    auto whole = WholeFile::begin(options_.output);
    if (!whole) return whole.error();
    if (!options_.stems.empty()) {
      auto stems = StemFiles::begin(options_.stems);
      if (!stems) return stems.error();
      stems_ = *std::move(stems);
    }
    const bool needs_scenes = !captions->empty() || stems_ || options_.gif_length > Time{0};
    if (!take_kept_film(whole->temporary(), needs_scenes)) {
      if (auto made = make_film(whole->temporary()); !made) return explain(made.error());
      if (stop_.stop_requested()) return cancelled();
      if (options_.gif_length == Time{0}) keep_film(whole->temporary());
    }
    if (options_.strict && reporter_.warnings() > 0) return refused_by_strict();
    if (auto committed = whole->commit(); !committed) return committed.error();
    auto caption_files = captions->write(captions_);
    if (!caption_files) return caption_files.error();
    caption_files_ = *std::move(caption_files);
    if (stems_) {
      auto names = stems_->commit();
      if (!names) return names.error();
      stem_files_ = *std::move(names);
    }
    if (cache_) cache_->trim(options_.cache_limit);
    return report();
  }

  Result<Plan> plan() {
    if (auto prepared = prepare(); !prepared) return prepared.error();
    Plan plan;
    plan.film_kept = cache_ && cache_->has(film_key_);
    FilmRecord record(cache_ ? &*cache_ : nullptr, options_.source.path, options_.output);
    Production production(production_options(true), stop_);
    for (size_t done = 0; done < script_.scenes.size();) {
      auto made = production.next(kPoll);
      if (!made) return made.error();
      if (!*made) continue;
      ++done;
      reporter_.add((*made)->problems);
      const Scene& scene = script_.scenes[static_cast<size_t>((*made)->index)];
      const auto add = [&](const char* task, const TaskNote& note) {
        if (note.parts.parts().empty()) return;
        plan.tasks.push_back({scene.index + 1, scene.id, task, note.kept,
                              record.changes(scene.id, task, note.parts)});
      };
      add("video", (*made)->video_note);
      add("sound", (*made)->sound_note);
    }
    return plan;
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
    apply_preset(preset_, source.options);
    Problems problems;
    auto script = read_script(source, problems);
    if (script && !script->film.video) preset_.video.clear();  // `video: none`
    if (preset_.video.empty() && preset_.audio.empty())
      return Error{ErrorKind::bad_value, "the preset '" + preset_.name +
                                             "' makes pictures alone, and there are none to be"};
    if (script && options_.strict) check_pages(*script, problems);
    reporter_.add(problems);
    if (!script) return script.error();
    if (auto verdict = problems.verdict(); !verdict) return verdict;
    if (options_.strict && reporter_.warnings() > 0) return refused_by_strict();
    script_ = *std::move(script);
    if (options_.captions) choose_captions(script_, *options_.captions);
    if (stop_.stop_requested()) return cancelled();
    if (auto started = start_gstreamer(); !started) return started;
    const auto probe = probe_for(script_.film.size, script_.film.frame_rate);
    if (const auto why_not = use_encoder(preset_, options_.encoder, probe))
      reporter_.add(Problem{Problem::Severity::warning, {}, *why_not});
    if (options_.strict && reporter_.warnings() > 0) return refused_by_strict();
    set_channels(preset_, script_.film.stereo ? 2 : 1);
    sound_chain_ = choose_chain(preset_.audio);
    if (!cache_ && (script_.film.stereo || !options_.stems.empty())) {
      auto folder = TemporaryFolder::make();
      if (!folder) return folder.error();
      scratch_folder_ = *std::move(folder);
      scratch_.emplace(scratch_folder_->path());
    }
    if (cache_) film_key_ = key_of_film(script_, preset_, options_.engine, options_.constant_rate);
    return {};
  }

  void check_pages(const Script& script, Problems& problems) const {
    if (preset_.video.empty()) return;
    for (const Scene& scene : script.scenes)
      if (const auto slide = lay_out(scene, script.film.size, problems); !slide)
        problems.fail(slide.error().where, slide.error().message);
  }

  [[nodiscard]] ProductionOptions production_options(bool plan_only) const {
    return {&script_,
            &preset_,
            options_.engine,
            cache_ ? &*cache_ : nullptr,
            cache_     ? &*cache_
            : scratch_ ? &*scratch_
                       : nullptr,
            workers_of(options_),
            options_.constant_rate,
            plan_only,
            !options_.stems.empty()};
  }

  // Whether the sound is encoded as one, and not scene by scene.
  [[nodiscard]] bool has_raw_sound() const { return sound_chain_.packet == 0; }

  // The film as it was made before, where nothing that it depends on has changed.
  bool take_kept_film(const std::string& path, bool needs_scenes) {
    if (!cache_ || needs_scenes) return false;
    const auto head = cache_->find_head(film_key_);
    const auto kept = head ? kept_film_from_json(*head, script_) : std::nullopt;
    if (!kept || !cache_->copy_body(film_key_, path)) return false;
    reporter_.add(kept->problems);
    length_ = kept->length;
    return true;
  }

  void keep_film(const std::string& path) {
    std::error_code failure;
    const uint64_t bytes = std::filesystem::file_size(path, failure);
    if (!cache_ || failure || bytes > options_.cache_limit / kFilmShare) return;
    // Next time the voice that was asked for may speak.
    if (!fallbacks_.empty()) return;
    const std::string head = to_json(KeptFilm{length_, {}}, script_, scene_problems_);
    if (auto kept = cache_->keep_file(film_key_, head, path); !kept) warn_of_cache(kept.error());
  }

  void warn_of_cache(const Error& error) {
    reporter_.add(Problem{Problem::Severity::warning, {}, error.message});
  }

  // Makes what is not there yet, and puts all of it together in the order of the scenes.
  Result<void> make_film(const std::string& path) {
    Production production(production_options(false), stop_);
    std::unique_ptr<FilmMux> mux;
    FilmRecord record(cache_ ? &*cache_ : nullptr, options_.source.path, options_.output);
    std::optional<MadeScene> waiting;  // its sound ends where the next scene's begins
    for (size_t done = 0; done < script_.scenes.size() && !(mux && mux->is_full());) {
      if (stop_.stop_requested()) return cancelled();
      auto made = production.next(kPoll);
      if (!made) return made.error();
      if (!*made) continue;
      ++done;
      note(**made, record);
      if (options_.strict && reporter_.warnings() > 0) return refused_by_strict();
      if (!mux) {
        auto begun = FilmMux::begin({&preset_, &script_.film, options_.output, path,
                                     (*made)->video.caps, (*made)->sound.caps, options_.gif_length},
                                    [this](GstMessage* message) { hear(message); });
        if (!begun) return begun.error();
        mux = *std::move(begun);
      }
      if (auto added = add_scene(*mux, **made); !added) return added;
      if (stems_)
        if (auto added = stems_->add((*made)->stems); !added) return added;
      if (waiting && !has_raw_sound())
        if (auto added = add_sound(*mux, *waiting, (*made)->first_packet); !added) return added;
      if (auto settled = mux->settle(stop_); !settled) return settled;
      waiting = std::move(*made);
      waiting->video = {};
      show_progress(production, done);
    }
    const int64_t samples = nearest(length_, {kSampleRate, 1});
    if (!has_raw_sound()) {
      // What the encoder puts in front shifts the rest into later packets.
      const int64_t end =
          (samples + sound_chain_.priming + sound_chain_.packet - 1) / sound_chain_.packet;
      if (auto added = add_sound(*mux, *waiting, end); !added) return added;
    }
    if (auto finished = mux->finish(stop_); !finished) return finished;
    const int priming = has_raw_sound() ? mux->priming() : sound_chain_.priming;
    mux.reset();
    if (const auto kept = record.keep(); !kept) warn_of_cache(kept.error());
    if (const auto error = production.cache_error()) warn_of_cache(*error);
    if (auto noted = write_notes_of(path); !noted) return noted;
    return finish_file(path, {true, priming, priming > 0 ? samples : 0});
  }

  Result<void> write_notes_of(const std::string& path) {
    Problems problems;
    auto added = add_notes(path, script_, preset_.video.empty(), length_, chapters_, first_timing_,
                           problems);
    reporter_.add(problems);
    scene_problems_.front().append(problems);  // to be said again when the film is kept
    return added;
  }

  void note(const MadeScene& made, FilmRecord& record) {
    length_ = made.timing.start + made.timing.duration;
    // Sound that is encoded as one is no scene's.
    const bool is_kept = preset_.video.empty()
                             ? made.sound_note.kept
                             : made.video_note.kept && (has_raw_sound() || made.sound_note.kept);
    if (!is_kept) ++made_;
    reporter_.add(made.problems);
    scene_problems_.push_back(made.problems);
    std::ranges::move(captions_of(made.timing), std::back_inserter(captions_));
    const Scene& scene = script_.scenes[static_cast<size_t>(made.index)];
    note_fallback(scene, made.timing);
    add_chapter(chapters_, scene, made.timing.start);
    if (made.index == 0) first_timing_ = made.timing;
    record.add(scene.id, "video", made.video_note.parts);
    record.add(scene.id, "sound", made.sound_note.parts);
  }

  void note_fallback(const Scene& scene, const SceneTiming& timing) {
    const auto other = std::ranges::find_if(
        timing.utterances, [](const SpokenUtterance& spoken) { return !spoken.fallback.empty(); });
    if (other != timing.utterances.end())
      fallbacks_.push_back({scene.index + 1, scene.id, other->voice, other->fallback});
  }

  Result<void> add_scene(FilmMux& mux, const MadeScene& made) const {
    const Rate rate = script_.film.frame_rate;
    if (!preset_.video.empty())
      if (auto added = mux.add_video(made.video, made.first_frame, rate); !added) return added;
    if (!has_raw_sound()) return {};
    return mux.add_samples(made.samples, sample_at(made.first_frame, rate));
  }

  // As many of the scene's packets as there is room for before packet `end`.
  Result<void> add_sound(FilmMux& mux, const MadeScene& made, int64_t end) const {
    const int64_t count = end - made.first_packet;
    if (count < 0 || count > static_cast<int64_t>(made.sound.packets.size()))
      return Error{ErrorKind::failed, "the sound of two scenes does not meet",
                   std::to_string(count) + " of " + std::to_string(made.sound.packets.size())};
    return mux.add_sound(made.sound, static_cast<size_t>(count),
                         made.first_packet * sound_chain_.packet);
  }

  void hear(GstMessage* message) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING)
      reporter_.add(problem_from_message(message));
    if (hooks_.message) tell(message);
  }

  // GStreamer's own sinks and muxers do not always say why a write failed, and never to which film.
  [[nodiscard]] Error explain(Error error) const {
    if (stop_.stop_requested()) return cancelled();
    const bool says_so =
        error.where.file.empty() && error.message.find("writ") != std::string::npos;
    const bool writing = says_so || error.kind == ErrorKind::no_space;
    if (!writing || error.message.find(options_.output) != std::string::npos) return error;
    if (error.kind == ErrorKind::bad_value) return error;
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

  void show_progress(const Production& production, size_t done) const {
    if (!hooks_.progress) return;
    Progress progress;
    progress.position = length_;
    progress.duration = production.expected_end();
    if (*progress.duration <= Time{0}) progress.duration.reset();
    progress.scene = static_cast<int>(done);
    progress.scenes = static_cast<int>(script_.scenes.size());
    const bool pictures = !preset_.video.empty();
    ProgressMeter(started_).measure(
        progress, pictures ? std::optional(script_.film.frame_rate) : std::nullopt);
    hooks_.progress(progress);
  }

  void tell(GstMessage* message) const {
    const bool from_pipeline = GST_IS_PIPELINE(GST_MESSAGE_SRC(message));
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_STATE_CHANGED && !from_pipeline) return;
    std::string text = GST_MESSAGE_TYPE_NAME(message);
    if (const GstStructure* fields = gst_message_get_structure(message)) {
      char* raw = gst_structure_to_string(fields);
      text += std::string(" ") + raw;
      g_free(raw);
    }
    hooks_.message(std::string(GST_MESSAGE_SRC_NAME(message)) + ": " + text);
  }

  [[nodiscard]] RenderReport report() const {
    RenderReport report;
    report.output = options_.output;
    report.captions = caption_files_;
    report.stems = stem_files_;
    report.encoder = encoder_of(preset_);
    report.chapters = chapters_;
    report.first_timing = first_timing_;
    for (const auto& [engine, counts] : counts_since(counted_))
      report.speech.push_back({engine, counts.calls, counts.failures, counts.retries,
                               counts.characters, counts.seconds});
    report.fallbacks = fallbacks_;
    report.length = length_;
    report.elapsed = Clock::now() - started_;
    std::error_code failure;
    report.bytes = std::filesystem::file_size(options_.output, failure);
    report.scenes = static_cast<int>(script_.scenes.size());
    report.made = made_;
    report.warnings = reporter_.warnings();
    return report;
  }

  const RenderOptions& options_;
  const RenderHooks& hooks_;
  std::stop_token stop_;
  Reporter reporter_;
  std::optional<Cache> cache_;
  Preset preset_;
  PresetChain sound_chain_;  // of the preset's, the one that is used
  Script script_;
  std::string film_key_;  // where there is a cache
  Time length_{};
  int made_ = 0;
  std::vector<Problems> scene_problems_;
  std::vector<Caption> captions_;
  std::vector<Chapter> chapters_;
  SceneTiming first_timing_;  // of the first scene
  std::vector<std::string> caption_files_;
  std::optional<TemporaryFolder> scratch_folder_;
  std::optional<Cache>
      scratch_;  // of what is spoken, where there is no cache and it is heard twice
  std::optional<StemFiles> stems_;
  std::vector<std::string> stem_files_;
  std::vector<SpeechFallback> fallbacks_;
  CountsByProvider counted_ = provider_counts();  // before this job
  Clock::time_point started_ = Clock::now();
};

}  // namespace

Result<RenderReport> render(const RenderOptions& options, const RenderHooks& hooks,
                            std::stop_token stop) {
  return Job(options, hooks, std::move(stop)).run();
}

Result<Plan> plan(const RenderOptions& options, const RenderHooks& hooks, std::stop_token stop) {
  return Job(options, hooks, std::move(stop)).plan();
}

}  // namespace talkie
