// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/cue_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "script/names.h"
#include "script/values.h"

namespace talkie {

namespace {

std::optional<double> parse_share(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

bool is_whole(std::string_view text, int low, int high) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= low &&
         number <= high;
}

// What cues name is checked when the page is known; here only that it can be a name.
bool is_id(std::string_view text) {
  constexpr size_t kLongest = 200;
  return !text.empty() && text.size() <= kLongest && text.find_first_of(",;&") == text.npos;
}

// A part of the page that comes in: by its number, or in a drawing by its name.
bool is_part(std::string_view what) {
  const bool number =
      !what.empty() && (std::isdigit(static_cast<unsigned char>(what[0])) || what[0] == '-');
  return number ? is_whole(what, 1, 9999) : is_id(what);
}

// "10%,20%,30%,40%": left, top, width and height as shares of the page.
bool is_rect(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  if (parts.size() != 4) return false;
  double numbers[4];
  for (size_t i = 0; i < 4; ++i) {
    std::string_view part = trim(parts[i]);
    if (!part.ends_with('%')) return false;
    part.remove_suffix(1);
    const auto number = parse_share(part);
    if (!number || *number < 0 || *number > 100) return false;
    numbers[i] = *number;
  }
  return numbers[2] > 0 && numbers[3] > 0 && numbers[0] + numbers[2] <= 100 &&
         numbers[1] + numbers[3] <= 100;
}

bool looks_like_lines(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789-, ") == text.npos;
}

// What stands on the page: a name or a rectangle.
bool is_target(std::string_view what) {
  return what.find(',') != what.npos ? is_rect(what) : is_id(what);
}

bool is_highlight(std::string_view what) {
  return looks_like_lines(what) ? parse_lines(what).has_value() : is_target(what);
}

// A factor or what stands on the page.
bool is_zoom(std::string_view what) {
  constexpr Limits kFactors{1, 3};
  const auto factor = parse_share(what);
  return factor ? *factor >= kFactors.low && *factor <= kFactors.high : is_target(what);
}

bool is_callout(std::string_view what) {
  return what == "none" || is_target(trim(what.substr(std::min(what.find(' '), what.size()))));
}

// "circle:mux", "circle mux", "mux" -> "circle mux"
std::string shape_first(std::string_view what) {
  constexpr std::string_view kShapes[] = {"circle", "rect", "mask"};
  if (what == "none") return std::string(what);
  for (const std::string_view shape : kShapes) {
    if (what == shape) return std::string(shape) + " ";
    if (what.size() <= shape.size() || !what.starts_with(shape)) continue;
    const char next = what[shape.size()];
    if (next == ':' || next == ' ')
      return std::string(shape) + " " + std::string(trim(what.substr(shape.size() + 1)));
  }
  return "circle " + std::string(what);
}

struct CueShape {
  Cue::Kind kind;
  bool (*fits)(std::string_view what);
  std::string_view form;
};
constexpr CueShape kShapes[] = {
    {Cue::Kind::show, is_part, "a number from 1, such as show=2, or the name of a drawing's part"},
    {Cue::Kind::next, [](std::string_view what) { return what.empty(); }, "nothing behind it"},
    {Cue::Kind::highlight, is_highlight,
     "lines or a name, such as highlight=2-4,7 or highlight=mux"},
    {Cue::Kind::zoom, is_zoom,
     "a factor from 1 to 3, a name, or left, top, width and height in percent of the page, such "
     "as zoom=1.5, zoom=mux or zoom=10%,20%,30%,40%"},
    {Cue::Kind::pan, is_target, "left, right, up, down or a name, such as pan=left"},
    {Cue::Kind::callout, is_callout,
     "circle, rect or mask and a name or four percentages, such as callout=circle:mux or "
     "callout=rect:10%,10%,30%,20%"},
    {Cue::Kind::point, is_target, "a name, such as point=mux"},
    {Cue::Kind::play, [](std::string_view what) { return what.empty(); }, "nothing behind it"},
};

std::vector<std::string_view> cue_words() {
  std::vector<std::string_view> words{"wait"};
  for (const Named<Cue::Kind>& named : kCueNames)
    words.push_back(named.name);
  return words;
}

void fail(const Place& where, const std::string& message, Findings& findings) {
  findings.fail(ErrorKind::bad_value, where, message);
}

std::optional<CueAction> parse_wait(std::string_view what, const Place& where, Findings& findings) {
  const auto length = parse_time(what);
  if (length && to_seconds(*length) <= kPauseLimits.high) return CueAction{{}, *length};
  fail(where, "the cue 'wait' needs 0 to 60 seconds, such as wait=2", findings);
  return {};
}

std::optional<CueAction> make_action(std::string_view name, std::string_view what,
                                     const Place& where, Findings& findings) {
  const std::string word = to_lower(name);
  if (word == "wait") return parse_wait(what, where, findings);
  const auto kind = value_of(word, kCueNames);
  if (!kind) {
    const std::vector<std::string_view> known = cue_words();
    fail(where,
         "there is no cue '" + std::string(name.substr(0, 40)) + "'." + suggestion(word, known),
         findings);
    return {};
  }
  std::string value(what);
  if (*kind == Cue::Kind::callout) value = shape_first(what);
  const auto* shape = std::find_if(std::begin(kShapes), std::end(kShapes),
                                   [kind](const CueShape& s) { return s.kind == *kind; });
  if (!shape->fits(value)) {
    fail(where, "the cue '" + word + "' needs " + std::string(shape->form), findings);
    return {};
  }
  return CueAction{{.kind = *kind, .what = std::move(value), .where = where}};
}

}  // namespace

std::optional<LineSet> parse_lines(std::string_view text) {
  LineSet lines;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view range = trim(part);
    const size_t dash = range.find('-');
    const std::string_view first = trim(range.substr(0, dash));
    const std::string_view last = dash == range.npos ? first : trim(range.substr(dash + 1));
    constexpr int kHighest = 1'000'000;
    if (!is_whole(first, 1, kHighest) || !is_whole(last, 1, kHighest)) return {};
    LineRange& added = lines.emplace_back();
    std::from_chars(first.data(), first.data() + first.size(), added.first);
    std::from_chars(last.data(), last.data() + last.size(), added.last);
    if (added.first > added.last) return {};
  }
  return lines;
}

std::vector<CueAction> parse_cues(std::string_view text, const Place& where, Findings& findings) {
  std::vector<CueAction> actions;
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '&', ';');
  for (const std::string_view part : split(plain, ';')) {
    const std::string_view action = trim(part);
    const size_t equals = std::min(action.find('='), action.size());
    const std::string_view what = equals < action.size() ? trim(action.substr(equals + 1)) : "";
    if (auto made = make_action(trim(action.substr(0, equals)), what, where, findings))
      actions.push_back(*std::move(made));
  }
  return actions;
}

void check_cue(const Cue& cue, Findings& findings) {
  make_action(name_of(cue.kind, kCueNames), cue.what, cue.where, findings);
}

std::vector<CueAction> read_cues(const Value& value, Findings& findings) {
  std::vector<CueAction> actions;
  const auto add = [&](std::vector<CueAction> more) {
    actions.insert(actions.end(), more.begin(), more.end());
  };
  if (value.is(Value::Type::list)) {
    for (const Value& item : value.list)
      if (!item.is(Value::Type::list)) add(read_cues(item, findings));
  } else if (value.is(Value::Type::map)) {
    for (const Member& member : value.map) {
      if (!member.value.is_scalar())
        findings.fail(wrong_value(member.value, member.key, "a number or a text"));
      else if (auto made = make_action(member.key, trim(member.value.text), member.where, findings))
        actions.push_back(*std::move(made));
    }
  } else if (value.is(Value::Type::null)) {
    fail(value.where, "this cue asks for nothing; write next, show=2, highlight=mux …", findings);
  } else {
    add(parse_cues(value.text, value.where, findings));
  }
  return actions;
}

std::optional<CameraMove> read_camera(const Value& value, Findings& findings) {
  const std::string text = value.is_scalar() ? std::string(trim(value.text)) : "";
  if (const auto movement = value_of(to_lower(text), kMovementNames))
    return CameraMove{{}, *movement};
  const size_t space = std::min(text.find_first_of(" ="), text.size());
  const std::string verb = to_lower(std::string_view(text).substr(0, space));
  const std::string_view what =
      space < text.size() ? trim(std::string_view(text).substr(space + 1)) : "";
  if (verb == "home" && what.empty())
    return CameraMove{Cue{.kind = Cue::Kind::zoom, .what = "home", .where = value.where}};
  if (verb == "zoom" || verb == "pan") {
    const auto action = make_action(verb, what, value.where, findings);
    if (!action) return {};
    return CameraMove{action->cue};
  }
  findings.fail(wrong_value(value, "camera",
                            "'zoom 1.5', 'zoom mux', 'pan left', 'home', or for the whole scene "
                            "zoom, zoomout, pan, panzoom or panzoomout"));
  return {};
}

}  // namespace talkie
