// SPDX-License-Identifier: LGPL-2.1-or-later
#include "terminal.h"

#include <glib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/text.h"

namespace talkie::tool {

namespace {

constexpr const char* kBold = "1";
constexpr const char* kDim = "2";
constexpr const char* kRed = "1;31";
constexpr const char* kYellow = "1;33";
constexpr auto kLineInterval = std::chrono::seconds(10);

// Whether escape sequences are welcome (https://no-color.org).
bool is_colourful(int file) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(file) && !(no_colour && *no_colour) &&
         !(terminal && std::string_view(terminal) == "dumb");
}

int columns_of(int file) {
  winsize size = {};
  if (ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void print_line(const Place& where, const char* kind, const char* style,
                const std::string& message) {
  const std::string place = where.to_string();
  std::cerr << (place.empty() ? "" : styled(place + ":", kBold, true) + " ")
            << styled(kind, style, true) << " " << message << std::endl;
}

// The first `count` characters.
std::string cut(const std::string& text, size_t count) {
  if (count_characters(text) <= count) return text;
  std::string shorter;
  size_t characters = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && ++characters >= count) break;
    shorter += c;
  }
  return shorter + "…";
}

}  // namespace

std::string styled(const std::string& text, const char* style, bool on_standard_error) {
  if (!is_colourful(on_standard_error ? STDERR_FILENO : STDOUT_FILENO)) return text;
  return std::string("\x1b[") + style + "m" + text + "\x1b[0m";
}

void print_problem(const Problem& problem) {
  const bool warning = problem.severity == Problem::Severity::warning;
  print_line(problem.where, warning ? "warning:" : "error:", warning ? kYellow : kRed,
             problem.message);
}

void print_problems(const Problems& problems) {
  for (const Problem& problem : problems.all())
    print_problem(problem);
}

void print_error(const Error& error) {
  print_line(error.where, "error:", kRed, error.message);
}

Result<ProgressStyle> progress_style_from_text(const std::string& text) {
  if (text == "auto") return ProgressStyle::automatic;
  if (text == "bar") return ProgressStyle::bar;
  if (text == "plain") return ProgressStyle::plain;
  if (text == "json") return ProgressStyle::json;
  if (text == "none") return ProgressStyle::none;
  return Error{ErrorKind::bad_value,
               "--progress is one of auto, bar, plain, json and none, not '" + text + "'"};
}

ProgressView::ProgressView(ProgressStyle style) : style_(style) {
  if (style_ == ProgressStyle::automatic)
    style_ = isatty(STDERR_FILENO) ? ProgressStyle::bar : ProgressStyle::plain;
}

ProgressView::~ProgressView() {
  clear();
}

void ProgressView::show(const Progress& progress) {
  if (style_ == ProgressStyle::json) {
    std::cout << progress_json(progress) << std::endl;
  } else if (style_ == ProgressStyle::bar) {
    std::cerr << "\r" << progress_bar(progress, columns_of(STDERR_FILENO)) << "\x1b[K"
              << std::flush;
    drawn_ = true;
  } else if (style_ == ProgressStyle::plain) {
    const int tenths = static_cast<int>(fraction_of(progress) * 10);
    const auto now = std::chrono::steady_clock::now();
    if (tenths == tenths_shown_ && now - line_shown_ < kLineInterval) return;
    tenths_shown_ = tenths;
    line_shown_ = now;
    std::cerr << progress_line(progress) << std::endl;
  }
}

void ProgressView::clear() {
  if (drawn_) std::cerr << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

void TextTable::print() const {
  std::vector<size_t> widths(head_.size(), 0);
  const auto measure = [&widths](const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], count_characters(cells[i]));
  };
  measure(head_);
  for (const auto& cells : rows_)
    measure(cells);
  const bool narrow = isatty(STDOUT_FILENO);
  const auto line_of = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i + 1 == cells.size()) {
        const auto room = static_cast<size_t>(columns_of(STDOUT_FILENO));
        const size_t used = count_characters(line);
        return line + (narrow && used + 8 < room ? cut(cells[i], room - used) : cells[i]);
      }
      const std::string space(widths[i] - count_characters(cells[i]), ' ');
      const bool right = std::ranges::find(right_, i) != right_.end();
      line += (right ? space + cells[i] : cells[i] + space) + "  ";
    }
    return line;
  };
  std::cout << styled(line_of(head_), kDim, false) << "\n";
  for (const auto& cells : rows_)
    std::cout << line_of(cells) << "\n";
  std::cout << std::flush;
}

std::optional<uint64_t> parse_bytes(const std::string& text) {
  constexpr std::string_view kUnits = "kMGT";
  const auto unit_at = text.find_first_not_of("0123456789.");
  const std::string number = text.substr(0, unit_at);
  std::string unit = unit_at == std::string::npos ? "" : text.substr(unit_at);
  if (unit.ends_with('B')) unit.pop_back();
  if (unit == "K") unit = "k";
  const size_t power = unit.empty() ? 0 : kUnits.find(unit) + 1;
  if (unit.size() > 1 || (!unit.empty() && power == 0)) return {};
  char* end = nullptr;
  double bytes = g_ascii_strtod(number.c_str(), &end);
  if (number.empty() || *end != 0) return {};
  for (size_t i = 0; i < power; ++i)
    bytes *= 1000;
  if (bytes > 1e18) return {};
  return static_cast<uint64_t>(bytes);
}

std::optional<int> parse_count(const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || text.size() > 9) return {};
  return std::stoi(text);
}

std::string bytes_text(uint64_t bytes) {
  constexpr std::array<const char*, 4> units = {"kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  for (; value >= 1000 && unit + 1 < units.size(); ++unit)
    value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  return text;
}

}  // namespace talkie::tool
