// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/time.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

namespace talkie {

namespace {

constexpr int64_t kNanos = 1'000'000'000;
__extension__ using Wide = __int128;

// value * numerator / denominator without overflow, rounded down; value >= 0.
int64_t scale(int64_t value, int64_t numerator, int64_t denominator) {
  return static_cast<int64_t>(static_cast<Wide>(value) * numerator / denominator);
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

}  // namespace

Time from_seconds(double seconds) {
  return Time{std::llround(seconds * 1e9)};
}

Time time_of(int64_t n, Rate rate) {
  return Time{scale(n, kNanos * rate.denominator, rate.numerator)};
}

int64_t nearest(Time time, Rate rate) {
  const int64_t twice = scale(time.count(), int64_t{2} * rate.numerator, kNanos * rate.denominator);
  return (twice + 1) / 2;
}

int64_t first_at_or_after(Time time, Rate rate) {
  const int64_t below = scale(time.count(), rate.numerator, kNanos * rate.denominator);
  return time_of(below, rate) >= time ? below : below + 1;
}

std::optional<Time> parse_time(std::string_view text) {
  double unit = 1;
  if (text.ends_with("ms")) {
    unit = 1e-3;
    text.remove_suffix(2);
  } else if (text.ends_with("s")) {
    text.remove_suffix(1);
  }
  double seconds = 0;
  while (true) {
    const size_t colon = text.find(':');
    const auto part = parse_number(text.substr(0, colon));
    if (!part || *part < 0) return {};
    seconds = seconds * 60 + *part;
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
  }
  seconds *= unit;
  if (seconds > 1e6) return {};
  return from_seconds(seconds);
}

std::optional<Rate> parse_rate(std::string_view text) {
  const size_t slash = text.find('/');
  const auto numerator = parse_number(text.substr(0, slash));
  if (!numerator) return {};
  double denominator = 1;
  if (slash != std::string_view::npos) {
    const auto part = parse_number(text.substr(slash + 1));
    if (!part || *part < 1 || *part != std::floor(*part) || *part > 100000) return {};
    denominator = *part;
  }
  const double value = *numerator / denominator;
  if (value < 1 || value > 240) return {};
  if (*numerator == std::floor(*numerator))
    return Rate{static_cast<int>(*numerator), static_cast<int>(denominator)};
  if (denominator != 1) return {};
  // The broadcast rates are written 23.976, 29.97, 59.94 and mean n*1000/1001.
  const double whole = std::ceil(value);
  if (std::abs(whole * 1000 / 1001 - value) < 0.005)
    return Rate{static_cast<int>(whole) * 1000, 1001};
  return Rate{static_cast<int>(std::lround(value * 1000)), 1000};
}

std::string clock_text(Time time) {
  const int64_t tenths = (time.count() + kNanos / 20) / (kNanos / 10);
  const int64_t minutes = tenths / 600;
  char text[64];
  if (minutes >= 60)
    std::snprintf(text, sizeof text, "%lld:%02lld:%04.1f", static_cast<long long>(minutes / 60),
                  static_cast<long long>(minutes % 60), static_cast<double>(tenths % 600) / 10);
  else
    std::snprintf(text, sizeof text, "%lld:%04.1f", static_cast<long long>(minutes),
                  static_cast<double>(tenths % 600) / 10);
  return text;
}

}  // namespace talkie
