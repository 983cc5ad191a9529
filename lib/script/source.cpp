// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/source.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "script/limits.h"
#include "script/script.h"

namespace talkie {

Result<std::string> normalise(std::string_view text, const std::string& file) {
  if (text.size() > kMaxScriptBytes)
    return Error{ErrorKind::too_large,
                 "this script has " + std::to_string(text.size() >> 20) +
                     " MB of text, and the limit is " + std::to_string(kMaxScriptBytes >> 20) +
                     " MB; split it into several films",
                 {},
                 {file, 0, 0}};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const size_t bad = find_invalid_utf8(text); bad != std::string_view::npos) {
    const auto byte = static_cast<unsigned char>(text[bad]);
    char shown[8];
    std::snprintf(shown, sizeof shown, "0x%02X", byte);
    return Error{
        ErrorKind::syntax,
        byte == 0 ? std::string("there is a NUL byte here, so this is no text file")
                  : "this is not UTF-8 (byte " + std::string(shown) + "); save the file as UTF-8",
        {},
        place_of(text, bad, file)};
  }
  std::string out;
  out.reserve(text.size() + 1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      out += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      out += '\n';
  }
  return out;
}

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

Source::Source(std::string text, std::string file, int first_line)
    : text_(std::move(text)),
      file_(std::move(file)),
      first_line_(first_line),
      lines_(lines_of(text_)),
      formulas_(lines_) {}

std::string_view Source::line(int number) const {
  if (number < 1 || number > line_count()) return {};
  return lines_[static_cast<size_t>(number) - 1];
}

Place Source::place(int line, int byte_column) const {
  const std::string_view before =
      this->line(line).substr(0, static_cast<size_t>(std::max(byte_column - 1, 0)));
  return {file_, first_line_ + line - 1, static_cast<int>(count_characters(before)) + 1};
}

namespace {

constexpr long kMaxPipes = 256;          // in one line; the columns of a table
constexpr long kMaxCells = 200'000;      // of all tables
constexpr long kMaxInstructions = 1000;  // "<?" and "<!" that begin no comment
// Bytes that all references would take, if each was to the longest definition.
constexpr size_t kMaxReferenceBytes = 100'000'000;

bool is_table_rule(std::string_view line) {
  return line.find('-') != std::string_view::npos &&
         line.find_first_not_of("|:- \t") == std::string_view::npos;
}

long count_instructions(std::string_view line) {
  long count = 0;
  for (size_t at = line.find('<'); at != std::string_view::npos; at = line.find('<', at + 1)) {
    const std::string_view rest = line.substr(at + 1);
    if (rest.starts_with('?') || (rest.starts_with('!') && !rest.starts_with("!--"))) ++count;
  }
  return count;
}

class Gauge {
 public:
  explicit Gauge(const Source& source) : source_(source) {}

  Result<void> measure() {
    for (number_ = 1; number_ <= source_.line_count(); ++number_) {
      const std::string_view line = source_.line(number_);
      if (trim(line).empty()) {
        columns_ = 0;
        block_ = {};
        continue;
      }
      if (block_.characters == 0) block_.first_line = number_;
      if (auto fine = measure_block(line); !fine) return fine;
      if (auto fine = measure_table(line); !fine) return fine;
      instructions_ += count_instructions(line);
      if (instructions_ > kMaxInstructions)
        return refusal(number_, "there is too much raw HTML here; write Markdown instead");
    }
    if (const int line = source_.formulas().overfull_line())
      return refusal(line, "there are more formulas than fit into one script; split it");
    return {};
  }

 private:
  Error refusal(int line, std::string message) const {
    return Error{ErrorKind::too_large, std::move(message), {}, source_.place(line, 1)};
  }

  Result<void> measure_block(std::string_view line) {
    block_.characters += count_characters(line);
    if (block_.characters > kMaxBlockCharacters)
      return refusal(block_.first_line,
                     "more than " + std::to_string(kMaxBlockCharacters) +
                         " characters follow without an empty line; split them into paragraphs");
    brackets_ += static_cast<size_t>(std::count(line.begin(), line.end(), '['));
    block_.defines = block_.defines || line.find("]:") != std::string_view::npos;
    if (block_.defines) definition_ = std::max(definition_, block_.characters);
    if (brackets_ * definition_ > kMaxReferenceBytes)
      return refusal(number_, "there are too many references to too long definitions of links");
    return {};
  }

  Result<void> measure_table(std::string_view line) {
    const long pipes = std::count(line.begin(), line.end(), '|');
    if (pipes > kMaxPipes)
      return refusal(number_, "this line has " + std::to_string(pipes) +
                                  " bars (|); a table has at most " + std::to_string(kMaxPipes) +
                                  " columns");
    if (is_table_rule(line)) columns_ = std::max(columns_, pipes + 1);
    cells_ += columns_;
    if (cells_ > kMaxCells)
      return refusal(number_, "the tables of this script have more than " +
                                  std::to_string(kMaxCells) + " cells");
    return {};
  }

  const Source& source_;
  int number_ = 0;
  struct Block {  // the lines since the last empty one
    int first_line = 1;
    size_t characters = 0;
    bool defines = false;
  } block_;
  size_t brackets_ = 0;
  size_t definition_ = 0;  // characters of the longest block that may define a link
  long columns_ = 0;       // of the table that may go on
  long cells_ = 0;
  long instructions_ = 0;
};

}  // namespace

Result<void> refuse_monsters(const Source& source) {
  return Gauge(source).measure();
}

}  // namespace talkie
