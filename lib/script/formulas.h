// SPDX-License-Identifier: LGPL-2.1-or-later
// Formulas between dollars, taken out of a text before Markdown is read, which would take their
// underscores for emphasis and their bars for columns, and put back afterwards.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/scene.h"

namespace talkie {

// A formula in a paragraph of its own: $$ … $$.
struct DisplayFormula {
  std::string tex;
  int lines = 1;  // that it takes in the script
};

class Formulas {
 public:
  // By Pandoc's rules: no space behind the first dollar and before the last, no digit behind the
  // last, `\$` is a dollar; all on one line. Dollars in `code` are dollars.
  explicit Formulas(std::span<const std::string_view> lines);

  // The text with a stand-in for each formula. Lines stay lines, and columns stay columns.
  [[nodiscard]] const std::string& masked() const { return masked_; }
  // Masked text as it was written.
  [[nodiscard]] std::string restored(std::string_view masked) const;
  // Masked text in runs of text and formulas (Span::math).
  [[nodiscard]] RichText spans(std::string_view masked) const;

  // The display formula that begins in this line (from 1); null where none does.
  [[nodiscard]] const DisplayFormula* display_at(int line) const;
  // The first line with more formulas than there can be; 0 where there are not too many.
  [[nodiscard]] int overfull_line() const { return overfull_line_; }

 private:
  struct Taken {
    std::string written;
    std::string tex;     // empty for the later lines of a display formula
    size_t padding = 0;  // bytes behind the stand-in
  };
  struct Run {
    std::string_view text;
    const Taken* formula = nullptr;  // instead of `text`
  };

  void mask_line(std::string_view line);
  void mask_display(std::span<const std::string_view> lines, std::string tex);
  void stand_in(std::string_view written, std::string tex);
  template <typename Visit>
  void each_run(std::string_view masked, Visit visit) const;

  std::string masked_;
  std::vector<bool> in_use_;     // private characters that the author uses
  std::vector<int> characters_;  // private character -> index in taken_, or -1
  size_t next_ = 0;
  std::vector<Taken> taken_;
  std::map<int, DisplayFormula> displays_;
  int line_ = 0;
  int overfull_line_ = 0;
};

}  // namespace talkie
