// SPDX-License-Identifier: LGPL-2.1-or-later
// What went wrong, where, and what the user can do: errors are values.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace talkie {

// A place in a text the user wrote. Lines and columns count from 1; columns count characters
// (code points), as editors do. line 0: the file as a whole. Empty file: inline text.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  // "talk.md:3:7", "talk.md", or "" for an unknown place.
  [[nodiscard]] std::string to_string() const;
  bool operator==(const Place&) const = default;
};

enum class ErrorKind {
  syntax,        // the script cannot be read as what it says it is
  bad_value,     // a setting, property or direction with a value it cannot have
  not_found,     // a file, voice, theme, element that is not there
  unreadable,    // a file that is there and cannot be opened or read
  unwritable,    // an output that cannot be created or written
  no_space,      // the disk is full
  too_large,     // over a stated limit
  unsupported,   // understood, and not possible here
  missing_part,  // a GStreamer element, module or library that is not installed
  refused,       // not allowed: a file outside the script's folder, a URL nobody allowed
  failed,        // anything else that another program or library reported
  cancelled,
};

// `message` is one sentence for the user: what is wrong and what to do. `detail` is for developers.
struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string message;
  std::string detail = {};
  Place where = {};

  // "talk.md:3:7: message"
  [[nodiscard]] std::string to_string() const;
};

// A T or the Error that kept it from being made. Test with `if (!result)`, then result.error().
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : errors_{std::move(error)} {}

  explicit operator bool() const { return errors_.empty(); }
  const Error& error() const { return errors_.front(); }

 private:
  std::vector<Error> errors_;
};

// A finding that does not stop the work at once. With --strict every warning counts as an error.
struct Problem {
  enum class Severity { warning, error };
  Severity severity = Severity::warning;
  Place where;
  std::string message;  // what is wrong and what to do

  // "talk.md:3:7: warning: message"
  [[nodiscard]] std::string to_string() const;
};

// Collects problems in the order they were found.
class Problems {
 public:
  void warn(Place where, std::string message);
  void fail(Place where, std::string message);

  [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  void append(const Problems& other);

  // The first error; with `strict` the first problem of any severity. Success if there is none.
  [[nodiscard]] Result<void> verdict(bool strict = false) const;

 private:
  std::vector<Problem> problems_;
};

}  // namespace talkie
