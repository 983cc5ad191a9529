// SPDX-License-Identifier: LGPL-2.1-or-later
// Layouts that a theme draws: an SVG whose named rectangles keep places for the page's content, and
// whose other elements are painted under it.
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>

#include "base/text.h"
#include "visual/svg_safety.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

constexpr std::array<std::string_view, 6> kBoxes = {"title",  "body",   "kicker",
                                                    "footer", "number", "logo"};
constexpr std::array<std::string_view, 14> kShapes = {
    "g",    "rect", "circle", "ellipse",        "line",           "polyline", "polygon",
    "path", "defs", "stop",   "linearGradient", "radialGradient", "clipPath", "use"};
constexpr std::string_view kIdPrefix = "drawn-";  // keeps its names apart from the page's own

std::string_view text_of(const xmlChar* text) {
  return text ? reinterpret_cast<const char*>(text) : std::string_view{};
}

std::string attribute(xmlNode* node, const char* name) {
  xmlChar* value = xmlGetNoNsProp(node, reinterpret_cast<const xmlChar*>(name));
  std::string text(text_of(value));
  xmlFree(value);
  return text;
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Whether a theme has that colour.
bool is_colour(std::string_view name) {
  return colour_of(Palette{}, name).has_value();
}

class LayoutReader {
 public:
  explicit LayoutReader(const std::string& file) : file_(file) {}

  Result<DrawnLayout> read(const std::string& svg) {
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
        xmlReadMemory(svg.data(), static_cast<int>(svg.size()), nullptr, nullptr,
                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
        xmlFreeDoc);
    xmlNode* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
    if (!root) return Error{ErrorKind::syntax, "this SVG cannot be read", {}, {file_}};
    read_root(root);
    for (xmlNode* node = root->children; node; node = node->next)
      add(node);
    if (error_) return *error_;
    return layout_;
  }

 private:
  void fail(xmlNode* node, std::string message) {
    if (!error_)
      error_ = Error{ErrorKind::bad_value,
                     std::move(message),
                     {},
                     {file_, static_cast<int>(xmlGetLineNo(node)), 1}};
  }

  void read_root(xmlNode* root) {
    layout_.file = file_;
    layout_.view_box = attribute(root, "viewBox");
    std::array<double, 4> sides{};
    size_t count = 0;
    for (const std::string_view part : split(layout_.view_box, ' '))
      if (const auto side = number_in(part); side && count < sides.size()) sides[count++] = *side;
    if (count != 4 || sides[0] != 0 || sides[1] != 0 || sides[2] <= 0 || sides[3] <= 0)
      return fail(root, "a layout needs a viewBox such as \"0 0 1600 900\"");
    width_ = sides[2];
    height_ = sides[3];
    layout_.ground = ground_of(root);
    if (const std::string aspect = attribute(root, "preserveAspectRatio"); !aspect.empty())
      layout_.aspect = aspect;
  }

  std::string ground_of(xmlNode* node) {
    std::string ground = attribute(node, "data-ground");
    if (!ground.empty() && !is_colour(ground))
      fail(node, "'" + ground +
                     "' is no colour of a theme; data-ground takes a role such as "
                     "\"surface\", or \"#1a2b3c\"");
    return ground;
  }

  void add_box(xmlNode* node, const std::string& name) {
    LayoutBox box;
    const auto read = [&](const char* key, double& target, double whole) {
      const std::string text = attribute(node, key);
      const auto value = number_in(text);
      if (!value || *value < 0 || *value > whole)
        fail(node, "the box '" + name + "' needs " + key + " as a number from 0 to " +
                       std::to_string(static_cast<int>(whole)));
      else
        target = *value / whole;
    };
    read("x", box.x, width_);
    read("y", box.y, height_);
    read("width", box.width, width_);
    read("height", box.height, height_);
    const std::string upright = attribute(node, "data-valign");
    using Upright = LayoutBox::Upright;
    if (upright == "middle")
      box.upright = Upright::middle;
    else if (upright == "bottom")
      box.upright = Upright::bottom;
    else if (!upright.empty() && upright != "top")
      fail(node, "data-valign must be top, middle or bottom");
    box.ground = ground_of(node);
    if (!layout_.boxes.emplace(name, box).second) fail(node, "there are two boxes '" + name + "'");
  }

  // The roles that a value names, looked at; the names that it refers to, changed.
  std::string checked(xmlNode* node, std::string value) {
    for (size_t at = value.find("var("); at != std::string::npos; at = value.find("var(", at + 1)) {
      const size_t end = value.find(')', at);
      const std::string_view name = std::string_view(value).substr(at, end - at + 1);
      if (end == std::string::npos || !name.starts_with("var(--") ||
          !is_colour(name.substr(6, name.size() - 7)))
        fail(node, "'" + std::string(name) +
                       "' is no colour of a theme; write var(--accent), "
                       "var(--surface), var(--series-3) …");
    }
    replace_all(value, "url(#", "url(#" + std::string(kIdPrefix));
    return value;
  }

  void add(xmlNode* node) {
    if (node->type != XML_ELEMENT_NODE) return;
    const std::string name(text_of(node->name));
    const std::string id = attribute(node, "id");
    if (std::find(kBoxes.begin(), kBoxes.end(), id) != kBoxes.end()) {
      if (name != "rect") fail(node, "the box '" + id + "' must be a <rect>");
      return add_box(node, id);
    }
    if (name == "title" || name == "desc" || name == "metadata") return;
    if (std::find(kShapes.begin(), kShapes.end(), name) == kShapes.end())
      return fail(node, "a layout is drawn of shapes; it cannot hold <" + name + ">");
    std::string& out = layout_.drawing;
    out += "<" + name;
    for (xmlAttr* a = node->properties; a; a = a->next) {
      const std::string key(text_of(a->name));
      std::string value = checked(node, attribute(node, key.c_str()));
      if (key == "id") value.insert(0, kIdPrefix);
      if (key == "href" && value.starts_with("#")) value.insert(1, kIdPrefix);
      out += " " + key + "=\"" + escape_xml(value) + "\"";
    }
    out += ">";
    for (xmlNode* child = node->children; child; child = child->next)
      add(child);
    out += "</" + name + ">";
  }

  const std::string& file_;
  DrawnLayout layout_;
  double width_ = 1;
  double height_ = 1;
  std::optional<Error> error_;
};

}  // namespace

std::optional<uint32_t> colour_of(const Palette& palette, std::string_view name) {
  const std::array<std::pair<std::string_view, uint32_t>, 8> roles = {
      {{"ground", palette.ground},
       {"surface", palette.surface},
       {"text", palette.text},
       {"muted", palette.muted},
       {"accent", palette.accent},
       {"accent-2", palette.accent_2},
       {"positive", palette.positive},
       {"negative", palette.negative}}};
  for (const auto& [role, colour] : roles)
    if (role == name) return colour;
  if (name.size() == 8 && name.starts_with("series-") && name[7] >= '1' && name[7] <= '8')
    return palette.series[static_cast<size_t>(name[7] - '1')];
  return parse_colour(name);
}

Result<DrawnLayout> read_layout(const std::string& svg, const std::string& file) {
  if (const auto safe = check_svg(svg, file); !safe) return safe.error();
  return LayoutReader(file).read(svg);
}

std::string draw_layout(const DrawnLayout& layout, const Palette& palette, Size size, bool mirror) {
  std::string drawing = layout.drawing;
  for (size_t at = 0; (at = drawing.find("var(--", at)) != std::string::npos;) {
    const size_t end = drawing.find(')', at);
    const std::string_view name = std::string_view(drawing).substr(at + 6, end - at - 6);
    const std::string colour = hex_colour(colour_of(palette, name).value_or(palette.text));
    drawing.replace(at, end - at + 1, colour);
  }
  const std::string width = std::to_string(size.width);
  std::string svg = "<svg width=\"" + width + "\" height=\"" + std::to_string(size.height) +
                    "\" viewBox=\"" + layout.view_box + "\" preserveAspectRatio=\"" +
                    escape_xml(layout.aspect) + "\">" + drawing + "</svg>";
  return mirror ? "<g transform=\"translate(" + width + " 0) scale(-1 1)\">" + svg + "</g>" : svg;
}

}  // namespace talkie
