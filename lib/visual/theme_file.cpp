// SPDX-License-Identifier: LGPL-2.1-or-later
// A theme's file -> Theme. docs/themes.md describes every key.
#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.h"
#include "base/value.h"
#include "visual/theme_data.h"
#include "visual/theme_reader.h"

namespace talkie {

namespace {

constexpr std::array<std::string_view, kTextRoles> kRoleNames = {
    "hero",     "section", "title", "subheading", "statement", "number", "quote",
    "subtitle", "body",    "table", "code",       "kicker",    "footer"};

void read_colours(const Value& value, Theme& theme, std::optional<Error>& error) {
  ThemeReader reader(value, "'colours'", error);
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
  ThemeReader reader(value, "'code'", error);
  reader.string("theme", code.theme);
  reader.colour("ground", code.ground);
  reader.colour("text", code.text);
  reader.colour("muted", code.muted);
  reader.refuse_others();
}

void read_glow(const Value& value, Ground::Glow& glow, std::optional<Error>& error) {
  ThemeReader reader(value, "a glow", error);
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
      ThemeReader stop_reader(item, "a stop", error);
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
  ThemeReader reader(value, "'type'", error);
  for (size_t i = 0; i < kRoleNames.size(); ++i) {
    const Value* entry = reader.take(kRoleNames[i], true);
    if (!entry) continue;
    TypeStyle& style = theme.type[i];
    const std::string what = "'" + std::string(kRoleNames[i]) + "'";
    ThemeReader role(*entry, what, error);
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

void read_fonts(const Value& value, Theme& theme, std::optional<Error>& error) {
  ThemeReader reader(value, "'fonts'", error);
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

constexpr int kDeepest = 8;  // themes that extend one another
constexpr size_t kMaxFileBytes = 1u << 20;

// What `own` says, and for the rest what `base` says. Lists are replaced as a whole.
Value merged(const Value& base, const Value& own) {
  if (!base.is(Value::Type::map) || !own.is(Value::Type::map)) return own;
  Value both = base;
  both.where = own.where;
  for (const Member& member : own.map) {
    const auto same = std::find_if(both.map.begin(), both.map.end(),
                                   [&](const Member& m) { return m.key == member.key; });
    if (same == both.map.end()) {
      both.map.push_back(member);
    } else {
      same->value = merged(same->value, member.value);
      same->where = member.where;
    }
  }
  return both;
}

// The layouts in the folder of a theme's file; they win over those that the theme has already.
Result<void> add_layouts(const std::string& file, Theme& theme) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path() / "layouts";
  std::vector<std::filesystem::path> files;
  std::error_code ignored;  // a theme need not have any
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".svg") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& path : files) {
    const Result<std::string> svg = read_file(path, kMaxFileBytes);
    if (!svg) return svg.error();
    Result<DrawnLayout> layout = read_layout(*svg, path.string());
    if (!layout) return layout.error();
    theme.source += *svg;
    theme.drawn.insert_or_assign(path.stem().string(), *std::move(layout));
  }
  return {};
}

// A theme's map with what the themes that it extends say; `theme` gets their layouts.
Result<Value> read_map(std::string_view yaml, const std::string& file, Theme& theme, int depth) {
  Result<Value> root = parse_yaml(yaml, {file, 1, 1});
  if (!root) return root;
  theme.source += yaml;
  Value map = *root;
  if (const Value* extends = root->find("extends")) {
    if (depth == kDeepest)
      return Error{ErrorKind::bad_value,
                   "these themes extend one another without an end",
                   {},
                   extends->where};
    const auto fail = [&](Error error) {
      if (error.where == Place{}) error.where = extends->where;
      return error;
    };
    const Result<std::string> base_file = theme_file_named(extends->text);
    if (!base_file) return fail(base_file.error());
    const Result<std::string> base_yaml = read_file(*base_file, kMaxFileBytes);
    if (!base_yaml) return fail(base_yaml.error());
    const Result<Value> base = read_map(*base_yaml, *base_file, theme, depth + 1);
    if (!base) return fail(base.error());
    map = merged(*base, *root);
  }
  if (auto added = add_layouts(file, theme); !added) return added.error();
  return map;
}

}  // namespace

Result<Theme> read_theme(std::string_view yaml, const std::string& name, const std::string& file) {
  Theme theme;
  const Result<Value> root = read_map(yaml, file, theme, 0);
  if (!root) return root.error();
  theme.name = name;
  std::optional<Error> error;
  ThemeReader reader(*root, "a theme", error);
  reader.take("extends", false);
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
  read_options(reader, theme, error);
  reader.refuse_others();
  if (error) return *error;
  return theme;
}

}  // namespace talkie
