// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/stage.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "timeline/staged_scene.h"
#include "timeline/yuv.h"

namespace talkie {

namespace {

// `rect` without `holes`, in pieces.
std::vector<Rect> without(const Rect& rect, const std::vector<Rect>& holes) {
  std::vector<Rect> rest{rect};
  for (const Rect& hole : holes) {
    std::vector<Rect> pieces;
    for (const Rect& piece : rest) {
      const Rect cut = intersect(piece, hole);
      if (cut.empty()) {
        pieces.push_back(piece);
        continue;
      }
      for (const Rect& side :
           {Rect{piece.x0, piece.y0, piece.x1, cut.y0}, Rect{piece.x0, cut.y0, cut.x0, cut.y1},
            Rect{cut.x1, cut.y0, piece.x1, cut.y1}, Rect{piece.x0, cut.y1, piece.x1, piece.y1}})
        if (!side.empty()) pieces.push_back(side);
    }
    rest = std::move(pieces);
  }
  return rest;
}

// One rectangle for two where painting both would cost as much: most of what lies over each other
// is painted once.
std::vector<Rect> merged(const std::vector<Rect>& rects) {
  std::vector<Rect> result;
  for (Rect rect : rects) {
    if (rect.empty()) continue;
    for (size_t i = 0; i < result.size();) {
      const Rect both = unite(rect, result[i]);
      if (both.area() > rect.area() + result[i].area()) {
        ++i;
        continue;
      }
      // Larger now, it may reach others.
      rect = both;
      result.erase(result.begin() + static_cast<ptrdiff_t>(i));
      i = 0;
    }
    result.push_back(rect);
  }
  return result;
}

}  // namespace

struct Stage::State {
  Size size;
  Rate frame_rate;
  // A deque, because scenes point into themselves and must stay where they are.
  std::deque<StagedScene> scenes;
  std::vector<Rect> changes;
  std::optional<Error> failure;  // of a scene that is not there any more

  // The index of the scene that shows `frame`: the last one that begins at or before it.
  [[nodiscard]] size_t scene_at(int64_t frame) const {
    const auto after = std::upper_bound(
        scenes.begin(), scenes.end(), frame,
        [](int64_t value, const StagedScene& scene) { return value < scene.first(); });
    return after == scenes.begin() ? 0 : static_cast<size_t>(after - scenes.begin()) - 1;
  }

  void paint_rect(int64_t frame, const Rect& rect, const Planes& target) {
    if (scenes.empty() || rect.empty()) return;
    const size_t index = scene_at(frame);
    StagedScene& scene = scenes[index];
    StagedScene* const before =
        index > 0 && scene.needs_before(frame) ? &scenes[index - 1] : nullptr;
    scene.paint(frame, rect, before, target);
  }

  void collect_changes(int64_t held, int64_t frame) {
    if (scenes.empty() || held < scenes.front().first()) {
      changes.push_back(whole(size));
      return;
    }
    const size_t index = scene_at(frame);
    const size_t held_index = scene_at(held);
    StagedScene& scene = scenes[index];
    StagedScene* const before = index > 0 ? &scenes[index - 1] : nullptr;
    if (held_index == index)
      scene.collect_changes(held, frame, before, changes);
    else if (before && held_index == index - 1 && scene.needs_before(frame))
      scene.collect_entry(held, frame, *before, changes);
    else
      changes.push_back(whole(size));
  }

  // The rectangles to paint anew; one around all of them where painting them one by one would
  // cost as much.
  const std::vector<Rect>& find_changes(int64_t held, int64_t frame) {
    changes.clear();
    collect_changes(held, frame);
    changes = merged(changes);
    Rect around;
    int64_t area = 0;
    for (const Rect& rect : changes) {
      around = unite(around, rect);
      area += rect.area();
    }
    if (area >= around.area() && !changes.empty()) changes.assign(1, around);
    return changes;
  }
};

bool ends_by_timing(const Visual& visual) {
  const auto plays = [](const Layer& layer) { return layer.animation || layer.clip; };
  const std::vector<Layer>& layers =
      visual.fine && !visual.camera.empty() ? visual.fine->layers : visual.layers;
  return std::any_of(layers.begin(), layers.end(), plays);
}

Stage::Stage(Size size, Rate frame_rate) : state_(new State) {
  state_->size = size;
  state_->frame_rate = frame_rate;
}

Stage::~Stage() = default;

void Stage::add_scene(const Painted& painted, const SceneTiming& timing) {
  const Bitmap& frame = painted.frame;
  add_scene(BitmapView{{frame.width, frame.height}, frame.bgra.data(), ptrdiff_t{4} * frame.width},
            *painted.visual, timing);
}

void Stage::add_scene(const BitmapView& frame, const Visual& visual, const SceneTiming& timing,
                      const SceneOverrides& overrides) {
  state_->scenes.emplace_back(frame, visual, timing, overrides, state_->size, state_->frame_rate,
                              state_->scenes.empty() ? nullptr : &state_->scenes.back());
}

void Stage::extend(Time end) {
  if (!state_->scenes.empty()) state_->scenes.back().extend(nearest(end, state_->frame_rate));
}

void Stage::forget_before(int64_t frame) {
  std::deque<StagedScene>& scenes = state_->scenes;
  const size_t current = state_->scene_at(frame);
  if (scenes.empty() || frame < scenes.front().first()) return;
  // The last scene of all stays in any case: the next one will come out of its final picture.
  const bool needs_before = scenes[current].needs_before(frame);
  const size_t kept = current - (needs_before && current > 0 ? 1 : 0);
  if (!state_->failure) state_->failure = failure();
  for (size_t i = 0; i < kept; ++i)
    scenes.pop_front();
  if (scenes.front().end() <= frame) scenes.front().keep_final_picture_only();
}

int64_t Stage::end_frame() const {
  return state_->scenes.empty() ? 0 : state_->scenes.back().end();
}

int64_t Stage::next_change(int64_t frame) const {
  if (frame >= end_frame()) return end_frame();
  return state_->scenes[state_->scene_at(frame)].next_change(frame);
}

void Stage::paint(int64_t frame, Planes target) {
  state_->paint_rect(frame, whole(state_->size), target);
}

void Stage::repaint(int64_t held, int64_t frame, Planes target) {
  for (const Rect& rect : state_->find_changes(held, frame))
    state_->paint_rect(frame, rect, target);
}

void Stage::paint_from(int64_t held, Planes picture, int64_t frame, Planes target) {
  const std::vector<Rect>& changes = state_->find_changes(held, frame);
  for (const Rect& rect : without(whole(state_->size), changes))
    copy_rect(picture, target, rect);
  for (const Rect& rect : changes)
    state_->paint_rect(frame, rect, target);
}

std::optional<Error> Stage::failure() const {
  if (state_->failure) return state_->failure;
  for (const StagedScene& scene : state_->scenes)
    if (auto failure = scene.failure()) return failure;
  return {};
}

}  // namespace talkie
