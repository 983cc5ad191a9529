// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/kinds/chart_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace talkie {
namespace {

std::optional<double> number_in(std::string text, bool decimal_comma) {
  if (decimal_comma) std::replace(text.begin(), text.end(), ',', '.');
  const std::string_view digits = trim(text);
  double number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

Error too_much(const Place& where) {
  return {ErrorKind::too_large,
          "a chart can show at most " + std::to_string(kMaxChartRows) + " rows and " +
              std::to_string(kMaxChartColumns) + " columns: sum up the data first",
          "", where};
}

// Takes one record off the front of `text`; false where a quote is not closed.
bool take_record(std::string_view& text, char separator, std::vector<std::string>& cells,
                 int& lines) {
  cells.assign(1, "");
  bool quoted = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++lines;
    if (quoted) {
      if (c != '"')
        cells.back() += c;
      else if (text.substr(i + 1, 1) == "\"")
        cells.back() += text[++i];
      else
        quoted = false;
    } else if (c == '"' && trim(cells.back()).empty()) {
      cells.back().clear();
      quoted = true;
    } else if (c == separator) {
      cells.emplace_back();
    } else if (c == '\n') {
      break;
    } else {
      cells.back() += c;
    }
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  for (std::string& cell : cells)
    cell = std::string(trim(cell));
  return !quoted;
}

char separator_of(std::string_view header) {
  for (const char candidate : {'\t', ';'})
    if (header.find(candidate) != std::string_view::npos) return candidate;
  return ',';
}

ChartCell cell_of(const Value& value) {
  ChartCell cell{value.text, std::nullopt};
  if (value.is(Value::Type::number)) cell.number = value.number;
  return cell;
}

Error not_a_cell(const Value& value) {
  return {ErrorKind::bad_value,
          "a chart's data needs a number or a word here, not " + std::string(type_name(value.type)),
          "", value.where};
}

// {Jan: 4} or {Jan: [4, 3]}
Result<ChartTable> table_of_map(const Value& data, const std::vector<std::string>& series) {
  ChartTable table{{""}, {}};
  for (const Member& member : data.map) {
    ChartRow row{{{member.key, number_in(member.key, false)}}, member.where};
    const std::vector<Value> one{member.value};
    const auto& values = member.value.is(Value::Type::list) ? member.value.list : one;
    for (const Value& value : values) {
      if (!value.is_scalar()) return not_a_cell(value);
      row.cells.push_back(cell_of(value));
    }
    table.rows.push_back(std::move(row));
  }
  table.columns.insert(table.columns.end(), series.begin(), series.end());
  return table;
}

// [{month: Jan, north: 4}, …]
Result<ChartTable> table_of_maps(const Value& data) {
  ChartTable table;
  for (const Value& entry : data.list) {
    if (!entry.is(Value::Type::map)) return not_a_cell(entry);
    ChartRow row{std::vector<ChartCell>(table.columns.size()), entry.where};
    for (const Member& member : entry.map) {
      if (!member.value.is_scalar()) return not_a_cell(member.value);
      const auto column = std::find(table.columns.begin(), table.columns.end(), member.key);
      const auto index = static_cast<size_t>(column - table.columns.begin());
      if (column == table.columns.end()) {
        table.columns.push_back(member.key);
        row.cells.emplace_back();
      }
      row.cells[index] = cell_of(member.value);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// [[1, 2], [3, 4]] or [4, 6]
Result<ChartTable> table_of_lists(const Value& data, const std::vector<std::string>& series) {
  ChartTable table{series, {}};
  for (const Value& entry : data.list) {
    ChartRow row{{}, entry.where};
    if (entry.is_scalar()) {
      const auto count = static_cast<double>(table.rows.size() + 1);
      row.cells = {{std::to_string(table.rows.size() + 1), count}, cell_of(entry)};
    }
    for (const Value& value : entry.list) {
      if (!value.is_scalar()) return not_a_cell(value);
      row.cells.push_back(cell_of(value));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Every row as long as the longest one, and a name for each column.
Result<ChartTable> evened(ChartTable table, const Place& where) {
  size_t width = table.columns.size();
  for (const ChartRow& row : table.rows)
    width = std::max(width, row.cells.size());
  if (width > kMaxChartColumns || table.rows.size() > kMaxChartRows) return too_much(where);
  table.columns.resize(width);
  for (ChartRow& row : table.rows)
    row.cells.resize(width);
  if (table.rows.empty())
    return Error{ErrorKind::bad_value, "a chart needs data: it has no rows", "", where};
  return table;
}

}  // namespace

Result<ChartTable> read_csv(std::string_view text, const Place& where) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const char separator = separator_of(text.substr(0, text.find('\n')));
  ChartTable table;
  Place place = where;
  int lines = 0;
  while (!text.empty()) {
    std::vector<std::string> cells;
    if (where.line > 0) place.line = where.line + lines;
    if (!take_record(text, separator, cells, lines))
      return Error{ErrorKind::syntax, "a quote in this CSV is not closed", "", place};
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (table.columns.empty()) {
      table.columns = std::move(cells);
      continue;
    }
    if (cells.size() > table.columns.size())
      return Error{ErrorKind::syntax,
                   "this line of CSV has " + std::to_string(cells.size()) +
                       " cells, and its header " + std::to_string(table.columns.size()),
                   "", place};
    ChartRow row{{}, place};
    for (std::string& cell : cells)
      row.cells.push_back({cell, number_in(cell, separator == ';')});
    table.rows.push_back(std::move(row));
    if (table.rows.size() > kMaxChartRows) return too_much(where);
  }
  return evened(std::move(table), where);
}

Result<ChartTable> read_chart_data(const Value& data, const std::vector<std::string>& series) {
  if (!data.is(Value::Type::map) && !data.is(Value::Type::list)) return not_a_cell(data);
  const bool maps = !data.list.empty() && data.list.front().is(Value::Type::map);
  auto table = data.is(Value::Type::map) ? table_of_map(data, series)
               : maps                    ? table_of_maps(data)
                                         : table_of_lists(data, series);
  if (!table) return table;
  return evened(std::move(*table), data.where);
}

}  // namespace talkie
