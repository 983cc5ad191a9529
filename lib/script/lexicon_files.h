// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the entries of a lexicon are written.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "script/findings.h"
#include "script/lexicon.h"

namespace talkie {

// What Lexicon::read() reads.
void read_lexicon(const Value& value, const std::string& folder, Lexicon& lexicon,
                  Findings& findings);
// A W3C Pronunciation Lexicon 1.0.
void read_pls(std::string_view text, const std::string& file, Lexicon& lexicon, Findings& findings);

}  // namespace talkie
