// SPDX-License-Identifier: LGPL-2.1-or-later
// What a theme may say about pages besides its colours and type: decorations, logo, captions,
// motion.
#include "visual/painter.h"
#include "visual/theme_reader.h"

namespace talkie {

namespace {

void read_page(const Value& value, Theme& theme, std::optional<Error>& error) {
  ThemeReader reader(value, "'page'", error);
  reader.number("margin", theme.margin, 2, 12);
  reader.refuse_others();
}

void read_decorations(const Value& value, Decorations& look, std::optional<Error>& error) {
  using Bullet = Decorations::Bullet;
  static constexpr std::array<std::pair<std::string_view, Bullet>, 3> kBullets = {
      {{"dot", Bullet::dot}, {"dash", Bullet::dash}, {"square", Bullet::square}}};
  ThemeReader reader(value, "'decorations'", error);
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
  ThemeReader reader(value, "'captions'", error);
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
  ThemeReader reader(value, "'motion'", error);
  reader.choice("enter", motion.kind, kKinds);
  reader.number("seconds", motion.seconds, 0, 3);
  reader.number("distance", motion.distance, 0, 10);
  reader.number("said", motion.said, 0.3, 1);
  reader.refuse_others();
}

// The picture named by the key "file".
void read_file_key(ThemeReader& reader, ThemePicture& picture, bool needed) {
  const Value* value = reader.take("file", needed);
  if (!value) return;
  Result<ThemePicture> read = read_picture(value->text, value->where.file);
  if (read)
    picture = *std::move(read);
  else
    reader.fail(value->where, read.error().message);
}

void read_logo(const Value& value, Logo& logo, std::optional<Error>& error) {
  using Corner = Logo::Corner;
  static constexpr std::array<std::pair<std::string_view, Corner>, 4> kCorners = {
      {{"top-left", Corner::top_left},
       {"top-right", Corner::top_right},
       {"bottom-left", Corner::bottom_left},
       {"bottom-right", Corner::bottom_right}}};
  ThemeReader reader(value, "'logo'", error);
  read_file_key(reader, logo.picture, true);
  reader.choice("corner", logo.corner, kCorners);
  reader.number("size", logo.size, 1, 3);
  reader.refuse_others();
}

void read_watermark(const Value& value, Watermark& watermark, std::optional<Error>& error) {
  ThemeReader reader(value, "'watermark'", error);
  read_file_key(reader, watermark.picture, false);
  reader.string("text", watermark.text);
  reader.number("opacity", watermark.opacity, 0.01, 0.5);
  if (watermark.picture.empty() == watermark.text.empty())
    reader.fail(value.where, "'watermark' needs either 'text' or 'file'");
  reader.refuse_others();
}

void read_progress(const Value& value, ProgressBar& progress, std::optional<Error>& error) {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> kEdges = {
      {{"bottom", false}, {"top", true}}};
  ThemeReader reader(value, "'progress'", error);
  reader.choice("edge", progress.at_top, kEdges);
  reader.number("height", progress.height, 0, 1, true);
  reader.refuse_others();
}

// Which layouts are drawn by which file: `layouts: {bullets: sidebar, table: sidebar}`.
void read_drawn_as(const Value& value, Theme& theme, std::optional<Error>& error) {
  ThemeReader reader(value, "'layouts'", error);
  const std::vector<std::string> names = list_layouts();
  for (const std::string& name : names) {
    std::string file;
    reader.string(name, file);
    if (file.empty()) continue;
    const bool there = std::any_of(theme.drawn.begin(), theme.drawn.end(), [&](const auto& drawn) {
      return drawn.first.substr(0, drawn.first.find('.')) == file;
    });
    if (!there)
      reader.fail(value.find(name)->where,
                  "there is no file '" + file + ".svg' in the theme's folder 'layouts'");
    theme.drawn_as[name] = file;
  }
  reader.refuse_others();
}

// A file that serves no layout is one whose name is misspelt.
void check_drawn(ThemeReader& theme_map, const Theme& theme) {
  const std::vector<std::string> names = list_layouts();
  std::vector<std::string_view> known(names.begin(), names.end());
  known.emplace_back("page");
  for (const auto& [layout, file] : theme.drawn_as)
    known.emplace_back(file);
  for (const auto& [name, layout] : theme.drawn) {
    const std::string stem = name.substr(0, name.find('.'));
    const std::string shape = name.substr(stem.size());
    const bool large = stem == "title" || stem == "section" || stem == "closing";
    if (!large && layout.boxes.contains("title") && !layout.boxes.contains("body"))
      theme_map.fail({layout.file, 0, 0},
                     "this layout keeps a place for the title, so it needs a box 'body' too");
    const bool known_shape = shape.empty() || shape == ".portrait" || shape == ".square";
    if (known_shape && std::find(known.begin(), known.end(), stem) != known.end()) continue;
    theme_map.fail({layout.file, 0, 0},
                   known_shape ? "there is no layout '" + stem + "' that this file could serve." +
                                     suggestion(stem, known)
                               : "a layout's file is named '" + stem + ".svg', '" + stem +
                                     ".portrait.svg' or '" + stem + ".square.svg'");
  }
}

}  // namespace

void read_options(ThemeReader& theme_map, Theme& theme, std::optional<Error>& error) {
  const auto read = [&](std::string_view key, auto& target, auto reader) {
    if (const Value* value = theme_map.take(key, false)) reader(*value, target, error);
  };
  read("page", theme, read_page);
  read("decorations", theme.decorations, read_decorations);
  read("captions", theme.captions, read_captions);
  read("motion", theme.motion, read_motion);
  read("logo", theme.logo, read_logo);
  read("watermark", theme.watermark, read_watermark);
  read("progress", theme.progress, read_progress);
  read("layouts", theme, read_drawn_as);
  check_drawn(theme_map, theme);
}

}  // namespace talkie
