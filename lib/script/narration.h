// SPDX-License-Identifier: LGPL-2.1-or-later
// A paragraph as it is said: words for its formulas, and the places of its cues and
// sounds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "script/findings.h"
#include "script/inlines.h"
#include "script/scene.h"

namespace talkie {

// A part of a paragraph up to a pause in it (wait=2), or all of it.
struct Passage {
  Time pause{};         // silence before it
  std::string text;     // may be empty: then only its cues and sounds count
  std::string caption;  // where it is another text
  // At `offset`; text.size() where no word follows.
  std::vector<Cue> cues;
  std::vector<Effect> effects;
};

struct NarrationContext {
  const std::string& folder;  // of the sounds
  bool english = true;        // has words for formulas; others get them in Unicode's characters
};

// `links` are those whose marks stand in `text`, in order.
std::vector<Passage> narrate(const RichText& text, std::span<const CueLink> links,
                             const NarrationContext& context, Findings& findings);

}  // namespace talkie
