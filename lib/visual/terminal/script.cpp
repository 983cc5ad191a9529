// SPDX-License-Identifier: LGPL-2.1-or-later
// A text -> commands typed at a prompt, and what they answer.
#include <glib.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "visual/terminal/session.h"

namespace talkie::terminal {
namespace {

constexpr double kFastest = 18;  // characters a second
constexpr double kSlowest = 12;
constexpr double kAtPrompt = 0.5;  // seconds before a command is begun
constexpr double kBeforeEnter = 0.3;
constexpr double kUntilAnswer = 0.22;
constexpr double kLine = 0.045;  // from one line of an answer to the next
constexpr double kLongestAnswer = 1.2;
constexpr size_t kAtOnce = 6;  // an answer of so few lines comes out in one go

// Between 0 and 1, the same for the same text on every machine (Steele et al., SplitMix64).
class Rhythm {
 public:
  explicit Rhythm(std::string_view text) {
    for (const char c : text)
      state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  double next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }

 private:
  uint64_t state_ = 0xcbf29ce484222325;
};

// The length of a prompt like "me@host:~/work$ " at the line's start, with its space; 0: none.
size_t full_prompt(std::string_view line) {
  const size_t at = line.find('@');
  const size_t colon = line.find(':', at == std::string_view::npos ? 0 : at);
  if (at == std::string_view::npos || colon == std::string_view::npos || at == 0) return 0;
  const auto is_name = [](unsigned char c) {
    return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  };
  if (!std::ranges::all_of(line.substr(0, at), is_name)) return 0;
  if (!std::ranges::all_of(line.substr(at + 1, colon - at - 1), is_name)) return 0;
  const size_t sign = line.find_first_of(" $#%", colon);
  if (sign == std::string_view::npos || line[sign] == ' ') return 0;
  return sign + 1 == line.size() || line[sign + 1] == ' ' ? sign + 2 : 0;
}

// "$ " at the start of `line`, also where nothing follows it.
bool begins_with_sign(std::string_view line, std::string_view sign) {
  return line.starts_with(sign) && (line.size() == sign.size() || line[sign.size()] == ' ');
}

// The first line says what a prompt looks like: "# Title" is no command of root's otherwise.
std::string_view sign_of(std::string_view text) {
  for (const std::string_view sign : {">>>", "#", "%"})
    if (begins_with_sign(text.substr(0, text.find('\n')), sign)) return sign;
  return "$";
}

std::string in_colours(std::string_view prompt) {
  constexpr std::string_view kGreen = "\033[1;32m";
  constexpr std::string_view kBlue = "\033[1;34m";
  constexpr std::string_view kPlain = "\033[m";
  std::string text(kGreen);
  const size_t colon = prompt.find(':');
  if (prompt.find('@') == std::string_view::npos || colon == std::string_view::npos)
    return text.append(prompt).append(kPlain).append(" ");
  text.append(prompt.substr(0, colon)).append(kPlain).append(":").append(kBlue);
  text.append(prompt.substr(colon + 1, prompt.size() - colon - 2)).append(kPlain);
  return text.append(prompt.substr(prompt.size() - 1)).append(" ");
}

// "me@host:~/work$" -> "me@host: ~/work", as shells have it; empty for a sign alone.
std::string title_of(std::string_view prompt) {
  const size_t colon = prompt.find(':');
  if (colon == std::string_view::npos) return "";
  std::string title(prompt.substr(0, colon + 1));
  return title.append(" ").append(prompt.substr(colon + 1, prompt.size() - colon - 2));
}

bool goes_on(std::string_view command) {
  command = trim(command);
  for (const std::string_view end : {"\\", "|", "&&", "{", "("})
    if (command.ends_with(end)) return true;
  return false;
}

std::optional<double> wait_of(std::string_view line) {
  line = trim(line);
  if (!line.starts_with("(wait ") || !line.ends_with(")")) return {};
  const auto time = parse_time(trim(line.substr(6, line.size() - 7)));
  if (!time || *time < Time{} || *time > std::chrono::minutes(10)) return {};
  return to_seconds(*time);
}

// Escape sequences that were written with letters become real ones.
std::string with_escapes(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    size_t taken = 0;
    for (const std::string_view escape : {"\\e[", "\\E[", "\\033[", "\\x1b[", "\\x1B[", "\\u001b["})
      if (line.starts_with(escape)) taken = escape.size();
    text += taken ? std::string("\033[") : std::string(1, line[0]);
    line.remove_prefix(std::max<size_t>(taken, 1));
  }
  return text;
}

class Typist {
 public:
  explicit Typist(std::string_view text) : rhythm_(text), sign_(sign_of(text)) {
    while (text.ends_with('\n') || text.ends_with('\r'))
      text.remove_suffix(1);
    std::vector<std::string_view> lines = split(text, '\n');
    for (std::string_view& line : lines)
      if (line.ends_with('\r')) line.remove_suffix(1);
    // A prompt alone in the last line is the one that waits at the end in any case.
    if (prompt_length(lines.back()) >= lines.back().size() && !lines.back().empty()) {
      last_ = trim(lines.back());
      lines.pop_back();
    }
    for (const std::string_view line : lines)
      read(line);
    answer();
    if (!last_.empty()) prompt_ = last_;
    if (!prompt_.empty()) put(in_colours(prompt_));
  }
  Session session;

 private:
  void read(std::string_view line) {
    if (const size_t length = prompt_length(line)) {
      answer();
      prompt_ = line.substr(0, length - 1);
      if (session.title.empty()) session.title = title_of(prompt_);
      type(prompt_, line.substr(std::min(length, line.size())));
    } else if (open_ && begins_with_sign(line, ">")) {
      type(">", line.substr(std::min<size_t>(2, line.size())));
    } else if (const auto seconds = wait_of(line)) {
      answer();
      now_ += *seconds;
    } else {
      answer_.emplace_back(with_escapes(line));
    }
  }

  // With the space after it, which may be missing where nothing is typed; 0: none.
  [[nodiscard]] size_t prompt_length(std::string_view line) const {
    if (const size_t full = full_prompt(line)) return full;
    return begins_with_sign(line, sign_) ? sign_.size() + 1 : 0;
  }

  void put(std::string_view text) { session.add(from_seconds(now_), text); }

  void type(std::string_view prompt, std::string_view command) {
    put(in_colours(prompt));
    if (!command.empty()) now_ += kAtPrompt + 0.3 * rhythm_.next();
    for (size_t at = 0; at < command.size();) {
      const size_t end = end_of_character(command, at);
      put(command.substr(at, end - at));
      now_ += after(command[at]);
      at = end;
    }
    now_ += kBeforeEnter;
    put("\r\n");
    now_ += kUntilAnswer;
    if (prompt != ">") document_ = command.find("<<") != std::string_view::npos;
    open_ = document_ || goes_on(command);
    if (trim(command) == "clear") put("\033[H\033[2J");
  }

  // Marks that stand over a character are typed with it.
  static size_t end_of_character(std::string_view text, size_t at) {
    const char* end = text.data() + text.size();
    const char* next = g_utf8_next_char(text.data() + at);
    while (next < end && g_unichar_iszerowidth(g_utf8_get_char(next)))
      next = g_utf8_next_char(next);
    return std::min(static_cast<size_t>(next - text.data()), text.size());
  }

  double after(char c) {
    double pause = 1 / (kSlowest + (kFastest - kSlowest) * rhythm_.next());
    if (c == ' ') pause += 0.09 * rhythm_.next();
    if (g_ascii_ispunct(c)) pause += 0.06 * rhythm_.next();
    return pause;
  }

  // What has been collected comes out.
  void answer() {
    if (answer_.empty()) return;
    const auto lines = static_cast<double>(answer_.size());
    const double pause = answer_.size() <= kAtOnce ? 0 : std::min(kLine, kLongestAnswer / lines);
    for (const std::string& line : answer_) {
      put(line);
      put("\r\n");
      now_ += pause;
    }
    answer_.clear();
  }

  Rhythm rhythm_;
  const std::string_view sign_;
  double now_ = 0;
  std::string prompt_;     // the last one
  std::string last_;       // the one that waits at the end, where the text says so
  bool document_ = false;  // the last command reads the lines after it
  bool open_ = false;      // the last line that was typed is not complete
  std::vector<std::string> answer_;
};

}  // namespace

Session type_session(std::string_view text) {
  return std::move(Typist(text).session);
}

}  // namespace talkie::terminal
