// SPDX-License-Identifier: LGPL-2.1-or-later
// A script's text, checked and cut into lines, and the places in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/formulas.h"

namespace talkie {

// Checks that `text` is UTF-8 text of at most kMaxScriptBytes; drops a byte order mark and ends
// every line with one '\n'. Lines and columns stay what they were.
Result<std::string> normalise(std::string_view text, const std::string& file);

class Source {
 public:
  // `text` as normalise() leaves it; its first line is line `first_line` of the file.
  Source(std::string text, std::string file, int first_line = 1);
  // The lines are views of the text.
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  [[nodiscard]] const std::string& text() const { return text_; }
  // What Markdown is read from is formulas().masked().
  [[nodiscard]] const Formulas& formulas() const { return formulas_; }
  [[nodiscard]] int line_count() const { return static_cast<int>(lines_.size()); }
  // Without its newline; counted from 1. Empty beyond the end.
  [[nodiscard]] std::string_view line(int number) const;
  // Of a line and a column in bytes, both from 1, as cmark counts them in this text.
  [[nodiscard]] Place place(int line, int byte_column) const;

 private:
  std::string text_;
  std::string file_;
  int first_line_;
  std::vector<std::string_view> lines_;
  Formulas formulas_;
};

// Markdown parsers need time that grows with the square of a few unusual constructs. This refuses
// those, at sizes that no script has.
Result<void> refuse_monsters(const Source& source);

}  // namespace talkie
