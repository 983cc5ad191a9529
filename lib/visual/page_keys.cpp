// SPDX-License-Identifier: LGPL-2.1-or-later
// When two pages are the same.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "script/script.h"
#include "visual/painter.h"
#include "visual/theme.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

using Json = nlohmann::json;

constexpr size_t kLargestPicture = 256u << 20;

// Takes out what a page does not show: where something stands in the script, and in which folder.
void drop_places(Json& json) {
  if (json.is_object()) {
    json.erase("where");
    json.erase("folder");
  }
  if (json.is_structured())
    for (Json& child : json)
      drop_places(child);
}

void add_picture(KeyMaker& key, const std::string& path) {
  const auto bytes = read_file(path, kLargestPicture);
  key.add(std::filesystem::path(path).filename().string());
  key.add(bytes ? *bytes : bytes.error().message);
}

void add_pictures(KeyMaker& key, const Scene& scene) {
  for (const Block& block : scene.blocks)
    if (const auto* image = std::get_if<Image>(&block.content)) add_picture(key, image->path);
  if (!scene.background.empty() && scene.background.front() != '#')
    add_picture(key, scene.background);
}

KeyMaker begin_key(std::string_view kind, const Scene& scene, Size size) {
  KeyMaker key(kind);
  key.add(drawing_environment()).add(size.width).add(size.height);
  const auto theme = find_theme(scene.theme);
  key.add(theme ? (*theme)->source : theme.error().message);
  add_pictures(key, scene);
  return key;
}

}  // namespace

std::string key_of(const Scene& scene, const Slide& slide, Size size) {
  KeyMaker key = begin_key("page", scene, size);
  key.add(slide.svg);
  for (const Step& step : slide.steps)
    key.add(step.words).add(step.after);
  key.add(scene.background).add(static_cast<int64_t>(scene.transition.kind));
  key.add(static_cast<int64_t>(scene.transition.direction)).add(scene.transition.length.count());
  key.add(scene.fade_out ? 1 : 0).add(static_cast<int64_t>(scene.film.captions));
  key.add(scene.film.language);
  return key.key();
}

std::string layout_key(const Scene& scene, Size size) {
  KeyMaker key = begin_key("layout", scene, size);
  Json json = Json::parse(to_json(scene), nullptr, false);
  drop_places(json);
  key.add(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  return key.key();
}

}  // namespace talkie
