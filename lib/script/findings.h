// SPDX-License-Identifier: LGPL-2.1-or-later
// Problems while a script is read: as Problems, and with the kind of each error.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace talkie {

class Findings {
 public:
  void warn(const Place& where, std::string message);
  void fail(ErrorKind kind, const Place& where, std::string message);
  void fail(const Error& error) { fail(error.kind, error.where, error.message); }

  [[nodiscard]] bool has_errors() const;
  // The error that comes first in the text. Success if there is none.
  [[nodiscard]] Result<void> verdict() const;
  // Everything found, in the order of the text; what has no place comes first.
  void deliver(Problems& problems);

 private:
  struct Finding {
    Problem problem;
    ErrorKind kind = ErrorKind::bad_value;
  };
  void sort() const;
  mutable std::vector<Finding> findings_;
};

}  // namespace talkie
