// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/formulas.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "script/limits.h"

namespace talkie {

namespace {

// Stand-ins are characters of Unicode's private use area, which the author does not use and
// Markdown takes for letters: three bytes each, as long as the shortest formula, $x$.
constexpr char32_t kFirstPrivate = 0xE000;
constexpr size_t kPrivates = 0xF900 - kFirstPrivate;
constexpr size_t kStandInBytes = 3;
constexpr size_t kLongestCodeSpan = 2'000;

std::string encode(size_t number) {
  const auto c = static_cast<char32_t>(kFirstPrivate + number);
  return {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
          static_cast<char>(0x80 | (c & 0x3F))};
}

// The number of the private character at `at`; kPrivates where there is none.
size_t private_at(std::string_view text, size_t at) {
  if (at + kStandInBytes > text.size()) return kPrivates;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) != 0xEE && byte(0) != 0xEF) return kPrivates;
  const char32_t c =
      (char32_t{byte(0)} & 0xF) << 12 | (char32_t{byte(1)} & 0x3F) << 6 | (byte(2) & 0x3F);
  return c >= kFirstPrivate && c < kFirstPrivate + kPrivates ? c - kFirstPrivate : kPrivates;
}

// Where the backticks that begin at `at` end: with their code, where it is closed.
size_t end_of_code(std::string_view line, size_t at) {
  const size_t open = std::min(line.find_first_not_of('`', at), line.size());
  for (size_t next = line.find('`', open); next < std::min(open + kLongestCodeSpan, line.size());) {
    const size_t end = std::min(line.find_first_not_of('`', next), line.size());
    if (end - next == open - at) return end;
    next = line.find('`', end);
  }
  return open;
}

// The next dollar that no backslash stands before; npos where there is none.
size_t find_dollar(std::string_view text, size_t at) {
  for (; at < text.size(); ++at) {
    if (text[at] == '$') return at;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

bool is_space(char c) {
  return c == ' ' || c == '\t';
}
bool is_number(char c) {
  return c >= '0' && c <= '9';
}

// The length of the formula at the dollar `at`, with its dollars; 0 where there is none.
size_t formula_length(std::string_view line, size_t at) {
  const bool doubled = line.substr(at).starts_with("$$");
  const size_t begin = at + (doubled ? 2 : 1);
  const size_t end = find_dollar(line, begin);
  if (end == std::string_view::npos || end == begin) return 0;
  const std::string_view tex = line.substr(begin, end - begin);
  if (trim(tex).empty() || tex.find('`') != std::string_view::npos) return 0;
  if (doubled) return line.substr(end).starts_with("$$") ? end + 2 - at : 0;
  if (is_space(tex.front()) || is_space(tex.back())) return 0;
  if (end + 1 < line.size() && is_number(line[end + 1])) return 0;
  return end + 1 - at;
}

bool is_fence(std::string_view line) {
  return line.starts_with("```") || line.starts_with("~~~");
}

// How many of the lines are one display formula; 0 where they begin with none.
int display_lines(std::span<const std::string_view> lines, std::string& tex) {
  const std::string_view first = trim(lines[0]);
  if (!first.starts_with("$$")) return 0;
  for (size_t i = 0; i < std::min(lines.size(), kMaxFormulaLines); ++i) {
    std::string_view line = trim(lines[i]);
    if (line.empty() || is_fence(line)) return 0;
    if (i == 0) line.remove_prefix(2);
    const size_t close = find_dollar(line, 0);
    tex += (i ? "\n" : "") + std::string(line.substr(0, close));
    if (close == std::string_view::npos) continue;
    tex = std::string(trim(tex));
    return line.substr(close) == "$$" && !tex.empty() ? static_cast<int>(i) + 1 : 0;
  }
  return 0;
}

}  // namespace

Formulas::Formulas(std::span<const std::string_view> lines)
    : in_use_(kPrivates), characters_(kPrivates, -1) {
  for (const std::string_view line : lines)
    for (size_t at = line.find_first_of("\xEE\xEF"); at < line.size();
         at = line.find_first_of("\xEE\xEF", at + 1))
      if (const size_t number = private_at(line, at); number < kPrivates) in_use_[number] = true;
  for (size_t i = 0; i < lines.size();) {
    line_ = static_cast<int>(i) + 1;
    std::string tex;
    if (const int count = display_lines(lines.subspan(i), tex)) {
      displays_[line_] = {tex, count};
      mask_display(lines.subspan(i, static_cast<size_t>(count)), std::move(tex));
      i += static_cast<size_t>(count);
    } else {
      mask_line(lines[i++]);
      masked_ += '\n';
    }
  }
}

void Formulas::mask_line(std::string_view line) {
  for (size_t at = 0; at < line.size();) {
    size_t length = 1;
    if (line[at] == '\\') {
      length = 2;
    } else if (line[at] == '`') {
      length = end_of_code(line, at) - at;
    } else if (line[at] == '$') {
      length = formula_length(line, at);
      if (length > 0) {
        const std::string_view written = line.substr(at, length);
        const size_t dollars = written.starts_with("$$") ? 2 : 1;
        stand_in(written, std::string(trim(written.substr(dollars, length - 2 * dollars))));
        at += length;
        continue;
      }
      length = line.substr(at).starts_with("$$") ? 2 : 1;
    }
    masked_ += line.substr(at, length);
    at += length;
  }
}

void Formulas::mask_display(std::span<const std::string_view> lines, std::string tex) {
  for (const std::string_view line : lines) {
    masked_ += line.substr(0, line.find_first_not_of(" \t"));
    stand_in(trim(line), std::exchange(tex, {}));
    masked_ += '\n';
  }
}

void Formulas::stand_in(std::string_view written, std::string tex) {
  while (next_ < kPrivates && in_use_[next_])
    ++next_;
  if (next_ == kPrivates) {
    if (overfull_line_ == 0) overfull_line_ = line_;
    masked_ += written;
    return;
  }
  characters_[next_] = static_cast<int>(taken_.size());
  const size_t padding = written.size() > kStandInBytes ? written.size() - kStandInBytes : 0;
  masked_ += encode(next_++) + std::string(padding, 'x');
  taken_.push_back({std::string(written), std::move(tex), padding});
}

template <typename Visit>
void Formulas::each_run(std::string_view masked, Visit visit) const {
  size_t begin = 0;
  for (size_t at = masked.find_first_of("\xEE\xEF"); at < masked.size();
       at = masked.find_first_of("\xEE\xEF", at)) {
    const size_t number = private_at(masked, at);
    const int index = number < kPrivates ? characters_[number] : -1;
    if (index < 0) {
      ++at;
      continue;
    }
    const Taken& formula = taken_[static_cast<size_t>(index)];
    if (at > begin) visit(Run{masked.substr(begin, at - begin)});
    visit(Run{{}, &formula});
    begin = at = std::min(at + kStandInBytes + formula.padding, masked.size());
  }
  if (begin < masked.size()) visit(Run{masked.substr(begin)});
}

std::string Formulas::restored(std::string_view masked) const {
  std::string text;
  each_run(masked, [&](const Run& run) { text += run.formula ? run.formula->written : run.text; });
  return text;
}

RichText Formulas::spans(std::string_view masked) const {
  RichText spans;
  each_run(masked, [&](const Run& run) {
    if (!run.formula)
      spans.push_back({std::string(run.text)});
    else if (!run.formula->tex.empty())
      spans.push_back({.text = run.formula->tex, .math = true});
  });
  return spans;
}

const DisplayFormula* Formulas::display_at(int line) const {
  const auto found = displays_.find(line);
  return found == displays_.end() ? nullptr : &found->second;
}

}  // namespace talkie
