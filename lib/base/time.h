// SPDX-License-Identifier: LGPL-2.1-or-later
// Time on the film's line, and the grids (frames, samples) that divide it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace talkie {

using Time = std::chrono::nanoseconds;

constexpr double to_seconds(Time time) {
  return static_cast<double>(time.count()) / 1e9;
}
Time from_seconds(double seconds);  // rounded to the nearest nanosecond

// A rate of events per second: frames (30/1, 24000/1001) or samples (48000/1). Both above 0.
struct Rate {
  int numerator = 30;
  int denominator = 1;
  bool operator==(const Rate&) const = default;
};

// The time at which event `n` begins, rounded down to a nanosecond (as GStreamer's scaling does).
Time time_of(int64_t n, Rate rate);
// The number of the event nearest to `time`, and of the first event at or after `time`.
int64_t nearest(Time time, Rate rate);
int64_t first_at_or_after(Time time, Rate rate);

// "1.5", "1.5s", "500ms", "1:02.5" (minutes:seconds), "1:00:00". Empty where it is none of these.
std::optional<Time> parse_time(std::string_view text);
// "30", "29.97" (30000/1001), "24000/1001". Empty where it is no rate between 1 and 240.
std::optional<Rate> parse_rate(std::string_view text);
// "0:07.5" for people: minutes:seconds with one decimal; hours are added where there are some.
std::string clock_text(Time time);

}  // namespace talkie
