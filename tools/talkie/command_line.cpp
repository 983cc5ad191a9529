// SPDX-License-Identifier: LGPL-2.1-or-later
#include "command_line.h"

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace talkie::tool {

CommandLine::CommandLine(std::string verb, std::vector<std::string> words)
    : verb_(std::move(verb)), words_(std::move(words)) {
  flag("help", 'h', &wants_help_);
}

void CommandLine::add(const char* name, char letter, GOptionArg kind, gpointer place, int flags) {
  entries_.push_back({name, letter, flags, kind, place, nullptr, nullptr});
}

void CommandLine::flag(const char* name, char letter, bool* target) {
  flags_.push_back({0, target});
  add(name, letter, G_OPTION_ARG_NONE, &flags_.back().value);
}

void CommandLine::count(const char* name, char letter, int* target) {
  counts_.push_back({name, target});
  const GOptionArgFunc function = [](const char* option, const char*, gpointer data,
                                     GError**) -> gboolean {
    auto* self = static_cast<CommandLine*>(data);
    for (const Count& count : self->counts_) {
      const std::string short_form = std::string("-") + count.name.front();
      if (option == short_form || option == "--" + count.name) ++*count.target;
    }
    return TRUE;
  };
  add(name, letter, G_OPTION_ARG_CALLBACK, reinterpret_cast<gpointer>(function),
      G_OPTION_FLAG_NO_ARG);
}

void CommandLine::text(const char* name, char letter, std::string* target) {
  one_.push_back({nullptr, target});
  // "File name": bytes as they are, without a conversion from the locale.
  add(name, letter, G_OPTION_ARG_FILENAME, &one_.back().value);
}

void CommandLine::texts(const char* name, char letter, std::vector<std::string>* target) {
  many_.push_back({nullptr, target});
  add(name, letter, G_OPTION_ARG_FILENAME_ARRAY, &many_.back().values);
}

Error CommandLine::usage(const std::string& message) const {
  return Error{ErrorKind::bad_value,
               message + " ('talkie " + verb_ + " --help' shows how it is used)"};
}

Error CommandLine::explain(const GError& error) const {
  std::string message = error.message;
  if (error.domain != G_OPTION_ERROR || error.code != G_OPTION_ERROR_UNKNOWN_OPTION)
    return usage(message + ".");
  // "Unknown option --thme"
  const std::string word = message.substr(message.find_last_of(' ') + 1);
  std::vector<std::string> names;
  for (const GOptionEntry& entry : entries_)
    names.push_back(std::string("--") + entry.long_name);
  const std::vector<std::string_view> known(names.begin(), names.end());
  return usage("there is no option " + word + "." + suggestion(word, known));
}

Result<std::vector<std::string>> CommandLine::parse() {
  std::vector<GOptionEntry> entries = entries_;
  entries.push_back({});
  const std::unique_ptr<GOptionContext, decltype(&g_option_context_free)> context(
      g_option_context_new(nullptr), g_option_context_free);
  g_option_context_set_help_enabled(context.get(), FALSE);
  GOptionGroup* group = g_option_group_new("main", "", "", this, nullptr);
  g_option_group_add_entries(group, entries.data());
  g_option_context_set_main_group(context.get(), group);

  // GLib wants a program's name first, and frees what it takes out of the vector.
  char** vector = g_new0(char*, words_.size() + 2);
  vector[0] = g_strdup("talkie");
  for (size_t i = 0; i < words_.size(); ++i)
    vector[i + 1] = g_strdup(words_[i].c_str());
  GError* raw = nullptr;
  const bool ok = g_option_context_parse_strv(context.get(), &vector, &raw);
  const std::unique_ptr<char*, decltype(&g_strfreev)> rest(vector, g_strfreev);
  if (!ok) {
    const std::unique_ptr<GError, decltype(&g_error_free)> error(raw, g_error_free);
    return explain(*error);
  }

  for (const Flag& one : flags_)
    if (one.value) *one.target = true;
  for (const Text& one : one_)
    if (one.value) *one.target = one.value;
  for (const Texts& one : many_)
    for (char** value = one.values; value && *value; ++value)
      one.target->emplace_back(*value);
  for (Text& one : one_)
    g_free(one.value);
  for (Texts& one : many_)
    g_strfreev(one.values);

  std::vector<std::string> names;
  for (char** word = rest.get() + 1; *word; ++word)
    names.emplace_back(*word);
  // What "--" ends the options with is no word itself.
  if (const auto dashes = std::ranges::find(names, "--"); dashes != names.end())
    names.erase(dashes);
  return names;
}

Result<std::string> CommandLine::parse_one(const char* what) {
  auto names = parse();
  if (!names) return names.error();
  if (wants_help_) return std::string();
  if (names->empty()) return usage(std::string(what) + " is missing.");
  if (names->size() > 1) return usage("'" + (*names)[1] + "' is one too many.");
  return names->front();
}

Result<void> CommandLine::parse_none() {
  auto names = parse();
  if (!names) return names.error();
  if (!wants_help_ && !names->empty()) return usage("'" + names->front() + "' means nothing here.");
  return {};
}

}  // namespace talkie::tool
