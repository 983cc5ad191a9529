// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/drawn.h"

#include <cmath>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/hash.h"
#include "visual/kinds/kinds.h"
#include "visual/svg_safety.h"

namespace talkie {
namespace {

using nlohmann::json;

constexpr size_t kMaxKept = size_t{64} << 20;  // bytes of SVG
constexpr size_t kMaxParts = 5000;
constexpr double kMaxLength = 1e7;  // in a drawing's units

// The drawings that were asked for last. Thread-safe.
class DrawnCache {
 public:
  std::optional<Drawn> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->drawn;
  }

  void keep(const std::string& key, const Drawn& drawn) {
    size_t bytes = drawn.defs.size();
    for (const DrawnPart& part : drawn.parts)
      bytes += part.svg.size() + sizeof part;
    const std::lock_guard lock(mutex_);
    if (bytes > kMaxKept || by_key_.contains(key)) return;
    entries_.push_front({key, drawn, bytes});
    by_key_[key] = entries_.begin();
    for (held_ += bytes; held_ > kMaxKept; entries_.pop_back()) {
      held_ -= entries_.back().bytes;
      by_key_.erase(entries_.back().key);
    }
  }

 private:
  struct Entry {
    std::string key;
    Drawn drawn;
    size_t bytes;
  };
  std::mutex mutex_;
  std::list<Entry> entries_;  // used last first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  size_t held_ = 0;
};

DrawnCache& drawings() {
  static DrawnCache cache;
  return cache;
}

json look_json(const DrawnLook& look) {
  json series = json::array();
  for (const uint32_t colour : look.series)
    series.push_back(hex_colour(colour));
  return {{"ground", hex_colour(look.ground)},
          {"surface", hex_colour(look.surface)},
          {"text", hex_colour(look.text)},
          {"muted", hex_colour(look.muted)},
          {"accent", hex_colour(look.accent)},
          {"accent_2", hex_colour(look.accent_2)},
          {"positive", hex_colour(look.positive)},
          {"negative", hex_colour(look.negative)},
          {"series", std::move(series)},
          {"family", look.family},
          {"mono", look.mono},
          {"text_px", look.text_px},
          {"width", look.width},
          {"height", look.height},
          {"rtl", look.rtl},
          {"language", look.language}};
}

std::string key_of(const Drawing& drawing, const DrawnLook& look, bool display) {
  KeyMaker key("drawn");
  key.add(static_cast<int64_t>(drawing.kind)).add(display).add(drawing.text).add(drawing.info);
  for (const Drawing::File& file : drawing.files)
    key.add(file.name).add(file.content);
  return key.add(look_json(look).dump(-1, ' ', false, json::error_handler_t::replace)).key();
}

Result<Drawn> draw_kind(const DrawingTask& task, bool display) {
  switch (task.drawing.kind) {
    case Drawing::Kind::mermaid:
      return draw_mermaid(task);
    case Drawing::Kind::dot:
      return draw_dot(task);
    case Drawing::Kind::math:
      return draw_math(task, display);
    case Drawing::Kind::vega_lite:
      return draw_vega_lite(task);
    case Drawing::Kind::chart:
      return draw_chart(task);
    case Drawing::Kind::visual:
      break;  // modules give whole documents: see modules.h
  }
  return Error{ErrorKind::unsupported, "this kind of drawing is not known"};
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// Names of families as CSS wants them: without quotes, one with a figure in it is no name.
void quote_families(Drawn& drawn, const DrawnLook& look) {
  for (const std::string& family : {look.family, look.mono}) {
    if (family.find_first_of("0123456789") == std::string::npos) continue;
    const std::string plain = "font-family=\"" + family + "\"";
    const std::string quoted = "font-family=\"" + quoted_families(family) + "\"";
    for (DrawnPart& part : drawn.parts)
      replace_all(part.svg, plain, quoted);
    replace_all(drawn.defs, plain, quoted);
  }
}

Result<Drawn> draw_or_find(const Drawing& drawing, const DrawnLook& look, const Place& where,
                           bool display) {
  const std::string key = key_of(drawing, look, display);
  if (auto kept = drawings().find(key)) return std::move(*kept);
  const DrawingTask task{drawing, look, where, "d" + key.substr(0, 10)};
  auto drawn = draw_kind(task, display);
  if (!drawn) {
    Error error = drawn.error();
    if (error.where == Place{}) error.where = where;
    return error;
  }
  quote_families(*drawn, look);
  drawings().keep(key, *drawn);
  return drawn;
}

Enter::Kind enter_named(const std::string& name) {
  if (name == "grow_up") return Enter::Kind::grow_up;
  if (name == "grow_right") return Enter::Kind::grow_right;
  return Enter::Kind::fade;
}

DrawnPart part_of(const json& answer) {
  const json& box = answer.at("box");
  return {answer.at("id").get<std::string>(),
          answer.at("words").get<std::string>(),
          answer.at("order").get<int>(),
          {box.at("x").get<double>(), box.at("y").get<double>(), box.at("width").get<double>(),
           box.at("height").get<double>()},
          enter_named(answer.at("enter").get<std::string>()),
          answer.at("svg").get<std::string>()};
}

// Throws json::exception where something is missing.
Drawn drawn_of(const json& answer) {
  Drawn drawn;
  drawn.width = answer.at("width").get<double>();
  drawn.height = answer.at("height").get<double>();
  drawn.text_size = answer.at("text_size").get<double>();
  drawn.baseline = answer.at("baseline").get<double>();
  drawn.defs = answer.at("defs").get<std::string>();
  for (const json& part : answer.at("parts"))
    drawn.parts.push_back(part_of(part));
  return drawn;
}

bool is_sane(double length) {
  return std::isfinite(length) && std::abs(length) < kMaxLength;
}

bool has_sane_sizes(const Drawn& drawn) {
  for (const DrawnPart& part : drawn.parts)
    for (const double length : {part.box.x, part.box.y, part.box.width, part.box.height})
      if (!is_sane(length)) return false;
  return is_sane(drawn.width) && is_sane(drawn.height) && is_sane(drawn.baseline) &&
         drawn.width > 0 && drawn.height > 0 && drawn.text_size > 0;
}

}  // namespace

Result<Drawn> draw(const Drawing& drawing, const DrawnLook& look, const Place& where) {
  return draw_or_find(drawing, look, where, true);
}

Result<Drawn> draw_formula(std::string_view tex, const DrawnLook& look, const Place& where) {
  // Formulas are drawn in units of their own: one serves every size that a page tries.
  const DrawnLook any;
  DrawnLook sizeless = look;
  sizeless.text_px = any.text_px;
  sizeless.width = any.width;
  sizeless.height = any.height;
  return draw_or_find({Drawing::Kind::math, std::string(tex), "", {}}, sizeless, where, false);
}

Place line_of(const DrawingTask& task, int line, int column) {
  Place place = task.where;
  if (place.line > 0) place.line += std::max(line, 1) - 1;
  if (place.line > 0) place.column = column;
  return place;
}

json request_of(const DrawingTask& task) {
  return {{"text", task.drawing.text}, {"prefix", task.prefix}, {"look", look_json(task.look)}};
}

Result<void> check_drawn(const Drawn& drawn, const DrawingTask& task, std::string_view what) {
  if (drawn.parts.size() > kMaxParts)
    return Error{ErrorKind::too_large,
                 std::string(what) + " has more than " + std::to_string(kMaxParts) +
                     " parts: show less in one picture",
                 "", task.where};
  if (!has_sane_sizes(drawn))
    return Error{ErrorKind::failed, std::string(what) + " has no size that can be drawn", "",
                 task.where};
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><defs>" + drawn.defs + "</defs>";
  for (const DrawnPart& part : drawn.parts)
    svg += part.svg;
  const auto checked = check_svg(svg + "</svg>", task.where.file);
  if (checked) return {};
  Error error = checked.error();
  error.where = task.where;
  error.message = std::string(what) + " cannot be drawn: " + error.message;
  return error;
}

Result<Drawn> drawn_by(KitBundle bundle, const json& request, const DrawingTask& task,
                       std::string_view what) {
  auto answer =
      Kit::shared().ask(bundle, request.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!answer) {
    Error error = answer.error();
    error.where = task.where;
    if (error.kind == ErrorKind::syntax) error.message = std::string(what) + " " + error.message;
    return error;
  }
  try {
    const json parsed = json::parse(*answer);
    if (parsed.contains("error"))
      return Error{ErrorKind::syntax,
                   std::string(what) + ", line " + std::to_string(parsed.at("line").get<int>()) +
                       ": " + parsed.at("error").get<std::string>(),
                   "", line_of(task, parsed.at("line").get<int>())};
    Drawn drawn = drawn_of(parsed);
    if (auto checked = check_drawn(drawn, task, what); !checked) return checked.error();
    return drawn;
  } catch (const json::exception& problem) {
    return Error{ErrorKind::failed, std::string(what) + " could not be drawn", problem.what(),
                 task.where};
  }
}

}  // namespace talkie
