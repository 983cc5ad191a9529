// SPDX-License-Identifier: LGPL-2.1-or-later
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.h"
#include "base/value.h"

namespace talkie {

namespace {

// YAML 1.2 core schema for plain scalars: null, booleans, numbers; anything else is a string.
void resolve_plain(Value& value) {
  const std::string& text = value.text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    value.type = Value::Type::null;
    return;
  }
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
      text == "FALSE") {
    value.type = Value::Type::boolean;
    value.boolean = text[0] == 't' || text[0] == 'T';
    return;
  }
  const char* first = text.data() + (text[0] == '+' ? 1 : 0);
  const char* last = text.data() + text.size();
  double number = 0;
  const auto [end, error] = std::from_chars(first, last, number);
  if (error == std::errc{} && end == last && std::isfinite(number)) {
    value.type = Value::Type::number;
    value.number = number;
  }
}

class Converter {
 public:
  Converter(const std::string& text, const Place& origin) : text_(text), origin_(origin) {}

  // yaml-cpp's columns count bytes; ours count characters.
  Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return origin_;
    const size_t end = std::min(static_cast<size_t>(mark.pos), text_.size());
    const size_t start = end - std::min(end, static_cast<size_t>(mark.column));
    const int column =
        static_cast<int>(count_characters(std::string_view(text_).substr(start, end - start)));
    return {origin_.file, origin_.line + mark.line,
            mark.line == 0 ? origin_.column + column : column + 1};
  }

  Result<Value> convert(const YAML::Node& node, int depth) {
    Value value;
    value.where = place(node.Mark());
    if (depth > kMaxDepth)
      return Error{ErrorKind::too_large,
                   "nested deeper than " + std::to_string(kMaxDepth) + " levels",
                   {},
                   value.where};
    if (++nodes_ > kMaxNodes)
      return Error{ErrorKind::too_large,
                   "this YAML unfolds to more than " + std::to_string(kMaxNodes) +
                       " values; use fewer aliases",
                   {},
                   value.where};
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return value;
      case YAML::NodeType::Scalar:
        value.type = Value::Type::string;
        value.text = node.Scalar();
        if (node.Tag() != "!") resolve_plain(value);
        return value;
      case YAML::NodeType::Sequence:
        value.type = Value::Type::list;
        for (const YAML::Node& item : node) {
          Result<Value> converted = convert(item, depth + 1);
          if (!converted) return converted;
          value.list.push_back(*std::move(converted));
        }
        return value;
      case YAML::NodeType::Map:
        return convert_map(node, depth, std::move(value));
    }
    return value;
  }

 private:
  Result<Value> convert_map(const YAML::Node& node, int depth, Value value) {
    value.type = Value::Type::map;
    for (const auto& member : node) {
      const Place where = place(member.first.Mark());
      if (!member.first.IsScalar())
        return Error{ErrorKind::syntax, "a key must be a word", {}, where};
      const std::string& key = member.first.Scalar();
      if (value.find(key))
        return Error{
            ErrorKind::syntax, "the key '" + key + "' is written twice; remove one", {}, where};
      Result<Value> converted = convert(member.second, depth + 1);
      if (!converted) return converted;
      value.map.push_back({key, where, *std::move(converted)});
    }
    return value;
  }

  const std::string& text_;
  Place origin_;
  int nodes_ = 0;
};

}  // namespace

Result<Value> parse_yaml(std::string_view text, const Place& origin) {
  const std::string copy(text);
  Converter converter(copy, origin);
  try {
    return converter.convert(YAML::Load(copy), 0);
  } catch (const YAML::Exception& exception) {
    return Error{ErrorKind::syntax, "this is not valid YAML: " + exception.msg, exception.what(),
                 converter.place(exception.mark)};
  }
}

}  // namespace talkie
