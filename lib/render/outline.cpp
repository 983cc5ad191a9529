// SPDX-License-Identifier: LGPL-2.1-or-later
// What can be known of a film without rendering it: times, pages, single pictures.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "gst/clips.h"
#include "render/film_times.h"
#include "render/render.h"
#include "speech/narrator.h"
#include "timeline/stage.h"
#include "visual/contrast_check.h"
#include "visual/painter.h"

namespace talkie {

namespace {

constexpr size_t kFirstWords = 48;  // characters of SceneOutline::first_words

Error cancelled() {
  return Error{ErrorKind::cancelled, "stopped"};
}

int count_words(std::string_view text) {
  int words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space && !inside) ++words;
    inside = !space;
  }
  return words;
}

// The beginning of a text, cut between words.
std::string shorten(const std::string& text) {
  if (count_characters(text) <= kFirstWords) return text;
  std::string shorter;
  for (const std::string_view word : split(text, ' ')) {
    if (count_characters(shorter) + count_characters(word) >= kFirstWords) break;
    if (!shorter.empty()) shorter += " ";
    shorter += word;
  }
  return shorter + "…";
}

std::string heading_of(const Scene& scene) {
  for (const Block& block : scene.blocks)
    if (const auto* heading = std::get_if<Heading>(&block.content))
      return plain_text(heading->text);
  return {};
}

SceneOutline outline_of(const Scene& scene) {
  SceneOutline outline;
  outline.number = scene.index + 1;
  outline.id = scene.id;
  outline.layout = scene.layout;
  outline.where = scene.where;
  for (const NarrationStep& step : scene.narration) {
    const auto* utterance = std::get_if<Utterance>(&step);
    if (!utterance) continue;
    outline.words += count_words(utterance->text);
    if (outline.first_words.empty()) outline.first_words = shorten(utterance->text);
  }
  if (outline.first_words.empty()) outline.first_words = shorten(heading_of(scene));
  return outline;
}

void add_voices(const SceneSpeech& speech, SceneOutline& outline) {
  for (const SpokenUtterance& spoken : speech.utterances) {
    if (!spoken.voice.empty() &&
        std::ranges::find(outline.voices, spoken.voice) == outline.voices.end())
      outline.voices.push_back(spoken.voice);
    if (outline.fallback.empty()) outline.fallback = spoken.fallback;
  }
}

// Lays out every page and notes its layout. What does not fit is an error of its scene; the others
// are still looked at.
void lay_out_all(const Script& script, Outline& outline, Problems& problems,
                 const std::stop_token& stop,
                 void (*look)(const Scene&, const Slide&, Problems&) = {}) {
  for (size_t i = 0; i < outline.scenes.size() && !stop.stop_requested(); ++i) {
    const Scene& scene = script.scenes[i];
    const auto slide = lay_out(scene, script.film.size, problems);
    if (slide) {
      outline.scenes[i].layout = slide->layout;
      if (look) look(scene, *slide, problems);
    } else {
      problems.fail(slide.error().where.line ? slide.error().where : scene.where,
                    slide.error().message);
    }
  }
}

// Warns of the text that is hardest to read on a page.
void look_at_contrast(const Scene& scene, const Slide& slide, Problems& problems) {
  const auto found = hard_to_read(scene, slide, scene.film.size);
  if (!found) return problems.fail(scene.where, found.error().message);
  if (found->empty()) return;
  const auto worst = std::ranges::min_element(*found, {}, &HardToRead::contrast);
  char ratio[16];
  std::snprintf(ratio, sizeof ratio, "%.1f", worst->contrast);
  problems.warn(scene.where, "'" + worst->words +
                                 "' is hard to read: its contrast to what is behind "
                                 "it is " +
                                 ratio +
                                 ":1, and should be 4.5:1; choose another "
                                 "background or theme");
}

Result<Outline> outline_script(const Script& script, const std::string& engine, Problems& problems,
                               const std::stop_token& stop) {
  Outline outline{script.film, {}, {}};
  const Cache cache(default_cache_folder());
  FilmTimes times(script, {.engine = engine, .cache = &cache}, kScenesAhead);
  for (const Scene& scene : script.scenes) {
    const int64_t frame = times.next_frame();
    const auto speech = times.next(problems, stop);
    if (stop.stop_requested()) return cancelled();
    if (!speech) return speech.error();
    SceneOutline one = outline_of(scene);
    add_voices(*speech, one);
    one.start = time_of(frame, script.film.frame_rate);
    one.duration = time_of(times.next_frame(), script.film.frame_rate) - one.start;
    outline.scenes.push_back(std::move(one));
  }
  outline.duration = time_of(times.next_frame(), script.film.frame_rate);
  return outline;
}

std::string file_name(const Scene& scene, size_t count) {
  std::string number = std::to_string(scene.index + 1);
  const size_t width = std::max<size_t>(2, std::to_string(count).size());
  number.insert(0, width - std::min(width, number.size()), '0');
  return number + (scene.id.empty() ? "" : "-" + scene.id) + ".svg";
}

// A scene that has been spoken.
struct Spoken {
  const Scene* scene = nullptr;
  SceneSpeech speech;
};

// The scene that is on at frame `frame`, with the one before it, which a transition may still show.
struct Moment {
  std::vector<Spoken> scenes;
  int64_t frame = 0;  // counted from the first of `scenes`
};

Result<Moment> find_moment(const Script& script, const std::string& engine, int64_t frame,
                           Problems& problems, const std::stop_token& stop) {
  Moment moment;
  const Cache cache(default_cache_folder());
  FilmTimes times(script, {.engine = engine, .cache = &cache}, 0);
  for (const Scene& scene : script.scenes) {
    auto speech = times.next(problems, stop);
    if (stop.stop_requested()) return cancelled();
    if (!speech) return speech.error();
    if (moment.scenes.size() == 2) moment.scenes.erase(moment.scenes.begin());
    moment.scenes.push_back({&scene, *std::move(speech)});
    if (frame < times.next_frame()) {
      int64_t shown = 0;
      for (const Spoken& spoken : moment.scenes)
        shown += spoken.speech.frames;
      moment.frame = frame - (times.next_frame() - shown);
      return moment;
    }
  }
  return Error{ErrorKind::bad_value,
               "the film ends at " +
                   clock_text(time_of(times.next_frame(), script.film.frame_rate)) +
                   "; choose an earlier time"};
}

}  // namespace

Result<Script> read_script(const ScriptSource& source, Problems& problems) {
  use_gstreamer_for_clips();
  auto script = source.text ? parse_script(*source.text, source.path, source.options, problems)
                            : load_script(source.path, source.options, problems);
  if (!script) return script;
  if (!source.scenes.empty())
    if (auto selected = select_scenes(*script, source.scenes); !selected) return selected.error();
  return script;
}

Result<Outline> inspect(const ScriptSource& source, const std::string& engine, Problems& problems,
                        std::stop_token stop) {
  const auto script = read_script(source, problems);
  if (!script) return script.error();
  auto outline = outline_script(*script, engine, problems, stop);
  if (!outline) return outline;
  Problems ignored;  // what is wrong with the pages is check()'s to say
  lay_out_all(*script, *outline, ignored, stop);
  return outline;
}

Result<Outline> check(const ScriptSource& source, const std::string& engine, Problems& problems,
                      std::stop_token stop) {
  const auto script = read_script(source, problems);
  if (!script) return script.error();
  auto outline = outline_script(*script, engine, problems, stop);
  if (!outline) return outline;
  lay_out_all(*script, *outline, problems, stop, look_at_contrast);
  return outline;
}

Result<Bitmap> frame_at(const ScriptSource& source, const std::string& engine, Time time,
                        std::optional<bool> burned_captions, Problems& problems,
                        std::stop_token stop) {
  auto script = read_script(source, problems);
  if (!script) return script.error();
  if (burned_captions)
    for (Scene& scene : script->scenes)
      set_burned(scene.film.captions, *burned_captions);
  const Rate rate = script->film.frame_rate;
  const int64_t frame = std::max<int64_t>(0, first_at_or_after(time + Time{1}, rate) - 1);
  auto moment = find_moment(*script, engine, frame, problems, stop);
  if (!moment) return moment.error();

  Stage stage(script->film.size, rate);
  int64_t first = 0;
  for (Spoken& spoken : moment->scenes) {
    auto painted = paint_scene(*spoken.scene, script->film.size, problems);
    if (!painted) return painted.error();
    if (stop.stop_requested()) return cancelled();
    const bool last = spoken.scene == &script->scenes.back();
    const int64_t frames = spoken.speech.frames;
    stage.add_scene(*std::move(painted),
                    timing_of(*spoken.scene, first, std::move(spoken.speech), last));
    first += frames;
  }
  Canvas canvas(script->film.size);
  stage.paint(moment->frame, canvas.planes());
  return to_bitmap(canvas.planes());
}

Result<std::vector<std::string>> dump_svg(const ScriptSource& source, const std::string& folder,
                                          Problems& problems, std::stop_token stop) {
  const auto script = read_script(source, problems);
  if (!script) return script.error();
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure)
    return Error{ErrorKind::unwritable,
                 "cannot make the folder '" + folder + "': " + failure.message()};
  std::vector<std::string> files;
  for (const Scene& scene : script->scenes) {
    if (stop.stop_requested()) return cancelled();
    const auto slide = lay_out(scene, script->film.size, problems);
    if (!slide) return slide.error();
    const auto path = std::filesystem::path(folder) / file_name(scene, script->scenes.size());
    if (auto written = write_file(path, slide->svg); !written) return written.error();
    files.push_back(path.string());
  }
  return files;
}

}  // namespace talkie
