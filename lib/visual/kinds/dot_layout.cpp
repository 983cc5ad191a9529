// SPDX-License-Identifier: LGPL-2.1-or-later
// Graphviz keeps global state: one graph at a time. It can neither be stopped nor bounded from
// outside, so what it gets is small, and no attribute with which it would open files.
#include <gvc.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <mutex>
#include <set>

#include "base/text.h"
#include "visual/kinds/dot.h"

namespace talkie {
namespace {

constexpr size_t kMaxBytes = 100'000;
constexpr int kMaxNodes = 500;
constexpr int kMaxEdges = 2000;

constexpr std::array<std::string_view, 8> kEngines{"dot",   "neato", "fdp",   "sfdp",
                                                   "twopi", "circo", "osage", "patchwork"};
// They name files, or are pictures in a language of their own.
constexpr std::array<const char*, 6> kRefused{"image",    "imagepath",  "shapefile",
                                              "fontpath", "stylesheet", "_background"};
// Nobody can follow them in a film.
constexpr std::array<const char*, 10> kDropped{"URL",      "href",     "edgeURL",  "edgehref",
                                               "headURL",  "headhref", "labelURL", "tailURL",
                                               "tailhref", "id"};

std::mutex& graphviz() {
  static std::mutex mutex;
  return mutex;
}

// What Graphviz said is wrong; guarded by graphviz().
std::string& complaints() {
  static std::string text;
  return text;
}

struct FreeGraph {
  void operator()(Agraph_t* graph) const { agclose(graph); }
};
using Graph = std::unique_ptr<Agraph_t, FreeGraph>;

char* mutable_text(const std::string& text) {
  return const_cast<char*>(text.c_str());
}

// "Error: <string>: syntax error in line 3 near '}'"
Error syntax_error(const DrawingTask& task) {
  std::string said(trim(std::string_view(complaints()).substr(0, complaints().find('\n'))));
  for (const std::string_view noise : {"Error: ", "<string>: ", "Warning: "})
    if (const size_t at = said.find(noise); at != std::string::npos) said.erase(at, noise.size());
  int line = 1;
  if (const size_t at = said.find("in line "); at != std::string::npos)
    std::from_chars(said.data() + at + 8, said.data() + said.size(), line);
  return {ErrorKind::syntax,
          "this graph, line " + std::to_string(line) + ": " + (said.empty() ? "not a graph" : said),
          "", line_of(task, line)};
}

// The attributes of an object of a graph, looked at and completed.
class Attributes {
 public:
  Attributes(Agraph_t* graph, int kind) : graph_(graph), kind_(kind) {}

  [[nodiscard]] std::string get(void* object, const std::string& name) const {
    const char* value = agget(object, mutable_text(name));
    return value ? value : "";
  }
  void set(void* object, const std::string& name, const std::string& value) const {
    agsafeset(object, mutable_text(name), mutable_text(value), mutable_text(""));
  }
  void set_if_empty(void* object, const std::string& name, const std::string& value) const {
    if (get(object, name).empty()) set(object, name, value);
  }
  // Declares what is not declared, so that empty values mean that nobody has set any.
  void declare(std::initializer_list<const char*> names) const {
    for (const char* name : names)
      if (!agattr(graph_, kind_, mutable_text(name), nullptr))
        agattr(graph_, kind_, mutable_text(name), mutable_text(""));
  }
  [[nodiscard]] const char* refused(void* object) const {
    for (const char* name : kRefused)
      if (!get(object, name).empty()) return name;
    const std::string label = to_lower(get(object, "label"));
    return label.find("<img") != std::string::npos ? "IMG" : nullptr;
  }
  void drop(void* object) const {
    for (const char* name : kDropped)
      if (!get(object, name).empty()) set(object, name, "");
  }

 private:
  Agraph_t* graph_;
  int kind_;
};

std::string mixed(uint32_t a, uint32_t b, double share) {
  uint32_t colour = 0;
  for (const int shift : {16, 8, 0}) {
    const double value = (a >> shift & 0xff) * share + (b >> shift & 0xff) * (1 - share);
    colour |= static_cast<uint32_t>(value + 0.5) << shift;
  }
  return hex_colour(colour);
}

// One graph, in the theme's dress.
class Dresser {
 public:
  Dresser(Agraph_t* graph, const DrawingTask& task, bool ranked)
      : graph_(graph),
        task_(task),
        ranked_(ranked),
        look_(task.look),
        nodes_(graph, AGNODE),
        edges_(graph, AGEDGE),
        graphs_(graph, AGRAPH) {}
  Result<void> run();

 private:
  void declare();
  void dress_graph(Agraph_t* graph);
  void dress_node(Agnode_t* node);
  void dress_edge(Agedge_t* edge);
  void font(const Attributes& of, void* object, double size);
  void check(const Attributes& of, void* object);

  Agraph_t* graph_;
  const DrawingTask& task_;
  bool ranked_;  // laid out from top to bottom, by `dot`
  const DrawnLook& look_;
  Attributes nodes_, edges_, graphs_;
  std::string refused_;
};

void Dresser::declare() {
  nodes_.declare({"fontname", "fontsize", "fontcolor", "shape", "style", "color", "fillcolor",
                  "penwidth", "margin", "height"});
  edges_.declare({"fontname", "fontsize", "fontcolor", "color", "penwidth", "arrowsize"});
  if (!ranked_) edges_.declare({"len"});
  graphs_.declare({"fontname", "fontsize", "fontcolor", "bgcolor", "style", "color", "fillcolor",
                   "penwidth", "nodesep", "ranksep", "pad", "outputorder", "margin", "labelloc"});
}

void Dresser::check(const Attributes& of, void* object) {
  if (const char* name = of.refused(object)) refused_ = name;
  of.drop(object);
}

void Dresser::font(const Attributes& of, void* object, double size) {
  of.set(object, "fontname", look_.family);
  of.set_if_empty(object, "fontsize", std::to_string(size));
  of.set_if_empty(object, "fontcolor", hex_colour(look_.text));
}

void Dresser::dress_graph(Agraph_t* graph) {
  check(graphs_, graph);
  font(graphs_, graph, kDotTextSize);
  const bool root = graph == graph_;
  if (root) {
    graphs_.set(graph, "bgcolor", "transparent");
    graphs_.set(graph, "outputorder", "edgesfirst");
    graphs_.set_if_empty(graph, "nodesep", "0.45");
    graphs_.set_if_empty(graph, "ranksep", "0.6");
    graphs_.set_if_empty(graph, "pad", "0.06");
    graphs_.set_if_empty(graph, "labelloc", "t");
    if (!ranked_) {
      graphs_.declare({"overlap", "sep"});
      graphs_.set_if_empty(graph, "overlap", "false");
      graphs_.set_if_empty(graph, "sep", "+16");
    }
  } else if (std::string_view(agnameof(graph)).starts_with("cluster")) {
    graphs_.set(graph, "bgcolor", "");
    if (graphs_.get(graph, "style").empty()) {
      graphs_.set(graph, "style", "rounded,filled");
      graphs_.set_if_empty(graph, "fillcolor", hex_colour(look_.surface) + "73");
    }
    graphs_.set_if_empty(graph, "color", mixed(look_.muted, look_.ground, 0.35));
    graphs_.set_if_empty(graph, "penwidth", "1.5");
    graphs_.set_if_empty(graph, "margin", "16");
  }
  for (Agraph_t* inner = agfstsubg(graph); inner; inner = agnxtsubg(inner))
    dress_graph(inner);
}

void Dresser::dress_node(Agnode_t* node) {
  check(nodes_, node);
  font(nodes_, node, kDotTextSize);
  const bool own_style = !nodes_.get(node, "style").empty();
  const bool own_colour = !nodes_.get(node, "color").empty();
  nodes_.set_if_empty(node, "shape", "box");
  if (!own_style) nodes_.set(node, "style", "rounded,filled");
  if (!own_style || !own_colour) nodes_.set_if_empty(node, "fillcolor", hex_colour(look_.surface));
  nodes_.set_if_empty(node, "color", hex_colour(look_.accent));
  nodes_.set_if_empty(node, "penwidth", "2");
  nodes_.set_if_empty(node, "margin", "0.22,0.11");
  nodes_.set_if_empty(node, "height", "0.55");
}

void Dresser::dress_edge(Agedge_t* edge) {
  check(edges_, edge);
  font(edges_, edge, kDotTextSize * 0.9);
  edges_.set_if_empty(edge, "color", hex_colour(look_.muted));
  edges_.set_if_empty(edge, "penwidth", "1.8");
  edges_.set_if_empty(edge, "arrowsize", "0.8");
  if (!ranked_) edges_.set_if_empty(edge, "len", "2");
}

Result<void> Dresser::run() {
  declare();
  dress_graph(graph_);
  for (Agnode_t* node = agfstnode(graph_); node; node = agnxtnode(graph_, node)) {
    dress_node(node);
    for (Agedge_t* edge = agfstout(graph_, node); edge; edge = agnxtout(graph_, edge))
      dress_edge(edge);
  }
  if (refused_.empty()) return {};
  return Error{ErrorKind::refused,
               "this graph sets '" + refused_ + "': a graph may not reach for files; remove it", "",
               task_.where};
}

void add_clusters(Agraph_t* graph, LaidOutGraph& out) {
  for (Agraph_t* inner = agfstsubg(graph); inner; inner = agnxtsubg(inner)) {
    int first = -1;
    for (Agnode_t* node = agfstnode(inner); node; node = agnxtnode(inner, node)) {
      const int order = out.nodes[agnameof(node)];
      if (first < 0 || order < first) first = order;
    }
    out.clusters[agnameof(inner)] = first;
    add_clusters(inner, out);
  }
}

Result<std::string> engine_of(Agraph_t* graph, const DrawingTask& task) {
  const char* named = agget(graph, mutable_text("layout"));
  std::string engine = named && *named ? named : "dot";
  if (std::find(kEngines.begin(), kEngines.end(), engine) != kEngines.end()) return engine;
  return Error{ErrorKind::bad_value,
               "Graphviz has no layout '" + engine + "'." + suggestion(engine, kEngines), "",
               task.where};
}

// Loads its plugins once. Has to be there before a graph is read: it says what a node's label is
// that has none of its own.
GVC_t* context() {
  static GVC_t* const all = gvContext();
  return all;
}

Result<LaidOutGraph> render(Agraph_t* graph, const std::string& engine, const DrawingTask& task) {
  LaidOutGraph out;
  for (Agnode_t* node = agfstnode(graph); node; node = agnxtnode(graph, node))
    out.nodes.emplace(agnameof(node), static_cast<int>(out.nodes.size()));
  add_clusters(graph, out);
  if (gvLayout(context(), graph, engine.c_str()) != 0)
    return Error{ErrorKind::failed, "Graphviz cannot lay out this graph: " + complaints(), "",
                 task.where};
  char* text = nullptr;
  unsigned int length = 0;
  if (gvRenderData(context(), graph, "svg", &text, &length) == 0 && text)
    out.svg.assign(text, length);
  gvFreeRenderData(text);
  gvFreeLayout(context(), graph);
  if (out.svg.empty())
    return Error{ErrorKind::failed, "Graphviz cannot draw this graph: " + complaints(), "",
                 task.where};
  return out;
}

}  // namespace

Result<LaidOutGraph> lay_out_graph(const DrawingTask& task) {
  if (task.drawing.text.size() > kMaxBytes)
    return Error{ErrorKind::too_large, "this graph's text is longer than 100 kB", "", task.where};
  const std::lock_guard lock(graphviz());
  complaints().clear();
  agseterrf([](char* text) {
    complaints() += text;
    return 0;
  });
  agreseterrors();
  context();
  const Graph graph(agmemread(task.drawing.text.c_str()));
  if (!graph) return syntax_error(task);
  if (agnnodes(graph.get()) > kMaxNodes || agnedges(graph.get()) > kMaxEdges)
    return Error{ErrorKind::too_large,
                 "this graph has more than " + std::to_string(kMaxNodes) + " nodes or " +
                     std::to_string(kMaxEdges) + " edges: show less in one picture",
                 "", task.where};
  const auto engine = engine_of(graph.get(), task);
  if (!engine) return engine.error();
  if (auto dressed = Dresser(graph.get(), task, *engine == "dot").run(); !dressed)
    return dressed.error();
  return render(graph.get(), *engine, task);
}

}  // namespace talkie
