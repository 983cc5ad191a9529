// SPDX-License-Identifier: LGPL-2.1-or-later
// A theme's file -> Theme. docs/themes.md describes every key.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "base/value.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

constexpr std::array<std::string_view, kTextRoles> kRoleNames = {
    "hero",     "section", "title", "subheading", "statement", "number", "quote",
    "subtitle", "body",    "table", "code",       "kicker",    "footer"};

// Reads one map. The first error wins; what was read after it does not matter.
class Reader {
 public:
  Reader(const Value& map, std::string_view what, std::optional<Error>& error)
      : map_(map), what_(what), error_(error) {
    if (!map.is(Value::Type::map)) fail(map.where, std::string(what) + " must be a map of keys");
  }

  void fail(const Place& where, std::string message) {
    if (!error_) error_ = Error{ErrorKind::bad_value, std::move(message), {}, where};
  }

  // The value of `key`; null, and an error where it is needed, if it is not there.
  const Value* take(std::string_view key, bool needed) {
    known_.push_back(key);
    const Value* value = map_.find(key);
    if (!value && needed)
      fail(map_.where, std::string(what_) + " needs the key '" + std::string(key) + "'");
    return value;
  }

  void number(std::string_view key, double& target, double low, double high, bool needed = false) {
    if (const Value* value = take(key, needed)) number(*value, key, target, low, high);
  }
  void number(const Value& value, std::string_view key, double& target, double low, double high) {
    if (value.is(Value::Type::number) && value.number >= low && value.number <= high) {
      target = value.number;
      return;
    }
    const auto text = [](double n) {
      std::string s = std::to_string(n);
      s.erase(s.find_last_not_of('0') + 1);
      if (s.back() == '.') s.pop_back();
      return s;
    };
    fail(value.where, "'" + std::string(key) + "' must be a number from " + text(low) + " to " +
                          text(high) + ", not '" + value.text + "'");
  }
  void integer(std::string_view key, int& target, int low, int high, bool needed = false) {
    double read = target;
    number(key, read, low, high, needed);
    target = static_cast<int>(read);
  }
  void flag(std::string_view key, bool& target) {
    const Value* value = take(key, false);
    if (!value) return;
    if (value->is(Value::Type::boolean))
      target = value->boolean;
    else
      fail(value->where, "'" + std::string(key) + "' must be true or false");
  }
  void string(std::string_view key, std::string& target, bool needed = false) {
    const Value* value = take(key, needed);
    if (!value) return;
    if (value->is_scalar() && !value->text.empty())
      target = value->text;
    else
      fail(value->where, "'" + std::string(key) + "' must be a text");
  }
  void colour(std::string_view key, uint32_t& target, bool needed = true) {
    if (const Value* value = take(key, needed)) colour(*value, key, target);
  }
  void colour(const Value& value, std::string_view key, uint32_t& target) {
    const std::optional<uint32_t> read =
        value.is_scalar() ? parse_colour(value.text) : std::nullopt;
    if (read)
      target = *read;
    else
      fail(value.where, "'" + std::string(key) + "' must be a colour like \"#1a2b3c\"");
  }
  template <typename T, size_t N>
  void choice(std::string_view key, T& target,
              const std::array<std::pair<std::string_view, T>, N>& choices, bool needed = false) {
    const Value* value = take(key, needed);
    if (!value) return;
    std::string names;
    for (const auto& [name, meaning] : choices) {
      if (value->text == name) {
        target = meaning;
        return;
      }
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    fail(value->where, "'" + std::string(key) + "' must be one of " + names);
  }

  // To be called when every known key was taken.
  void refuse_others() {
    for (const Member& member : map_.map) {
      if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
      fail(member.where, std::string(what_) + " has no key '" + member.key + "'." +
                             suggestion(member.key, known_));
    }
  }

 private:
  const Value& map_;
  std::string_view what_;
  std::optional<Error>& error_;
  std::vector<std::string_view> known_;
};

void read_colours(const Value& value, Theme& theme, std::optional<Error>& error) {
  Reader reader(value, "'colours'", error);
  Palette& palette = theme.palette;
  reader.colour("ground", palette.ground);
  reader.colour("surface", palette.surface);
  reader.colour("text", palette.text);
  reader.colour("muted", palette.muted);
  reader.colour("accent", palette.accent);
  reader.colour("accent-2", palette.accent_2);
  reader.colour("positive", palette.positive);
  reader.colour("negative", palette.negative);
  reader.colour("inverse", theme.inverse);
  if (const Value* series = reader.take("series", true)) {
    if (series->list.size() == palette.series.size()) {
      for (size_t i = 0; i < palette.series.size(); ++i)
        reader.colour(series->list[i], "series", palette.series[i]);
    } else {
      reader.fail(series->where, "'series' must be a list of 8 colours");
    }
  }
  reader.refuse_others();
}

void read_code(const Value& value, CodeColours& code, std::optional<Error>& error) {
  Reader reader(value, "'code'", error);
  reader.colour("ground", code.ground);
  reader.colour("text", code.text);
  reader.colour("muted", code.muted);
  reader.refuse_others();
}

void read_glow(const Value& value, Ground::Glow& glow, std::optional<Error>& error) {
  Reader reader(value, "a glow", error);
  if (const Value* at = reader.take("at", true)) {
    if (at->list.size() == 2) {
      reader.number(at->list[0], "at", glow.x, -2, 3);
      reader.number(at->list[1], "at", glow.y, -2, 3);
    } else {
      reader.fail(at->where, "'at' must be two numbers: [across, down]");
    }
  }
  reader.number("radius", glow.radius, 0.01, 5, true);
  if (const Value* stops = reader.take("stops", true)) {
    if (stops->list.size() < 2) reader.fail(stops->where, "'stops' must be a list of two or more");
    for (const Value& item : stops->list) {
      Ground::Stop& stop = glow.stops.emplace_back();
      Reader stop_reader(item, "a stop", error);
      stop_reader.number("offset", stop.offset, 0, 1, true);
      stop_reader.colour("colour", stop.colour);
      stop_reader.number("opacity", stop.opacity, 0, 1);
      stop_reader.refuse_others();
    }
  }
  reader.refuse_others();
}

void read_type(const Value& value, Theme& theme, std::optional<Error>& error) {
  using Font = TypeStyle::Font;
  static constexpr std::array<std::pair<std::string_view, Font>, 3> kFonts = {
      {{"display", Font::display}, {"text", Font::text}, {"mono", Font::mono}}};
  Reader reader(value, "'type'", error);
  for (size_t i = 0; i < kRoleNames.size(); ++i) {
    const Value* entry = reader.take(kRoleNames[i], true);
    if (!entry) continue;
    TypeStyle& style = theme.type[i];
    const std::string what = "'" + std::string(kRoleNames[i]) + "'";
    Reader role(*entry, what, error);
    role.choice("font", style.font, kFonts, true);
    role.integer("weight", style.weight, 100, 1000);
    role.flag("italic", style.italic);
    role.flag("upper", style.upper);
    role.number("size", style.size, 1.2, 40, true);
    style.smallest = style.size;
    role.number("smallest", style.smallest, 1.2, style.size);
    role.number("tracking", style.tracking, -0.2, 1);
    role.number("leading", style.leading, 0.8, 3);
    role.refuse_others();
  }
  reader.refuse_others();
}

void read_decorations(const Value& value, Decorations& look, std::optional<Error>& error) {
  using Bullet = Decorations::Bullet;
  static constexpr std::array<std::pair<std::string_view, Bullet>, 3> kBullets = {
      {{"dot", Bullet::dot}, {"dash", Bullet::dash}, {"square", Bullet::square}}};
  Reader reader(value, "'decorations'", error);
  reader.number("title-bar", look.title_bar, 0, 3);
  if (const Value* rule = reader.take("rule", false)) {
    if (rule->list.size() == 2) {
      reader.number(rule->list[0], "rule", look.rule_width, 0, 30);
      reader.number(rule->list[1], "rule", look.rule_height, 0, 2);
    } else {
      reader.fail(rule->where, "'rule' must be two numbers: [width, height]");
    }
  }
  reader.number("frame", look.frame_inset, 0, 5);
  reader.flag("quote-mark", look.quote_mark);
  reader.flag("page-numbers", look.page_numbers);
  reader.choice("bullet", look.bullet, kBullets);
  reader.number("corner", look.corner, 0, 3);
  reader.refuse_others();
}

void read_captions(const Value& value, CaptionLook& look, std::optional<Error>& error) {
  Reader reader(value, "'captions'", error);
  reader.colour("text", look.text, false);
  reader.colour("spoken", look.spoken, false);
  reader.colour("box", look.box, false);
  reader.number("opacity", look.opacity, 0, 1);
  reader.integer("weight", look.weight, 100, 1000);
  reader.number("size", look.size, 1.2, 4);
  reader.number("radius", look.radius, 0, 3);
  reader.refuse_others();
}

void read_motion(const Value& value, Motion& motion, std::optional<Error>& error) {
  using Kind = Enter::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 3> kKinds = {
      {{"none", Kind::none}, {"fade", Kind::fade}, {"rise", Kind::rise}}};
  Reader reader(value, "'motion'", error);
  reader.choice("enter", motion.kind, kKinds);
  reader.number("seconds", motion.seconds, 0, 3);
  reader.number("distance", motion.distance, 0, 10);
  reader.refuse_others();
}

void read_fonts(const Value& value, Theme& theme, std::optional<Error>& error) {
  Reader reader(value, "'fonts'", error);
  reader.string("display", theme.families[0], true);
  reader.string("text", theme.families[1], true);
  reader.string("mono", theme.families[2], true);
  if (const Value* behind = reader.take("behind", false)) {
    if (!behind->is(Value::Type::list)) reader.fail(behind->where, "'behind' must be a list");
    for (const Value& family : behind->list)
      theme.behind.push_back(family.text);
  }
  reader.refuse_others();
}

}  // namespace

Result<Theme> read_theme(std::string_view yaml, const std::string& name, const std::string& file) {
  const Result<Value> root = parse_yaml(yaml, {file, 1, 1});
  if (!root) return root.error();
  Theme theme;
  theme.source = yaml;
  theme.name = name;
  std::optional<Error> error;
  Reader reader(*root, "a theme", error);
  reader.string("description", theme.description, true);
  if (const Value* value = reader.take("colours", true)) read_colours(*value, theme, error);
  if (const Value* value = reader.take("code", true)) read_code(*value, theme.code, error);
  if (const Value* value = reader.take("glows", false)) {
    if (!value->is(Value::Type::list)) reader.fail(value->where, "'glows' must be a list");
    for (const Value& item : value->list)
      read_glow(item, theme.glows.emplace_back(), error);
  }
  if (const Value* value = reader.take("fonts", true)) read_fonts(*value, theme, error);
  if (const Value* value = reader.take("type", true)) read_type(*value, theme, error);
  if (const Value* value = reader.take("page", false)) {
    Reader page(*value, "'page'", error);
    page.number("margin", theme.margin, 2, 12);
    page.refuse_others();
  }
  if (const Value* value = reader.take("decorations", false))
    read_decorations(*value, theme.decorations, error);
  if (const Value* value = reader.take("captions", false))
    read_captions(*value, theme.captions, error);
  if (const Value* value = reader.take("motion", false)) read_motion(*value, theme.motion, error);
  reader.refuse_others();
  if (error) return *error;
  return theme;
}

}  // namespace talkie
