// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/spoken.h"

#include <algorithm>
#include <iterator>

namespace talkie {

namespace {

Time share_of(Time from, Time to, size_t part, size_t all) {
  if (all == 0) return from;
  const double share = static_cast<double>(std::min(part, all)) / static_cast<double>(all);
  return from + from_seconds(to_seconds(to - from) * share);
}

}  // namespace

Time said_at(const SpokenUtterance& utterance, size_t offset) {
  const std::vector<Word>& words = utterance.words;
  if (words.empty()) return share_of(utterance.start, utterance.end, offset, utterance.text.size());
  const auto word = std::partition_point(
      words.begin(), words.end(), [&](const Word& w) { return w.offset + w.length <= offset; });
  if (word == words.end()) return utterance.end;
  if (offset <= word->offset) return word->start;
  return share_of(word->start, word->end, offset - word->offset, word->length);
}

Time said_until(const SpokenUtterance& utterance, size_t offset) {
  const std::vector<Word>& words = utterance.words;
  if (words.empty()) return share_of(utterance.start, utterance.end, offset, utterance.text.size());
  const auto next = std::partition_point(words.begin(), words.end(),
                                         [&](const Word& w) { return w.offset < offset; });
  if (next == words.begin()) return utterance.start;
  const Word& word = *std::prev(next);
  return share_of(word.start, word.end, offset - word.offset, word.length);
}

}  // namespace talkie
