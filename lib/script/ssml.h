// SPDX-License-Identifier: LGPL-2.1-or-later
// Paragraphs in SSML 1.1 (https://www.w3.org/TR/speech-synthesis11/): <speak> … </speak>.
#pragma once

#include <string_view>
#include <vector>

#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// Whether a paragraph's text is SSML: it begins with <speak>.
bool is_ssml(std::string_view text);

// What such a paragraph says: utterances with spans, a new one wherever <voice>, a language or <p>
// changes, and pauses that stand alone. `text` is as the author wrote it, its first character at
// `where`. Utterances begin as `voice` does. Nothing, and an error, where it is not well-formed.
std::vector<NarrationStep> read_ssml(std::string_view text, const Place& where,
                                     const Utterance& voice, Findings& findings);

}  // namespace talkie
