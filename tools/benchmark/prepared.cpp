// SPDX-License-Identifier: LGPL-2.1-or-later
#include "prepared.h"

#include <memory>
#include <utility>

#include "render/render.h"
#include "speech/narrator.h"
#include "visual/painter.h"

namespace talkie::bench {

Result<Prepared> prepare(const std::string& path) {
  Problems problems;
  ScriptSource source;
  source.path = path;
  const auto script = read_script(source, problems);
  if (!script) return script.error();

  Prepared film{script->film.size, script->film.frame_rate, 0, {}, {}};
  for (const Scene& scene : script->scenes) {
    auto speech = narrate(scene, film.frames, NarratorOptions{}, problems);
    if (!speech) return speech.error();
    auto painted = paint_scene(scene, film.size, problems);
    if (!painted) return painted.error();
    film.samples.insert(film.samples.end(), speech->samples.begin(), speech->samples.end());
    const bool last = &scene == &script->scenes.back();
    const int64_t first = std::exchange(film.frames, film.frames + speech->frames);
    const int64_t frames = speech->frames;
    film.scenes.push_back(
        {*std::move(painted), timing_of(scene, first, *std::move(speech), last), first, frames});
  }
  return film;
}

void put_on(Stage& stage, const Prepared& film) {
  for (const PreparedScene& scene : film.scenes)
    stage.add_scene(scene.painted, scene.timing);
}

void put_on_without_transitions(Stage& stage, const Prepared& film) {
  SceneOverrides cut;
  cut.transition = Transition{Transition::Kind::cut};
  for (const PreparedScene& scene : film.scenes) {
    const Bitmap& frame = scene.painted.frame;
    stage.add_scene({{frame.width, frame.height}, frame.bgra.data(), ptrdiff_t{4} * frame.width},
                    *scene.painted.visual, scene.timing, cut);
  }
}

}  // namespace talkie::bench
