// SPDX-License-Identifier: LGPL-2.1-or-later
// What a provider is given of an utterance: its words with the lexicon's and SSML's say.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "script/scene.h"

namespace talkie {

// A stretch of an utterance that is asked for in one request.
struct SaidPart {
  std::string text;  // plain words, or a whole <speak> document
  bool ssml = false;
  Time pause_before{};
  double rate = 1;  // factors of prosody, where the text does not say them itself
  double pitch = 1;
  double volume = 1;
  // Where the bytes of `text` come from in Utterance::text, in ascending order of `said`: a part
  // that begins at `said` stands for the author's words from `offset` to `end`. What is no author's
  // word (tags) belongs to none.
  struct Origin {
    size_t said = 0;
    size_t said_end = 0;
    size_t offset = 0;
    size_t end = 0;
  };
  std::vector<Origin> origins;
  // SSML marks before bytes of `text`: for the times of what has a name.
  struct Mark {
    std::string name;
    size_t offset = 0;  // of Utterance::text
  };
  std::vector<Mark> marks;

  // The byte of Utterance::text that is said at byte `said` of `text`.
  [[nodiscard]] size_t origin_of(size_t said) const;
};

struct Said {
  std::vector<SaidPart> parts;        // never empty
  Time pause_after{};                 // of a pause at the very end
  std::vector<std::string> warnings;  // what a provider without SSML cannot do
};

// For a provider that takes SSML one part (and SSML only where there are spans); else as many as
// pauses and prosody divide it into.
Said said_of(const Utterance& utterance, bool takes_ssml);

}  // namespace talkie
