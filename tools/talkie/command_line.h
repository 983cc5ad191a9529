// SPDX-License-Identifier: LGPL-2.1-or-later
// The words after a verb: options and names, by GLib's option parser.
#pragma once

#include <glib.h>

#include <deque>
#include <string>
#include <vector>

#include "base/error.h"

namespace talkie::tool {

class CommandLine {
 public:
  // `words` are what follows the verb.
  CommandLine(std::string verb, std::vector<std::string> words);

  // Options, before parse(). The targets must outlive it; they keep what they hold where the option
  // is not given. `letter` 0: no short form.
  void flag(const char* name, char letter, bool* target);
  void count(const char* name, char letter, int* target);
  void text(const char* name, char letter, std::string* target);
  void texts(const char* name, char letter, std::vector<std::string>* target);

  // The words that are no options. bad_value: an option that is not there, or has no value; names
  // the nearest one.
  Result<std::vector<std::string>> parse();
  // As parse(), and there must be exactly one word: `what`, such as "a script".
  Result<std::string> parse_one(const char* what);
  // As parse(), and there must be none.
  Result<void> parse_none();

  [[nodiscard]] bool wants_help() const { return wants_help_; }

 private:
  struct Flag {
    gint value = 0;
    bool* target = nullptr;
  };
  struct Count {
    std::string name;
    int* target = nullptr;
  };
  struct Text {
    char* value = nullptr;
    std::string* target = nullptr;
  };
  struct Texts {
    char** values = nullptr;
    std::vector<std::string>* target = nullptr;
  };

  void add(const char* name, char letter, GOptionArg kind, gpointer place, int flags = 0);
  [[nodiscard]] Error explain(const GError& error) const;
  Error usage(const std::string& message) const;

  std::string verb_;
  std::vector<std::string> words_;
  std::vector<GOptionEntry> entries_;
  // Deques: GLib keeps pointers to what they hold.
  std::deque<Flag> flags_;
  std::deque<Count> counts_;
  std::deque<Text> one_;
  std::deque<Texts> many_;
  bool wants_help_ = false;
};

}  // namespace talkie::tool
