// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/reveal.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "speech/cue_times.h"
#include "speech/spoken.h"
#include "timeline/phrases.h"
#include "timeline/terms.h"

namespace talkie {

namespace {

constexpr double kLightWeight = 0.1;
// A match counts where this share of the step's words is said, or this much of them.
constexpr double kEnoughShare = 0.25;
constexpr double kEnoughWeight = 1.5;
// What a word loses that stands as far from the first one as is looked.
constexpr double kFarLoss = 0.5;
// Steps times words of one scene that are matched; beyond that steps are spread.
constexpr size_t kMostChoices = 8'000'000;
// How long before a match its phrase may have begun for the step to come in with the phrase.
constexpr Time kLongestPhraseLead{2'500'000'000};
constexpr Time kWordLead{150'000'000};
// What is left of the speech when the last step comes in.
constexpr Time kRest{300'000'000};

// A term of the narration, and when it is said.
struct SpokenTerm {
  size_t vocabulary = 0;  // index of its text among the different ones
  size_t utterance = 0;
  int narration_step = 0;
  Time start{};
  size_t phrase = 0;  // running number
  Time phrase_start{};
};

struct Narration {
  std::vector<SpokenTerm> terms;
  std::vector<Term> vocabulary;
};

struct StepTerms {
  std::vector<Term> terms;  // each text once
  std::vector<double> weights;
  double total = 0;
};

Narration read_narration(const SceneTiming& timing) {
  Narration narration;
  std::map<std::string, size_t> known;
  size_t phrase = 0;
  for (size_t index = 0; index < timing.utterances.size(); ++index) {
    const SpokenUtterance& utterance = timing.utterances[index];
    const std::vector<SpeechPiece> pieces = pieces_of(utterance.text, utterance.language);
    size_t piece = 0;
    Time phrase_start = utterance.start;
    ++phrase;
    for (Term& term : terms_of(utterance.text)) {
      for (; piece < pieces.size() && pieces[piece].end <= term.offset; ++piece) {
        if (pieces[piece].after > Boundary::comma) continue;
        ++phrase;
        phrase_start = said_at(utterance, term.offset);
      }
      const auto [entry, is_new] = known.try_emplace(term.text, narration.vocabulary.size());
      narration.terms.push_back({entry->second, index, utterance.step,
                                 said_at(utterance, term.offset), phrase, phrase_start});
      if (is_new) narration.vocabulary.push_back(std::move(term));
    }
  }
  return narration;
}

std::vector<StepTerms> read_steps(const std::vector<Step>& steps) {
  std::vector<StepTerms> all;
  std::map<std::string, int> uses;
  for (const Step& step : steps) {
    StepTerms read;
    for (Term& term : terms_of(step.words)) {
      const bool is_known = std::any_of(read.terms.begin(), read.terms.end(),
                                        [&](const Term& t) { return t.text == term.text; });
      if (!is_known) read.terms.push_back(std::move(term));
    }
    for (const Term& term : read.terms)
      ++uses[term.text];
    all.push_back(std::move(read));
  }
  // A word that stands in every step tells them apart no better than "the".
  for (StepTerms& step : all)
    for (const Term& term : step.terms) {
      step.weights.push_back((term.is_light ? kLightWeight : 1.0) / uses[term.text]);
      step.total += step.weights.back();
    }
  return all;
}

// How well each place of the narration speaks of one step.
class Matcher {
 public:
  Matcher(const StepTerms& step, const Narration& narration) : step_(step), narration_(narration) {
    const bool all_light = std::all_of(step.terms.begin(), step.terms.end(),
                                       [](const Term& term) { return term.is_light; });
    for (const Term& spoken : narration.vocabulary) {
      std::vector<Hit> hits;
      for (size_t i = 0; i < step.terms.size(); ++i)
        if (const double like = likeness(step.terms[i], spoken); like > 0)
          hits.push_back({i, like, !step.terms[i].is_light || all_light});
      hits_.push_back(std::move(hits));
    }
  }

  // 0 where nothing begins that speaks of the step; up to 1.
  [[nodiscard]] double score(size_t begin) const {
    const std::vector<Hit>& first = hits_[narration_.terms[begin].vocabulary];
    if (step_.terms.empty() ||
        std::none_of(first.begin(), first.end(), [](const Hit& hit) { return hit.may_begin; }))
      return 0;
    std::vector<double> best(step_.terms.size());
    const size_t window = std::clamp<size_t>(2 * step_.terms.size() + 3, 6, 40);
    const size_t end = std::min(begin + window, narration_.terms.size());
    for (size_t i = begin; i < end; ++i) {
      if (narration_.terms[i].utterance != narration_.terms[begin].utterance) break;
      // What comes later counts less, so that the best place is where the step's words begin and
      // not a stray one before them.
      const double distance = static_cast<double>(i - begin) / static_cast<double>(window);
      for (const Hit& hit : hits_[narration_.terms[i].vocabulary])
        best[hit.term] = std::max(best[hit.term], hit.likeness * (1 - kFarLoss * distance));
    }
    double matched = 0;
    for (size_t i = 0; i < best.size(); ++i)
      matched += best[i] * step_.weights[i];
    const double share = matched / step_.total;
    return share >= kEnoughShare || matched >= kEnoughWeight ? share : 0;
  }

 private:
  struct Hit {
    size_t term = 0;
    double likeness = 0;
    bool may_begin = false;
  };
  const StepTerms& step_;
  const Narration& narration_;
  std::vector<std::vector<Hit>> hits_;  // by vocabulary
};

using Matches = std::vector<std::optional<size_t>>;  // of each step, an index of Narration::terms

// Where cues leave room for a step: between those of the steps before and behind it.
struct Room {
  std::optional<Time> cue;  // it comes in exactly then
  Time earliest = Time::min();
  Time latest = Time::max();
};

std::vector<Room> rooms_between(const std::vector<Step>& steps, const std::vector<Time>& cues) {
  std::vector<Room> rooms(steps.size());
  Time earliest = Time::min();
  for (size_t k = 0; k < steps.size(); ++k) {
    rooms[k].earliest = earliest;
    const auto cue = static_cast<size_t>(steps[k].cue);
    if (cue < cues.size()) earliest = *(rooms[k].cue = cues[cue]);
  }
  Time latest = Time::max();
  for (size_t k = steps.size(); k-- > 0;) {
    const auto by = static_cast<size_t>(steps[k].by_cue);
    if (by < cues.size()) latest = std::min(latest, cues[by]);
    rooms[k].latest = std::max(latest, rooms[k].earliest);
    if (rooms[k].cue) latest = *rooms[k].cue;
  }
  return rooms;
}

// The best places for the steps in their order, each after the one before it: dynamic programming
// over the first k steps and the first i terms.
Matches match_steps(const std::vector<Step>& steps, const std::vector<Room>& rooms,
                    const Narration& narration) {
  enum class Choice : uint8_t { leave_out, further_left, here };
  const size_t places = narration.terms.size();
  Matches matches(steps.size());
  if (places == 0 || places * steps.size() > kMostChoices) return matches;
  const std::vector<StepTerms> read = read_steps(steps);
  std::vector<double> best(places + 1);
  std::vector<std::vector<Choice>> choices(steps.size());
  for (size_t k = 0; k < steps.size(); ++k) {
    const Matcher matcher(read[k], narration);
    std::vector<double> next(places + 1);
    choices[k].resize(places + 1, Choice::leave_out);
    for (size_t i = 0; i < places; ++i) {
      next[i + 1] = best[i + 1];
      if (next[i] >= next[i + 1]) {  // of equal places the first one wins
        next[i + 1] = next[i];
        choices[k][i + 1] = Choice::further_left;
      }
      const SpokenTerm& term = narration.terms[i];
      if (rooms[k].cue || term.narration_step < steps[k].after - 1) continue;
      if (term.start < rooms[k].earliest || term.start > rooms[k].latest) continue;
      const double score = matcher.score(i);
      if (score > 0 && best[i] + score > next[i + 1] + 1e-9) {
        next[i + 1] = best[i] + score;
        choices[k][i + 1] = Choice::here;
      }
    }
    best = std::move(next);
  }
  size_t i = places;
  for (size_t k = steps.size(); k-- > 0;) {
    while (choices[k][i] == Choice::further_left)
      --i;
    if (choices[k][i] == Choice::here) matches[k] = --i;
  }
  return matches;
}

// With its cue; with its phrase where that begins shortly before and is not another step's; else
// just before the word itself.
std::vector<std::optional<Time>> times_of(const Matches& matches, const std::vector<Room>& rooms,
                                          const Narration& narration) {
  std::vector<std::optional<Time>> times;
  std::optional<size_t> last_phrase;
  for (size_t k = 0; k < matches.size(); ++k) {
    times.push_back(rooms[k].cue);
    if (!matches[k]) continue;
    const SpokenTerm& term = narration.terms[*matches[k]];
    const bool with_phrase =
        last_phrase != term.phrase && term.start - term.phrase_start <= kLongestPhraseLead;
    times.back() = with_phrase ? term.phrase_start : term.start - kWordLead;
    last_phrase = term.phrase;
  }
  return times;
}

// Steps without a time, evenly between their neighbours. Before the first match (or without any)
// they begin with the speech.
std::vector<Time> spread(const std::vector<std::optional<Time>>& times, Time begin, Time end) {
  std::vector<Time> spread_times;
  for (size_t k = 0; k < times.size();) {
    if (times[k]) {
      spread_times.push_back(*times[k++]);
      continue;
    }
    size_t next = k;
    while (next < times.size() && !times[next])
      ++next;
    const bool is_first = k == 0;
    const Time from = is_first ? begin : spread_times.back();
    const Time to = std::max(from, next < times.size() ? *times[next] : end);
    const auto gaps = static_cast<int64_t>(next - k) + (is_first ? 0 : 1);
    for (int64_t i = is_first ? 0 : 1; k < next; ++i, ++k)
      spread_times.push_back(from + (to - from) * i / gaps);
  }
  return spread_times;
}

// Keeps the order, the distance between siblings, and the bounds on both sides.
void settle(std::vector<Time>& times, const std::vector<Step>& steps,
            const std::vector<Room>& rooms, const SceneTiming& timing, Time begin, Time end) {
  const Time latest = std::max(begin, end - kRest);
  const auto count = static_cast<int64_t>(times.size());
  const Time delay = std::min(kSiblingDelay, (latest - begin) / std::max<int64_t>(count - 1, 1));
  Time earliest{};
  for (int64_t k = 0; k < count; ++k) {
    Time& time = times[static_cast<size_t>(k)];
    const Room& room = rooms[static_cast<size_t>(k)];
    if (room.cue) {
      earliest = time + delay;
      continue;
    }
    time = std::min(time, latest - delay * (count - 1 - k));
    const int after = steps[static_cast<size_t>(k)].after;
    if (after > 0) time = std::max(time, begin_of(after - 1, timing));
    time = std::min({std::max(time, earliest), end, room.latest});
    earliest = time + delay;
  }
}

}  // namespace

std::vector<Time> reveal_times(const std::vector<Step>& steps, const std::vector<Time>& cues,
                               const SceneTiming& timing) {
  const std::vector<Room> rooms = rooms_between(steps, cues);
  if (timing.utterances.empty()) {
    std::vector<Time> times;
    for (const Room& room : rooms)
      times.push_back(room.cue.value_or(kFromTheStart));
    return times;
  }
  const Time begin = timing.utterances.front().start;
  Time end = begin;
  for (const SpokenUtterance& utterance : timing.utterances)
    end = std::max(end, utterance.end);
  const Narration narration = read_narration(timing);
  const Matches matches = match_steps(steps, rooms, narration);
  std::vector<Time> times = spread(times_of(matches, rooms, narration), begin, end);
  settle(times, steps, rooms, timing, begin, end);
  return times;
}

}  // namespace talkie
