// SPDX-License-Identifier: LGPL-2.1-or-later
// Who speaks: the header's `speakers`, and paragraphs that begin with the name of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// What is not given is the narrator's.
struct Speaker {
  std::string name;    // as in the header
  std::string folded;  // without case
  std::optional<std::string> voice;
  std::optional<std::string> language;
  std::optional<double> speed;
  std::optional<double> pitch;
  std::optional<double> volume;
};
using Speakers = std::vector<Speaker>;

// {Ada: en-gb, Bob: {voice: openai/onyx, speed: 0.9}}
void read_speakers(const Value& value, Speakers& speakers, Findings& findings);

// Names are compared without case. Null where there is none of this name.
const Speaker* find_speaker(const Speakers& speakers, std::string_view name);
// " Did you mean 'Ada'?" or "".
std::string suggest_speaker(const Speakers& speakers, std::string_view name);

// Makes the utterance theirs: what the speaker's own settings say wins.
void speak_as(const Speaker& speaker, Utterance& utterance);

// Who a line such as "Ada: Hello." or "**Ada:** Hello." is spoken by; null where it names none.
const Speaker* speaker_of(const RichText& line, const Speakers& speakers);
// The same, and takes the name away. A name that is nearly a speaker's is a warning.
const Speaker* take_speaker(RichText& paragraph, const Speakers& speakers, const Place& where,
                            Findings& findings);

}  // namespace talkie
