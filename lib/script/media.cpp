// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/media.h"

#include <glib.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "base/text.h"
#include "script/code_info.h"
#include "script/files.h"
#include "script/names.h"
#include "script/sound_values.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr std::string_view kClipEndings[] = {".mp4", ".mov", ".webm", ".mkv",
                                             ".avi", ".m4v", ".ogv"};
constexpr std::string_view kNotDrawn[] = {"blur", "trim", "loop-audio"};
constexpr std::string_view kClipWords[] = {"loop", "match", "freeze", "mute"};

struct Corner {
  std::string_view name;
  std::optional<double> x;
  std::optional<double> y;
};
constexpr Corner kCorners[] = {
    {"top", {}, 0},      {"bottom", {}, 1},     {"top-left", 0, 0},
    {"top-right", 1, 0}, {"bottom-left", 0, 1}, {"bottom-right", 1, 1},
};
// Narakeet's sides say what is cropped.
constexpr Corner kCropSides[] = {
    {"left", 0, {}}, {"right", 1, {}}, {"centre", 0.5, {}}, {"center", 0.5, {}}};

template <typename Names>
bool is_one_of(std::string_view word, const Names& names) {
  return std::find(std::begin(names), std::end(names), word) != std::end(names);
}

template <size_t N>
bool ends_with_one(std::string_view name, const std::string_view (&endings)[N]) {
  return std::any_of(std::begin(endings), std::end(endings),
                     [name](std::string_view ending) { return name.ends_with(ending); });
}

// "12-34", "0:12-0:34", "12-": the part of a clip.
struct ClipRange {
  Time start{};
  std::optional<Time> end;
};
std::optional<ClipRange> parse_range(std::string_view word) {
  const size_t dash = word.find('-');
  if (dash == word.npos || dash == 0) return {};
  const auto start = parse_time(word.substr(0, dash));
  if (!start) return {};
  if (dash + 1 == word.size()) return ClipRange{*start, {}};
  const auto end = parse_time(word.substr(dash + 1));
  if (!end) return {};
  return ClipRange{*start, *end};
}

// "30%", "0.3"
std::optional<double> parse_part(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return percent ? number / 100 : number;
}

bool is_option(std::string_view word, bool clip) {
  if (word == "auto" || word == "none") return false;
  const bool of_pictures = value_of(word, kFitNames) || value_of(word, kSideNames) ||
                           value_of(word, kMovementNames) || is_one_of(word, kNotDrawn) ||
                           is_one_of(word, kClipWords) || word.starts_with("focus=") ||
                           std::any_of(std::begin(kCorners), std::end(kCorners),
                                       [word](const Corner& c) { return c.name == word; });
  if (of_pictures || !clip) return of_pictures;
  return parse_range(word) || word.starts_with("start=") || word.starts_with("end=") ||
         word.starts_with("volume=");
}

struct AltText {
  std::vector<std::string> options;
  std::string words;
};

AltText split_alt(std::string_view text, bool clip) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' '))
    if (!trim(word).empty()) words.emplace_back(trim(word));
  const auto plain = [](const std::string& word) {
    return to_lower(word.ends_with(',') ? word.substr(0, word.size() - 1) : word);
  };
  AltText alt;
  size_t begin = 0;
  while (begin < words.size() && is_option(plain(words[begin]), clip))
    alt.options.push_back(plain(words[begin++]));
  size_t end = words.size();
  while (end > begin && is_option(to_lower(words[end - 1]), clip))
    --end;
  if (end > begin && end < words.size() && words[end - 1].ends_with(',')) {
    for (size_t i = end; i < words.size(); ++i)
      alt.options.push_back(to_lower(words[i]));
    words[end - 1].pop_back();
  } else {
    end = words.size();
  }
  for (size_t i = begin; i < end; ++i)
    alt.words += (alt.words.empty() ? "" : " ") + words[i];
  return alt;
}

class OptionReader {
 public:
  OptionReader(const MediaContext& context, const Place& where, Findings& findings)
      : context_(context), where_(where), findings_(findings) {}

  // Of a picture, or of a clip's picture; true where it was one of those.
  bool read(const std::string& option, Image& image) {
    const auto side = value_of(option, kSideNames);
    if (const auto fit = value_of(option, kFitNames))
      image.fit = *fit;
    else if (const auto movement = value_of(option, kMovementNames))
      image.movement = *movement;
    else if (side && (!context_.narakeet || *side == Image::Side::background))
      image.side = *side;
    else if (option.starts_with("focus="))
      focus(std::string_view(option).substr(6), image);
    else if (!corner(option, image))
      return false;
    return true;
  }

  void read(const std::string& option, Clip& clip) {
    const size_t equals = std::min(option.find('='), option.size());
    const std::string_view value =
        std::string_view(option).substr(std::min(equals + 1, option.size()));
    if (read(option, clip.picture)) return;
    if (const auto filling = value_of(option, kFillingNames)) {
      clip.filling = *filling;
    } else if (option == "mute") {
      clip.mute = true;
    } else if (const auto range = parse_range(option)) {
      clip.start = range->start;
      clip.end = range->end;
    } else if (option.starts_with("volume=")) {
      volume(value, clip);
    } else if (option.starts_with("start=") || option.starts_with("end=")) {
      const auto time = parse_time(value);
      if (!time) return wrong("'" + option + "' must be a time such as 12.5 or 0:12");
      if (option.starts_with("start="))
        clip.start = *time;
      else
        clip.end = *time;
    } else {
      clip.picture.not_drawn.push_back(option);
    }
  }

 private:
  void wrong(const std::string& message) { findings_.fail(ErrorKind::bad_value, where_, message); }

  void focus(std::string_view text, Image& image) {
    const std::vector<std::string_view> parts = split(text, ',');
    const auto x = parse_part(parts[0]);
    const auto y = parts.size() == 2 ? parse_part(parts[1]) : std::optional<double>();
    const auto fits = [](const std::optional<double>& part) {
      return part && *part >= 0 && *part <= 1;
    };
    if (!fits(x) || !fits(y))
      return wrong("'focus=" + std::string(text) +
                   "' must be a point in the picture, such as focus=30%,70%");
    image.focus_x = *x;
    image.focus_y = *y;
  }

  bool corner(const std::string& option, Image& image) const {
    const auto take = [&](const Corner& corner) {
      if (corner.name != option) return false;
      image.focus_x = corner.x.value_or(image.focus_x);
      image.focus_y = corner.y.value_or(image.focus_y);
      return true;
    };
    return std::any_of(std::begin(kCorners), std::end(kCorners), take) ||
           (context_.narakeet && std::any_of(std::begin(kCropSides), std::end(kCropSides), take));
  }

  void volume(std::string_view text, Clip& clip) {
    const auto part = parse_part(text);
    if (part && *part >= 0 && *part <= 4)
      clip.volume = *part;
    else
      wrong("'volume=" + std::string(text) + "' must be from 0 to 4, or 0% to 400%");
  }

  const MediaContext& context_;
  const Place& where_;
  Findings& findings_;
};

// The file's absolute path, after a warning where it is not there. Empty after an error.
std::optional<std::string> find_file(const std::string& folder, std::string_view url,
                                     const Place& where, Findings& findings) {
  Result<std::string> path = resolve_asset(folder, url, where);
  if (!path) {
    findings.fail(path.error());
    return {};
  }
  warn_if_missing(*path, where, findings);
  return *std::move(path);
}

std::string decoded(std::string_view url) {
  std::string name(url);
  // Markdown writes a space in an address as %20.
  const std::unique_ptr<char, decltype(&g_free)> plain(g_uri_unescape_string(name.c_str(), nullptr),
                                                       g_free);
  if (plain && find_invalid_utf8(plain.get()) == std::string_view::npos) name = plain.get();
  return name;
}

Media read_options(bool clip, std::string_view words, const MediaContext& context,
                   const Place& where, Findings& findings) {
  const AltText alt = split_alt(words, clip);
  OptionReader reader(context, where, findings);
  Clip shown;
  Image& image = shown.picture;
  for (const std::string& option : alt.options) {
    if (clip)
      reader.read(option, shown);
    else if (!reader.read(option, image))
      image.not_drawn.push_back(option);
  }
  if (context.narakeet && image.fit == Image::Fit::automatic) image.fit = Image::Fit::cover;
  image.alt = alt.words;
  if (!clip) return image;
  check_clip(shown, where, findings);
  return shown;
}

}  // namespace

void warn_of_not_drawn(const Image& image, const Place& where, Findings& findings) {
  if (image.not_drawn.empty()) return;
  std::string options;
  for (const std::string& option : image.not_drawn)
    options += (options.empty() ? "'" : ", '") + option + "'";
  findings.warn(where, options + (image.not_drawn.size() == 1 ? " is" : " are") +
                           " understood and not drawn yet; the picture is shown without.");
}

void check_clip(const Clip& clip, const Place& where, Findings& findings) {
  if (clip.end && *clip.end <= clip.start)
    findings.fail(ErrorKind::bad_value, where,
                  "this part of the video ends before it begins; write start-end, such as "
                  "0:12-0:34");
}

std::optional<Media> read_media(std::string_view url, std::string_view words, MediaKind kind,
                                const MediaContext& context, const Place& where,
                                Findings& findings) {
  const std::string name = decoded(url);
  const std::string lower = to_lower(name);
  const bool recording = lower.ends_with(".cast");
  if (kind == MediaKind::by_name && is_sound_file(lower)) {
    std::string text = name;
    for (const std::string_view word : split(words, ' '))
      if (word.starts_with("volume=")) text += " " + std::string(word);
    auto effect = parse_effect(text, context.folder, where, findings);
    if (!effect) return {};
    return *std::move(effect);
  }
  if (kind == MediaKind::recording && !recording) {
    findings.fail(ErrorKind::bad_value, where,
                  "a terminal's file is a recording of asciinema: NAME.cast");
    return {};
  }
  const auto path = find_file(context.folder, name, where, findings);
  if (!path) return {};
  if (recording) {
    Terminal terminal;
    terminal.cast = *path;
    terminal.title = trim(words);
    return terminal;
  }
  const bool clip = kind == MediaKind::clip || ends_with_one(lower, kClipEndings);
  Media media = read_options(clip, words, context, where, findings);
  Image& image = clip ? std::get<Clip>(media).picture : std::get<Image>(media);
  image.path = *path;
  warn_of_not_drawn(image, where, findings);
  return media;
}

namespace {

// The fields of a group as the words of an alt text.
std::string option_words(Fields& fields) {
  std::string words;
  for (const std::string_view key : {"size", "fit", "side", "position", "movement", "filling"})
    if (const Value* value = fields.take(key)) words += " " + value->text;
  for (const std::string_view key : {"focus", "start", "end", "volume"})
    if (const Value* value = fields.take(key)) words += " " + std::string(key) + "=" + value->text;
  for (const std::string_view key : {"loop", "match", "freeze", "mute"}) {
    bool flag = false;
    fields.flag(key, flag);
    if (flag) words += " " + std::string(key);
  }
  return words;
}

std::optional<Media> read_group(const Value& group, MediaKind kind, const MediaContext& context,
                                Findings& findings) {
  Fields fields(group, "a picture", findings);
  std::string file;
  fields.text("file", file);
  if (file.empty()) {
    findings.fail(ErrorKind::bad_value, group.where, "it needs a 'file' in the script's folder");
    return {};
  }
  if (to_lower(file).ends_with(".cast")) {
    auto media = read_media(file, "", kind, context, group.where, findings);
    if (media) read_terminal_fields(fields, std::get<Terminal>(*media));
    fields.warn_of_unknown();
    return media;
  }
  std::string alt;
  fields.text("alt", alt);
  const std::string words = option_words(fields);
  fields.warn_of_unknown();
  auto media = read_media(file, words, kind, context, group.where, findings);
  if (!media || std::holds_alternative<Effect>(*media)) return media;
  Image& image = std::holds_alternative<Clip>(*media) ? std::get<Clip>(*media).picture
                                                      : std::get<Image>(*media);
  image.alt = alt;
  return media;
}

}  // namespace

std::optional<Media> read_media(const Value& value, MediaKind kind, const MediaContext& context,
                                Findings& findings) {
  if (value.is(Value::Type::map)) return read_group(value, kind, context, findings);
  const auto text = read_text(value, "file", findings);
  if (!text) return {};
  const size_t space = std::min(text->find(' '), text->size());
  return read_media(std::string_view(*text).substr(0, space), std::string_view(*text).substr(space),
                    kind, context, value.where, findings);
}

}  // namespace talkie
