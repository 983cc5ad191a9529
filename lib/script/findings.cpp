// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/findings.h"

#include <algorithm>
#include <tuple>

namespace talkie {

void Findings::warn(const Place& where, std::string message) {
  findings_.push_back({{Problem::Severity::warning, where, std::move(message)}});
}

void Findings::fail(ErrorKind kind, const Place& where, std::string message) {
  findings_.push_back({{Problem::Severity::error, where, std::move(message)}, kind});
}

bool Findings::has_errors() const {
  return std::any_of(findings_.begin(), findings_.end(), [](const Finding& finding) {
    return finding.problem.severity == Problem::Severity::error;
  });
}

void Findings::sort() const {
  std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    const Place& left = a.problem.where;
    const Place& right = b.problem.where;
    return std::tie(left.line, left.column) < std::tie(right.line, right.column);
  });
}

Result<void> Findings::verdict() const {
  sort();
  for (const Finding& finding : findings_)
    if (finding.problem.severity == Problem::Severity::error)
      return Error{finding.kind, finding.problem.message, {}, finding.problem.where};
  return {};
}

void Findings::deliver(Problems& problems) {
  sort();
  for (const auto& [problem, kind] : findings_) {
    if (problem.severity == Problem::Severity::error)
      problems.fail(problem.where, problem.message);
    else
      problems.warn(problem.where, problem.message);
  }
  findings_.clear();
}

}  // namespace talkie
