// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/ducking.h"

#include <algorithm>
#include <cmath>

#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr int64_t samples_of(double seconds) {
  return static_cast<int64_t>(seconds * kSampleRate + 0.5);
}
constexpr int64_t kDown = samples_of(0.4);
constexpr int64_t kReady = samples_of(0.05);  // before the voice
constexpr int64_t kHold = samples_of(1.5);    // shorter gaps are not filled with music
constexpr int64_t kRest = samples_of(0.2);    // after the voice
constexpr int64_t kUp = samples_of(0.8);
constexpr int64_t kPast = samples_of(0.05);
constexpr int64_t kSteepest = samples_of(0.02);  // what is faster clicks

// From wherever the line is at `begin`, straight to `value` at `end`, instead of what came there.
void ramp(Polyline& line, int64_t begin, int64_t end, double value) {
  const double from = line.at(static_cast<double>(begin));
  std::erase_if(line.points, [&](const Polyline::Point& point) { return point.sample >= begin; });
  line.points.push_back({begin, from});
  line.points.push_back({end, value});
}

}  // namespace

double Polyline::at(double sample) const {
  if (points.empty()) return 0;
  const auto after = std::upper_bound(
      points.begin(), points.end(), sample,
      [](double at, const Point& point) { return at < static_cast<double>(point.sample); });
  if (after == points.begin()) return points.front().value;
  if (after == points.end()) return points.back().value;
  const Point& before = *(after - 1);
  const double share = (sample - static_cast<double>(before.sample)) /
                       static_cast<double>(after->sample - before.sample);
  return before.value + share * (after->value - before.value);
}

Polyline duck(std::span<const VoiceSpan> voices, std::optional<int64_t> next, int64_t samples,
              DuckingState& state) {
  Polyline line = state.line;
  auto quiet = state.quiet_since;
  // A ramp that the scene before has begun goes on with the same slope.
  const auto come_up = [&] {
    const int64_t begin = std::max<int64_t>(quiet.value_or(0) + kRest, 0);
    const double from = line.at(static_cast<double>(begin));
    const auto length = static_cast<int64_t>(std::lround(from * kUp));
    if (from > 0) ramp(line, begin, begin + std::max(kSteepest, length), 0);
  };
  const auto go_down = [&](int64_t voice) {
    if (!quiet || voice - *quiet >= kHold) come_up();
    const int64_t begin = std::max({voice - kReady - kDown, int64_t{0}, quiet.value_or(0)});
    ramp(line, begin, std::max(voice - kReady, begin + kSteepest), 1);
  };
  for (const VoiceSpan& voice : voices) {
    go_down(voice.begin);
    quiet = std::max(voice.end, quiet.value_or(voice.end));
  }
  if (next)
    go_down(samples + *next);
  else
    come_up();
  state.line.points = {{-kPast, line.at(static_cast<double>(samples - kPast))},
                       {0, line.at(static_cast<double>(samples))}};
  if (quiet) state.quiet_since = *quiet - samples;
  return line;
}

}  // namespace talkie
