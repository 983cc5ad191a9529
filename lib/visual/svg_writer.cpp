// SPDX-License-Identifier: LGPL-2.1-or-later
// A page -> SVG, in the part of SVG that librsvg 2.54 draws well.
#include <glib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "base/text.h"
#include "visual/drawing.h"
#include "visual/drawn.h"
#include "visual/png.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

constexpr double kGlyphScale = 2;  // pixels of an emoji's picture to a pixel of the page

// At most three decimals, no locale, no "-0": the same page is the same bytes everywhere.
std::string number(double value) {
  std::array<char, 32> digits{};
  const double rounded = std::round(value * 1000) / 1000;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), rounded == 0 ? 0.0 : rounded,
                    std::chars_format::fixed, 3);
  std::string text(digits.data(), error == std::errc{} ? end : digits.data());
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text.empty() ? "0" : text;
}

// The layer an item is part of; empty: the first frame.
std::string group_of(const Item& item) {
  if (item.layer >= 0 && item.step >= 0)
    return "layer-" + std::to_string(item.layer) + "-" + std::to_string(item.step);
  if (item.layer >= 0) return "layer-" + std::to_string(item.layer);
  return item.step >= 0 ? "step-" + std::to_string(item.step) : std::string();
}

// By what an item is known on another page; empty: it belongs to its own page alone.
std::string part_name(const Item& item) {
  if (const auto* picture = std::get_if<Picture>(&item.what)) return "picture " + picture->uri;
  std::string name;
  if (const auto* text = std::get_if<Text>(&item.what))
    for (const TextRun& run : text->line.runs)
      name += run.text;
  return name;
}

std::string part_group(size_t index) {
  return "part-" + std::to_string(index);
}

class Writer {
 public:
  explicit Writer(const PageFrame& frame) : frame_(frame) {}

  std::string document(const Piece& page) {
    open();
    ground();
    write_group(page, "");
    for (const PageLayer& layer : layers_of(page)) {
      if (layer.group.empty()) continue;
      svg_ += "<g id=\"" + layer.group + "\" class=\"step\">\n";
      write_group(page, layer.group);
      svg_ += "</g>\n";
    }
    svg_ += "</svg>\n";
    return std::move(svg_);
  }

 private:
  void write_group(const Piece& page, const std::string& group) {
    for (const GroupRun& run : runs_of(page, group)) {
      if (run.drawing) write(*run.drawing);
      const bool apart = !run.drawing && run.id != group;
      if (apart) svg_ += "<g id=\"" + run.id + "\">\n";
      for (const Item* item : run.items)
        write_part(*item, static_cast<size_t>(item - page.items.data()));
      if (apart) svg_ += "</g>\n";
    }
  }

  void attribute(const char* name, const std::string& value) {
    svg_ += std::string(" ") + name + "=\"" + value + "\"";
  }
  void attribute(const char* name, double value) { attribute(name, number(value)); }
  void place(const Box& box) {
    attribute("x", box.x);
    attribute("y", box.y);
    attribute("width", box.width);
    attribute("height", box.height);
  }

  // EXIF 2.3, section 4.6.4 A: where the first row and column of the file are in the picture.
  void place_turned(const Picture& picture) {
    const Box& box = picture.whole;
    if (picture.orientation == 1) return place(box);
    static constexpr int kTurns[9][4] = {{1, 0, 0, 1},   {1, 0, 0, 1},   {-1, 0, 0, 1},
                                         {-1, 0, 0, -1}, {1, 0, 0, -1},  {0, 1, 1, 0},
                                         {0, 1, -1, 0},  {0, -1, -1, 0}, {0, -1, 1, 0}};
    const auto& [a, b, c, d] = kTurns[picture.orientation];
    const bool on_its_side = a == 0;
    attribute("width", on_its_side ? box.height : box.width);
    attribute("height", on_its_side ? box.width : box.height);
    attribute("transform", "matrix(" + number(a) + " " + number(b) + " " + number(c) + " " +
                               number(d) + " " + number(box.x + (a + c < 0 ? box.width : 0)) + " " +
                               number(box.y + (b + d < 0 ? box.height : 0)) + ")");
  }

  void open() {
    const std::string width = std::to_string(frame_.size.width);
    const std::string height = std::to_string(frame_.size.height);
    svg_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"";
    attribute("width", width);
    attribute("height", height);
    attribute("viewBox", "0 0 " + width + " " + height);
    if (!frame_.language.empty()) attribute("xml:lang", escape_xml(frame_.language));
    svg_ += ">\n";
    if (!frame_.title.empty()) svg_ += "<title>" + escape_xml(frame_.title) + "</title>\n";
  }

  void ground() {
    svg_ += "<g id=\"ground\">\n<rect width=\"100%\" height=\"100%\"";
    attribute("fill", hex_colour(frame_.ground.colour));
    svg_ += "/>\n";
    for (size_t i = 0; i < frame_.ground.glows.size(); ++i) {
      const Ground::Glow& glow = frame_.ground.glows[i];
      const std::string id = "glow-" + std::to_string(i);
      svg_ += "<defs><radialGradient id=\"" + id + "\"";
      attribute("cx", glow.x);
      attribute("cy", glow.y);
      attribute("r", glow.radius);
      svg_ += ">";
      for (const Ground::Stop& s : glow.stops)
        stop(s.offset, s.colour, s.opacity);
      svg_ += "</radialGradient></defs>\n<rect width=\"100%\" height=\"100%\" fill=\"url(#" + id +
              ")\"/>\n";
    }
    svg_ += "</g>\n";
  }

  void stop(double offset, uint32_t stop_colour, double opacity) {
    svg_ += "<stop";
    attribute("offset", offset);
    attribute("stop-color", hex_colour(stop_colour));
    if (opacity < 1) attribute("stop-opacity", opacity);
    svg_ += "/>";
  }

  void write_part(const Item& item, size_t index) {
    const bool is_part = frame_.in_parts && group_of(item).empty() && !part_name(item).empty();
    if (!is_part) return write(item);
    svg_ += "<g id=\"" + part_group(index) + "\" class=\"part\">\n";
    write(item);
    svg_ += "</g>\n";
  }

  void write(const Item& item) {
    std::visit([this](const auto& what) { write(what); }, item.what);
  }

  // Defines the gradient that fills `shape`, and returns its name.
  std::string blend(const Shape& shape) {
    std::string id = "blend-" + std::to_string(++blends_);
    svg_ += "<defs><linearGradient id=\"" + id + "\"";
    if (shape.fade > 0) {
      svg_ += " x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">";
      const double length = std::min(shape.fade / shape.box.height, 1.0);
      for (int i = 0; i <= 8; ++i) {
        // Eased, so that no edge shows where the blend begins or ends.
        const double t = i / 8.0;
        stop(t * length, shape.fill, shape.opacity * t * t * (3 - 2 * t));
      }
    } else {
      svg_ += " x1=\"0\" x2=\"1\">";
      stop(0, shape.fill, 1);
      stop(1, *shape.fill_end, 1);
    }
    svg_ += "</linearGradient></defs>\n";
    return id;
  }

  void write(const Shape& shape) {
    std::string fill = hex_colour(shape.fill);
    if (shape.fill_end || shape.fade > 0) fill = "url(#" + blend(shape) + ")";
    svg_ += "<rect";
    if (!shape.id.empty()) attribute("id", shape.id);
    place(shape.box);
    if (shape.radius > 0)
      attribute("rx", std::min({shape.radius, shape.box.width / 2, shape.box.height / 2}));
    if (shape.stroke > 0) {
      attribute("fill", "none");
      attribute("stroke", fill);
      attribute("stroke-width", shape.stroke);
      if (shape.dash > 0) attribute("stroke-dasharray", number(shape.dash));
      if (shape.opacity < 1) attribute("stroke-opacity", shape.opacity);
    } else {
      attribute("fill", fill);
      if (shape.opacity < 1 && shape.fade == 0) attribute("fill-opacity", shape.opacity);
    }
    svg_ += "/>\n";
  }

  void write(const Icon& icon) {
    svg_ += "<path";
    attribute("fill", icon.filled ? hex_colour(icon.colour) : "none");
    svg_ += " stroke-linecap=\"round\" stroke-linejoin=\"round\"";
    attribute("stroke", hex_colour(icon.colour));
    attribute("stroke-width", icon.stroke);
    attribute("transform", "translate(" + number(icon.box.x) + " " + number(icon.box.y) +
                               ") scale(" + number(icon.box.width / 24) + ")");
    attribute("d", icon.path);
    svg_ += "/>\n";
  }

  void write(const Picture& picture) {
    if (picture.uri.empty()) return;  // its drawing is there already: this is a part of it
    const std::string number_text = std::to_string(++pictures_);
    svg_ += "<defs><clipPath id=\"clip-" + number_text + "\"><rect";
    place(picture.box);
    if (picture.radius > 0) attribute("rx", picture.radius);
    svg_ += "/></clipPath></defs>\n<g clip-path=\"url(#clip-" + number_text + ")\">";
    if (!picture.words.empty()) svg_ += "<title>" + escape_xml(picture.words) + "</title>";
    svg_ += "<image";
    attribute("id", "image-" + number_text);
    place_turned(picture);
    svg_ += " preserveAspectRatio=\"none\"";
    attribute("href", escape_xml(picture.uri));
    svg_ += "/></g>\n";
  }

  void write(const Vector& vector) {
    svg_ += "<svg";
    place(vector.box);
    attribute("viewBox", "0 0 " + number(vector.width) + " " + number(vector.height));
    svg_ += " overflow=\"visible\">";
    if (vector.defs) svg_ += *vector.defs;
    svg_ += vector.svg + "</svg>\n";
  }

  void write(const Text& text) {
    for (const TextRun& run : text.line.runs)
      write(run, text.line);
  }

  // librsvg draws text by its outlines, and emoji have none: they become pictures.
  void write_colour_glyphs(const TextRun& run, const TextLine& line) {
    const GlyphPicture picture = paint_run(run, frame_.language, kGlyphScale);
    const Result<std::string> png = to_png(picture.bitmap);
    if (!png) return;
    gchar* encoded = g_base64_encode(reinterpret_cast<const guchar*>(png->data()), png->size());
    svg_ += "<g><title>" + escape_xml(run.text) + "</title><image";
    place({line.x + run.x - picture.x / kGlyphScale, line.baseline - picture.y / kGlyphScale,
           picture.bitmap.width / kGlyphScale, picture.bitmap.height / kGlyphScale});
    attribute("href", std::string("data:image/png;base64,") + encoded);
    svg_ += "/></g>\n";
    g_free(encoded);
  }

  void write_formula(const TextRun& run, const TextLine& line) {
    const Drawn& formula = *run.formula;
    const double scale = run.formula_scale;
    const Box box{line.x + run.x, line.baseline - formula.baseline * scale, formula.width * scale,
                  formula.height * scale};
    const auto defs = std::make_shared<const std::string>(formula.defs);
    svg_ += "<g class=\"formula\">\n";
    for (const DrawnPart& part : formula.parts)
      write(Vector{box, formula.width, formula.height, part.box, defs, part.svg});
    svg_ += "</g>\n";
  }

  void write(const TextRun& run, const TextLine& line) {
    if (run.formula) {
      write_formula(run, line);
      return;
    }
    if (run.colour_glyphs) {
      write_colour_glyphs(run, line);
      return;
    }
    const bool rtl = run.level % 2 == 1;
    svg_ += "<text xml:space=\"preserve\"";
    attribute("x", line.x + run.x + (rtl ? run.width : 0));
    attribute("y", line.baseline);
    attribute("font-family", quoted_families(run.family));
    attribute("font-size", run.size);
    if (run.weight != 400) attribute("font-weight", std::to_string(run.weight));
    if (run.italic) attribute("font-style", "italic");
    if (run.tracking != 0) attribute("letter-spacing", run.tracking);
    if (rtl) attribute("direction", "rtl");
    attribute("fill", hex_colour(run.colour));
    svg_ += ">";
    if (run.stops.empty()) svg_ += escape_xml(run.text);
    for (size_t i = 0; i < run.stops.size(); ++i) {
      const auto [begin, x] = run.stops[i];
      const size_t end = i + 1 < run.stops.size() ? run.stops[i + 1].first : run.text.size();
      svg_ += "<tspan x=\"" + number(line.x + run.x + x) + "\">" +
              escape_xml(run.text.substr(begin, end - begin)) + "</tspan>";
    }
    svg_ += "</text>\n";
  }

  const PageFrame& frame_;
  std::string svg_;
  int blends_ = 0;
  int pictures_ = 0;
};

}  // namespace

std::vector<PageLayer> layers_of(const Piece& page) {
  std::vector<PageLayer> layers;
  const auto is_new = [&](const std::string& group) {
    return std::none_of(layers.begin(), layers.end(),
                        [&](const PageLayer& layer) { return layer.group == group; });
  };
  const auto add_boxes = [&](size_t below) {
    for (const LayerPlan& plan : page.layers)
      if (plan.fills_box() && plan.above == below) layers.push_back({"", plan.step, plan});
  };
  for (size_t i = 0; i < page.items.size(); ++i) {
    add_boxes(i);
    const Item& item = page.items[i];
    const std::string group = group_of(item);
    if (group.empty() || !is_new(group)) continue;
    const bool planned = item.layer >= 0;
    layers.push_back(
        {group, item.step, planned ? page.layers[static_cast<size_t>(item.layer)] : LayerPlan()});
  }
  add_boxes(page.items.size());
  return layers;
}

std::vector<GroupRun> runs_of(const Piece& page, const std::string& group) {
  std::vector<GroupRun> runs(1);
  for (const Item& item : page.items) {
    if (group_of(item) != group) continue;
    const auto* picture = std::get_if<Picture>(&item.what);
    if (picture && picture->part) {
      runs.push_back({"", {}, picture});
      runs.emplace_back();
    } else {
      runs.back().items.push_back(&item);
    }
  }
  const bool whole = runs.size() == 1;
  std::erase_if(runs, [&](const GroupRun& run) { return !run.drawing && run.items.empty(); });
  int number = 0;
  for (GroupRun& run : runs)
    run.id = whole ? group : (group.empty() ? "page" : group) + "-run-" + std::to_string(++number);
  return runs;
}

std::string quoted_families(const std::string& families) {
  std::string list;
  for (const std::string_view family : split(families, ',')) {
    list += list.empty() ? "'" : ", '";
    for (const char c : trim(family))
      if (std::string_view("'\"\\<>&").find(c) == std::string_view::npos) list += c;
    list += '\'';
  }
  return list;
}

std::vector<SlidePlan::Part> parts_of(const Piece& page) {
  std::vector<SlidePlan::Part> parts;
  std::map<std::string, int> uses;
  for (size_t i = 0; i < page.items.size(); ++i) {
    const Item& item = page.items[i];
    std::string name = group_of(item).empty() ? part_name(item) : std::string();
    if (name.empty()) continue;
    if (const int use = ++uses[name]; use > 1) name += " (" + std::to_string(use) + ")";
    parts.push_back({part_group(i), std::move(name)});
  }
  return parts;
}

std::string to_svg(const Piece& page, const PageFrame& frame) {
  return Writer(frame).document(page);
}

}  // namespace talkie
