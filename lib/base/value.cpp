// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/value.h"

namespace talkie {

const Value* Value::find(std::string_view key) const {
  for (const Member& member : map)
    if (member.key == key) return &member.value;
  return nullptr;
}

std::string_view type_name(Value::Type type) {
  switch (type) {
    case Value::Type::null:
      return "nothing";
    case Value::Type::boolean:
      return "true or false";
    case Value::Type::number:
      return "a number";
    case Value::Type::string:
      return "a text";
    case Value::Type::list:
      return "a list";
    case Value::Type::map:
      return "a group of keys";
  }
  return "";
}

}  // namespace talkie
