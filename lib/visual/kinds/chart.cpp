// SPDX-License-Identifier: LGPL-2.1-or-later
// Charts: ```vega-lite as it is, and the small form ```chart as Vega-Lite of ours.
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "base/text.h"
#include "visual/kinds/chart_options.h"
#include "visual/kinds/kinds.h"

namespace talkie {
namespace {

using nlohmann::json;
using Type = ChartOptions::Type;

constexpr size_t kMaxLabels = 12;       // bars that have their value beside them
constexpr size_t kMaxSlices = 7;        // that have their name beside them
constexpr size_t kMaxNamedLines = 6;    // likewise
constexpr double kNameDistance = 0.07;  // of the axis, between names at the ends of lines
constexpr const char* kNumbers = ",.6~f";
constexpr double kTextSize = 16;      // of the drawing, as charts_look.js has it
constexpr double kLetterWidth = 8.5;  // of a name below a bar, with some air

// A number that belongs to a label and a series.
struct ChartPoint {
  std::string label;
  std::optional<double> x;
  size_t series;
  double value;
};

// The columns after the labels, by name.
std::vector<std::string> series_of(const ChartOptions& options) {
  const auto& columns = options.table.columns;
  std::vector<std::string> names;
  for (size_t i = 1; i < columns.size(); ++i) {
    const bool named = i - 1 < options.series.size();
    names.push_back(named ? options.series[i - 1] : columns[i]);
    if (names.back().empty()) names.back() = columns.size() > 2 ? std::to_string(i) : "value";
  }
  return names;
}

Result<std::vector<ChartPoint>> points_of(const ChartOptions& options) {
  std::vector<ChartPoint> points;
  for (const ChartRow& row : options.table.rows) {
    for (size_t i = 1; i < row.cells.size(); ++i) {
      const ChartCell& cell = row.cells[i];
      if (cell.number)
        points.push_back({row.cells[0].text, row.cells[0].number, i - 1, *cell.number});
      else if (!cell.text.empty())
        return Error{ErrorKind::bad_value, "'" + cell.text + "' is no number", "", row.where};
    }
  }
  if (points.empty())
    return Error{ErrorKind::bad_value, "the chart's data has no numbers", "",
                 options.table.rows.front().where};
  return points;
}

bool is_date(std::string_view text) {  // 2024-03 or 2024-03-15
  if (text.size() != 7 && text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i)
    if ((i == 4 || i == 7) ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  return true;
}

bool is_year(const ChartPoint& point) {
  return point.x && point.label.size() == 4 && *point.x >= 1000 && *point.x < 3000;
}

// Builds the specification from the outside in.
class ChartSpec {
 public:
  ChartSpec(const ChartOptions& options, const DrawnLook& look, std::vector<ChartPoint> points)
      : options_(options), look_(look), points_(std::move(points)), series_(series_of(options)) {}
  [[nodiscard]] json make() const;

 private:
  [[nodiscard]] json bars() const;
  [[nodiscard]] json lines() const;
  [[nodiscard]] json pie() const;
  [[nodiscard]] json scatter() const;

  [[nodiscard]] json values() const;
  [[nodiscard]] json value_channel(bool hidden) const;
  [[nodiscard]] json label_channel(const char* type) const;
  [[nodiscard]] json colour_channel(bool legend) const;
  [[nodiscard]] json colours() const;
  [[nodiscard]] std::string written(const std::string& number) const;
  [[nodiscard]] json line_ends() const;
  [[nodiscard]] bool ends_apart() const;
  // Of the room, in the drawing's units.
  [[nodiscard]] double width() const { return look_.width * kTextSize / look_.text_px; }
  [[nodiscard]] bool names_fit() const;
  [[nodiscard]] bool many() const { return series_.size() > 1; }

  const ChartOptions& options_;
  const DrawnLook& look_;
  std::vector<ChartPoint> points_;
  std::vector<std::string> series_;
};

json ChartSpec::values() const {
  json rows = json::array();
  for (const ChartPoint& point : points_) {
    json row{{"x", point.label}, {"series", series_[point.series]}, {"y", point.value}};
    const bool line = options_.type == Type::line || options_.type == Type::area;
    if (line && point.x) row["x"] = *point.x;
    rows.push_back(std::move(row));
  }
  return rows;
}

// A Vega expression that writes a number with its unit.
std::string ChartSpec::written(const std::string& number) const {
  const std::string& unit = options_.unit;
  const std::string text = "format(" + number + ", '" + kNumbers + "')";
  if (unit.empty()) return text;
  const bool currency = unit == "€" || unit == "$" || unit == "£" || unit == "¥";
  const bool english = look_.language.empty() || look_.language.starts_with("en");
  if (currency && english) return json(unit).dump() + " + " + text;
  const bool tight = unit == "%" && english;
  return text + " + " + json((tight ? "" : "\u00a0") + unit).dump();
}

json ChartSpec::value_channel(bool hidden) const {
  const bool percent = options_.stack == ChartOptions::Stack::percent;
  json axis{{"title", options_.y.empty() ? json() : json(options_.y)}};
  if (hidden)
    axis.update({{"labels", false}, {"grid", false}});
  else if (percent)
    axis["format"] = ".0%";
  else
    axis["labelExpr"] = written("datum.value");
  json scale = json::object();
  if (options_.min) scale["domainMin"] = *options_.min;
  if (options_.max) scale["domainMax"] = *options_.max;
  json channel{{"field", "y"}, {"type", "quantitative"}, {"axis", axis}, {"scale", scale}};
  const bool stacks = options_.type == Type::bar || options_.type == Type::area;
  if (stacks)
    channel["stack"] =
        options_.stack == ChartOptions::Stack::none ? json() : json(percent ? "normalize" : "zero");
  return channel;
}

json ChartSpec::label_channel(const char* type) const {
  json axis{{"title", options_.x.empty() ? json() : json(options_.x)}};
  json channel{{"field", "x"}, {"type", type}, {"axis", axis}};
  if (std::string_view(type) == "nominal" || std::string_view(type) == "ordinal")
    channel["sort"] = json();  // as written
  return channel;
}

json ChartSpec::colours() const {
  json range = json::array();
  for (size_t i = 0; i < series_.size(); ++i) {
    std::string colour = hex_colour(look_.series[i % look_.series.size()]);
    if (i < options_.colours.size() && options_.colours[i].first.empty())
      colour = options_.colours[i].second;
    for (const auto& [name, own] : options_.colours)
      if (name == series_[i]) colour = own;
    range.push_back(colour);
  }
  return range;
}

json ChartSpec::colour_channel(bool legend) const {
  if (!many()) {
    const json colour = colours().front();
    if (options_.highlight.empty()) return {{"value", colour}};
    const std::string test = "indexof(" + json(options_.highlight).dump() + ", datum.x) >= 0";
    return {{"condition", {{"test", test}, {"value", colour}}}, {"value", hex_colour(look_.muted)}};
  }
  json channel{{"field", "series"},
               {"type", "nominal"},
               {"sort", nullptr},
               {"scale", {{"domain", series_}, {"range", colours()}}}};
  channel["legend"] = legend ? json{{"title", nullptr}} : json();
  return channel;
}

// Whether each bar, or group of bars, has room for its name below it.
bool ChartSpec::names_fit() const {
  size_t longest = 0;
  for (const ChartPoint& point : points_)
    longest = std::max(longest, count_characters(point.label));
  const auto bars = static_cast<double>(points_.size() / series_.size());
  return static_cast<double>(longest) * kLetterWidth <= width() / bars;
}

json ChartSpec::bars() const {
  const bool stacked = options_.stack != ChartOptions::Stack::none;
  const bool labelled = options_.labels.value_or(points_.size() <= kMaxLabels) && !stacked;
  const bool across = options_.horizontal.value_or(!names_fit());
  json where{{across ? "y" : "x", label_channel("nominal")},
             {across ? "x" : "y", value_channel(labelled)}};
  if (across) where["y"]["axis"].update({{"title", nullptr}, {"domain", false}});
  if (many() && !stacked)
    where[across ? "yOffset" : "xOffset"] = {{"field", "series"}, {"sort", series_}};
  json bar{{"mark", {{"type", "bar"}}}, {"encoding", {{"color", colour_channel(true)}}}};
  json layers = json::array({bar});
  if (labelled) {
    json mark{{"type", "text"}};
    mark.update(across ? json{{"align", "left"}, {"dx", 8}} : json{{"dy", -11}});
    layers.push_back({{"mark", mark},
                      {"transform", {{{"calculate", written("datum.y")}, {"as", "label"}}}},
                      {"encoding", {{"text", {{"field", "label"}}}}}});
    if (many()) layers.back()["encoding"]["detail"] = {{"field", "series"}};
  }
  return {{"encoding", where}, {"layer", layers}};
}

// The last point of each series, with its name.
json ChartSpec::line_ends() const {
  std::map<size_t, json> last;
  const json rows = values();
  for (size_t i = 0; i < points_.size(); ++i)
    last[points_[i].series] = rows[i];
  json ends = json::array();
  for (const auto& [series, row] : last)
    ends.push_back(row);
  return ends;
}

// Whether names at the ends of lines would not stand on each other.
bool ChartSpec::ends_apart() const {
  double low = 0, high = 0;
  for (const ChartPoint& point : points_) {
    low = std::min(low, point.value);
    high = std::max(high, point.value);
  }
  std::vector<double> ends;
  for (const json& end : line_ends())
    ends.push_back(end["y"].get<double>());
  std::sort(ends.begin(), ends.end());
  for (size_t i = 1; i < ends.size(); ++i)
    if (ends[i] - ends[i - 1] < kNameDistance * (high - low)) return false;
  return ends.size() <= kMaxNamedLines;
}

json ChartSpec::lines() const {
  const auto all = [&](const auto& test) {
    return std::all_of(points_.begin(), points_.end(), test);
  };
  const bool dates = all([](const ChartPoint& p) { return is_date(p.label); });
  const bool years = all(is_year);
  const bool numbers = all([](const ChartPoint& p) { return p.x.has_value(); });
  json x = label_channel(dates ? "temporal" : numbers ? "quantitative" : "ordinal");
  x["axis"]["grid"] = false;
  x["axis"]["domain"] = true;
  if (years) x["axis"].update({{"format", "d"}, {"tickMinStep", 1}});
  if (numbers) x["scale"] = {{"zero", false}, {"nice", false}};
  if (!dates && !numbers) x["scale"] = {{"padding", 0.5}};
  const bool area = options_.type == Type::area;
  const bool named = many() && !area && ends_apart();
  json mark{{"type", area ? "area" : "line"}};
  if (area && !many()) mark.update({{"line", true}, {"fillOpacity", 0.3}});
  if (area && many()) mark["line"] = false;
  if (!area && points_.size() <= kMaxLabels * series_.size()) mark["point"] = {{"size", 90}};
  json layers = json::array({{{"mark", mark}, {"encoding", {{"color", colour_channel(!named)}}}}});
  if (named)
    layers.push_back(
        {{"data", {{"values", line_ends()}}},
         {"mark", {{"type", "text"}, {"align", "left"}, {"dx", 14}, {"fontWeight", 600}}},
         {"encoding", {{"text", {{"field", "series"}}}, {"color", colour_channel(false)}}}});
  return {{"encoding", {{"x", x}, {"y", value_channel(false)}}}, {"layer", layers}};
}

json ChartSpec::pie() const {
  double sum = 0;
  for (const ChartPoint& point : points_)
    sum += point.value;
  json rows = json::array(), labels = json::array(), range = json::array();
  double at = 0;
  for (size_t i = 0; i < points_.size(); ++i) {
    const double share = points_[i].value / sum;
    std::string colour = hex_colour(look_.series[i % look_.series.size()]);
    for (size_t k = 0; k < options_.colours.size(); ++k)
      if (options_.colours[k].first == points_[i].label ||
          (options_.colours[k].first.empty() && k == i))
        colour = options_.colours[k].second;
    range.push_back(colour);
    labels.push_back(points_[i].label);
    rows.push_back({{"x", points_[i].label},
                    {"from", 2 * std::numbers::pi * at},
                    {"mid", 2 * std::numbers::pi * (at + share / 2)},
                    {"to", 2 * std::numbers::pi * (at + share)},
                    {"share", share},
                    {"y", points_[i].value}});
    at += share;
  }
  const bool small = std::any_of(
      rows.begin(), rows.end(), [](const json& row) { return row["share"].get<double>() < 0.035; });
  // What it says of a slice: its value with the unit, or its share of all.
  const std::string share = "format(datum.share, '.0%')";
  const std::string value = options_.unit.empty() ? share : written("datum.y");
  const bool narrow = look_.width < look_.height;
  const bool named = points_.size() <= kMaxSlices && !small && !narrow;
  const auto angle = [](const char* field) {
    return json{{"field", field}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}};
  };
  // A legend knows the slices' names alone.
  json numbers = json::object();
  for (const json& row : rows)
    numbers[row["x"].get<std::string>()] = row[options_.unit.empty() ? "share" : "y"];
  const std::string number = numbers.dump() + "[datum.label]";
  const std::string in_legend =
      options_.unit.empty() ? "format(" + number + ", '.0%')" : written(number);
  json colour{{"field", "x"},
              {"type", "nominal"},
              {"sort", nullptr},
              {"scale", {{"domain", labels}, {"range", range}}}};
  colour["legend"] = named ? json()
                           : json{{"title", nullptr},
                                  {"orient", narrow ? "bottom" : "right"},
                                  {"direction", "vertical"},
                                  {"labelExpr", "datum.label + '\u2002' + " + in_legend}};
  const std::string radius = "min(width, height) / 2 - 4";
  json arc{{"type", "arc"}, {"outerRadius", {{"expr", radius}}}};
  if (options_.donut) arc["innerRadius"] = {{"expr", "min(width, height) * 0.29"}};
  json layers = json::array(
      {{{"mark", arc},
        {"encoding",
         {{"theta", angle("from")}, {"theta2", {{"field", "to"}}}, {"color", colour}}}}});
  for (const bool right : {true, false}) {
    if (!named) break;
    layers.push_back({{"transform",
                       {{{"filter", right ? "datum.mid <= PI" : "datum.mid > PI"}},
                        {{"calculate", "datum.x + '\u2002' + " + value}, {"as", "label"}}}},
                      {"mark",
                       {{"type", "text"},
                        {"align", right ? "left" : "right"},
                        {"baseline", "middle"},
                        {"radius", {{"expr", radius + " + 18"}}},
                        {"fontSize", 16}}},
                      {"encoding",
                       {{"theta", angle("mid")},
                        {"text", {{"field", "label"}}},
                        {"detail", {{"field", "x"}}}}}});
  }
  return {{"data", {{"values", rows}}}, {"layer", layers}};
}

// Columns are x, y, and then the name of a group.
json ChartSpec::scatter() const {
  const ChartTable& table = options_.table;
  const bool grouped = table.columns.size() > 2;
  json rows = json::array(), groups = json::array();
  for (const ChartRow& row : table.rows) {
    json made{{"x", row.cells[0].number ? json(*row.cells[0].number) : json()},
              {"y", row.cells[1].number ? json(*row.cells[1].number) : json()}};
    if (grouped) {
      made["series"] = row.cells[2].text;
      if (std::find(groups.begin(), groups.end(), row.cells[2].text) == groups.end())
        groups.push_back(row.cells[2].text);
    }
    rows.push_back(std::move(made));
  }
  const auto axis = [&](const char* field, const std::string& own, const std::string& column) {
    const std::string& title = own.empty() ? column : own;
    return json{{"field", field},
                {"type", "quantitative"},
                {"scale", {{"zero", false}}},
                {"axis", {{"title", title.empty() ? json() : json(title)}}}};
  };
  json where{{"x", axis("x", options_.x, table.columns[0])},
             {"y", axis("y", options_.y, table.columns[1])}};
  if (grouped) {
    ChartSpec sub(options_, look_, {});
    sub.series_ = groups.get<std::vector<std::string>>();
    where["color"] = {{"field", "series"},
                      {"type", "nominal"},
                      {"sort", nullptr},
                      {"legend", {{"title", nullptr}}},
                      {"scale", {{"domain", groups}, {"range", sub.colours()}}}};
  }
  return {{"data", {{"values", rows}}}, {"mark", {{"type", "point"}}}, {"encoding", where}};
}

json ChartSpec::make() const {
  json spec = options_.type == Type::pie       ? pie()
              : options_.type == Type::scatter ? scatter()
              : options_.type == Type::bar     ? bars()
                                               : lines();
  if (!spec.contains("data")) spec["data"] = {{"values", values()}};
  if (!options_.title.empty()) {
    spec["title"] = {{"text", options_.title}};
    if (!options_.subtitle.empty()) spec["title"]["subtitle"] = options_.subtitle;
  }
  return spec;
}

Result<Drawn> draw_spec(json spec, const DrawingTask& task) {
  json request = request_of(task);
  request.erase("text");
  request["spec"] = std::move(spec);
  json files = json::object();
  for (const Drawing::File& file : task.drawing.files)
    files[file.name] = file.content;
  request["files"] = std::move(files);
  return drawn_by(KitBundle::charts, request, task, "this chart");
}

Result<void> check_columns(const ChartOptions& options) {
  const ChartRow& first = options.table.rows.front();
  if (options.table.columns.size() < 2)
    return Error{ErrorKind::bad_value, "a chart needs labels and numbers beside them", "",
                 first.where};
  if (options.type == Type::pie) {
    double sum = 0;
    for (const ChartRow& row : options.table.rows) {
      const double value = row.cells[1].number.value_or(0);
      if (value < 0)
        return Error{ErrorKind::bad_value, "a pie has no slices below zero", "", row.where};
      sum += value;
    }
    if (!(sum > 0))
      return Error{ErrorKind::bad_value, "a pie needs slices above zero", "", first.where};
  }
  if (options.type == Type::scatter) {
    for (const ChartRow& row : options.table.rows)
      if (!row.cells[0].number || !row.cells[1].number)
        return Error{ErrorKind::bad_value, "a scatter chart needs two numbers a row", "",
                     row.where};
  }
  return {};
}

}  // namespace

Result<Drawn> draw_chart(const DrawingTask& task) {
  auto options = read_chart(task);
  if (!options) return options.error();
  if (auto checked = check_columns(*options); !checked) return checked.error();
  if (options->type == Type::scatter)
    return draw_spec(ChartSpec(*options, task.look, {}).make(), task);
  auto points = points_of(*options);
  if (!points) return points.error();
  if (options->type == Type::area && options->table.columns.size() > 2 &&
      options->stack == ChartOptions::Stack::none)
    options->stack = ChartOptions::Stack::zero;
  return draw_spec(ChartSpec(*options, task.look, std::move(*points)).make(), task);
}

Result<Drawn> draw_vega_lite(const DrawingTask& task) {
  const auto parsed = parse_json(task.drawing.text, task.where.file);
  if (!parsed) {  // its place is in the block
    Error error = parsed.error();
    error.where = line_of(task, error.where.line, error.where.column);
    return error;
  }
  if (!parsed->is(Value::Type::map))
    return Error{ErrorKind::syntax, "a Vega-Lite chart is a JSON object: { … }", "", task.where};
  return draw_spec(json::parse(task.drawing.text, nullptr, false), task);
}

}  // namespace talkie
