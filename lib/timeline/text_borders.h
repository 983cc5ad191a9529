// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a text's words begin and where its lines may end, in scripts with and without spaces.
#pragma once

#include <string>
#include <vector>

namespace talkie {

// By ICU, which has dictionaries for the scripts that write no spaces. `text`: valid UTF-8, without
// line breaks; places are bytes, from 0 to the text's length, at the beginning of a character.
class TextBorders {
 public:
  TextBorders(const std::string& text, const std::string& language);

  // A line may end before `at`: by Unicode's annex 14, and never inside of a word.
  [[nodiscard]] bool may_break(size_t at) const { return lines_[at] && words_[at]; }
  // A word ends before `at`, or begins there. A Japanese one has its particles and endings with it.
  [[nodiscard]] bool is_between_words(size_t at) const { return words_[at]; }

 private:
  std::vector<bool> lines_;
  std::vector<bool> words_;
};

}  // namespace talkie
