// SPDX-License-Identifier: LGPL-2.1-or-later
// A text as terms that can be compared: folded words, and pairs of characters where a script puts
// no spaces between words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace talkie {

struct Term {
  std::string text;       // case folded, in Unicode's form NFKC; accents stay
  size_t offset = 0;      // in bytes, of its first character
  bool is_pair = false;   // of characters, from a script without spaces
  bool is_light = false;  // says little: "the", "and"
};

std::vector<Term> terms_of(std::string_view text);

// How alike two terms are: 1 the same, less for two forms of one word, 0 different.
double likeness(const Term& a, const Term& b);

}  // namespace talkie
