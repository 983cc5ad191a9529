// SPDX-License-Identifier: LGPL-2.1-or-later
// A paragraph as it is said: words for its formulas, and the places of its cues.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "script/findings.h"
#include "script/inlines.h"
#include "script/scene.h"

namespace talkie {

// A part of a paragraph up to a pause in it (wait=2), or all of it.
struct Said {
  Time pause{};           // silence before it
  std::string text;       // may be empty: then only its cues count
  std::string caption;    // where it is another text
  std::vector<Cue> cues;  // at `offset`; text.size() where no word follows
};

// `links` are those whose marks stand in `text`, in order. English has words for formulas; voices
// of other languages get them in Unicode's characters.
std::vector<Said> narrate(const RichText& text, std::span<const CueLink> links, bool english,
                          Findings& findings);

}  // namespace talkie
