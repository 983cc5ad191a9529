// SPDX-License-Identifier: LGPL-2.1-or-later
// Values that people write in headers, directions and JSON, read as what they must be. Where one is
// not, an error at its place says what it must be; then the result is empty.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "script/findings.h"
#include "script/names.h"

namespace talkie {

// Numbers a value may have, both ends included.
struct Limits {
  double low = 0;
  double high = 0;
};
inline constexpr Limits kPauseLimits{0, 60};
inline constexpr Limits kDurationLimits{0, 3600};
inline constexpr Limits kTransitionLimits{0, 5};
inline constexpr Limits kSpeedLimits{0.25, 4};

// "'pause' must be a number from 0 to 60; it is 'soon'."
Error wrong_value(const Value& value, std::string_view key, const std::string& expected);

// Any scalar but nothing, as it was written; lists and groups are errors.
std::optional<std::string> read_text(const Value& value, std::string_view key, Findings& findings);
std::optional<double> read_number(const Value& value, std::string_view key, Limits limits,
                                  Findings& findings);
std::optional<int> read_whole(const Value& value, std::string_view key, Limits limits,
                              Findings& findings);
// Seconds as a number, or a text as parse_time() takes it. Limits are in seconds.
std::optional<Time> read_length(const Value& value, std::string_view key, Limits limits,
                                Findings& findings);
// true and false; also the texts "true", "yes", "on" and their opposites.
std::optional<bool> read_flag(const Value& value, std::string_view key, Findings& findings);
// "1080p", "vertical", "1280x720", [1280, 720], Narakeet's names.
std::optional<Size> read_size(const Value& value, std::string_view key, Findings& findings);
std::optional<Rate> read_rate(const Value& value, std::string_view key, Findings& findings);
// "0.9", "slow", "120%".
std::optional<double> read_speed(const Value& value, std::string_view key, Findings& findings);
// BCP 47: "en", "de-AT", "zh-Hant".
std::optional<std::string> read_language(const Value& value, std::string_view key,
                                         Findings& findings);
// "cut", "crossfade 0.5", "wipe left 0.7", {kind: wipe, direction: left, length: 0.7}.
std::optional<Transition> read_transition(const Value& value, std::string_view key,
                                          Findings& findings);
// true, false, "none", "burned", "words", or Narakeet's group {mode: …}.
std::optional<CaptionMode> read_captions(const Value& value, std::string_view key,
                                         Findings& findings);

// A layout's name; a warning and "" (chosen by what the scene holds) where there is none of it.
std::string known_layout(const Value& value, Findings& findings);
// A colour as "#rrggbb" or the path of a picture in `folder`; "" and an error where it is neither.
std::string read_background(const Value& value, const std::string& folder, Findings& findings);

template <typename E, size_t N>
std::optional<E> read_choice(const Value& value, std::string_view key, const Named<E> (&names)[N],
                             Findings& findings) {
  const std::optional<E> chosen = value.is_scalar() ? value_of(value.text, names) : std::nullopt;
  if (!chosen) findings.fail(wrong_value(value, key, "one of " + all_names(names)));
  return chosen;
}

// Reads the fields of one group; what nobody asked for is a warning that names the nearest field.
class Fields {
 public:
  // `what` names the group in messages: "a scene".
  Fields(const Value& group, std::string what, Findings& findings);

  // The field's value; null where it is not there or null.
  const Value* take(std::string_view key);
  void text(std::string_view key, std::string& into);
  void number(std::string_view key, Limits limits, double& into);
  void whole(std::string_view key, Limits limits, int& into);
  void length(std::string_view key, Limits limits, Time& into);
  void flag(std::string_view key, bool& into);
  template <typename E, size_t N>
  void choice(std::string_view key, const Named<E> (&names)[N], E& into) {
    if (const Value* value = take(key))
      into = read_choice(*value, key, names, findings_).value_or(into);
  }
  // The items of a list; an error where it is none.
  const std::vector<Value>& list(std::string_view key);
  void warn_of_unknown();

 private:
  const Value& group_;
  std::string what_;
  Findings& findings_;
  std::vector<std::string_view> known_;
};

}  // namespace talkie
