// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/kinds/chart_options.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace talkie {
namespace {

constexpr std::array<std::string_view, 16> kKeys{
    "type",    "title",      "subtitle", "x",      "y",         "unit", "series", "colours",
    "stacked", "horizontal", "donut",    "labels", "highlight", "min",  "max",    "data"};
constexpr std::array<std::string_view, 5> kTypes{"bar", "line", "area", "pie", "scatter"};
constexpr std::array<std::string_view, 6> kRoles{"text",     "muted",    "accent",
                                                 "accent-2", "positive", "negative"};

Error bad(const Value& value, std::string message) {
  return {ErrorKind::bad_value, std::move(message), "", value.where};
}

// Reads one key after another; the first problem stays.
class ChartReader {
 public:
  explicit ChartReader(const DrawingTask& task) : task_(task) {}
  Result<ChartOptions> run();

 private:
  void read(const Member& member);
  void read_type(const Value& value);
  void read_stack(const Value& value);
  void read_colours(const Value& value);
  void read_data(const Value& value);
  std::string text(const Value& value);
  std::vector<std::string> texts(const Value& value);
  bool truth(const Value& value);
  double number(const Value& value);
  std::string colour(const Value& value);
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }
  void take(Result<ChartTable> table) {
    if (table)
      options_.table = std::move(*table);
    else
      fail(table.error());
  }

  const DrawingTask& task_;
  ChartOptions options_;
  std::optional<Error> error_;
};

std::string ChartReader::text(const Value& value) {
  if (!value.is_scalar())
    fail(bad(value, "this needs to be a text, not " + std::string(type_name(value.type))));
  return value.text;
}

std::vector<std::string> ChartReader::texts(const Value& value) {
  if (value.is_scalar()) return {value.text};
  std::vector<std::string> all;
  for (const Value& one : value.list)
    all.push_back(text(one));
  if (value.is(Value::Type::map)) fail(bad(value, "this needs to be a list: [north, south]"));
  return all;
}

bool ChartReader::truth(const Value& value) {
  if (!value.is(Value::Type::boolean)) fail(bad(value, "this needs to be true or false"));
  return value.boolean;
}

double ChartReader::number(const Value& value) {
  if (!value.is(Value::Type::number)) fail(bad(value, "this needs to be a number"));
  return value.number;
}

void ChartReader::read_type(const Value& value) {
  const std::string name = text(value);
  const auto found = std::find(kTypes.begin(), kTypes.end(), name);
  if (found == kTypes.end())
    return fail(bad(value, "'" + name + "' is no type of chart: bar, line, area, pie or scatter." +
                               suggestion(name, kTypes)));
  options_.type = static_cast<ChartOptions::Type>(found - kTypes.begin());
}

void ChartReader::read_stack(const Value& value) {
  if (value.text == "percent")
    options_.stack = ChartOptions::Stack::percent;
  else if (!value.is(Value::Type::boolean))
    fail(bad(value, "stacked is true, false or percent"));
  else if (value.boolean)
    options_.stack = ChartOptions::Stack::zero;
}

std::string ChartReader::colour(const Value& value) {
  const std::string name = text(value);
  const bool hex = name.size() == 7 && name[0] == '#' &&
                   name.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
  const DrawnLook& look = task_.look;
  const std::array<uint32_t, 6> colours{look.text,     look.muted,    look.accent,
                                        look.accent_2, look.positive, look.negative};
  const auto role = std::find(kRoles.begin(), kRoles.end(), name);
  if (role != kRoles.end()) return hex_colour(colours[static_cast<size_t>(role - kRoles.begin())]);
  if (!hex)
    fail(bad(value, "'" + name + "' is no colour: write #rrggbb, or one of the theme's: text, " +
                        "muted, accent, accent-2, positive, negative." + suggestion(name, kRoles)));
  return name;
}

void ChartReader::read_colours(const Value& value) {
  if (value.is_scalar()) options_.colours.emplace_back("", colour(value));
  for (const Value& one : value.list)
    options_.colours.emplace_back("", colour(one));
  for (const Member& one : value.map)
    options_.colours.emplace_back(one.key, colour(one.value));
}

void ChartReader::read_data(const Value& value) {
  if (!value.is_scalar() || value.is(Value::Type::null))
    return take(read_chart_data(value, options_.series));
  const auto& files = task_.drawing.files;
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const auto& one) { return one.name == value.text; });
  if (file == files.end())
    return fail({ErrorKind::not_found,
                 "the chart's data '" + value.text + "' is no file of the script's folder", "",
                 value.where});
  if (!to_lower(file->name).ends_with(".json"))
    return take(read_csv(file->content, {file->name, 1, 1}));
  const auto parsed = parse_json(file->content, file->name);
  if (!parsed) return fail(parsed.error());
  take(read_chart_data(*parsed, options_.series));
}

void ChartReader::read(const Member& member) {
  const std::string& key = member.key;
  const Value& value = member.value;
  if (key == "type")
    read_type(value);
  else if (key == "title")
    options_.title = text(value);
  else if (key == "subtitle")
    options_.subtitle = text(value);
  else if (key == "x")
    options_.x = text(value);
  else if (key == "y")
    options_.y = text(value);
  else if (key == "unit")
    options_.unit = text(value);
  else if (key == "colours")
    read_colours(value);
  else if (key == "stacked")
    read_stack(value);
  else if (key == "horizontal")
    options_.horizontal = truth(value);
  else if (key == "donut")
    options_.donut = truth(value);
  else if (key == "labels")
    options_.labels = truth(value);
  else if (key == "highlight")
    options_.highlight = texts(value);
  else if (key == "min")
    options_.min = number(value);
  else if (key == "max")
    options_.max = number(value);
  else if (key == "data")
    read_data(value);
  else if (key != "series")
    fail({ErrorKind::bad_value, "a chart has no '" + key + "'." + suggestion(key, kKeys), "",
          member.where});
}

Result<ChartOptions> ChartReader::run() {
  // The head is YAML; after a line of dashes comes CSV.
  const std::string_view all = task_.drawing.text;
  size_t head = all.starts_with("---\n") ? 0 : all.find("\n---\n");
  const bool has_csv = head != std::string_view::npos;
  if (!has_csv) head = all.size();
  const auto parsed = parse_yaml(all.substr(0, head), task_.where);
  if (!parsed) return parsed.error();
  if (!parsed->is(Value::Type::map) && !parsed->is(Value::Type::null))
    return Error{ErrorKind::syntax, "a chart begins with lines such as 'type: bar'", "",
                 task_.where};
  if (const Value* series = parsed->find("series")) options_.series = texts(*series);
  for (const Member& member : parsed->map)
    read(member);
  if (has_csv) {
    const size_t begin = all.find("---\n", head) + 4;
    const auto lines = std::count(all.begin(), all.begin() + static_cast<ptrdiff_t>(begin), '\n');
    if (parsed->find("data"))
      fail({ErrorKind::bad_value, "the chart has data twice: 'data' and CSV", "", task_.where});
    take(read_csv(all.substr(begin), line_of(task_, static_cast<int>(lines) + 1, 1)));
  } else if (!parsed->find("data")) {
    fail({ErrorKind::bad_value, "the chart has no data: write 'data:', or '---' and CSV", "",
          task_.where});
  }
  if (error_) return *error_;
  return std::move(options_);
}

}  // namespace

Result<ChartOptions> read_chart(const DrawingTask& task) {
  return ChartReader(task).run();
}

}  // namespace talkie
