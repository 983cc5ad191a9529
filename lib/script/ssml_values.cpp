// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/ssml_values.h"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "base/text.h"
#include "script/names.h"
#include "script/values.h"

namespace talkie {

namespace {

// The recommendation names these and leaves to voices what they mean.
constexpr Named<double> kRates[] = {{"x-slow", 0.5}, {"slow", 0.8},    {"medium", 1},
                                    {"fast", 1.25},  {"x-fast", 1.75}, {"default", 1}};
constexpr Named<double> kPitches[] = {{"x-low", 0.7}, {"low", 0.85},   {"medium", 1},
                                      {"high", 1.2},  {"x-high", 1.4}, {"default", 1}};
constexpr Named<double> kVolumes[] = {{"silent", 0}, {"x-soft", 0.25}, {"soft", 0.5}, {"medium", 1},
                                      {"loud", 1.4}, {"x-loud", 2},    {"default", 1}};
constexpr Named<int> kStrengths[] = {{"none", 0},     {"x-weak", 100}, {"weak", 250},
                                     {"medium", 500}, {"strong", 750}, {"x-strong", 1000}};

struct SsmlNumber {
  double value = 0;
  bool has_sign = false;
  std::string_view unit;
};

std::optional<SsmlNumber> read_ssml_number(std::string_view text) {
  const size_t unit = std::min(text.find_first_not_of("+-.0123456789"), text.size());
  const std::string digits(text.substr(0, unit));
  if (digits.empty() || !g_ascii_isdigit(digits.back())) return {};
  char* end = nullptr;
  const double value = g_ascii_strtod(digits.c_str(), &end);
  if (end != digits.c_str() + digits.size() || !std::isfinite(value)) return {};
  return SsmlNumber{value, digits[0] == '+' || digits[0] == '-', text.substr(unit)};
}

std::optional<SsmlFactor> read_ssml_word(std::string_view text,
                                         std::span<const Named<double>> words) {
  for (const Named<double>& word : words)
    if (text == word.name) return SsmlFactor{word.value, false};
  return {};
}

// "+10%" of what is around it.
std::optional<SsmlFactor> read_ssml_change(const SsmlNumber& number) {
  if (!number.has_sign || number.unit != "%" || number.value <= -100) return {};
  return SsmlFactor{1 + number.value / 100, true};
}

}  // namespace

std::optional<SsmlFactor> read_ssml_rate(std::string_view text) {
  text = trim(text);
  if (const auto word = read_ssml_word(text, kRates)) return word;
  const auto number = read_ssml_number(text);
  if (!number) return {};
  if (number->has_sign) return read_ssml_change(*number);
  if (number->value <= 0) return {};
  if (number->unit == "%") return SsmlFactor{number->value / 100, false};
  if (number->unit.empty()) return SsmlFactor{number->value, false};  // as SSML 1.0 has it
  return {};
}

std::optional<SsmlFactor> read_ssml_pitch(std::string_view text) {
  text = trim(text);
  if (const auto word = read_ssml_word(text, kPitches)) return word;
  const auto number = read_ssml_number(text);
  if (!number || !number->has_sign) return {};
  if (number->unit == "st") return SsmlFactor{std::exp2(number->value / 12), true};
  return read_ssml_change(*number);
}

std::optional<SsmlFactor> read_ssml_volume(std::string_view text) {
  text = trim(text);
  if (const auto word = read_ssml_word(text, kVolumes)) return word;
  const auto number = read_ssml_number(text);
  if (!number) return {};
  if (number->unit == "dB") return SsmlFactor{std::pow(10, number->value / 20), true};
  if (number->has_sign) return read_ssml_change(*number);
  // SSML 1.0 counts from 0 to 100, and 100 is what a voice has by itself.
  const bool is_old = number->unit.empty() && number->value <= 100;
  return is_old ? std::optional(SsmlFactor{number->value / 100, false}) : std::nullopt;
}

std::optional<Time> read_ssml_time(std::string_view text) {
  const auto number = read_ssml_number(trim(text));
  if (!number || (number->unit != "ms" && number->unit != "s")) return {};
  const double seconds = number->unit == "ms" ? number->value / 1000 : number->value;
  const bool fits = seconds >= kPauseLimits.low && seconds <= kPauseLimits.high;
  return fits ? std::optional(from_seconds(seconds)) : std::nullopt;
}

std::optional<Time> read_ssml_strength(std::string_view text) {
  for (const auto& [name, length] : kStrengths)
    if (trim(text) == name) return std::chrono::milliseconds(length);
  return {};
}

}  // namespace talkie
