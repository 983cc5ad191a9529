// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie: scripts become films.
#include <clocale>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "base/text.h"
#include "config.h"
#include "terminal.h"
#include "verbs.h"

namespace talkie::tool {

namespace {

constexpr const Verb* kVerbs[] = {&kRender, &kCheck,  &kInspect, &kPreview, &kLive,  &kNew,
                                  &kTheme,  &kVoices, &kThemes,  &kPresets, &kCache, &kDoctor};

void print_overview(std::ostream& out) {
  out << "Talkie turns a script into a narrated, captioned, animated film.\n"
         "\n"
         "    talkie new my-film                     a script to start from: my-film.md\n"
         "    talkie render my-film.md -o film.mp4   the film\n"
         "\n"
         "What it can do:\n";
  for (const Verb* verb : kVerbs)
    out << "  " << verb->name << std::string(10 - verb->name.size(), ' ') << verb->summary << "\n";
  out << "  help      explains one of these: talkie help render\n"
         "\n"
         "A script is Markdown: headings, lists, pictures and code are seen, paragraphs are "
         "spoken.\n"
         "A line '---' or a heading begins a new scene. 'talkie new' writes one that shows how.\n";
}

const Verb* find_verb(std::string_view name) {
  for (const Verb* verb : kVerbs)
    if (verb->name == name) return verb;
  return nullptr;
}

int unknown_verb(const std::string& word) {
  std::vector<std::string_view> names = {"help", "version"};
  for (const Verb* verb : kVerbs)
    names.push_back(verb->name);
  std::error_code failure;
  std::string hint = suggestion(word, names);
  if (hint.empty() && std::filesystem::exists(word, failure))
    hint = " To make a film of that file: talkie render " + word;
  std::cerr << "talkie: '" << word << "' is nothing that talkie can do." << hint
            << " ('talkie help' shows what there is)" << std::endl;
  return kUsage;
}

int help(const std::vector<std::string>& words) {
  if (words.empty()) {
    print_overview(std::cout);
    return kDone;
  }
  const Verb* verb = find_verb(words.front());
  if (!verb) return unknown_verb(words.front());
  std::cout << verb->help;
  return kDone;
}

int run(std::vector<std::string> words) {
  if (words.empty()) {
    print_overview(std::cerr);
    return kUsage;
  }
  const std::string first = words.front();
  words.erase(words.begin());
  if (first == "help" || first == "--help" || first == "-h") return help(words);
  if (first == "version" || first == "--version") {
    std::cout << "talkie " TALKIE_VERSION << std::endl;
    return kDone;
  }
  const Verb* verb = find_verb(first);
  return verb ? verb->run(*verb, std::move(words)) : unknown_verb(first);
}

}  // namespace

}  // namespace talkie::tool

int main(int count, char** arguments) {
  // Characters as the terminal has them; numbers stay as programs write them.
  std::setlocale(LC_CTYPE, "");
  // A reader that has gone away, or a file that gets too large, is an error like any other.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return talkie::tool::run({arguments + 1, arguments + count});
  } catch (const std::exception& exception) {
    std::cerr << "talkie: internal error: " << exception.what() << std::endl;
    return talkie::tool::kFailed;
  }
}
