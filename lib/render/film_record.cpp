// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_record.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/hash.h"
#include "config.h"
#include "render/segment.h"
#include "speech/engines.h"
#include "visual/painter.h"

namespace talkie {

namespace {

using Json = nlohmann::json;

// Counts up when the same segments come to make another file.
constexpr int kFilmVersion = 1;

std::string task_name(const std::string& scene, const std::string& task) {
  return scene + "/" + task;
}

std::string absolute(const std::string& path) {
  std::error_code failure;
  return std::filesystem::absolute(path, failure).lexically_normal().string();
}

}  // namespace

std::string key_of_film(const Script& script, const Preset& preset, const std::string& engine,
                        bool constant_rate) {
  KeyMaker key("film");
  key.add(kFilmVersion).add(TALKIE_VERSION).add(constant_rate ? 1 : 0);
  key.add(identity_of(preset.video)).add(identity_of(preset.audio)).add(identity_of_mux(preset));
  const PresetChain& sound = choose_chain(preset.audio);
  key.add(sound.packet).add(sound.priming);
  const auto voice = find_engine(engine);
  key.add(voice ? fingerprint_of(**voice) : voice.error().message);
  key.add(script.film.title).add(script.film.author).add(script.film.language);
  for (const Scene& scene : script.scenes)
    key.add(layout_key(scene, script.film.size));
  return key.key();
}

std::string to_json(const KeptFilm& film, const Script& script,
                    const std::vector<Problems>& scenes) {
  Json list = Json::array();
  for (size_t i = 0; i < scenes.size(); ++i)
    list.push_back(problems_to_json(scenes[i], script.scenes[i].where.line));
  return Json({{"length", film.length.count()}, {"problems", list}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<KeptFilm> kept_film_from_json(const std::string& text, const Script& script) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return {};
  try {
    KeptFilm film{Time(json.at("length").get<int64_t>()), {}};
    const Json& list = json.at("problems");
    if (list.size() != script.scenes.size()) return {};
    for (size_t i = 0; i < list.size(); ++i) {
      const auto problems = problems_from_json(list[i].get<std::string>(), script.scenes[i].where);
      if (!problems) return {};
      film.problems.append(*problems);
    }
    return film;
  } catch (const Json::exception&) {
    return {};
  }
}

FilmRecord::FilmRecord(const Cache* cache, const std::string& script, const std::string& output)
    : cache_(cache), key_(KeyMaker("record").add(absolute(script)).add(absolute(output)).key()) {
  const auto entry = cache ? cache->find(key_) : std::nullopt;
  if (!entry) return;
  const Json json = Json::parse(entry->body, nullptr, false);
  if (json.is_object())
    for (const auto& [task, parts] : json.items())
      if (parts.is_object())
        for (const auto& [name, value] : parts.items())
          if (value.is_string()) before_[task][name] = value.get<std::string>();
}

std::vector<std::string> FilmRecord::changes(const std::string& scene, const std::string& task,
                                             const KeyParts& parts) const {
  std::vector<std::string> changed;
  const auto known = before_.find(task_name(scene, task));
  if (known == before_.end()) return changed;
  for (const auto& [name, value] : parts.parts()) {
    const auto part = known->second.find(name);
    if (part == known->second.end() || part->second != value) changed.push_back(name);
  }
  return changed;
}

void FilmRecord::add(const std::string& scene, const std::string& task, const KeyParts& parts) {
  for (const auto& [name, value] : parts.parts())
    now_[task_name(scene, task)][name] = value;
}

Result<void> FilmRecord::keep() const {
  if (!cache_) return {};
  return cache_->keep(key_, "record",
                      Json(now_).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace talkie
