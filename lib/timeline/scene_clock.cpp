// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/scene_clock.h"

#include <algorithm>

#include "speech/cue_times.h"
#include "timeline/reveal.h"

namespace talkie {

SceneClock::SceneClock(const Visual& visual, const SceneTiming& timing, Rate rate)
    : rate_(rate),
      start_(timing.start),
      duration_(timing.duration),
      first_(nearest(timing.start, rate)),
      end_(std::max(first_, nearest(timing.start + timing.duration, rate))),
      cues_(cue_times(visual.cues, timing)),
      steps_(reveal_times(visual.steps, cues_, timing)) {
  for (const SpokenUtterance& utterance : timing.utterances)
    speech_end_ = std::max(speech_end_, utterance.end);
}

Time SceneClock::time_of(const When& when) const {
  const std::vector<Time>* const times = when.kind == When::Kind::step  ? &steps_
                                         : when.kind == When::Kind::cue ? &cues_
                                                                        : nullptr;
  if (!times) return when.delay;
  // What is not there has happened long ago.
  const auto index = static_cast<size_t>(when.index);
  const Time time = index < times->size() ? (*times)[index] : kFromTheStart;
  return time < Time{} ? time : time + when.delay;
}

Time SceneClock::time_at(int64_t frame) const {
  return talkie::time_of(frame, rate_) - start_;
}

int64_t SceneClock::first_at_or_after(Time time) const {
  return talkie::first_at_or_after(start_ + time, rate_);
}

FrameSpan SceneClock::span(Time from, Time length) const {
  if (from < Time{}) return {first_, 0};
  return {std::max(first_, nearest(start_ + from, rate_)), nearest(length, rate_)};
}

FrameSpan SceneClock::span_to_end(Time from) const {
  // It leaves with its first frame and arrives with the last one.
  FrameSpan span = this->span(from, Time{});
  ++span.first;
  span.count = std::max<int64_t>(end_ - 1 - span.first, 0);
  return span;
}

FrameSpan SceneClock::span(const ViewMove& move) const {
  const Time from = time_of(move.when);
  return move.whole_scene ? span_to_end(std::max(from, Time{})) : span(from, move.length);
}

Animation::Timing SceneClock::timing_from(Time begins) const {
  Animation::Timing timing;
  timing.end = std::max(duration_ - begins, Time{});
  if (speech_end_ > Time{}) timing.speech_end = speech_end_ - begins;
  for (const Time step : steps_)
    timing.steps.push_back(step - begins);
  return timing;
}

}  // namespace talkie
