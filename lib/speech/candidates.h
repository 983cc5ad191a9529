// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is asked to say an utterance, one after another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "speech/narrator.h"
#include "speech/provider.h"

namespace talkie {

struct Candidate {
  std::string provider;  // its name
  std::string voice;     // as the script or the user calls it; may be empty
};

struct Candidates {
  std::vector<Candidate> list;  // never empty
  std::string refused;          // why the one that the script names is not among them; or empty
};

// The provider that the voice names ("openai/nova"), then those of the options in their order, in
// the end the embedded voice. A provider that asks a network is only taken where the user named it,
// in the options or in talkie.conf: scripts are data. not_found for a name that nobody has;
// missing_part where there is no engine at all.
Result<Candidates> candidates_for(const Utterance& utterance, const NarratorOptions& options);

// The voice that stands in for one that another provider was asked for: the same where it is there,
// else the one for the language.
std::string voice_of_substitute(Provider& provider, std::string_view voice,
                                std::string_view language);

}  // namespace talkie
