// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_record.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/file_key.h"
#include "base/hash.h"
#include "config.h"
#include "render/segment.h"
#include "speech/candidates.h"
#include "speech/provider.h"
#include "visual/painter.h"

namespace talkie {

namespace {

using Json = nlohmann::json;

// Counts up when the same segments come to make another file.
constexpr int kFilmVersion = 2;

std::string task_name(const std::string& scene, const std::string& task) {
  return scene + "/" + task;
}

std::string absolute(const std::string& path) {
  std::error_code failure;
  return std::filesystem::absolute(path, failure).lexically_normal().string();
}

// What the sound of scenes depends on besides what the script says: who may speak, each once.
class SpeechIdentity {
 public:
  explicit SpeechIdentity(const std::string& engine) { options_.engine = engine; }

  std::string of(const Scene& scene) const {
    std::string identity;
    for (const NarrationStep& step : scene.narration) {
      const auto* utterance = std::get_if<Utterance>(&step);
      if (!utterance) continue;
      const auto candidates = candidates_for(*utterance, options_);
      if (!candidates) return candidates.error().message;
      for (const Candidate& candidate : candidates->list)
        identity += candidate.provider + " " + fingerprint_of(candidate.provider) + "\n";
    }
    return identity;
  }

 private:
  const std::string& fingerprint_of(const std::string& name) const {
    const auto [entry, is_new] = fingerprints_.try_emplace(name);
    if (is_new) {
      const auto provider = find_provider(name);
      entry->second = provider ? (*provider)->fingerprint() : provider.error().message;
    }
    return entry->second;
  }

  NarratorOptions options_;
  mutable std::map<std::string, std::string> fingerprints_;
};

std::vector<std::string> sound_files_of(const Scene& scene) {
  std::vector<std::string> files;
  if (!scene.recording.empty()) files.push_back(scene.recording);
  if (scene.music) files.push_back(scene.music->path);
  for (const Effect& effect : scene.effects)
    files.push_back(effect.path);
  return files;
}

}  // namespace

std::string key_of_film(const Script& script, const Preset& preset, const std::string& engine,
                        bool constant_rate) {
  KeyMaker key("film");
  key.add(kFilmVersion).add(TALKIE_VERSION).add(constant_rate ? 1 : 0);
  key.add(identity_of(preset.video)).add(identity_of(preset.audio)).add(identity_of_mux(preset));
  const PresetChain& sound = choose_chain(preset.audio);
  key.add(sound.packet).add(sound.priming).add(preset.key_interval.count());
  const SpeechIdentity speech(engine);
  key.add(script.film.title).add(script.film.author).add(script.film.language);
  key.add(script.film.cover.empty() ? "" : file_key(script.film.cover));
  for (const Scene& scene : script.scenes) {
    key.add(layout_key(scene, script.film.size)).add(speech.of(scene));
    for (const std::string& file : sound_files_of(scene))
      key.add(file_key(file));
  }
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
