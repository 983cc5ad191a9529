// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/code_info.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "script/cue_text.h"
#include "script/limits.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr std::string_view kInfoWords[] = {"title",   "lines", "startLine", "linenos",
                                           "numbers", "start", "magic-move"};

// YAML wants a space behind a key's colon; many write {lines:true}.
std::string spaced(std::string_view group) {
  std::string text;
  char quote = 0;
  for (size_t i = 0; i < group.size(); ++i) {
    const char c = group[i];
    text += c;
    if (quote ? c == quote : c == '"' || c == '\'') quote = quote ? 0 : c;
    const bool key = i > 0 && ((group[i - 1] >= 'a' && group[i - 1] <= 'z') ||
                               (group[i - 1] >= 'A' && group[i - 1] <= 'Z'));
    if (c == ':' && !quote && key && i + 1 < group.size() && group[i + 1] != ' ') text += ' ';
  }
  return text;
}

class InfoReader {
 public:
  InfoReader(Code& code, const Place& where, Findings& findings)
      : code_(code), where_(where), findings_(findings) {}

  void read() {
    const std::string info = code_.info;
    size_t at = 0;
    while ((at = info.find_first_not_of(" \t,", at)) != std::string::npos)
      at = read_part(info, at);
    for (const Steps& steps : steps_)
      read_steps(steps);
    if (code_.steps.size() == 1 && code_.steps[0].empty()) code_.steps.clear();
  }

 private:
  struct Steps {
    std::string text;
    size_t at;  // in the info
  };

  Place place(size_t at) const {
    const std::string_view before = std::string_view(code_.info).substr(0, at);
    return {where_.file, where_.line, where_.column + static_cast<int>(count_characters(before))};
  }

  void fail(size_t at, std::string message) {
    findings_.fail(ErrorKind::bad_value, place(at), std::move(message));
  }

  // Reads one word or group and returns where it ends.
  size_t read_part(std::string_view info, size_t at) {
    if (info[at] == '{' || info[at] == '[') {
      const char closing = info[at] == '{' ? '}' : ']';
      const size_t end = info.find(closing, at);
      if (end == info.npos) {
        fail(at,
             std::string("this ") + info[at] + " is never closed; write " + closing + " behind it");
        return info.size();
      }
      const std::string_view inner = info.substr(at + 1, end - at - 1);
      if (closing == ']')
        code_.title = std::string(trim(inner));
      else
        read_group(inner, at);
      return end + 1;
    }
    return read_word(info, at);
  }

  void read_group(std::string_view inner, size_t at) {
    if (inner.find(':') != inner.npos) {
      const Result<Value> group = parse_yaml("{" + spaced(inner) + "}", place(at));
      if (group && group->is(Value::Type::map))
        for (const Member& member : group->map)
          option(member.key, member.value, member.where);
      else
        fail(at, "these options cannot be read; write them as in {lines: true, startLine: 5}");
    } else if (trim(inner).starts_with('.') || trim(inner).starts_with('#')) {
      classes(inner, at);
    } else {
      steps_.push_back({std::string(inner), at + 1});
    }
  }

  // Pandoc's {.python .numberLines}
  void classes(std::string_view inner, size_t at) {
    for (const std::string_view part : split(inner, ' ')) {
      const std::string_view word = trim(part);
      if (word == ".numberLines" || word == ".number-lines")
        code_.line_numbers = true;
      else if (word.starts_with('.') && code_.language.empty())
        code_.language = std::string(word.substr(1));
      else if (!word.empty())
        findings_.warn(place(at), "'" + std::string(word) + "' of this code is ignored");
    }
  }

  // word, word=value, word="a value"
  size_t read_word(std::string_view info, size_t at) {
    size_t end = std::min(info.find_first_of(" \t,{[=", at), info.size());
    const std::string key(info.substr(at, end - at));
    Value value;
    value.where = place(at);
    value.type = Value::Type::boolean;
    value.boolean = true;
    if (end < info.size() && info[end] == '=') {
      const size_t begin = end + 1;
      const char quote = begin < info.size() ? info[begin] : ' ';
      if (quote == '"' || quote == '\'') {
        end = std::min(info.find(quote, begin + 1), info.size());
        value.text = std::string(info.substr(begin + 1, end - begin - 1));
        end = std::min(end + 1, info.size());
      } else {
        end = std::min(info.find_first_of(" \t", begin), info.size());
        value.text = std::string(info.substr(begin, end - begin));
      }
      if (const Result<Value> parsed = parse_yaml(value.text, value.where);
          parsed && parsed->is_scalar())
        value = *parsed;
      value.where = place(at);
    }
    option(key, value, place(at));
    return std::max(end, at + 1);
  }

  void option(const std::string& key, const Value& value, const Place& where) {
    constexpr Limits kNumbers{0, 999'999};
    if (key == "title" || key == "file" || key == "filename") {
      if (const auto title = read_text(value, key, findings_)) code_.title = *title;
    } else if (key == "lines" || key == "linenos" || key == "numbers" || key == "lineNumbers") {
      code_.line_numbers = read_flag(value, key, findings_).value_or(false);
    } else if (key == "startLine" || key == "start") {
      code_.first_number = read_whole(value, key, kNumbers, findings_).value_or(1);
      code_.line_numbers = true;
    } else if (key == "magic-move") {
      code_.magic_move = true;
    } else if (key != "at" && key != "maxHeight") {  // Slidev's clicks and scrolling
      findings_.warn(where, "'" + key + "' behind a code's language is not known; it is ignored." +
                                suggestion(key, kInfoWords));
    }
  }

  void read_steps(const Steps& steps) {
    size_t at = steps.at;
    for (const std::string_view part : split(steps.text, '|')) {
      read_step(trim(part), at + (part.size() - trim_left(part).size()));
      at += part.size() + 1;
    }
    if (code_.steps.size() > kMaxCodeSteps) {
      findings_.fail(ErrorKind::too_large, place(steps.at),
                     "this code has more than " + std::to_string(kMaxCodeSteps) + " steps");
      code_.steps.resize(kMaxCodeSteps);
    }
  }

  static std::string_view trim_left(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
  }

  void read_step(std::string_view step, size_t at) {
    LineSet& lines = code_.steps.emplace_back();
    if (step.empty() || step == "all" || step == "*") return;
    if (step == "none" || step == "hide") {
      lines = {{0, 0}};  // no line has this number
      if (step == "hide")
        findings_.warn(place(at), "'hide' is understood and not drawn yet; no line is lit instead");
      return;
    }
    const auto parsed = parse_lines(step);
    if (!parsed)
      return fail(at, "'" + std::string(step.substr(0, 40)) +
                          "' names no lines; write {2}, {2-3}, {2,5-7}, or {1|2-3|all} for steps");
    const auto count = static_cast<int>(1 + std::count(code_.text.begin(), code_.text.end(), '\n'));
    for (LineRange range : *parsed) {
      range.first -= code_.first_number - 1;
      range.last -= code_.first_number - 1;
      if (range.first < 1 || range.last > count)
        return fail(at, "'" + std::string(step.substr(0, 40)) +
                            "' names lines that this code does not have: its lines are " +
                            std::to_string(code_.first_number) + " to " +
                            std::to_string(code_.first_number + count - 1));
      lines.push_back(range);
    }
  }

  Code& code_;
  const Place where_;
  Findings& findings_;
  std::vector<Steps> steps_;  // read at the end, when the first line's number is known
};

}  // namespace

void read_code_info(Code& code, const Place& where, Findings& findings) {
  InfoReader(code, where, findings).read();
}

void read_terminal_fields(Fields& fields, Terminal& terminal) {
  fields.text("look", terminal.look);
  fields.text("title", terminal.title);
  fields.whole("columns", {20, 400}, terminal.columns);
  fields.whole("rows", {2, 200}, terminal.rows);
  fields.number("speed", {0, 10}, terminal.speed);
}

void read_terminal_info(std::string_view info, const Place& where, Terminal& terminal,
                        Findings& findings) {
  info = trim(info);
  if (info.empty()) return;
  if (info.starts_with('{')) {
    const Result<Value> group = parse_yaml(spaced(info), where);
    if (!group || !group->is(Value::Type::map) || !info.ends_with('}')) {
      findings.fail(ErrorKind::syntax, where,
                    "these options cannot be read; write them as in {look: matrix, columns: 80}");
      return;
    }
    Fields fields(*group, "a terminal", findings);
    read_terminal_fields(fields, terminal);
    fields.warn_of_unknown();
    return;
  }
  const auto is_name = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
  if (std::all_of(info.begin(), info.end(), is_name))
    terminal.look = std::string(info);
  else
    findings.fail(ErrorKind::bad_value, where,
                  "write a terminal's look as one word (```terminal matrix), and more in braces: "
                  "{look: matrix, title: build, columns: 80}");
}

}  // namespace talkie
