// SPDX-License-Identifier: LGPL-2.1-or-later
// Words that carry little meaning of their own, by language.
#pragma once

#include <string_view>

namespace talkie {

// `word` in lower case; `language` a BCP 47 tag. False for languages that are not listed.
bool is_conjunction(std::string_view word, std::string_view language);
// Articles and prepositions: a line must not end after one of them.
bool is_leading_word(std::string_view word, std::string_view language);
// Any of these, pronouns and auxiliaries; in any listed language, since slides quote others.
bool is_function_word(std::string_view word);

}  // namespace talkie
