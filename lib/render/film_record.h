// SPDX-License-Identifier: LGPL-2.1-or-later
// A film that was made before: the whole of it, and what its scenes were made of.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cache.h"
#include "base/time.h"
#include "render/keys.h"
#include "script/scene.h"

namespace talkie {

// The same for two films with the same bytes. Looks at the script and not at what comes of it.
std::string key_of_film(const Script& script, const Preset& preset, const std::string& engine,
                        bool constant_rate);

// The head of a film in the cache.
struct KeptFilm {
  Time length{};
  Problems problems;
};
// `scenes`: what was found in each of them.
std::string to_json(const KeptFilm& film, const Script& script,
                    const std::vector<Problems>& scenes);
std::optional<KeptFilm> kept_film_from_json(const std::string& json, const Script& script);

// What each task's key was made of when the film was last made, to tell what has changed.
class FilmRecord {
 public:
  // `cache` may be null: then nothing is known and nothing is kept.
  FilmRecord(const Cache* cache, const std::string& script, const std::string& output);

  // The names of the parts that differ; empty where the task is not known.
  [[nodiscard]] std::vector<std::string> changes(const std::string& scene, const std::string& task,
                                                 const KeyParts& parts) const;
  void add(const std::string& scene, const std::string& task, const KeyParts& parts);
  Result<void> keep() const;

 private:
  using Parts = std::map<std::string, std::string>;
  const Cache* cache_;
  std::string key_;
  std::map<std::string, Parts> before_;  // by scene and task
  std::map<std::string, Parts> now_;
};

}  // namespace talkie
