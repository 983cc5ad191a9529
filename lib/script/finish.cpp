// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/finish.h"

#include <glib.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "script/clip_info.h"
#include "script/script.h"
#include "script/values.h"

namespace talkie {

namespace {

using namespace std::chrono_literals;
constexpr Time kFirstLead = 500ms;
constexpr Time kLead = 350ms;
constexpr Time kCutLead = 200ms;
constexpr Time kTail = 350ms;
constexpr Time kLastTail = 1500ms;

const Heading* first_heading(const Scene& scene) {
  for (const Block& block : scene.blocks)
    if (const auto* heading = std::get_if<Heading>(&block.content)) return heading;
  return nullptr;
}

std::string title_of(const Script& script) {
  for (const Scene& scene : script.scenes)
    if (const Heading* heading = first_heading(scene); heading && heading->level <= 2)
      return plain_text(heading->text);
  return {};
}

void name_scenes(Script& script, Findings& findings) {
  std::set<std::string> taken;
  std::map<std::string, int> next;  // the number to try for a name that is taken
  for (Scene& scene : script.scenes) {
    const bool chosen = !scene.id.empty();
    std::string base = slug(scene.id);
    if (const Heading* heading = first_heading(scene); base.empty() && heading)
      base = slug(plain_text(heading->text));
    if (base.empty()) base = "scene-" + std::to_string(&scene - script.scenes.data() + 1);
    std::string id = base;
    int& number = next.try_emplace(base, 2).first->second;
    while (!taken.insert(id).second)
      id = base + "-" + std::to_string(number++);
    if (chosen && id != scene.id)
      findings.warn(scene.where, "the id '" + scene.id + "' is " +
                                     (id == base ? "written" : "taken, so this scene is called") +
                                     " '" + id + "'");
    scene.id = id;
  }
}

void mark_morphs(Script& script) {
  bool next_comes_so = false;
  for (auto scene = script.scenes.rbegin(); scene != script.scenes.rend(); ++scene) {
    const bool comes_so = scene->transition.kind == Transition::Kind::morph &&
                          std::next(scene) != script.scenes.rend();
    scene->morphs = comes_so || next_comes_so;
    next_comes_so = comes_so;
  }
}

// One number for all the scenes over which one `music` key of the script plays.
void number_music(std::vector<Scene>& scenes) {
  int section = -1;
  const Music* playing = nullptr;
  for (Scene& scene : scenes) {
    if (scene.music && (!playing || playing->where != scene.music->where)) ++section;
    playing = scene.music ? &*scene.music : nullptr;
    if (scene.music) scene.music->section = section;
  }
}

// From a scene's start to its first words. A recording begins with its words.
std::optional<Time> silence_before_words(const Scene& scene) {
  Time silence = scene.lead;
  for (const NarrationStep& step : scene.narration) {
    const auto* pause = std::get_if<Pause>(&step);
    if (!pause || !scene.recording.empty()) return silence;
    silence += pause->length;
  }
  return {};
}

// What scenes' sound depends on besides themselves.
void join_sounds(Script& script) {
  std::vector<Scene>& scenes = script.scenes;
  script.film.stereo = std::ranges::any_of(
      scenes, [](const Scene& scene) { return scene.music || !scene.effects.empty(); });
  for (size_t i = 0; i < scenes.size(); ++i) {
    Scene& scene = scenes[i];
    const Scene* next = i + 1 < scenes.size() ? &scenes[i + 1] : nullptr;
    scene.film.stereo = script.film.stereo;
    scene.voice_follows = next ? silence_before_words(*next) : std::nullopt;
    if (scene.music)
      scene.music->ends = !next || !next->music || next->music->section != scene.music->section;
  }
}

bool is_spoken(const Scene& scene) {
  return std::ranges::any_of(scene.narration, [](const NarrationStep& step) {
    return std::holds_alternative<Utterance>(step);
  });
}

// A scene in which nothing is said lasts as long as its clips. What is wrong with a clip is the
// page's to say.
void last_as_long_as_clips(Scene& scene) {
  if (is_spoken(scene) || scene.duration) return;
  const Time most = from_seconds(kDurationLimits.high);
  for (const Block& block : scene.blocks)
    if (const auto* clip = std::get_if<Clip>(&block.content))
      if (const auto part = part_of(*clip))
        scene.duration = std::max(scene.duration.value_or(Time{}), std::min(part->length, most));
}

Time lead_of(const Scene& scene, bool first) {
  if (first) return kFirstLead;
  return scene.transition.kind == Transition::Kind::cut ? kCutLead : kLead;
}

}  // namespace

std::string slug(std::string_view text) {
  const std::unique_ptr<char, decltype(&g_free)> lower(
      g_utf8_strdown(text.data(), static_cast<gssize>(text.size())), g_free);
  constexpr int kMaxCharacters = 60;
  std::string slug;
  int characters = 0;
  bool gap = false;
  for (const char* at = lower.get(); *at && characters < kMaxCharacters;
       at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (c == '\'' || c == 0x2019) continue;  // don't -> dont
    // Marks belong to the letters before them in many scripts.
    if (!g_unichar_isalnum(c) && !g_unichar_ismark(c)) {
      gap = !slug.empty();
      continue;
    }
    if (std::exchange(gap, false)) slug += '-';
    slug.append(at, static_cast<size_t>(g_utf8_next_char(at) - at));
    ++characters;
  }
  return slug;
}

void finish_scenes(Script& script, Findings& findings) {
  name_scenes(script, findings);
  mark_morphs(script);
  if (script.film.title.empty()) script.film.title = title_of(script);
  const auto count = static_cast<int>(script.scenes.size());
  for (int i = 0; i < count; ++i) {
    Scene& scene = script.scenes[static_cast<size_t>(i)];
    scene.film = script.film;
    scene.index = i;
    scene.count = count;
    const bool last = i == count - 1;
    if (scene.lead == kNotSaid) scene.lead = lead_of(scene, i == 0);
    if (scene.tail == kNotSaid) scene.tail = last ? kLastTail : kTail;
    scene.fade_out = scene.fade_out || last;
    last_as_long_as_clips(scene);
    check_recording(scene, findings);
  }
  number_music(script.scenes);
  join_sounds(script);
}

void check_recording(const Scene& scene, Findings& findings) {
  if (scene.recording.empty() || is_spoken(scene)) return;
  findings.fail(ErrorKind::bad_value, scene.recording_where,
                "this scene has a recording and no words; write what is said in it as paragraphs, "
                "for the captions and for everything that happens at words");
}

namespace {

std::optional<int> parse_scene_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1) return {};
  return number;
}

// Marks the scenes of one part of a range ("3", "3-5", "-2", "4-"). False where it is none.
bool mark_part(std::string_view part, std::vector<bool>& kept) {
  const auto count = static_cast<int>(kept.size());
  const size_t dash = part.find('-');
  const std::string_view left = trim(part.substr(0, dash));
  const std::string_view right =
      dash == std::string_view::npos ? left : trim(part.substr(dash + 1));
  if (left.empty() && right.empty()) return false;
  const auto first = left.empty() ? 1 : parse_scene_number(left);
  const auto last = right.empty() ? count : parse_scene_number(right);
  if (!first || !last || (!right.empty() && *first > *last)) return false;
  for (int number = *first; number <= std::min(*last, count); ++number)
    kept[static_cast<size_t>(number) - 1] = true;
  return *first <= count;
}

}  // namespace

Result<void> select_scenes(Script& script, std::string_view range) {
  if (trim(range).empty()) return {};
  std::vector<bool> kept(script.scenes.size(), false);
  for (const std::string_view part : split(range, ','))
    if (!mark_part(trim(part), kept))
      return Error{ErrorKind::bad_value,
                   "'" + std::string(range) + "' is no range of this film's " +
                       std::to_string(kept.size()) +
                       " scenes; write 3, 3-5, -2 (up to 2), 4- (from 4), or several with commas"};
  std::vector<Scene> scenes;
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i]) scenes.push_back(std::move(script.scenes[i]));
  script.scenes = std::move(scenes);
  mark_morphs(script);
  for (size_t i = 0; i < script.scenes.size(); ++i) {
    Scene& scene = script.scenes[i];
    const bool last = i + 1 == script.scenes.size();
    // What the script says itself stays.
    if (i == 0 && scene.lead == lead_of(scene, false)) scene.lead = kFirstLead;
    if (last && scene.tail == kTail) scene.tail = kLastTail;
    if (last) scene.fade_out = true;
    scene.index = static_cast<int>(i);
    scene.count = static_cast<int>(script.scenes.size());
  }
  join_sounds(script);
  return {};
}

}  // namespace talkie
