// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene from JSON, every field checked.
#include "base/text.h"
#include "script/cue_text.h"
#include "script/limits.h"
#include "script/scene_json.h"
#include "script/script.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr Limits kAnySeconds{0, 86'400};

class SceneReader {
 public:
  SceneReader(const Utterance& voice, SceneSource source, Scene& scene, Findings& findings)
      : voice_(voice), source_(source), scene_(scene), findings_(findings) {}

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
      if (source_ == SceneSource::wire)
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
      read_step(step);
    for (const Value& cue : fields.list("cues"))
      read_cue(cue);
    if (const Value* duration = fields.take("duration"))
      scene_.duration = read_length(*duration, "duration", kDurationLimits, findings_);
    fields.length("lead", kAnySeconds, scene_.lead);
    fields.length("tail", kAnySeconds, scene_.tail);
    fields.flag("fade_out", scene_.fade_out);
    read_where(fields, scene_.where, findings_);
    fields.warn_of_unknown();
    check_limits();
    check_cues();
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

  // Cues need words that are there.
  void check_cues() {
    const auto steps = static_cast<int>(scene_.narration.size());
    for (const Cue& cue : scene_.cues) {
      const auto* said =
          cue.step < steps
              ? std::get_if<Utterance>(&scene_.narration[static_cast<size_t>(cue.step)])
              : nullptr;
      if (cue.step > steps || cue.offset > (said ? said->text.size() : 0))
        findings_.fail(ErrorKind::bad_value, cue.where,
                       "this cue is at a word that the narration does not have");
    }
    if (scene_.cues.size() > kMaxCues)
      findings_.fail(ErrorKind::too_large, scene_.where,
                     "this scene has more than " + std::to_string(kMaxCues) + " cues");
  }

  void read_step(const Value& value) {
    Utterance utterance = voice_;
    utterance.where = value.where;
    if (value.is(Value::Type::string)) {
      utterance.text = value.text;
      scene_.narration.emplace_back(std::move(utterance));
      return;
    }
    Fields fields(value, "a narration step", findings_);
    if (const Value* pause = fields.take("pause")) {
      const auto length = read_length(*pause, "pause", kPauseLimits, findings_);
      scene_.narration.emplace_back(Pause{length.value_or(Time{})});
    } else {
      if (!fields.take("say") && value.is(Value::Type::map))
        findings_.fail(ErrorKind::bad_value, value.where,
                       "a narration step needs 'say' (a text) or 'pause' (seconds)");
      fields.text("say", utterance.text);
      fields.text("caption", utterance.caption);
      fields.text("voice", utterance.voice);
      if (const Value* language = fields.take("language"))
        utterance.language =
            read_language(*language, "language", findings_).value_or(utterance.language);
      fields.number("speed", kSpeedLimits, utterance.speed);
      read_where(fields, utterance.where, findings_);
      scene_.narration.emplace_back(std::move(utterance));
    }
    fields.warn_of_unknown();
  }

  const Utterance& voice_;
  const SceneSource source_;
  Scene& scene_;
  Findings& findings_;
};

}  // namespace

void read_scene(const Value& value, const Utterance& voice, SceneSource source, Scene& scene,
                Findings& findings) {
  SceneReader(voice, source, scene, findings).read(value);
}

Result<Scene> scene_from_json(std::string_view json, Problems& problems) {
  const Result<Value> value = parse_json(json, "");
  if (!value) {
    problems.fail(value.error().where, value.error().message);
    return value.error();
  }
  Scene scene;
  Findings findings;
  read_scene(*value, Utterance{}, SceneSource::wire, scene, findings);
  const Result<void> verdict = findings.verdict();
  findings.deliver(problems);
  if (!verdict) return verdict.error();
  return scene;
}

}  // namespace talkie
