// SPDX-License-Identifier: LGPL-2.1-or-later
// The richer kinds of values: sizes, rates, speeds, languages, transitions, captions.
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "script/files.h"
#include "script/transition_text.h"
#include "script/values.h"

namespace talkie {

namespace {

struct NamedSize {
  std::string_view name;
  Size size;
};
// The second half are Narakeet's names for the same and more.
constexpr NamedSize kSizes[] = {
    {"360p", {640, 360}},
    {"480p", {854, 480}},
    {"720p", {1280, 720}},
    {"1080p", {1920, 1080}},
    {"1440p", {2560, 1440}},
    {"2160p", {3840, 2160}},
    {"4k", {3840, 2160}},
    {"square", {1080, 1080}},
    {"vertical", {1080, 1920}},
    {"portrait", {1080, 1920}},
    {"landscape", {1920, 1080}},
    {"1080-vertical", {1080, 1920}},
    {"instagram-square", {1080, 1080}},
    {"instagram-portrait", {1080, 1350}},
    {"instagram-landscape", {1080, 608}},
    {"instagram-story", {1080, 1920}},
    {"instagram-reel", {1080, 1920}},
    {"instagram-igtv", {1080, 1920}},
    {"tiktok", {1080, 1920}},
    {"youtube", {1920, 1080}},
    {"youtube-short", {1080, 1920}},
};

std::string known_sizes() {
  std::string text;
  for (const NamedSize& named : kSizes)
    text += std::string(named.name) + ", ";
  return text + "or a width and height such as 1280x720";
}

std::optional<int> parse_whole(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

std::optional<Size> parse_size(const Value& value) {
  if (value.is(Value::Type::list)) {
    if (value.list.size() != 2) return {};
    const auto width = parse_whole(value.list[0].text);
    const auto height = parse_whole(value.list[1].text);
    if (width && height) return Size{*width, *height};
    return {};
  }
  if (!value.is_scalar()) return {};
  const std::string word = to_lower(trim(value.text));
  for (const NamedSize& named : kSizes)
    if (named.name == word) return named.size;
  const size_t cross = word.find('x');
  if (cross == std::string::npos) return {};
  const auto width = parse_whole(trim(std::string_view(word).substr(0, cross)));
  const auto height = parse_whole(trim(std::string_view(word).substr(cross + 1)));
  if (width && height) return Size{*width, *height};
  return {};
}

bool is_alphanumeric(std::string_view text) {
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return false;
  return true;
}

}  // namespace

std::optional<Size> read_size(const Value& value, std::string_view key, Findings& findings) {
  const std::optional<Size> size = parse_size(value);
  if (!size) {
    findings.fail(wrong_value(value, key, known_sizes()));
    return {};
  }
  constexpr int kLow = 64, kHigh = 7680;
  const auto fits = [](int pixels) { return pixels >= kLow && pixels <= kHigh && pixels % 2 == 0; };
  if (fits(size->width) && fits(size->height)) return size;
  findings.fail(wrong_value(value, key, "even numbers of pixels from 64 to 7680"));
  return {};
}

std::optional<Rate> read_rate(const Value& value, std::string_view key, Findings& findings) {
  std::optional<Rate> rate;
  if (value.is_scalar()) rate = parse_rate(trim(value.text));
  if (!rate)
    findings.fail(
        wrong_value(value, key, "frames a second from 1 to 240, such as 30 or 24000/1001"));
  return rate;
}

std::optional<double> read_speed(const Value& value, std::string_view key, Findings& findings) {
  struct NamedSpeed {
    std::string_view name;
    double speed;
  };
  constexpr NamedSpeed kNames[] = {{"x-slow", 0.5}, {"slow", 0.8},  {"medium", 1},  {"normal", 1},
                                   {"default", 1},  {"fast", 1.25}, {"x-fast", 1.6}};
  if (value.is(Value::Type::string)) {
    const std::string word = to_lower(trim(value.text));
    for (const NamedSpeed& named : kNames)
      if (named.name == word) return named.speed;
    if (word.ends_with('%')) {
      if (const auto percent = parse_whole(std::string_view(word).substr(0, word.size() - 1));
          percent && *percent >= 25 && *percent <= 400)
        return *percent / 100.0;
    }
    findings.fail(wrong_value(value, key, "a number from 0.25 to 4, a percentage, slow or fast"));
    return {};
  }
  return read_number(value, key, kSpeedLimits, findings);
}

std::optional<std::string> read_language(const Value& value, std::string_view key,
                                         Findings& findings) {
  const std::string_view tag = value.is_scalar() ? trim(value.text) : std::string_view();
  bool good = tag.size() <= 64;
  bool first = true;
  std::string canonical(tag);
  std::replace(canonical.begin(), canonical.end(), '_', '-');
  for (const std::string_view part : split(canonical, '-')) {
    good = good && is_alphanumeric(part) && part.size() <= 8 && part.size() >= (first ? 2u : 1u);
    first = false;
  }
  if (good) return canonical;
  findings.fail(wrong_value(value, key, "a language tag such as en, de-AT or zh-Hant"));
  return {};
}

std::optional<Transition> read_transition(const Value& value, std::string_view key,
                                          Findings& findings) {
  if (value.is(Value::Type::map)) {
    Transition transition;
    Fields fields(value, "a transition", findings);
    fields.choice("kind", kTransitionNames, transition.kind);
    fields.choice("direction", kDirectionNames, transition.direction);
    fields.length("length", kTransitionLimits, transition.length);
    fields.warn_of_unknown();
    if (transition.kind == Transition::Kind::cut) transition.length = Time{0};
    return transition;
  }
  if (!value.is_scalar()) {
    findings.fail(wrong_value(value, key, "a text such as 'wipe left 0.7'"));
    return {};
  }
  std::string unlike;
  const Result<Transition> transition = parse_transition(value.text, &unlike);
  if (!transition) {
    findings.fail(transition.error().kind, value.where, transition.error().message);
    return {};
  }
  if (!unlike.empty())
    findings.warn(value.where, "the transition '" + unlike +
                                   "' looks otherwise here: it is drawn as '" +
                                   std::string(name_of(transition->kind, kTransitionNames)) + "'");
  return *transition;
}

namespace {

// One or several with commas: "burned,srt". Files beside the film are the command's business.
std::optional<CaptionMode> parse_captions(const std::string& text) {
  std::optional<CaptionMode> mode;
  const auto is_one_of = [](std::string_view word, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), word) != names.end();
  };
  for (const std::string_view part : split(text, ',')) {
    const std::string word = to_lower(trim(part));
    // Narakeet's overlay is burned in; its embed is a stream beside the picture.
    if (word == "words")
      mode = CaptionMode::words;
    else if (is_one_of(word, {"burned", "yes", "on", "true", "overlay", "auto"}))
      mode = mode == CaptionMode::words ? mode : CaptionMode::burned;
    else if (is_one_of(word, {"none", "no", "off", "false", "srt", "vtt", "text", "embed"}))
      mode = mode.value_or(CaptionMode::none);
    else
      return {};
  }
  return mode;
}

}  // namespace

std::optional<CaptionMode> read_captions(const Value& value, std::string_view key,
                                         Findings& findings) {
  if (value.is(Value::Type::map)) {
    CaptionMode mode = CaptionMode::burned;
    for (const Member& member : value.map) {
      if (member.key == "mode")
        mode = read_captions(member.value, "mode", findings).value_or(mode);
      else
        findings.warn(member.where, "'" + member.key +
                                        "' of captions is understood and not done yet; captions "
                                        "look as the theme has them");
    }
    return mode;
  }
  const auto mode = value.is_scalar() ? parse_captions(value.text) : std::nullopt;
  if (!mode) findings.fail(wrong_value(value, key, "true, false, burned, words or none"));
  return mode;
}

std::string known_layout(const Value& value, Findings& findings) {
  constexpr std::string_view kLayouts[] = {
      "title", "section", "statement", "number",     "bullets",  "columns", "comparison", "quote",
      "table", "image",   "code",      "definition", "timeline", "agenda",  "closing"};
  const std::optional<std::string> name = read_text(value, "layout", findings);
  if (!name || name->empty() || *name == "auto") return {};
  if (std::find(std::begin(kLayouts), std::end(kLayouts), *name) != std::end(kLayouts))
    return *name;
  findings.warn(value.where, "there is no layout '" + *name +
                                 "'; one is chosen by what the scene holds." +
                                 suggestion(*name, kLayouts));
  return {};
}

std::string read_background(const Value& value, const std::string& folder, Findings& findings) {
  if (value.is(Value::Type::null)) {
    findings.fail(ErrorKind::bad_value, value.where,
                  "'background' is empty; write a colour in quotes, as in background: '#1b2a4a' "
                  "(without quotes, # begins a comment)");
    return {};
  }
  const std::optional<std::string> text = read_text(value, "background", findings);
  if (!text || text->empty()) return {};
  if (std::string colour = css_colour(*text); !colour.empty()) return colour;
  if (text->starts_with('#')) {
    findings.fail(wrong_value(value, "background", "a colour such as '#1b2a4a' or a picture"));
    return {};
  }
  Result<std::string> path = resolve_asset(folder, *text, value.where);
  if (!path) {
    findings.fail(path.error());
    return {};
  }
  return *path;
}

}  // namespace talkie
