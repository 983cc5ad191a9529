// SPDX-License-Identifier: LGPL-2.1-or-later
// When two pages are the same.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "script/script.h"
#include "visual/drawing.h"
#include "visual/modules.h"
#include "visual/painter.h"
#include "visual/svg_steps.h"
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

// A file as it is read; of large ones, which are not read whole, its size and time.
void add_file(KeyMaker& key, const std::string& path) {
  const std::filesystem::path file(path);
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  key.add(file.filename().string());
  if (!failure && size > kLargestPicture) {
    const auto time = std::filesystem::last_write_time(file, failure);
    key.add(static_cast<int64_t>(size)).add(time.time_since_epoch().count());
    return;
  }
  const auto bytes = read_file(path, kLargestPicture);
  key.add(bytes ? *bytes : bytes.error().message);
}

// What the scene shows that does not stand in it.
void add_files(KeyMaker& key, const Scene& scene) {
  for (const Block& block : scene.blocks) {
    if (const auto* image = std::get_if<Image>(&block.content)) add_file(key, image->path);
    if (const auto* clip = std::get_if<Clip>(&block.content)) add_file(key, clip->picture.path);
    const auto* terminal = std::get_if<Terminal>(&block.content);
    if (terminal && !terminal->cast.empty()) add_file(key, terminal->cast);
    const auto* drawing = std::get_if<Drawing>(&block.content);
    if (drawing && drawing->kind == Drawing::Kind::visual) key.add(visual_key(drawing->name));
  }
  if (!scene.background.empty() && scene.background.front() != '#') add_file(key, scene.background);
}

KeyMaker begin_key(std::string_view kind, const Scene& scene, Size size) {
  KeyMaker key(kind);
  key.add(drawing_environment()).add(size.width).add(size.height);
  const auto theme = find_theme(scene.theme);
  key.add(theme ? (*theme)->source : theme.error().message);
  add_files(key, scene);
  return key;
}

void add(KeyMaker& key, const When& when) {
  key.add(static_cast<int64_t>(when.kind)).add(when.index).add(when.delay.count());
}
void add(KeyMaker& key, const View& view) {
  for (const double value : {view.x, view.y, view.width, view.height})
    key.add(std::to_string(value));
}
void add(KeyMaker& key, const std::vector<ViewMove>& views) {
  for (const ViewMove& move : views) {
    add(key, move.when);
    add(key, move.to);
    key.add(move.length.count()).add(static_cast<int64_t>(move.ease)).add(move.whole_scene ? 1 : 0);
  }
}
void add(KeyMaker& key, const ClipLayer& clip) {
  const Clip& what = clip.clip;
  key.add(what.start.count()).add(what.end ? what.end->count() : -1);
  key.add(static_cast<int64_t>(what.filling)).add(std::to_string(clip.radius));
  add(key, clip.seen);
}

void add(KeyMaker& key, const PageLayer& layer) {
  const LayerPlan& plan = layer.plan;
  key.add(layer.group).add(layer.step);
  key.add(plan.enter ? static_cast<int64_t>(*plan.enter) : -1);
  for (const Move& move : plan.moves) {
    add(key, move.when);
    key.add(move.length.count()).add(static_cast<int64_t>(move.ease));
    for (const double value : {move.to.opacity, move.to.dx, move.to.dy})
      key.add(std::to_string(value));
  }
  if (plan.window)
    add(key, View{plan.window->x, plan.window->y, plan.window->width, plan.window->height});
  if (plan.leaves) add(key, *plan.leaves);
  add(key, plan.begins);
  add(key, View{plan.box.x, plan.box.y, plan.box.width, plan.box.height});
  if (plan.animation) key.add(plan.animation->key());
  if (plan.clip) add(key, *plan.clip);
  add(key, plan.views);
}

}  // namespace

std::string key_of(const Scene& scene, const Slide& slide, Size size) {
  KeyMaker key = begin_key("page", scene, size);
  key.add(slide.svg);
  for (const Step& step : slide.steps)
    key.add(step.words).add(step.after).add(step.cue).add(step.by_cue);
  for (const PageLayer& layer : layers_of(slide.plan->page))
    add(key, layer);
  for (const Item& item : slide.plan->page.items)
    if (const auto* picture = std::get_if<Picture>(&item.what); picture && picture->part)
      for (const std::string& element : picture->part->elements)
        key.add(element).add(item.step).add(item.layer);
  for (const WordPlace& cue : slide.plan->cues)
    key.add(cue.step).add(static_cast<int64_t>(cue.offset));
  add(key, slide.plan->camera);
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
