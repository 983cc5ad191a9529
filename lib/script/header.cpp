// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/header.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "script/files.h"
#include "script/limits.h"
#include "script/sound_values.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr std::string_view kNotDoneYet[] = {
    "asset-resize",    "audio",       "background-volume",
    "callout",         "font-size",   "font",
    "emphasis",        "loop",        "narration-mode",
    "pronunciation",   "quality",     "resize",
    "shorten-silence", "sync",        "target",
    "voice-emphasis",  "voice-style", "volume",
};

class HeaderReader {
 public:
  HeaderReader(Header& header, Findings& findings) : header_(header), findings_(findings) {}

  void read(const Value& group, const std::vector<std::string_view>& skip) {
    // In the order of the table: the dialect and the folder's users come after what they need.
    for (const Key& key : kKeys)
      for (const Member& member : group.map)
        if (plain_key(member.key) == key.name) read(key, member.value);
    for (const Member& member : group.map)
      if (std::find(skip.begin(), skip.end(), member.key) == skip.end()) warn_if_unknown(member);
  }

 private:
  struct Key {
    std::string_view name;
    void (HeaderReader::*read)(const Value&);
  };
  static const std::array<Key, 29> kKeys;

  void read(const Key& key, const Value& value) {
    key_ = key.name;
    // `theme:` with nothing behind it means: as if it was not there.
    if (value.is(Value::Type::null) && key.name != "background") return;
    (this->*key.read)(value);
  }

  void warn_if_unknown(const Member& member) {
    const std::string name = plain_key(member.key);
    std::vector<std::string_view> known;
    for (const Key& key : kKeys)
      known.push_back(key.name);
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    if (is_not_done_yet(name))
      findings_.warn(member.where, not_done_yet(name));
    else
      findings_.warn(member.where, "there is no header key '" + member.key + "'; it is ignored." +
                                       suggestion(name, known));
  }

  template <typename T>
  static void keep(std::optional<T> value, T& into) {
    if (value) into = std::move(*value);
  }

  void dialect(const Value& value) {
    const std::string name = to_lower(trim(value.is_scalar() ? value.text : ""));
    if (name == "talkie")
      header_.dialect = Dialect::talkie;
    else if (name == "narakeet")
      header_.dialect = Dialect::narakeet;
    else if (name != "auto")
      findings_.fail(wrong_value(value, "dialect", "talkie or narakeet"));
  }
  void title(const Value& value) { label(value, film().title); }
  void author(const Value& value) { label(value, film().author); }
  void label(const Value& value, std::string& into) {
    auto text = read_text(value, key_, findings_);
    if (text && count_characters(*text) > kMaxLabelCharacters)
      findings_.fail(ErrorKind::too_large, value.where,
                     "'" + std::string(key_) + "' has more than " +
                         std::to_string(kMaxLabelCharacters) + " characters; shorten it");
    keep(std::move(text), into);
  }
  void language(const Value& value) {
    keep(read_language(value, key_, findings_), film().language);
  }
  void size(const Value& value) { keep(read_size(value, key_, findings_), film().size); }
  void rate(const Value& value) { keep(read_rate(value, key_, findings_), film().frame_rate); }
  void captions(const Value& value) {
    keep(read_captions(value, key_, findings_), film().captions);
  }
  void video(const Value& value) {
    const std::string word = value.is_scalar() ? to_lower(value.text) : "";
    if (word == "none" || word == "no" || word == "false" || word == "off")
      film().video = false;
    else if (word == "true" || word == "yes" || word == "on" || word == "auto")
      film().video = true;
    else
      findings_.fail(wrong_value(value, "video",
                                 "none (the film is sound only) or true; a scene shows a video "
                                 "with (video: clip.mp4)"));
  }
  // The picture of a film of sound alone.
  void cover(const Value& value) {
    const auto name = read_text(value, key_, findings_);
    if (!name || name->empty()) return;
    auto path = resolve_asset(film().folder, *name, value.where);
    if (!path) return findings_.fail(path.error());
    if (fail_if_missing(*path, value.where, findings_)) film().cover = *std::move(path);
  }
  void voice(const Value& value) { keep(read_text(value, key_, findings_), header_.voice.voice); }
  void speed(const Value& value) { keep(read_speed(value, key_, findings_), header_.voice.speed); }
  void pitch(const Value& value) { keep(read_pitch(value, key_, findings_), header_.voice.pitch); }
  void volume(const Value& value) {
    keep(read_volume(value, key_, findings_), header_.voice.volume);
  }
  void speakers(const Value& value) { read_speakers(value, header_.speakers, findings_); }
  void lexicon(const Value& value) {
    header_.lexicon = {};
    header_.lexicon.read(value, film().folder, findings_);
  }
  void loudness(const Value& value) {
    keep(read_loudness(value, key_, findings_), film().loudness);
  }
  void music(const Value& value) {
    read_music(value, film().folder, header_.scene.music, findings_);
  }
  void music_volume(const Value& value) {
    const auto volume = read_volume(value, key_, findings_);
    if (volume && header_.scene.music) header_.scene.music->volume = *volume;
  }
  void theme(const Value& value) {
    if (const auto text = read_text(value, key_, findings_))
      header_.scene.theme = theme_name(*text);
  }
  void transition(const Value& value) {
    keep(read_transition(value, key_, findings_), header_.scene.transition);
  }
  void background(const Value& value) {
    if (is_music(value))
      return read_background_music(value, film().folder, header_.scene.music, findings_);
    header_.scene.background = read_background(value, film().folder, findings_);
    if (!header_.scene.background.empty() && !header_.scene.background.starts_with('#'))
      warn_if_missing(header_.scene.background, value.where, findings_, kThemesGround);
  }
  void canvas(const Value& value) {
    const std::string colour = value.is_scalar() ? css_colour(value.text) : "";
    if (colour.empty())
      findings_.warn(value.where, not_done_yet("canvas") + " Colours such as '#1b2a4a' work.");
    else
      header_.scene.background = colour;
  }
  void layout(const Value& value) { header_.scene.layout = known_layout(value, findings_); }
  void nothing(const Value&) {}

  Film& film() { return header_.scene.film; }

  Header& header_;
  Findings& findings_;
  std::string_view key_;
};

const std::array<HeaderReader::Key, 29> HeaderReader::kKeys = {{
    {"dialect", &HeaderReader::dialect},
    {"title", &HeaderReader::title},
    {"author", &HeaderReader::author},
    {"language", &HeaderReader::language},
    {"lang", &HeaderReader::language},
    {"size", &HeaderReader::size},
    {"fps", &HeaderReader::rate},
    {"frame-rate", &HeaderReader::rate},
    {"framerate", &HeaderReader::rate},
    {"captions", &HeaderReader::captions},
    {"subtitles", &HeaderReader::captions},
    {"video", &HeaderReader::video},
    {"cover", &HeaderReader::cover},
    {"voice", &HeaderReader::voice},
    {"voice-speed", &HeaderReader::speed},
    {"voice-pitch", &HeaderReader::pitch},
    {"voice-volume", &HeaderReader::volume},
    {"speakers", &HeaderReader::speakers},
    {"lexicon", &HeaderReader::lexicon},
    {"loudness", &HeaderReader::loudness},
    {"music", &HeaderReader::music},
    {"theme", &HeaderReader::theme},
    {"transition", &HeaderReader::transition},
    {"canvas", &HeaderReader::canvas},
    {"background", &HeaderReader::background},
    {"background-volume", &HeaderReader::music_volume},
    {"layout", &HeaderReader::layout},
    {"talkie", &HeaderReader::nothing},   // the version of the language, for later
    {"version", &HeaderReader::nothing},  // of JSON scripts, read before
}};

// A setting is one value as YAML would read it; what YAML cannot read is the text itself.
Value value_of_setting(const std::string& text) {
  Value value;
  value.type = Value::Type::string;
  value.text = text;
  if (const Result<Value> parsed = parse_yaml(text, Place{});
      parsed && (parsed->is(Value::Type::number) || parsed->is(Value::Type::boolean) ||
                 (parsed->is(Value::Type::string) && !text.starts_with('#'))))
    value = *parsed;
  value.where = Place{};
  return value;
}

Value group_of(const std::vector<std::pair<std::string, std::string>>& settings) {
  Value group;
  group.type = Value::Type::map;
  for (const auto& [key, text] : settings)
    group.map.push_back({key, Place{}, value_of_setting(text)});
  return group;
}

}  // namespace

Header begin_header(const std::string& file, const ScriptOptions& options, Findings& findings) {
  Header header;
  header.scene.film.folder = folder_of(file);
  HeaderReader(header, findings).read(group_of(options.defaults), {});
  return header;
}

void read_header(const Value& group, Header& header, Findings& findings,
                 const std::vector<std::string_view>& skip) {
  HeaderReader(header, findings).read(group, skip);
}

void apply_settings(const ScriptOptions& options, Header& header, Findings& findings) {
  HeaderReader(header, findings).read(group_of(options.settings), {});
}

std::string theme_name(std::string_view word) {
  const std::string_view name = trim(word);
  if (name == "light" || name == "default") return "ink";
  if (name == "dark") return "midnight";
  return std::string(name);
}

std::string plain_key(std::string_view key) {
  std::string plain = to_lower(trim(key));
  std::replace(plain.begin(), plain.end(), '_', '-');
  return plain;
}

bool is_not_done_yet(std::string_view key) {
  return std::find(std::begin(kNotDoneYet), std::end(kNotDoneYet), key) != std::end(kNotDoneYet);
}

std::string not_done_yet(std::string_view key) {
  return "'" + std::string(key) + "' is understood and not done yet; the film is made without it.";
}

}  // namespace talkie
