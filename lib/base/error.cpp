// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/error.h"

#include <algorithm>

namespace talkie {

std::string Place::to_string() const {
  if (line == 0) return file;
  std::string text = file.empty() ? "script" : file;
  text += ":" + std::to_string(line);
  if (column > 0) text += ":" + std::to_string(column);
  return text;
}

std::string Error::to_string() const {
  const std::string place = where.to_string();
  return place.empty() ? message : place + ": " + message;
}

std::string Problem::to_string() const {
  const std::string place = where.to_string();
  const char* kind = severity == Severity::warning ? "warning: " : "error: ";
  return (place.empty() ? "" : place + ": ") + kind + message;
}

// Not twice at one place in the same words: a script is often looked at by several.
void Problems::warn(Place where, std::string message) {
  for (const Problem& known : problems_)
    if (known.where == where && known.message == message) return;
  problems_.push_back({Problem::Severity::warning, std::move(where), std::move(message)});
}

void Problems::fail(Place where, std::string message) {
  problems_.push_back({Problem::Severity::error, std::move(where), std::move(message)});
}

bool Problems::has_errors() const {
  return std::any_of(problems_.begin(), problems_.end(),
                     [](const Problem& p) { return p.severity == Problem::Severity::error; });
}

void Problems::append(const Problems& other) {
  for (const Problem& problem : other.problems_) {
    if (problem.severity == Problem::Severity::warning)
      warn(problem.where, problem.message);
    else
      fail(problem.where, problem.message);
  }
}

Result<void> Problems::verdict(bool strict) const {
  for (const Problem& problem : problems_)
    if (strict || problem.severity == Problem::Severity::error)
      return Error{ErrorKind::bad_value, problem.message, {}, problem.where};
  return {};
}

}  // namespace talkie
