// SPDX-License-Identifier: LGPL-2.1-or-later
// The data of a ```chart: labels with numbers, from YAML, JSON or CSV.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"

namespace talkie {

struct ChartCell {
  std::string text;
  std::optional<double> number;
};

struct ChartRow {
  std::vector<ChartCell> cells;  // as many as the table has columns
  Place where;
};

struct ChartTable {
  std::vector<std::string> columns;
  std::vector<ChartRow> rows;
};

inline constexpr size_t kMaxChartRows = 5000;
inline constexpr size_t kMaxChartColumns = 64;

// RFC 4180, with a header line; commas, semicolons or tabs between the cells. Where semicolons
// are, numbers may have a decimal comma. `where` is the place of its first line.
Result<ChartTable> read_csv(std::string_view text, const Place& where);

// {Jan: 4, Feb: 6}, {Jan: [4, 3]}, [{month: Jan, north: 4}], [[1, 2], [3, 4]], [4, 6]. `series`
// names the columns of lists.
Result<ChartTable> read_chart_data(const Value& data, const std::vector<std::string>& series);

}  // namespace talkie
