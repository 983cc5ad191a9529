// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene from JSON, every field checked.
#include "base/text.h"
#include "script/cue_text.h"
#include "script/files.h"
#include "script/finish.h"
#include "script/limits.h"
#include "script/scene_json.h"
#include "script/script.h"
#include "script/sound_values.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr Limits kAnySeconds{0, 86'400};

class SceneReader {
 public:
  SceneReader(const Header* script, Scene& scene, Findings& findings)
      : script_(script), scene_(scene), findings_(findings) {}

  void read(const Value& value) {
    scene_.where = value.where;
    Fields fields(value, "a scene", findings_);
    int version = kSceneVersion;
    fields.whole("version", kAnyCount, version);
    if (version != kSceneVersion)
      findings_.fail(ErrorKind::unsupported, value.find("version")->where,
                     "this scene is of version " + std::to_string(version) +
                         ", and this program knows version 1");
    fields.text("id", scene_.id);
    fields.whole("index", kAnyCount, scene_.index);
    fields.whole("count", kAnyCount, scene_.count);
    if (const Value* film = fields.take("film")) {
      if (!script_)
        read_film(*film);
      else
        findings_.warn(film->where,
                       "what holds for the whole film is said by the script's own keys, beside "
                       "'scenes'; this is ignored");
    }
    read_look(fields);
    for (const Value& block : fields.list("blocks"))
      if (auto read = read_block(block, scene_.film.folder, findings_))
        scene_.blocks.push_back(*std::move(read));
    for (const Value& step : fields.list("narration"))
      scene_.narration.push_back(read_step(step, script_, findings_));
    for (const Value& cue : fields.list("cues"))
      read_cue(cue);
    read_sound(fields);
    if (const Value* duration = fields.take("duration"))
      scene_.duration = read_length(*duration, "duration", kDurationLimits, findings_);
    fields.length("lead", kAnySeconds, scene_.lead);
    fields.length("tail", kAnySeconds, scene_.tail);
    fields.flag("fade_out", scene_.fade_out);
    read_where(fields, scene_.where, findings_);
    fields.warn_of_unknown();
    check_limits();
    check_cues();
    check_effects();
    check_recording(scene_, findings_);
  }

 private:
  // The same as in Markdown.
  void check_limits() {
    size_t spoken = 0;
    for (const NarrationStep& step : scene_.narration)
      if (const auto* utterance = std::get_if<Utterance>(&step))
        spoken += count_characters(utterance->text);
    if (spoken > kMaxSpokenCharacters)
      findings_.fail(ErrorKind::too_large, scene_.where,
                     "more than " + std::to_string(kMaxSpokenCharacters) +
                         " characters are spoken in this scene; split it into several");
    for (const Block& block : scene_.blocks)
      if (const auto* heading = std::get_if<Heading>(&block.content);
          heading && count_characters(plain_text(heading->text)) > kMaxHeadingCharacters)
        findings_.fail(ErrorKind::too_large, block.where,
                       "this heading has more than " + std::to_string(kMaxHeadingCharacters) +
                           " characters; shorten it");
  }

  void read_film(const Value& value) {
    Film& film = scene_.film;
    Fields fields(value, "a film", findings_);
    fields.text("title", film.title);
    fields.text("author", film.author);
    if (const Value* language = fields.take("language"))
      film.language = read_language(*language, "language", findings_).value_or(film.language);
    if (const Value* size = fields.take("size"))
      film.size = read_size(*size, "size", findings_).value_or(film.size);
    if (const Value* rate = fields.take("frame_rate"))
      film.frame_rate = read_rate(*rate, "frame_rate", findings_).value_or(film.frame_rate);
    fields.choice("captions", kCaptionModeNames, film.captions);
    fields.flag("video", film.video);
    fields.number("loudness", kLoudnessLimits, film.loudness);
    fields.flag("stereo", film.stereo);
    fields.text("folder", film.folder);
    fields.warn_of_unknown();
  }

  void read_look(Fields& fields) {
    fields.text("theme", scene_.theme);
    if (const Value* layout = fields.take("layout"))
      scene_.layout = known_layout(*layout, findings_);
    if (const Value* background = fields.take("background"))
      scene_.background = read_background(*background, scene_.film.folder, findings_);
    if (const Value* transition = fields.take("transition"))
      scene_.transition =
          read_transition(*transition, "transition", findings_).value_or(scene_.transition);
    fields.choice("camera", kMovementNames, scene_.camera);
    // A script's own are found when all its scenes are known.
    fields.flag("morphs", scene_.morphs);
  }

  void read_cue(const Value& value) {
    Cue& cue = scene_.cues.emplace_back();
    cue.where = value.where;
    Fields fields(value, "a cue", findings_);
    int offset = 0;
    fields.choice("kind", kCueNames, cue.kind);
    fields.text("what", cue.what);
    fields.whole("step", kAnyCount, cue.step);
    fields.whole("offset", kAnyCount, offset);
    cue.offset = static_cast<size_t>(offset);
    read_where(fields, cue.where, findings_);
    fields.warn_of_unknown();
    check_cue(cue, findings_);
  }

  // Cues and sounds need words that are there.
  [[nodiscard]] bool has_word(int step, size_t offset) const {
    const auto steps = static_cast<int>(scene_.narration.size());
    if (step > steps) return false;
    const auto* said = step < steps
                           ? std::get_if<Utterance>(&scene_.narration[static_cast<size_t>(step)])
                           : nullptr;
    return offset <= (said ? said->text.size() : 0);
  }

  void check_cues() {
    for (const Cue& cue : scene_.cues) {
      if (!has_word(cue.step, cue.offset))
        findings_.fail(ErrorKind::bad_value, cue.where,
                       "this cue is at a word that the narration does not have");
    }
    if (scene_.cues.size() > kMaxCues)
      findings_.fail(ErrorKind::too_large, scene_.where,
                     "this scene has more than " + std::to_string(kMaxCues) + " cues");
  }

  void check_effects() {
    for (const Effect& effect : scene_.effects)
      if (!has_word(effect.step, effect.offset))
        findings_.fail(ErrorKind::bad_value, effect.where,
                       "this sound is at a word that the narration does not have");
    if (scene_.effects.size() > kMaxEffects)
      findings_.fail(ErrorKind::too_large, scene_.where,
                     "this scene has more than " + std::to_string(kMaxEffects) + " sounds");
  }

  void read_sound(Fields& fields) {
    if (const Value* recording = fields.take("recording")) read_recording(*recording);
    if (const Value* music = fields.take("music")) read_music_of(*music);
    for (const Value& effect : fields.list("effects"))
      read_effect_of(effect);
    // In a script it is found when all the scenes are known.
    if (const Value* follows = fields.take("voice_follows"))
      scene_.voice_follows = read_length(*follows, "voice_follows", kAnySeconds, findings_);
  }

  // A field with the name of a file.
  void read_path(const Value& value, std::string& path) {
    const auto name = read_text(value, "path", findings_);
    if (!name) return;
    Result<std::string> found = resolve_asset(scene_.film.folder, *name, value.where);
    if (found)
      path = *std::move(found);
    else
      findings_.fail(found.error());
  }
  void read_path(Fields& fields, const Value& group, std::string& path) {
    if (const Value* value = fields.take("path"))
      read_path(*value, path);
    else if (group.is(Value::Type::map))
      findings_.fail(ErrorKind::bad_value, group.where, "a sound needs the 'path' of its file");
  }

  void read_recording(const Value& value) {
    scene_.recording_where = value.where;
    if (value.is_scalar()) return read_path(value, scene_.recording);
    Fields fields(value, "a recording", findings_);
    read_path(fields, value, scene_.recording);
    read_where(fields, scene_.recording_where, findings_);
    fields.warn_of_unknown();
  }

  void read_music_of(const Value& value) {
    if (value.is_scalar()) return read_music(value, scene_.film.folder, scene_.music, findings_);
    Music music;
    music.where = value.where;
    Fields fields(value, "music", findings_);
    read_path(fields, value, music.path);
    fields.whole("section", kAnyCount, music.section);
    fields.number("volume", kVolumeLimits, music.volume);
    fields.flag("loop", music.loop);
    fields.length("fade_in", kFadeLimits, music.fade_in);
    fields.length("fade_out", kFadeLimits, music.fade_out);
    fields.number("ducking", kDuckingLimits, music.ducking);
    fields.flag("ends", music.ends);
    read_where(fields, music.where, findings_);
    fields.warn_of_unknown();
    scene_.music = std::move(music);
  }

  void read_effect_of(const Value& value) {
    Effect& effect = scene_.effects.emplace_back();
    effect.where = value.where;
    Fields fields(value, "a sound", findings_);
    int offset = 0;
    read_path(fields, value, effect.path);
    fields.number("volume", kVolumeLimits, effect.volume);
    fields.whole("step", kAnyCount, effect.step);
    fields.whole("offset", kAnyCount, offset);
    effect.offset = static_cast<size_t>(offset);
    read_where(fields, effect.where, findings_);
    fields.warn_of_unknown();
  }

  const Header* script_;
  Scene& scene_;
  Findings& findings_;
};

}  // namespace

void read_scene(const Value& value, const Header* script, Scene& scene, Findings& findings) {
  SceneReader(script, scene, findings).read(value);
}

Result<Scene> scene_from_json(std::string_view json, Problems& problems) {
  const Result<Value> value = parse_json(json, "");
  if (!value) {
    problems.fail(value.error().where, value.error().message);
    return value.error();
  }
  Scene scene;
  Findings findings;
  read_scene(*value, nullptr, scene, findings);
  const Result<void> verdict = findings.verdict();
  findings.deliver(problems);
  if (!verdict) return verdict.error();
  return scene;
}

}  // namespace talkie
