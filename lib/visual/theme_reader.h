// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading the maps of a theme's file. For theme_file.cpp and theme_options.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/value.h"
#include "visual/theme_data.h"

namespace talkie {

// Reads one map. The first error wins; what was read after it does not matter.
class ThemeReader {
 public:
  ThemeReader(const Value& map, std::string_view what, std::optional<Error>& error)
      : map_(map), what_(what), error_(error) {
    if (!map.is(Value::Type::map)) fail(map.where, std::string(what) + " must be a map of keys");
  }

  void fail(const Place& where, std::string message) {
    if (!error_) error_ = Error{ErrorKind::bad_value, std::move(message), {}, where};
  }

  // The value of `key`; null, and an error where it is needed, if it is not there.
  const Value* take(std::string_view key, bool needed) {
    known_.push_back(key);
    const Value* value = map_.find(key);
    if (!value && needed)
      fail(map_.where, std::string(what_) + " needs the key '" + std::string(key) + "'");
    return value;
  }

  void number(std::string_view key, double& target, double low, double high, bool needed = false) {
    if (const Value* value = take(key, needed)) number(*value, key, target, low, high);
  }
  void number(const Value& value, std::string_view key, double& target, double low, double high) {
    if (value.is(Value::Type::number) && value.number >= low && value.number <= high) {
      target = value.number;
      return;
    }
    const auto text = [](double n) {
      std::string s = std::to_string(n);
      s.erase(s.find_last_not_of('0') + 1);
      if (s.back() == '.') s.pop_back();
      return s;
    };
    fail(value.where, "'" + std::string(key) + "' must be a number from " + text(low) + " to " +
                          text(high) + ", not '" + value.text + "'");
  }
  void integer(std::string_view key, int& target, int low, int high, bool needed = false) {
    double read = target;
    number(key, read, low, high, needed);
    target = static_cast<int>(read);
  }
  void flag(std::string_view key, bool& target) {
    const Value* value = take(key, false);
    if (!value) return;
    if (value->is(Value::Type::boolean))
      target = value->boolean;
    else
      fail(value->where, "'" + std::string(key) + "' must be true or false");
  }
  void string(std::string_view key, std::string& target, bool needed = false) {
    const Value* value = take(key, needed);
    if (!value) return;
    if (value->is_scalar() && !value->text.empty())
      target = value->text;
    else
      fail(value->where, "'" + std::string(key) + "' must be a text");
  }
  void colour(std::string_view key, uint32_t& target, bool needed = true) {
    if (const Value* value = take(key, needed)) colour(*value, key, target);
  }
  void colour(const Value& value, std::string_view key, uint32_t& target) {
    const std::optional<uint32_t> read =
        value.is_scalar() ? parse_colour(value.text) : std::nullopt;
    if (read)
      target = *read;
    else
      fail(value.where, "'" + std::string(key) + "' must be a colour like \"#1a2b3c\"");
  }
  template <typename T, size_t N>
  void choice(std::string_view key, T& target,
              const std::array<std::pair<std::string_view, T>, N>& choices, bool needed = false) {
    const Value* value = take(key, needed);
    if (!value) return;
    std::string names;
    for (const auto& [name, meaning] : choices) {
      if (value->text == name) {
        target = meaning;
        return;
      }
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    fail(value->where, "'" + std::string(key) + "' must be one of " + names);
  }

  // To be called when every known key was taken.
  void refuse_others() {
    for (const Member& member : map_.map) {
      if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
      fail(member.where, std::string(what_) + " has no key '" + member.key + "'." +
                             suggestion(member.key, known_));
    }
  }

 private:
  const Value& map_;
  std::string_view what_;
  std::optional<Error>& error_;
  std::vector<std::string_view> known_;
};

// theme_options.cpp: what a theme may say about pages besides colours and type.
void read_options(ThemeReader& theme_map, Theme& theme, std::optional<Error>& error);

}  // namespace talkie
