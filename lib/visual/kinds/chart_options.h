// SPDX-License-Identifier: LGPL-2.1-or-later
// What a ```chart says, understood. docs/charts.md describes it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "visual/kinds/chart_table.h"
#include "visual/kinds/kinds.h"

namespace talkie {

struct ChartOptions {
  enum class Type { bar, line, area, pie, scatter } type = Type::bar;
  enum class Stack { none, zero, percent } stack = Stack::none;
  std::optional<bool> horizontal;  // where it is not said: where names need it
  bool donut = false;
  std::string title, subtitle;
  std::string x, y;  // of the axes
  std::string unit;
  std::vector<std::string> series;                           // names
  std::vector<std::pair<std::string, std::string>> colours;  // of series, by name or in order
  std::vector<std::string> highlight;                        // labels; the others are muted
  std::optional<bool> labels;                                // values beside bars
  std::optional<double> min, max;
  ChartTable table;
};

Result<ChartOptions> read_chart(const DrawingTask& task);

}  // namespace talkie
