// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/pack.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/temporary_folder.h"
#include "base/text.h"
#include "render/cover.h"
#include "render/pack_folder.h"
#include "render/preset.h"
#include "render/reporter.h"

namespace talkie {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kGifSide = 480;  // of its longer side, pixels
constexpr uint64_t kMostGifBytes = 3'000'000;
// So long as it stays small.
constexpr std::array<Time, 4> kGifLengths = {std::chrono::seconds(6), std::chrono::seconds(4),
                                             std::chrono::seconds(3), std::chrono::seconds(2)};

// One of the files that render() makes.
struct PackPart {
  std::string file;    // in the folder
  std::string what;    // for the report
  std::string where;   // in front of its problems: "upright: "
  double weight = 1;   // of its work; the film's is 1
  std::string preset;  // empty: the film's
  std::vector<std::pair<std::string, std::string>> settings = {};
};

int even(double pixels) {
  return std::max(2, static_cast<int>(pixels / 2 + 0.5) * 2);
}

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

// As many pixels upright as the film has across.
std::string upright_size(Size size) {
  if (size.width > size.height) return size_text(size.height, size.width);
  return size_text(size.width, even(size.width * 16.0 / 9));
}

std::string gif_size(Size size) {
  const double scale = static_cast<double>(kGifSide) / std::max(size.width, size.height);
  return size_text(even(size.width * scale), even(size.height * scale));
}

class Packer {
 public:
  Packer(const PackOptions& options, const RenderHooks& hooks, std::stop_token stop)
      : options_(options), hooks_(hooks), stop_(std::move(stop)), reporter_(hooks) {}

  Result<PackReport> run() {
    if (auto prepared = prepare(); !prepared) return prepared.error();
    for (const PackPart& part : parts_) {
      auto made = make(part, Time{0});
      if (!made) return made.error();
      if (&part == &parts_.front()) film_ = *std::move(made);
      add(part.file, part.what);
      if (&part == &parts_.front()) add_captions();
      done_ += part.weight;
    }
    if (auto made = make_gif(); !made) return made.error();
    if (auto made = make_picture(); !made) return made.error();
    if (auto made = list_chapters(); !made) return made.error();
    if (stop_.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    if (auto committed = folder_->commit(); !committed) return committed.error();
    return report();
  }

 private:
  // All that can be known before anything is made.
  Result<void> prepare() {
    if (film_preset_.empty()) film_preset_ = "mp4";
    auto preset = find_preset(film_preset_);
    if (!preset) return preset.error();
    if (preset->video.empty() || preset->is_gif())
      return Error{ErrorKind::bad_value, "the preset '" + preset->name +
                                             "' makes no film with pictures and sound, which is "
                                             "what a delivery begins with"};
    ScriptSource source = options_.film.source;
    apply_preset(*preset, source.options);
    Problems problems;
    auto script = read_script(source, problems);
    if (!script) {
      reporter_.add(problems);
      return script.error();
    }
    script_ = *std::move(script);
    if (!script_.film.video)
      return Error{ErrorKind::bad_value,
                   "the script says 'video: none'; a delivery needs pictures"};
    auto folder = PackFolder::begin(options_.folder);
    if (!folder) return folder.error();
    folder_.emplace(*std::move(folder));
    cache_ = options_.film.cache;
    if (cache_.empty()) {
      auto shared = TemporaryFolder::make();
      if (!shared) return shared.error();
      shared_ = *std::move(shared);
      cache_ = shared_->path().string();
    }
    plan_parts(*preset);
    return {};
  }

  void plan_parts(const Preset& preset) {
    const std::string& name = options_.name;
    const std::string extension = preset.extensions.front();
    parts_.push_back({name + "." + extension, "the film", "", 1, ""});
    const Size size = script_.film.size;
    if (size.width >= size.height)
      parts_.push_back({name + "-vertical." + extension,
                        "the film, laid out upright",
                        "upright: ",
                        1,
                        "",
                        {{"size", upright_size(size)}}});
    else
      notes_.emplace_back("the film is upright itself, and needs no vertical version");
    // The film's own packets, where they fit in such a file.
    const bool is_mp4 = preset.mux.front().starts_with("mp4mux");
    parts_.push_back({name + ".m4a",
                      "the sound alone",
                      "sound alone: ",
                      0.1,
                      is_mp4 ? "" : "m4a",
                      {{"video", "none"}}});
    gif_ = {name + ".gif", "the beginning as a GIF",  "GIF: ", 0.2,
            "gif",         {{"size", gif_size(size)}}};
    all_ = gif_.weight;
    for (const PackPart& part : parts_)
      all_ += part.weight;
  }

  Result<RenderReport> make(const PackPart& part, Time gif_length) {
    RenderOptions options = options_.film;
    options.output = (folder_->path() / part.file).string();
    options.preset = part.preset.empty() ? film_preset_ : part.preset;
    options.cache = cache_;
    options.stems.clear();
    options.gif_length = gif_length;
    auto& settings = options.source.options.settings;
    for (const auto& [key, value] : part.settings) {
      std::erase_if(settings, [&key = key](const auto& said) { return said.first == key; });
      settings.emplace_back(key, value);
    }
    if (&part == &gif_) options.encoder = EncoderChoice::software;
    const bool is_film = &part == &parts_.front();
    if (!options.captions) options.captions = CaptionChoice{.as_script = true};
    options.captions->srt = options.captions->vtt = is_film;
    auto made = render(options, hooks_for(part), stop_);
    if (made) return made;
    Error error = made.error();
    error.message = folder_->with_target(error.message);
    if (error.kind != ErrorKind::cancelled) error.message = part.where + error.message;
    return error;
  }

  // Each problem once, and with the version that it is of, where the film itself has it not.
  RenderHooks hooks_for(const PackPart& part) {
    RenderHooks hooks;
    hooks.message = hooks_.message;
    hooks.progress = [this, &part](const Progress& progress) { show(part, progress); };
    hooks.problem = [this, &part](Problem problem) {
      if (reporter_.knows(problem)) return;
      problem.message = part.where + folder_->with_target(problem.message);
      reporter_.add(problem);
    };
    return hooks;
  }

  // All versions together are one film that is so much longer.
  void show(const PackPart& part, Progress progress) const {
    if (!hooks_.progress) return;
    progress.file = part.file;
    const Time film = film_.length > Time{0} ? film_.length : progress.duration.value_or(Time{0});
    if (film_.length > Time{0})
      progress.position =
          from_seconds(to_seconds(film) * (done_ + part.weight * fraction_of(progress)));
    progress.duration.reset();
    if (film > Time{0}) progress.duration = from_seconds(to_seconds(film) * all_);
    ProgressMeter(started_).measure(progress, {});
    hooks_.progress(progress);
  }

  void add(const std::string& file, const std::string& what) {
    std::error_code failure;
    const uint64_t bytes = fs::file_size(folder_->path() / file, failure);
    files_.push_back({(folder_->target() / file).string(), what, bytes});
  }

  void add_captions() {
    add(options_.name + ".srt", "captions");
    add(options_.name + ".vtt", "captions for the web");
  }

  Result<void> make_gif() {
    for (const Time length : kGifLengths) {
      const auto made = make(gif_, length);
      if (!made) return made.error();
      if (made->bytes <= kMostGifBytes) break;
      if (length == kGifLengths.back())
        notes_.push_back(gif_.file + " is larger than 3 MB, as so much moves in it");
    }
    add(gif_.file, gif_.what);
    return {};
  }

  Result<void> make_picture() {
    const auto picture = make_thumbnail(script_, film_.first_timing);
    if (!picture) return picture.error();
    if (!*picture)
      return notes_.emplace_back("an empty page without a title makes no thumbnail"),
             Result<void>();
    const std::string file = options_.name + ".jpg";
    if (auto written = write_file(folder_->path() / file, (*picture)->bytes); !written)
      return written;
    add(file, "the thumbnail");
    return {};
  }

  Result<void> list_chapters() {
    const std::string file = options_.name + "-chapters.txt";
    if (film_.chapters.empty())
      return notes_.emplace_back("a film without headings has no chapters"), Result<void>();
    if (const std::string problem = chapter_list_problem(film_.chapters, film_.length);
        !problem.empty())
      notes_.push_back(file + ": " + problem);
    if (auto written = write_file(folder_->path() / file, to_chapter_list(film_.chapters));
        !written)
      return written;
    add(file, "chapters, for a description");
    return {};
  }

  PackReport report() {
    film_.output = files_.front().path;
    for (std::string& file : film_.captions)
      file = folder_->with_target(file);
    film_.elapsed = Clock::now() - started_;
    film_.warnings = reporter_.warnings();
    return {std::move(files_), std::move(notes_), std::move(film_)};
  }

  const PackOptions& options_;
  const RenderHooks& hooks_;
  std::stop_token stop_;
  Reporter reporter_;
  std::string film_preset_ = options_.film.preset;
  Script script_;
  std::optional<PackFolder> folder_;
  std::optional<TemporaryFolder> shared_;
  std::string cache_;
  std::vector<PackPart> parts_;  // the film first
  PackPart gif_;
  double all_ = 0;   // weights
  double done_ = 0;  // of those that are there
  RenderReport film_;
  std::vector<PackFile> files_;
  std::vector<std::string> notes_;
  Clock::time_point started_ = Clock::now();
};

}  // namespace

Result<PackReport> pack(const PackOptions& options, const RenderHooks& hooks,
                        std::stop_token stop) {
  return Packer(options, hooks, std::move(stop)).run();
}

}  // namespace talkie
