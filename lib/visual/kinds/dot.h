// SPDX-License-Identifier: LGPL-2.1-or-later
// Graphviz as a library: text -> the SVG that it draws, and the order of what is in it.
#pragma once

#include <map>
#include <string>

#include "visual/kinds/kinds.h"

namespace talkie {

struct LaidOutGraph {
  std::string svg;
  std::map<std::string, int> nodes;     // by name: in which order they came up
  std::map<std::string, int> clusters;  // by name: the order of their first node
};

inline constexpr double kDotTextSize = 16;  // in points, which are the SVG's units

Result<LaidOutGraph> lay_out_graph(const DrawingTask& task);

// The SVG in parts.
Result<Drawn> graph_parts(const LaidOutGraph& graph, const DrawingTask& task);

}  // namespace talkie
