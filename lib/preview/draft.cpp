// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/draft.h"

#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "render/sound_piece.h"
#include "script/script.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kFirstWords = 90;  // bytes of what a scene without a heading is called by

// Leaves out where in the text things stand.
void drop_places(Json& json) {
  if (json.is_object()) json.erase("where");
  for (Json& child : json)
    if (child.is_structured()) drop_places(child);
}

// Adds the files that it names; everything in a scene that looks like an absolute path is one.
void collect_files(const Json& json, std::set<std::string>& files) {
  constexpr size_t kLongestPath = 4096;
  if (json.is_structured()) {
    for (const Json& child : json)
      collect_files(child, files);
  } else if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    if (text.starts_with('/') && text.size() < kLongestPath) files.insert(text);
  }
}

Json json_of(const Scene& scene) {
  Json json = Json::parse(to_json(scene), nullptr, false);
  drop_places(json);
  for (const char* key : {"index", "count"})
    json.erase(key);
  json["film"].erase("folder");  // no file
  return json;
}

// A name for the state of the files; other bytes, another name.
std::string stamps_of(const Json& scene) {
  std::set<std::string> files;
  collect_files(scene, files);
  std::string stamps;
  for (const std::string& file : files) {
    struct stat status = {};
    if (stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    stamps += file + '\n' + std::to_string(status.st_mtim.tv_sec) + '.' +
              std::to_string(status.st_mtim.tv_nsec) + ' ' + std::to_string(status.st_size) + '\n';
  }
  return stamps;
}

void describe(const Scene& scene, DraftScene& drafted) {
  Json json = json_of(scene);
  const std::string stamps = stamps_of(json);
  drafted.all = json.dump() + stamps;
  // What follows from a scene's place among the others is not what its author writes.
  for (const char* key : {"film", "fade_out", "voice_follows", "lead", "tail", "morphs", "id"})
    json.erase(key);
  drafted.content = json.dump() + stamps;
}

void add(const Problem& problem, Problems& problems) {
  if (problem.severity == Problem::Severity::error)
    problems.fail(problem.where, problem.message);
  else
    problems.warn(problem.where, problem.message);
}

// `problems` of a scene that has moved by so many lines.
Problems moved(const Problems& problems, int lines) {
  Problems result;
  for (Problem problem : problems.all()) {
    if (problem.where.line > 0) problem.where.line += lines;
    add(problem, result);
  }
  return result;
}

// Those of the scene in whose lines the place is.
Problems& problems_at(Draft& draft, const Place& place) {
  Problems* found = &draft.problems;
  for (size_t i = 0; i < draft.scenes.size(); ++i) {
    const Place& begin = draft.script->scenes[i].where;
    if (place.line > 0 && begin.file == place.file && begin.line <= place.line)
      found = &draft.scenes[i].written;
  }
  return *found;
}

// A scene that stays takes over what was made of it, wherever it stood.
void take_over(Draft& draft, const Draft& before) {
  std::vector<bool> taken(before.scenes.size());
  for (size_t i = 0; i < draft.scenes.size(); ++i) {
    DraftScene& scene = draft.scenes[i];
    const auto take = [&](size_t from) {
      taken[from] = true;
      const DraftScene& old = before.scenes[from];
      const bool stays = old.all == scene.all;
      scene.video = old.video;
      scene.sound = old.sound;
      scene.thumbnail = old.thumbnail;
      scene.captions = old.captions;
      scene.look = old.look;
      if (stays) scene.frames = old.frames;
      const int line = draft.script->scenes[i].where.line;
      if (stays)
        scene.problems = moved(old.problems, line - before.script->scenes[from].where.line);
    };
    const auto is_same = [&](size_t from) {
      return from < taken.size() && !taken[from] && before.scenes[from].content == scene.content;
    };
    size_t from = i;  // mostly it is where it was
    if (!is_same(from)) {
      from = 0;
      while (from < taken.size() && !is_same(from))
        ++from;
    }
    if (from < taken.size()) take(from);
  }
}

int edited_scene(const Draft& draft, const Draft& before, int here) {
  const size_t count = std::min(draft.scenes.size(), before.scenes.size());
  const auto is_same = [&](size_t at, size_t at_before) {
    return draft.scenes[at].content == before.scenes[at_before].content;
  };
  size_t same_first = 0, same_last = 0;
  while (same_first < count && is_same(same_first, same_first))
    ++same_first;
  while (same_last < count - same_first &&
         is_same(draft.scenes.size() - 1 - same_last, before.scenes.size() - 1 - same_last))
    ++same_last;
  const int last = static_cast<int>(draft.scenes.size()) - 1;
  const size_t changed = draft.scenes.size() - same_first - same_last;
  const bool everywhere = changed == draft.scenes.size() && changed > 2;
  const bool nowhere = changed == 0 && draft.scenes.size() == before.scenes.size();
  if (everywhere || nowhere) return std::clamp(here, 0, last);
  return std::min(static_cast<int>(same_first), last);
}

std::string name_of(const Scene& scene) {
  for (const Block& block : scene.blocks)
    if (const auto* heading = std::get_if<Heading>(&block.content))
      return plain_text(heading->text);
  for (const NarrationStep& step : scene.narration)
    if (const auto* utterance = std::get_if<Utterance>(&step)) {
      if (utterance->text.size() <= kFirstWords) return utterance->text;
      return utterance->text.substr(0, utterance->text.rfind(' ', kFirstWords)) + "…";
    }
  return {};
}

// Each one once: what is found reading a script may be found making its scene, too.
Json json_of(const std::vector<const Problems*>& groups) {
  Json list = Json::array();
  for (const Problems* problems : groups)
    for (const Problem& problem : problems->all()) {
      Json json = {{"error", problem.severity == Problem::Severity::error},
                   {"place", problem.where.to_string()},
                   {"line", problem.where.line},
                   {"message", problem.message}};
      if (std::ranges::find(list, json) == list.end()) list.push_back(std::move(json));
    }
  return list;
}

// On the film's line, in seconds.
double start_of(const DraftPiece& piece, int64_t frame, Rate rate) {
  int64_t sample = sample_at(frame, rate);
  if (piece.packet > 0)
    sample = SoundGrid(piece.packet).place(sample, piece.length, piece.quiet_end).start;
  return static_cast<double>(sample + piece.samples) / kSampleRate;
}

// Where the scene is not placed yet, neither are its pieces.
Json json_of(const std::optional<DraftPiece>& piece, std::optional<int64_t> frame, Rate rate) {
  if (!piece || !frame) return nullptr;
  Json parts = Json::array();
  for (const DraftPiece::Part& part : piece->parts)
    parts.push_back(
        {{"name", part.name}, {"start", to_seconds(part.start)}, {"end", to_seconds(part.end)}});
  return {{"init", piece->init},
          {"type", piece->type},
          {"start", start_of(*piece, *frame, rate)},
          {"parts", parts}};
}

Json seconds_of(std::optional<int64_t> frames, Rate rate) {
  return frames ? Json(to_seconds(time_of(*frames, rate))) : Json(nullptr);
}

Json json_of(const Draft& draft, size_t index, std::optional<int64_t> frame) {
  const DraftScene& drafted = draft.scenes[index];
  const Scene& scene = draft.script->scenes[index];
  const Rate rate = draft.script->film.frame_rate;
  constexpr const char* kStates[] = {"waiting", "made", "failed"};
  return {{"id", scene.id},
          {"name", name_of(scene)},
          {"line", scene.where.line},
          {"state", kStates[static_cast<int>(drafted.state)]},
          {"start", seconds_of(frame, rate)},
          {"duration", seconds_of(drafted.frames, rate)},
          {"video", json_of(drafted.video, frame, rate)},
          {"sound", json_of(drafted.sound, frame, rate)},
          {"thumbnail", drafted.thumbnail},
          {"captions", drafted.captions},
          {"problems", json_of({&drafted.written, &drafted.problems})}};
}

}  // namespace

std::set<std::string> Draft::pieces() const {
  std::set<std::string> names;
  for (const DraftScene& scene : scenes) {
    for (const auto* piece : {&scene.video, &scene.sound}) {
      if (!*piece) continue;
      names.insert((*piece)->init);
      for (const DraftPiece::Part& part : (*piece)->parts)
        names.insert(part.name);
    }
    names.insert({scene.thumbnail, scene.captions});
  }
  return names;
}

Draft draft_of(Script script, const Problems& problems, const Draft* before, int here) {
  Draft draft;
  draft.script = std::make_shared<const Script>(std::move(script));
  draft.scenes.resize(draft.script->scenes.size());
  for (size_t i = 0; i < draft.scenes.size(); ++i)
    describe(draft.script->scenes[i], draft.scenes[i]);
  for (const Problem& problem : problems.all())
    add(problem, problems_at(draft, problem.where));
  if (!before) return draft;
  take_over(draft, *before);
  draft.edited = edited_scene(draft, *before, here);
  draft.edit = before->edit + 1;
  // What a scene looks and sounds like depends on those before it, and on the one after it.
  for (size_t i = 0; i + 1 < draft.scenes.size() && i + 1 < before->scenes.size(); ++i) {
    const bool stays = draft.scenes[i].all == before->scenes[i].all &&
                       draft.scenes[i + 1].all == before->scenes[i + 1].all;
    if (!stays || before->scenes[i].state != DraftScene::State::made) break;
    draft.scenes[i].state = DraftScene::State::made;
  }
  return draft;
}

std::set<std::string> files_of(const Script& script) {
  std::set<std::string> files;
  for (const Scene& scene : script.scenes)
    collect_files(json_of(scene), files);
  return files;
}

std::string to_json(const Shown& shown) {
  Json json = {{"file", shown.file},
               {"working", shown.working},
               {"workingOn", shown.working_on},
               {"errors", json_of({shown.errors})}};
  if (shown.draft) {
    const Draft& draft = *shown.draft;
    const Film& film = draft.script->film;
    Json scenes = Json::array();
    std::optional<int64_t> frame = 0;  // once all before it were spoken
    for (size_t i = 0; i < draft.scenes.size(); ++i) {
      scenes.push_back(json_of(draft, i, frame));
      const auto& frames = draft.scenes[i].frames;
      if (frame) frame = frames ? std::optional(*frame + *frames) : std::nullopt;
    }
    json["title"] = film.title;
    json["width"] = film.size.width;
    json["height"] = film.size.height;
    json["frameRate"] =
        static_cast<double>(film.frame_rate.numerator) / film.frame_rate.denominator;
    json["duration"] = seconds_of(frame, film.frame_rate);
    json["edited"] = draft.edited;
    json["edit"] = draft.edit;
    json["problems"] = json_of({&draft.problems});
    json["scenes"] = std::move(scenes);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace talkie
