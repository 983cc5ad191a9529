// SPDX-License-Identifier: LGPL-2.1-or-later
// Data that a user wrote, as JSON or YAML, with the place of every key and value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace talkie {

struct Member;

struct Value {
  enum class Type { null, boolean, number, string, list, map };
  Type type = Type::null;
  Place where;
  std::string text;  // any scalar as it was written, without quotes
  bool boolean = false;
  double number = 0;
  std::vector<Value> list;
  std::vector<Member> map;  // in the order written; keys are unique

  [[nodiscard]] bool is(Type t) const { return type == t; }
  [[nodiscard]] bool is_scalar() const { return type != Type::list && type != Type::map; }
  // The value of a key of a map; null where there is none.
  [[nodiscard]] const Value* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Place where;  // of the key
  Value value;
};

// "a number", "a list", … for messages.
std::string_view type_name(Value::Type type);

// JSON (RFC 8259). At most `kMaxDepth` levels; a key written twice is an error.
Result<Value> parse_json(std::string_view text, const std::string& file);

// YAML 1.2, one document. Anchors and aliases work as long as the expanded tree stays under
// kMaxNodes. `origin` is the place of the text's first character in its file.
Result<Value> parse_yaml(std::string_view text, const Place& origin);

inline constexpr int kMaxDepth = 64;
inline constexpr int kMaxNodes = 100'000;

}  // namespace talkie
