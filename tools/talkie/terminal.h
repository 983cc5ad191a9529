// SPDX-License-Identifier: LGPL-2.1-or-later
// What the user sees: problems, a bar, tables.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "render/progress.h"

namespace talkie::tool {

// "file:line:column: warning: message" on the standard error output, coloured on a terminal.
void print_problem(const Problem& problem);
void print_problems(const Problems& problems);
void print_error(const Error& error);

enum class ProgressStyle { automatic, bar, plain, json, none };
Result<ProgressStyle> progress_style_from_text(const std::string& text);

// Shows how far a render is. Bars and lines go to the standard error output, JSON to the standard
// output.
class ProgressView {
 public:
  explicit ProgressView(ProgressStyle style);
  ~ProgressView();  // leaves a clean line
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  void show(const Progress& progress);
  void clear();  // before anything else is printed
  [[nodiscard]] ProgressStyle style() const { return style_; }

 private:
  ProgressStyle style_;
  bool drawn_ = false;
  int tenths_shown_ = -1;
  std::chrono::steady_clock::time_point line_shown_{};
};

// Columns as wide as they need to be; the last one is cut to the terminal's width.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) : head_(std::move(head)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void right_align(size_t column) { right_.push_back(column); }
  void print() const;

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> right_;
};

// How the text is shown where the output can: with `style` as an SGR number ("1": bold).
std::string styled(const std::string& text, const char* style, bool on_standard_error);

// "500M", "10G", "1.5GB", "100000": bytes. Empty where it is no size.
std::optional<uint64_t> parse_bytes(const std::string& text);
// "12": a whole number that is not negative.
std::optional<int> parse_count(const std::string& text);
// "5.1 MB"
std::string bytes_text(uint64_t bytes);

}  // namespace talkie::tool
