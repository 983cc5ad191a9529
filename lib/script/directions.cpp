// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/directions.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "script/files.h"
#include "script/inlines.h"
#include "script/limits.h"
#include "script/sound_values.h"
#include "script/values.h"
#include "script/visual_directions.h"

namespace talkie {

namespace {

class Director {
 public:
  Director(SceneBuilder& builder, Findings& findings) : builder_(builder), findings_(findings) {}

  struct Direction {
    std::string_view name;
    void (Director::*follow)(const Member&);
  };
  static const Direction* find(std::string_view key);
  static std::vector<std::string_view> names();

  void follow(const Value& directions) {
    for (const Member& member : directions.map) {
      const std::string key = plain_key(member.key);
      if (const Direction* direction = find(key))
        (this->*direction->follow)(member);
      else if (is_not_done_yet(key))
        findings_.warn(member.where, not_done_yet(key));
      else
        findings_.warn(member.where, "there is no stage direction '" + member.key +
                                         "'; it is ignored." + suggestion(key, names()));
    }
  }

 private:
  static const Direction kDirections[];

  Scene& scene(const Member& member) { return builder_.scene_for(member.where); }
  Utterance& voice_from(const Member& member) {
    builder_.scene_for(member.where);
    return builder_.voice();
  }

  void pause(const Member& member) {
    if (const auto length = read_length(member.value, "pause", kPauseLimits, findings_))
      builder_.pause(*length, member.where);
  }
  void duration(const Member& member) {
    if (const auto length = read_length(member.value, "duration", kDurationLimits, findings_))
      scene(member).duration = *length;
  }
  void voice(const Member& member) {
    if (const auto name = read_text(member.value, "voice", findings_))
      voice_from(member).voice = *name;
  }
  void speed(const Member& member) {
    if (const auto speed = read_speed(member.value, "voice-speed", findings_))
      voice_from(member).speed = *speed;
  }
  void pitch(const Member& member) {
    if (const auto pitch = read_pitch(member.value, "voice-pitch", findings_))
      voice_from(member).pitch = *pitch;
  }
  void volume(const Member& member) {
    if (const auto volume = read_volume(member.value, "voice-volume", findings_))
      voice_from(member).volume = *volume;
  }
  void music(const Member& member) {
    read_music(member.value, builder_.folder(), scene(member).music, findings_);
  }
  void sound(const Member& member) {
    if (auto effect = read_effect(member.value, builder_.folder(), findings_))
      builder_.sound_next(*std::move(effect));
  }
  void narration(const Member& member) {
    Scene& scene = this->scene(member);
    if (!scene.recording.empty())
      return findings_.fail(ErrorKind::bad_value, member.where,
                            "this scene has a narration already, and a file holds all of it");
    if (auto file = read_sound_file(member.value, "narration", builder_.folder(), findings_)) {
      scene.recording = *std::move(file);
      scene.recording_where = member.value.where;
    }
  }
  void language(const Member& member) {
    if (const auto tag = read_language(member.value, "language", findings_))
      voice_from(member).language = *tag;
  }
  void transition(const Member& member) {
    if (const auto transition = read_transition(member.value, "transition", findings_))
      scene(member).transition = *transition;
  }
  void layout(const Member& member) {
    scene(member).layout = known_layout(member.value, findings_);
  }
  void theme(const Member& member) {
    if (const auto name = read_text(member.value, "theme", findings_))
      scene(member).theme = theme_name(*name);
  }
  void background(const Member& member) {
    if (is_music(member.value))
      return read_background_music(member.value, builder_.folder(), scene(member).music, findings_);
    std::string& background = scene(member).background;
    background = read_background(member.value, builder_.folder(), findings_);
    if (!background.empty() && !background.starts_with('#'))
      warn_if_missing(background, member.value.where, findings_, kThemesGround);
  }
  void canvas(const Member& member) {
    const std::string colour =
        member.value.is_scalar() ? css_colour(member.value.text) : std::string();
    if (colour.empty())
      findings_.warn(member.where, not_done_yet("canvas") + " Colours such as '#1b2a4a' work.");
    else
      scene(member).background = colour;
  }
  void id(const Member& member) {
    if (const auto id = read_text(member.value, "id", findings_)) scene(member).id = *id;
  }
  void kicker(const Member& member) { label(member, Label::Role::kicker); }
  void subtitle(const Member& member) { label(member, Label::Role::subtitle); }
  void footer(const Member& member) { label(member, Label::Role::footer); }
  void statement(const Member& member) { label(member, Label::Role::statement); }
  void lower_third(const Member& member) { label(member, Label::Role::lower_third); }
  void label(const Member& member, Label::Role role) {
    const auto text = read_text(member.value, member.key, findings_);
    if (text && count_characters(*text) > kMaxLabelCharacters)
      findings_.fail(ErrorKind::too_large, member.value.where,
                     "'" + member.key + "' has more than " + std::to_string(kMaxLabelCharacters) +
                         " characters; shorten it");
    else if (text)
      builder_.label(role, read_line(*text, member.value.where, findings_), member.value.where);
  }
  void image(const Member& member) { show_file(member.value, MediaKind::by_name); }
  void video(const Member& member) { show_file(member.value, MediaKind::clip); }
  void terminal(const Member& member) { show_file(member.value, MediaKind::recording); }
  void show_file(const Value& value, MediaKind kind) {
    const MediaContext context{builder_.folder(), builder_.narakeet()};
    if (auto media = read_media(value, kind, context, findings_))
      builder_.show(*std::move(media), value.where);
  }
  void visual(const Member& member) { direct_visual(member.value, builder_, findings_); }
  void overlay(const Member& member) { direct_overlay(member.value, builder_, findings_); }
  void cue(const Member& member) { direct_cue(member.value, builder_, findings_); }
  void camera(const Member& member) { direct_camera(member.value, builder_, findings_); }
  void header_only(const Member& member) {
    findings_.fail(ErrorKind::bad_value, member.where,
                   "'" + member.key +
                       "' holds for the whole film; write it in the header at the top of the "
                       "script");
  }

  SceneBuilder& builder_;
  Findings& findings_;
};

const Director::Direction Director::kDirections[] = {
    {"pause", &Director::pause},
    {"duration", &Director::duration},
    {"voice", &Director::voice},
    {"voice-speed", &Director::speed},
    {"voice-pitch", &Director::pitch},
    {"voice-volume", &Director::volume},
    {"music", &Director::music},
    {"sound", &Director::sound},
    {"audio", &Director::sound},  // Narakeet's name
    {"narration", &Director::narration},
    {"language", &Director::language},
    {"lang", &Director::language},
    {"transition", &Director::transition},
    {"layout", &Director::layout},
    {"theme", &Director::theme},
    {"background", &Director::background},
    {"canvas", &Director::canvas},
    {"image", &Director::image},
    {"video", &Director::video},
    {"terminal", &Director::terminal},
    {"visual", &Director::visual},
    {"overlay", &Director::overlay},
    {"cue", &Director::cue},
    {"camera", &Director::camera},
    {"id", &Director::id},
    {"kicker", &Director::kicker},
    {"subtitle", &Director::subtitle},
    {"footer", &Director::footer},
    {"statement", &Director::statement},
    {"lower-third", &Director::lower_third},
    {"size", &Director::header_only},
    {"fps", &Director::header_only},
    {"frame-rate", &Director::header_only},
    {"title", &Director::header_only},
    {"author", &Director::header_only},
    {"cover", &Director::header_only},
    {"captions", &Director::header_only},
    {"subtitles", &Director::header_only},
    {"speakers", &Director::header_only},
    {"lexicon", &Director::header_only},
    {"loudness", &Director::header_only},
};

const Director::Direction* Director::find(std::string_view key) {
  const auto* found = std::find_if(std::begin(kDirections), std::end(kDirections),
                                   [key](const Direction& d) { return d.name == key; });
  return found == std::end(kDirections) ? nullptr : found;
}

std::vector<std::string_view> Director::names() {
  std::vector<std::string_view> names;
  for (const Direction& direction : kDirections)
    names.push_back(direction.name);
  return names;
}

bool is_key(std::string_view word) {
  if (word.empty() || word.size() > 40) return false;
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

bool is_group_of_keys(const Value& value) {
  return value.is(Value::Type::map) && !value.map.empty() &&
         std::all_of(value.map.begin(), value.map.end(),
                     [](const Member& member) { return is_key(member.key); });
}

bool every_key_has_a_value(const Value& group) {
  return std::none_of(group.map.begin(), group.map.end(),
                      [](const Member& member) { return member.value.is(Value::Type::null); });
}

bool is_known_key(std::string_view key) {
  const std::string name = plain_key(key);
  return Director::find(name) || is_not_done_yet(name);
}

}  // namespace

std::optional<Value> read_direction(std::string_view text, const Place& where, Findings& findings) {
  if (text.size() < 4 || text.front() != '(' || text.back() != ')') return {};
  const std::string body(text.substr(1, text.size() - 2));
  const size_t colon = body.find(':');
  if (colon == std::string::npos || !is_key(trim(std::string_view(body).substr(0, colon))))
    return {};
  // As written; with its first key under the next lines' keys; and with commas, on one line.
  struct Reading {
    std::string yaml;
    Place origin;
  };
  const Place inside{where.file, where.line, where.column + 1};
  const Reading flow{"{" + body + "}", where};
  std::vector<Reading> readings{{body, inside}, {" " + body, where}, flow};
  // A comma at a line's end is no part of a value, if what follows it is a key and its value.
  if (body.find(",\n") != std::string::npos) readings.insert(readings.begin(), flow);
  std::optional<Error> broken;
  for (const Reading& reading : readings) {
    const Result<Value> parsed = parse_yaml(reading.yaml, reading.origin);
    if (parsed && is_group_of_keys(*parsed) &&
        (reading.yaml != flow.yaml || every_key_has_a_value(*parsed)))
      return *parsed;
    if (!parsed && !broken) broken = parsed.error();
  }
  if (broken && is_known_key(trim(std::string_view(body).substr(0, colon)))) {
    findings.fail(broken->kind, broken->where,
                  "this stage direction cannot be read: " + broken->message);
    Value nothing;
    nothing.type = Value::Type::map;
    return nothing;
  }
  return {};
}

bool is_known_direction(const Value& directions) {
  return std::all_of(directions.map.begin(), directions.map.end(),
                     [](const Member& member) { return is_known_key(member.key); });
}

void follow_directions(const Value& directions, SceneBuilder& builder, Findings& findings) {
  Director(builder, findings).follow(directions);
}

}  // namespace talkie
