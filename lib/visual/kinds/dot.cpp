// SPDX-License-Identifier: LGPL-2.1-or-later
// Graphs in ```dot: the SVG that Graphviz draws, in parts.
#include "visual/kinds/dot.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <pango/pango.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <set>

#include "base/text.h"

namespace talkie {
namespace {

// Which elements and attributes of Graphviz's SVG get through.
const std::set<std::string_view> kElements{"g",    "ellipse",        "polygon",        "polyline",
                                           "path", "text",           "circle",         "rect",
                                           "defs", "linearGradient", "radialGradient", "stop"};
const std::set<std::string_view> kAttributes{"cx",
                                             "cy",
                                             "rx",
                                             "ry",
                                             "r",
                                             "x",
                                             "y",
                                             "x1",
                                             "y1",
                                             "x2",
                                             "y2",
                                             "fx",
                                             "fy",
                                             "width",
                                             "height",
                                             "points",
                                             "d",
                                             "fill",
                                             "stroke",
                                             "stroke-width",
                                             "stroke-dasharray",
                                             "fill-opacity",
                                             "stroke-opacity",
                                             "text-anchor",
                                             "font-family",
                                             "font-size",
                                             "font-weight",
                                             "font-style",
                                             "text-decoration",
                                             "baseline-shift",
                                             "transform",
                                             "offset",
                                             "style",
                                             "gradientUnits"};

std::string_view name_of(const xmlNode* node) {
  return reinterpret_cast<const char*>(node->name);
}
std::string text_of(xmlChar* owned) {
  std::string text = owned ? reinterpret_cast<const char*>(owned) : "";
  xmlFree(owned);
  return text;
}
std::string attribute(xmlNode* node, const char* name) {
  return text_of(xmlGetProp(node, reinterpret_cast<const xmlChar*>(name)));
}

// The numbers in path data, a list of points, or a transform.
std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> numbers;
  for (const char* at = text.c_str(); *at;) {
    char* end = nullptr;
    const double number = g_ascii_strtod(at, &end);
    if (end == at) {
      ++at;
      continue;
    }
    numbers.push_back(number);
    at = end;
  }
  return numbers;
}

struct Extent {
  double left = std::numeric_limits<double>::max(), top = left, right = -left, bottom = -left;
  void add(double x, double y) {
    left = std::min(left, x);
    right = std::max(right, x);
    top = std::min(top, y);
    bottom = std::max(bottom, y);
  }
  void add(const Extent& other) {
    if (other.left > other.right) return;
    add(other.left, other.top);
    add(other.right, other.bottom);
  }
};

Extent extent_of(xmlNode* node) {
  Extent extent;
  const std::string_view name = name_of(node);
  const auto number = [&](const char* key) {
    return g_ascii_strtod(attribute(node, key).c_str(), nullptr);
  };
  if (name == "ellipse") {
    extent.add(number("cx") - number("rx"), number("cy") - number("ry"));
    extent.add(number("cx") + number("rx"), number("cy") + number("ry"));
  } else if (name == "polygon" || name == "polyline" || name == "path") {
    const auto points = numbers_in(attribute(node, name == "path" ? "d" : "points"));
    for (size_t i = 0; i + 1 < points.size(); i += 2)
      extent.add(points[i], points[i + 1]);
  } else if (name == "text") {
    const double size = number("font-size");
    const double half =
        0.3 * size * static_cast<double>(count_characters(text_of(xmlNodeGetContent(node))));
    extent.add(number("x") - half, number("y") - size);
    extent.add(number("x") + half, number("y") + 0.3 * size);
  }
  for (xmlNode* child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE) extent.add(extent_of(child));
  return extent;
}

double luminance(uint32_t colour) {
  double sum = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (int i = 0; i < 3; ++i) {
    const double share = (colour >> (16 - 8 * i) & 0xff) / 255.0;
    sum += weights[i] * (share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4));
  }
  return sum;
}
double contrast_of(uint32_t a, uint32_t b) {
  const double one = luminance(a), other = luminance(b);
  return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

std::optional<uint32_t> colour_of(const std::string& text) {
  PangoColor colour;
  if (text.empty() || text == "none" || text == "transparent" || text.starts_with("url") ||
      !pango_color_parse(&colour, text.c_str()))
    return std::nullopt;
  return uint32_t{colour.red} >> 8 << 16 | uint32_t{colour.green} >> 8 << 8 | colour.blue >> 8;
}

// Writes elements so that they stand by themselves.
class PartWriter {
 public:
  PartWriter(const DrawingTask& task, std::string transform)
      : task_(task), transform_(std::move(transform)) {}

  std::string write(xmlNode* node) {
    ground_ = task_.look.ground;
    on_shapes_ = attribute(node, "class") != "edge";  // whose text is beside its arrows
    return "<g transform=\"" + escape_xml(transform_) + "\">" + element(node) + "</g>";
  }
  [[nodiscard]] const std::string& defs() const { return defs_; }

 private:
  std::string element(xmlNode* node);
  std::string attributes(xmlNode* node);
  std::string readable(const std::string& fill) const;

  const DrawingTask& task_;
  std::string transform_;
  uint32_t ground_ = 0;     // what the next text stands on
  bool on_shapes_ = false;  // text stands on the shapes before it
  std::string defs_;
};

// Text that the author has left in the theme's colour, on a filling of their own.
std::string PartWriter::readable(const std::string& fill) const {
  const auto wanted = colour_of(fill.empty() ? "black" : fill);
  if (wanted && contrast_of(*wanted, ground_) >= 4.5) return fill;
  for (const uint32_t ink : {task_.look.text, task_.look.ground, 0xffffffU, 0x000000U})
    if (contrast_of(ink, ground_) >= 4.5) return hex_colour(ink);
  return fill;
}

std::string PartWriter::attributes(xmlNode* node) {
  std::string out;
  for (const xmlAttr* at = node->properties; at; at = at->next) {
    const std::string name = reinterpret_cast<const char*>(at->name);
    std::string value = attribute(node, name.c_str());
    const bool gradient = name_of(node).ends_with("Gradient") && name == "id";
    if (gradient)
      value = task_.prefix + "-" + value;
    else if (!kAttributes.contains(name))
      continue;
    if (value.starts_with("url(#")) value.insert(5, task_.prefix + "-");
    if (name == "fill" && name_of(node) == "text") value = readable(value);
    out += " " + name + "=\"" + escape_xml(value) + "\"";
  }
  return out;
}

std::string PartWriter::element(xmlNode* node) {
  if (node->type == XML_TEXT_NODE && node->content)
    return escape_xml(reinterpret_cast<const char*>(node->content));
  if (node->type != XML_ELEMENT_NODE) return "";
  const std::string name(name_of(node));
  std::string inner;
  const bool link = name == "a";
  if (!link && !kElements.contains(name)) return "";
  if (const auto fill = colour_of(attribute(node, "fill")); fill && on_shapes_ && name != "text")
    ground_ = *fill;
  for (xmlNode* child = node->children; child; child = child->next)
    if (name == "text" || child->type == XML_ELEMENT_NODE) inner += element(child);
  if (link) return inner;
  if (name == "defs") {
    defs_ += inner;
    return "";
  }
  return "<" + name + attributes(node) + (name == "text" ? " xml:space=\"preserve\"" : "") + ">" +
         inner + "</" + name + ">";
}

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

xmlNode* child_named(xmlNode* parent, std::string_view name) {
  for (xmlNode* child = parent ? parent->children : nullptr; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE && name_of(child) == name) return child;
  return nullptr;
}

// All text in it but its title, which is the object's name.
std::string words_in(xmlNode* node) {
  std::string words;
  for (xmlNode* child = node->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE || name_of(child) == "title") continue;
    const std::string more =
        name_of(child) == "text" ? text_of(xmlNodeGetContent(child)) : words_in(child);
    if (!words.empty() && !more.empty()) words += ' ';
    words += more;
  }
  return words;
}

// When an edge "a->b" or "a--b" comes in: with the later one of its ends.
int order_of_edge(const std::string& name, const std::map<std::string, int>& nodes) {
  int order = -1;
  for (const std::string_view arrow : {"->", "--"}) {
    for (size_t at = name.find(arrow); at != std::string::npos; at = name.find(arrow, at + 1)) {
      const auto without_port = [&](const std::string& end) {
        return nodes.contains(end) ? end : end.substr(0, end.find(':'));
      };
      const auto tail = nodes.find(without_port(name.substr(0, at)));
      const auto head = nodes.find(without_port(name.substr(at + 2)));
      if (tail != nodes.end() && head != nodes.end())
        order = std::max({order, tail->second, head->second});
    }
  }
  return order;
}

DrawnPart part_of_group(xmlNode* group, const LaidOutGraph& graph) {
  DrawnPart part;
  const std::string kind = attribute(group, "class");
  xmlNode* title = child_named(group, "title");
  const std::string name = title ? text_of(xmlNodeGetContent(title)) : "";
  if (kind == "node" || kind == "edge" || kind == "cluster") part.id = name;
  if (const auto node = graph.nodes.find(name); kind == "node" && node != graph.nodes.end())
    part.order = node->second;
  if (kind == "edge") part.order = order_of_edge(name, graph.nodes);
  if (const auto found = graph.clusters.find(name);
      kind == "cluster" && found != graph.clusters.end())
    part.order = found->second;
  part.words = words_in(group);
  return part;
}

}  // namespace

Result<Drawn> graph_parts(const LaidOutGraph& graph, const DrawingTask& task) {
  const std::unique_ptr<xmlDoc, FreeDocument> document(
      xmlReadMemory(graph.svg.data(), static_cast<int>(graph.svg.size()), "graph.svg", nullptr,
                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  xmlNode* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  xmlNode* all = child_named(root, "g");
  const auto view = root ? numbers_in(attribute(root, "viewBox")) : std::vector<double>{};
  if (!all || view.size() != 4)
    return Error{ErrorKind::failed, "Graphviz drew this graph in a way that is not understood", "",
                 task.where};
  Drawn drawn;
  drawn.width = view[2];
  drawn.height = view[3];
  drawn.text_size = kDotTextSize;
  const std::string transform = attribute(all, "transform");
  const auto shift =
      numbers_in(transform.substr(std::min(transform.find("translate"), transform.size())));
  const double dx = shift.size() > 1 ? shift[0] : 0, dy = shift.size() > 1 ? shift[1] : 0;
  PartWriter writer(task, transform);
  for (xmlNode* child = all->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE || name_of(child) == "title") continue;
    DrawnPart part = part_of_group(child, graph);
    const Extent extent = extent_of(child);
    if (extent.left > extent.right) continue;
    part.box = {extent.left + dx, extent.top + dy, extent.right - extent.left,
                extent.bottom - extent.top};
    part.svg = writer.write(child);
    drawn.parts.push_back(std::move(part));
  }
  drawn.defs = writer.defs();
  if (auto checked = check_drawn(drawn, task, "this graph"); !checked) return checked.error();
  return drawn;
}

Result<Drawn> draw_dot(const DrawingTask& task) {
  auto graph = lay_out_graph(task);
  if (!graph) return graph.error();
  return graph_parts(*graph, task);
}

}  // namespace talkie
