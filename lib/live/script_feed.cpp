// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/script_feed.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>

#include "base/text.h"
#include "script/files.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLook{100};
// An editor, or a program that appends, is done with a file that has not changed for so long.
constexpr milliseconds kSettled{200};
constexpr size_t kLongestLine = 1u << 20;

void choose_captions(Scene& scene, const std::optional<CaptionChoice>& choice) {
  if (!choice) return;
  set_burned(scene.film.captions, choice->burned);
  if (choice->words) scene.film.captions = CaptionMode::words;
}

void rest(milliseconds patience, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::min(patience, milliseconds(20)));
}

// ---- a script, read once or again and again

class FileFeed : public ScriptFeed {
 public:
  explicit FileFeed(FeedOptions options) : options_(std::move(options)) {}

  Result<std::optional<SceneBatch>> next(milliseconds patience,
                                         const std::stop_token& stop) override {
    const bool is_first = taken_ == 0;
    if (is_first) seen_ = look();
    if (!is_first && !wait_for_change(patience, stop)) return std::optional<SceneBatch>();
    Problems problems;
    auto script = read_script(options_.source, problems);
    for (const Problem& problem : problems.all())
      if (script || problem.message != script.error().message) options_.problem(problem);
    if (!script && (is_first || !options_.skip_bad)) return script.error();
    if (!script) {
      options_.problem({Problem::Severity::warning, script.error().where, script.error().message});
      return std::optional<SceneBatch>();
    }
    const size_t taken = std::exchange(taken_, std::max(taken_, script->scenes.size()));
    if (script->scenes.size() <= taken) return std::optional<SceneBatch>();
    if (options_.follow) prepare(*script);
    for (Scene& scene : script->scenes) {
      scene.film = with_format_of(script->film, std::move(scene.film));
      choose_captions(scene, options_.captions);
    }
    script->film.captions = script->scenes.front().film.captions;
    return std::optional(
        SceneBatch{std::make_shared<const Script>(*std::move(script)), static_cast<int>(taken)});
  }

  [[nodiscard]] bool has_ended() const override { return !options_.follow && taken_ > 0; }

 private:
  struct Look {
    std::filesystem::file_time_type changed{};
    uintmax_t size = 0;
    bool operator==(const Look&) const = default;
  };

  [[nodiscard]] Look look() const {
    std::error_code failure;
    return {std::filesystem::last_write_time(options_.source.path, failure),
            std::filesystem::file_size(options_.source.path, failure)};
  }

  // What outputs were told at the beginning stays as it is.
  void prepare(Script& script) {
    script.film.stereo = true;  // who knows what will be heard
    if (!film_) film_ = script.film;
    if (script.film.size != film_->size || script.film.frame_rate != film_->frame_rate)
      options_.problem({Problem::Severity::warning, script.scenes.front().where,
                        "a show keeps the size and the frame rate that it began with"});
    script.film = with_format_of(*film_, std::move(script.film));
    script.scenes.back().fade_out = false;  // more may come
  }

  static Film with_format_of(const Film& from, Film film) {
    film.size = from.size;
    film.frame_rate = from.frame_rate;
    film.stereo = from.stereo;
    film.video = from.video;
    return film;
  }

  bool wait_for_change(milliseconds patience, const std::stop_token& stop) {
    const auto end = std::chrono::steady_clock::now() + patience;
    do {
      const Look now = look();
      if (now != seen_) {
        rest(kSettled, stop);
        if (now == look()) return seen_ = now, !stop.stop_requested();
        continue;
      }
      rest(kLook, stop);
    } while (!stop.stop_requested() && std::chrono::steady_clock::now() < end);
    return false;
  }

  FeedOptions options_;
  size_t taken_ = 0;
  std::optional<Film> film_;  // of a show that follows, as it began
  Look seen_;
};

// ---- scenes as JSON lines

class LineFeed : public ScriptFeed {
 public:
  explicit LineFeed(FeedOptions options) : options_(std::move(options)) {}

  Result<std::optional<SceneBatch>> next(milliseconds patience,
                                         const std::stop_token& stop) override {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!stop.stop_requested()) {
      if (const auto line = take_line()) {
        auto batch = read(*line);
        if (!batch) ended_ = true;
        if (!batch || *batch) return batch;
        continue;
      }
      if (ended_ || std::chrono::steady_clock::now() >= end) break;
      if (auto come = receive(); !come) return come.error();
    }
    return std::optional<SceneBatch>();
  }

  [[nodiscard]] bool has_ended() const override { return ended_; }

 private:
  // What has come, up to the end of the first line; at the end of all, what is left.
  std::optional<std::string> take_line() {
    const size_t at = pending_.find('\n');
    if (at == std::string::npos && !(closed_ && !pending_.empty())) {
      ended_ = ended_ || closed_;
      return {};
    }
    std::string line = pending_.substr(0, at);
    if (std::exchange(is_skipping_, false)) line.clear();
    pending_.erase(0, at == std::string::npos ? at : at + 1);
    ++line_;
    return line;
  }

  Result<void> receive() {
    pollfd wait{options_.lines, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(kLook.count())) <= 0) return {};
    std::array<char, 65536> bytes;
    const ssize_t count = ::read(options_.lines, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    if (count <= 0) return closed_ = true, Result<void>();
    pending_.append(bytes.data(), static_cast<size_t>(count));
    if (pending_.size() <= kLongestLine || pending_.find('\n') != std::string::npos) return {};
    const Error error{ErrorKind::too_large,
                      "a line of the standard input is longer than 1 MB; a scene has to be shorter",
                      {},
                      {"<stdin>", line_ + 1, 1}};
    if (!options_.skip_bad) return error;
    leave_out(error);
    pending_.clear();
    is_skipping_ = true;
    return {};
  }

  void leave_out(const Error& error) const {
    options_.problem({Problem::Severity::warning, error.where, error.message + "; it is left out"});
  }

  [[nodiscard]] Place place() const { return {"<stdin>", line_, 1}; }

  // Whoever writes the lines does not say which folder's files they may use.
  static std::string confined(const std::string& line) {
    auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) return line;  // it has no film, or is no scene
    auto& film = json["film"];
    if (film.is_null() || film.is_object()) film["folder"] = folder_of("");
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  // A broken line is an Error, or a warning that leaves it out.
  Result<std::optional<SceneBatch>> read(const std::string& line) {
    if (trim(line).empty()) return std::optional<SceneBatch>();
    Problems problems;
    auto scene = scene_from_json(confined(line), problems);
    for (Problem problem : problems.all()) {
      if (problem.where.file.empty()) problem.where = place();
      if (scene || problem.message != scene.error().message) options_.problem(problem);
    }
    if (scene) return std::optional(batch_of(*std::move(scene)));
    Error error = scene.error();
    if (error.where.file.empty()) error.where = place();
    if (!options_.skip_bad) return error;
    leave_out(error);
    return std::optional<SceneBatch>();
  }

  // The new scene behind the one before it; all scenes are of the first one's film.
  SceneBatch batch_of(Scene scene) {
    Script script;
    if (last_) {
      scene.film = last_->film;
      script.scenes.push_back(*last_);
    } else {
      scene.film.stereo = true;  // who knows what will be heard
      choose_captions(scene, options_.captions);
    }
    if (scene.film.size.width <= 0) scene.film.size = {1920, 1080};
    scene.fade_out = false;
    scene.where = place();
    script.film = scene.film;
    script.scenes.push_back(std::move(scene));
    for (size_t i = 0; i < script.scenes.size(); ++i) {
      script.scenes[i].index = static_cast<int>(i);
      script.scenes[i].count = 0;
    }
    last_ = script.scenes.back();
    const int first = static_cast<int>(script.scenes.size()) - 1;
    return {std::make_shared<const Script>(std::move(script)), first};
  }

  FeedOptions options_;
  std::string pending_;
  int line_ = 0;
  bool is_skipping_ = false;  // up to the end of a line that is too long
  bool closed_ = false;
  bool ended_ = false;
  std::optional<Scene> last_;
};

}  // namespace

std::unique_ptr<ScriptFeed> make_feed(FeedOptions options) {
  if (options.lines >= 0) return std::make_unique<LineFeed>(std::move(options));
  return std::make_unique<FileFeed>(std::move(options));
}

}  // namespace talkie
