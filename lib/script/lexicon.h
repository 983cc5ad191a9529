// SPDX-License-Identifier: LGPL-2.1-or-later
// How words are said that a voice does not know: entries of the header, of YAML files, and of the
// W3C's Pronunciation Lexicons (https://www.w3.org/TR/pronunciation-lexicon/).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

inline constexpr size_t kMaxLexiconEntries = 20'000;
inline constexpr size_t kMaxLexiconBytes = 4u << 20;  // of one file

class Lexicon {
 public:
  // The value of `lexicon:`: a map of entries, the name of a file in the script's folder, or a list
  // of these. Of two entries for the same word the first one counts.
  void read(const Value& value, const std::string& folder, Findings& findings);

  [[nodiscard]] bool empty() const { return entries_.empty(); }

  // Adds spans over the words that have entries: the longest ones first, no part of a word, and
  // nothing where a span says already how it is said. Respellings are not looked up again.
  void apply(Utterance& utterance, std::string_view film_language) const;

  struct Entry {
    std::string word;      // as it was written
    std::string say;       // a respelling, or else …
    std::string ipa;       // … how it sounds
    bool exact = false;    // matches as it is written; else in any case
    std::string language;  // of the texts it is for; empty: all
    Place where;
  };
  // Errors: none for words that are empty, twice, too many; they are findings.
  void add(Entry entry, Findings& findings);
  // Warns of entries that lead back to themselves, which changes nothing but nobody means.
  void warn_of_loops(Findings& findings) const;

 private:
  struct Known {
    Entry entry;
    std::vector<std::string> cells;  // what is compared, character by character
  };
  std::vector<Known> entries_;
  // By their first word, in any case: indices of `entries_`, the longest first.
  std::unordered_map<std::string, std::vector<size_t>> by_first_word_;
  bool full_ = false;
};

}  // namespace talkie
