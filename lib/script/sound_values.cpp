// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/sound_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <vector>

#include "base/text.h"
#include "script/files.h"

namespace talkie {

namespace {

struct NamedFactor {
  std::string_view name;
  double value;
};
constexpr NamedFactor kPitches[] = {{"x-low", 0.7}, {"low", 0.85}, {"medium", 1},  {"default", 1},
                                    {"normal", 1},  {"high", 1.2}, {"x-high", 1.4}};
constexpr NamedFactor kVolumes[] = {{"silent", 0},  {"x-soft", 0.25}, {"soft", 0.5}, {"medium", 1},
                                    {"default", 1}, {"normal", 1},    {"loud", 1.4}, {"x-loud", 2}};
constexpr NamedFactor kLoudnesses[] = {
    {"podcast", -16}, {"youtube", -14}, {"spotify", -14}, {"broadcast", -23}};

constexpr const char* kMusicForm =
    "a file with options, such as 'song.mp3 0.3 fade-in 2 fade-out 3', a group {file: song.mp3, "
    "volume: 0.3, loop: true, fade-in: 2, fade-out: 3, ducking: 12}, or none";

std::optional<double> named(std::string_view word, std::span<const NamedFactor> names) {
  const auto found =
      std::ranges::find_if(names, [word](const NamedFactor& n) { return n.name == word; });
  if (found == names.end()) return {};
  return found->value;
}

std::optional<double> parse_real(std::string_view text) {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return {};
  return number;
}

bool take_ending(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.remove_suffix(ending.size());
  text = trim(text);
  return true;
}

// "0.5", "50%", "+20%" (more than it was), "-6dB".
std::optional<double> parse_factor(std::string_view text) {
  const bool relative = text.starts_with('+') || text.starts_with('-');
  if (take_ending(text, "%")) {
    const auto percent = parse_real(text);
    if (!percent) return {};
    return (relative ? 100 + *percent : *percent) / 100;
  }
  if (take_ending(text, "db")) {
    const auto decibels = parse_real(text);
    if (!decibels) return {};
    return std::pow(10, *decibels / 20);
  }
  return parse_real(text);
}

std::optional<double> read_factor(const Value& value, std::string_view key, Limits limits,
                                  std::span<const NamedFactor> names, const std::string& form,
                                  Findings& findings) {
  const std::string word = value.is_scalar() ? to_lower(trim(value.text)) : "";
  auto factor = named(word, names);
  if (!factor) factor = parse_factor(word);
  if (factor && *factor >= limits.low && *factor <= limits.high) return factor;
  findings.fail(wrong_value(value, key, form));
  return {};
}

// Its absolute path. That it is not there is an error: a film without a sound that its script has
// is another film.
std::optional<std::string> find_sound(std::string_view name, const std::string& folder,
                                      const Place& where, Findings& findings) {
  Result<std::string> path = resolve_asset(folder, name, where);
  if (!path) {
    findings.fail(path.error());
    return {};
  }
  if (!fail_if_missing(*path, where, findings)) return {};
  return *std::move(path);
}

// A text of a file's name and words behind it. A name has spaces where its ending shows it.
struct FileWords {
  std::string_view file;
  std::vector<std::string_view> words;
};
FileWords split_words(std::string_view text) {
  text = trim(text);
  size_t end = std::min(text.find(' '), text.size());
  for (size_t at = end;; at = std::min(text.find(' ', at + 1), text.size())) {
    if (is_sound_file(text.substr(0, at))) {
      end = at;
      break;
    }
    if (at == text.size()) break;
  }
  FileWords parts{text.substr(0, end), {}};
  for (const std::string_view word : split(text.substr(end), ' '))
    if (!trim(word).empty()) parts.words.push_back(trim(word));
  return parts;
}

bool looks_like_number(std::string_view word) {
  return !word.empty() && (word.find_first_of("0123456789") <= 1);
}

class MusicReader {
 public:
  MusicReader(const Value& value, Findings& findings) : value_(value), findings_(findings) {
    music_.where = value.where;
  }

  // `narakeet`: its fades have no lengths.
  std::optional<Music> read_words(const std::string& folder, bool narakeet) {
    const FileWords text = split_words(value_.text);
    bool good = true;
    for (size_t i = 0; i < text.words.size(); ++i) {
      const std::string word = to_lower(text.words[i]);
      // A percentage is always the volume.
      const bool has_number = !narakeet && i + 1 < text.words.size() &&
                              looks_like_number(text.words[i + 1]) &&
                              !text.words[i + 1].ends_with('%');
      if (word == "loop" || word == "once")
        music_.loop = word == "loop";
      else if (word == "fade-in" || word == "fade-out")
        good = (!has_number || fade(word, text.words[++i])) && good;
      else if (word == "ducking" && has_number)
        good = ducking(text.words[++i]) && good;
      else
        good = volume(word) && good;
    }
    return good ? with_file(text.file, value_.where, folder) : std::nullopt;
  }

  std::optional<Music> read_group(const std::string& folder) {
    Fields fields(value_, "music", findings_);
    std::string file;
    fields.text("file", file);
    if (const Value* volume = fields.take("volume"))
      music_.volume = read_volume(*volume, "volume", findings_).value_or(music_.volume);
    fields.flag("loop", music_.loop);
    fields.length("fade-in", kFadeLimits, music_.fade_in);
    fields.length("fade-out", kFadeLimits, music_.fade_out);
    fields.number("ducking", kDuckingLimits, music_.ducking);
    fields.warn_of_unknown();
    const Value* place = value_.find("file");
    if (!file.empty()) return with_file(file, place->where, folder);
    findings_.fail(ErrorKind::bad_value, value_.where,
                   "music needs a 'file' in the script's folder");
    return {};
  }

 private:
  bool wrong(const std::string& message) {
    findings_.fail(ErrorKind::bad_value, value_.where, message);
    return false;
  }

  bool volume(const std::string& word) {
    const auto factor = looks_like_number(word) ? parse_factor(word) : std::nullopt;
    if (!factor)
      return wrong("music has no option '" + word.substr(0, 40) + "'; it must be " + kMusicForm);
    music_.volume = *factor;
    return (*factor >= kVolumeLimits.low && *factor <= kVolumeLimits.high) ||
           wrong("the volume of music must be from 0 to 4, or 0% to 400%; it is " + word);
  }

  bool fade(const std::string& name, std::string_view text) {
    const auto length = parse_time(text);
    if (!length || to_seconds(*length) > kFadeLimits.high)
      return wrong("'" + name + "' must be 0 to 60 seconds; it is " + std::string(text));
    (name == "fade-in" ? music_.fade_in : music_.fade_out) = *length;
    return true;
  }

  bool ducking(std::string_view text) {
    const std::string shown(text);
    take_ending(text, "dB");
    const auto decibels = parse_real(text);
    if (!decibels || *decibels < kDuckingLimits.low || *decibels > kDuckingLimits.high)
      return wrong("'ducking' must be 0 to 60 dB; it is " + shown);
    music_.ducking = *decibels;
    return true;
  }

  std::optional<Music> with_file(std::string_view name, const Place& where,
                                 const std::string& folder) {
    auto path = find_sound(name, folder, where, findings_);
    if (!path) return {};
    music_.path = *std::move(path);
    return music_;
  }

  const Value& value_;
  Findings& findings_;
  Music music_;
};

bool is_none(const Value& value) {
  const std::string word = value.is_scalar() ? to_lower(trim(value.text)) : "";
  return word == "none" || word == "no" || word == "off" || word == "false";
}

void read_music(const Value& value, const std::string& folder, bool narakeet,
                std::optional<Music>& music, Findings& findings) {
  if (is_none(value)) {
    music.reset();
    return;
  }
  std::optional<Music> read;
  if (value.is(Value::Type::map))
    read = MusicReader(value, findings).read_group(folder);
  else if (value.is(Value::Type::string) && !trim(value.text).empty())
    read = MusicReader(value, findings).read_words(folder, narakeet);
  else
    findings.fail(wrong_value(value, "music", kMusicForm));
  if (read) music = std::move(read);
}

// "corporate-1"
bool is_library_piece(std::string_view name) {
  return name.find('.') == name.npos && name.size() > 2 && name.find('-') != name.npos &&
         name.back() >= '0' && name.back() <= '9';
}

std::string_view first_word(std::string_view text) {
  text = trim(text);
  return text.substr(0, text.find(' '));
}

}  // namespace

std::optional<double> read_pitch(const Value& value, std::string_view key, Findings& findings) {
  return read_factor(value, key, kPitchLimits, kPitches,
                     "a number from 0.5 to 2, a percentage, or x-low, low, medium, high, x-high",
                     findings);
}

std::optional<double> read_volume(const Value& value, std::string_view key, Findings& findings) {
  return read_factor(
      value, key, kVolumeLimits, kVolumes,
      "a number from 0 to 4, a percentage, decibels such as -6dB, or silent, x-soft, "
      "soft, medium, loud, x-loud",
      findings);
}

std::optional<double> read_loudness(const Value& value, std::string_view key, Findings& findings) {
  const std::string text = value.is_scalar() ? to_lower(trim(value.text)) : "";
  std::string_view word = text;
  auto loudness = named(word, kLoudnesses);
  take_ending(word, "lufs");
  if (!loudness) loudness = parse_real(word);
  if (loudness && *loudness >= kLoudnessLimits.low && *loudness <= kLoudnessLimits.high)
    return loudness;
  findings.fail(wrong_value(value, key,
                            "LUFS from -40 to -8, such as -16, or podcast (-16), youtube (-14), "
                            "spotify (-14), broadcast (-23)"));
  return {};
}

void read_music(const Value& value, const std::string& folder, std::optional<Music>& music,
                Findings& findings) {
  read_music(value, folder, false, music, findings);
}

bool is_music(const Value& background) {
  if (!background.is(Value::Type::string) || !css_colour(background.text).empty()) return false;
  const std::string text = to_lower(background.text);
  return text.find("fade-in") != text.npos || text.find("fade-out") != text.npos ||
         is_library_piece(first_word(text)) || is_sound_file(split_words(text).file);
}

void read_background_music(const Value& value, const std::string& folder,
                           std::optional<Music>& music, Findings& findings) {
  const std::string_view piece = first_word(value.text);
  if (!is_library_piece(piece)) return read_music(value, folder, true, music, findings);
  findings.warn(value.where, "'" + std::string(piece) +
                                 "' is a piece of Narakeet's own library, and no file; the film is "
                                 "made without it. Write music: song.mp3 with a file beside the "
                                 "script.");
}

std::optional<Effect> parse_effect(std::string_view text, const std::string& folder,
                                   const Place& where, Findings& findings) {
  const FileWords parts = split_words(text);
  Effect effect{.path = {}, .where = where};
  for (const std::string_view word : parts.words) {
    const auto factor = parse_factor(word.starts_with("volume=") ? word.substr(7) : word);
    if (!factor || *factor < kVolumeLimits.low || *factor > kVolumeLimits.high) {
      findings.fail(ErrorKind::bad_value, where,
                    "behind a sound's file stands its volume, 0 to 4 or 0% to 400%, as in ding.ogg "
                    "50%; here it is '" +
                        std::string(word.substr(0, 40)) + "'");
      return {};
    }
    effect.volume = *factor;
  }
  auto path = find_sound(parts.file, folder, where, findings);
  if (!path) return {};
  effect.path = *std::move(path);
  return effect;
}

std::optional<Effect> read_effect(const Value& value, const std::string& folder,
                                  Findings& findings) {
  if (!value.is(Value::Type::map)) {
    const auto text = read_text(value, "sound", findings);
    return text ? parse_effect(*text, folder, value.where, findings) : std::nullopt;
  }
  Fields fields(value, "a sound", findings);
  std::string file;
  double volume = 1;
  fields.text("file", file);
  if (const Value* given = fields.take("volume"))
    volume = read_volume(*given, "volume", findings).value_or(volume);
  fields.warn_of_unknown();
  if (file.empty()) {
    findings.fail(ErrorKind::bad_value, value.where,
                  "a sound needs a 'file' in the script's folder");
    return {};
  }
  auto path = find_sound(file, folder, value.where, findings);
  if (!path) return {};
  return Effect{.path = *std::move(path), .volume = volume, .where = value.where};
}

std::optional<std::string> read_sound_file(const Value& value, std::string_view key,
                                           const std::string& folder, Findings& findings) {
  const auto name = read_text(value, key, findings);
  return name ? find_sound(trim(*name), folder, value.where, findings) : std::nullopt;
}

bool is_sound_file(std::string_view name) {
  constexpr std::string_view kEndings[] = {".mp3",  ".wav",  ".m4a", ".ogg", ".oga",
                                           ".flac", ".opus", ".aac", ".wma", ".aiff"};
  const std::string lower = to_lower(name);
  return std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return lower.ends_with(ending); });
}

}  // namespace talkie
