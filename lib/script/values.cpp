// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace talkie {

namespace {

// What stands there, short enough for a message.
std::string shown(const Value& value) {
  if (value.text.empty() || !value.is_scalar()) return std::string(type_name(value.type));
  constexpr size_t kEnough = 40;
  if (count_characters(value.text) <= kEnough) return "'" + value.text + "'";
  size_t end = kEnough;
  while (end > 0 && (static_cast<unsigned char>(value.text[end]) & 0xC0) == 0x80)
    --end;
  return "'" + value.text.substr(0, end) + "…'";
}

std::string number_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", number);
  return text;
}

std::string range_text(Limits limits) {
  return "from " + number_text(limits.low) + " to " + number_text(limits.high);
}

bool within(double number, Limits limits) {
  return number >= limits.low && number <= limits.high;
}

}  // namespace

Error wrong_value(const Value& value, std::string_view key, const std::string& expected) {
  return Error{ErrorKind::bad_value,
               "'" + std::string(key) + "' must be " + expected + "; it is " + shown(value),
               {},
               value.where};
}

std::optional<std::string> read_text(const Value& value, std::string_view key, Findings& findings) {
  if (value.is_scalar() && !value.is(Value::Type::null)) return value.text;
  findings.fail(wrong_value(value, key, "a text"));
  return {};
}

std::optional<double> read_number(const Value& value, std::string_view key, Limits limits,
                                  Findings& findings) {
  if (value.is(Value::Type::number) && within(value.number, limits)) return value.number;
  findings.fail(wrong_value(value, key, "a number " + range_text(limits)));
  return {};
}

std::optional<int> read_whole(const Value& value, std::string_view key, Limits limits,
                              Findings& findings) {
  if (value.is(Value::Type::number) && within(value.number, limits) &&
      value.number == std::floor(value.number))
    return static_cast<int>(value.number);
  findings.fail(wrong_value(value, key, "a whole number " + range_text(limits)));
  return {};
}

std::optional<Time> read_length(const Value& value, std::string_view key, Limits limits,
                                Findings& findings) {
  std::optional<Time> length;
  if (value.is(Value::Type::number) && within(value.number, limits))
    length = from_seconds(value.number);
  else if (value.is(Value::Type::string))
    length = parse_time(value.text);
  if (length && within(to_seconds(*length), limits)) return length;
  findings.fail(wrong_value(value, key, "a number of seconds " + range_text(limits)));
  return {};
}

std::optional<bool> read_flag(const Value& value, std::string_view key, Findings& findings) {
  if (value.is(Value::Type::boolean)) return value.boolean;
  const std::string word = to_lower(value.is_scalar() ? value.text : "");
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  findings.fail(wrong_value(value, key, "true or false"));
  return {};
}

Fields::Fields(const Value& group, std::string what, Findings& findings)
    : group_(group), what_(std::move(what)), findings_(findings) {
  if (!group.is(Value::Type::map))
    findings.fail(ErrorKind::bad_value, group.where,
                  what_ + " must be a group of fields; it is " + shown(group));
}

const Value* Fields::take(std::string_view key) {
  known_.push_back(key);
  const Value* value = group_.find(key);
  return value && !value->is(Value::Type::null) ? value : nullptr;
}

void Fields::text(std::string_view key, std::string& into) {
  if (const Value* value = take(key)) {
    if (value->is(Value::Type::string))
      into = value->text;
    else
      findings_.fail(wrong_value(*value, key, "a text in quotes"));
  }
}

void Fields::number(std::string_view key, Limits limits, double& into) {
  if (const Value* value = take(key))
    into = read_number(*value, key, limits, findings_).value_or(into);
}

void Fields::whole(std::string_view key, Limits limits, int& into) {
  if (const Value* value = take(key))
    into = read_whole(*value, key, limits, findings_).value_or(into);
}

void Fields::length(std::string_view key, Limits limits, Time& into) {
  if (const Value* value = take(key))
    into = read_length(*value, key, limits, findings_).value_or(into);
}

void Fields::flag(std::string_view key, bool& into) {
  if (const Value* value = take(key)) into = read_flag(*value, key, findings_).value_or(into);
}

const std::vector<Value>& Fields::list(std::string_view key) {
  static const std::vector<Value> kNone;
  const Value* value = take(key);
  if (!value) return kNone;
  if (value->is(Value::Type::list)) return value->list;
  findings_.fail(wrong_value(*value, key, "a list"));
  return kNone;
}

void Fields::warn_of_unknown() {
  for (const Member& member : group_.map)
    if (std::find(known_.begin(), known_.end(), member.key) == known_.end())
      findings_.warn(member.where, what_ + " has no field '" + member.key + "'; it is ignored." +
                                       suggestion(member.key, known_));
}

}  // namespace talkie
