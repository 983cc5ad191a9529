// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/cue_times.h"

#include <algorithm>

#include "speech/spoken.h"

namespace talkie {

Time begin_of(int step, const SceneTiming& timing) {
  Time begin{};
  for (const SpokenUtterance& utterance : timing.utterances) {
    if (utterance.step == step) return utterance.start;
    if (utterance.step < step) begin = std::max(begin, utterance.end);
  }
  return begin;
}

std::vector<Time> cue_times(const std::vector<WordPlace>& cues, const SceneTiming& timing) {
  std::vector<Time> times;
  const auto gaps = static_cast<int64_t>(cues.size()) + 1;
  for (const WordPlace& cue : cues) {
    const auto utterance =
        std::find_if(timing.utterances.begin(), timing.utterances.end(),
                     [&](const SpokenUtterance& u) { return u.step == cue.step; });
    if (timing.utterances.empty())
      times.push_back(timing.duration * (static_cast<int64_t>(times.size()) + 1) / gaps);
    else if (utterance != timing.utterances.end())
      times.push_back(said_at(*utterance, cue.offset));
    else
      times.push_back(begin_of(cue.step, timing));
  }
  return times;
}

}  // namespace talkie
