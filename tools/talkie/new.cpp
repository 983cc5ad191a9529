// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie new: a script to start from.
#include <cctype>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "base/text.h"
#include "command_line.h"
#include "terminal.h"
#include "verbs.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kHelp = R"(talkie new NAME

Writes NAME.md, a short script that shows the most important things. It can be rendered as it is;
then change it.

    talkie new my-film
    talkie render my-film.md

Options
  --force               also if there is a file of that name; it is replaced
)";

// %TITLE% becomes a title made of the name.
constexpr std::string_view kScript = R"(---
title: "%TITLE%"
theme: midnight
language: en
---

# %TITLE%

(subtitle: "A film made from a text")

Hello! This is the first page. What stands in a paragraph is spoken, and what stands in a heading is
seen.

## Three things to know

- Headings begin a new scene
- Points come in when the voice reaches them
- Paragraphs are the narration

A heading begins a new scene. Points like these come in one by one, when the voice reaches them. And
paragraphs like this one are the narration.

## Directions

| Direction          | What it does             |
| ------------------ | ------------------------ |
| `(pause: 1)`       | Waits for a second       |
| `(voice: en-GB)`   | Changes who speaks       |
| `(transition: cut)` | Changes how a scene comes in |

A line in parentheses is a direction. It can make a pause,

(pause: 0.8)

change the voice, or change how a scene comes in.

## In somebody's words

> The best way to explain it is to do it.
>
> — Lewis Carroll

A quote gets a page of its own.

# Now it is your turn

Change this text, and render it again.
)";

// "my-first_film" -> "My first film"
std::string title_of(const std::string& stem) {
  std::string title = stem;
  for (char& c : title)
    if (c == '-' || c == '_') c = ' ';
  if (!title.empty())
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

std::string script_for(const std::string& title) {
  // In the header the title stands in double quotes.
  std::string safe;
  for (const char c : title)
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) safe += c;
  std::string script(kScript);
  const std::string_view mark = "%TITLE%";
  for (size_t at = 0; (at = script.find(mark, at)) != std::string::npos; at += safe.size())
    script.replace(at, mark.size(), safe);
  return script;
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  bool force = false;
  line.flag("force", 'f', &force);
  const auto name = line.parse_one("a name");
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!name) {
    std::cerr << "talkie new: " << name.error().message << std::endl;
    return kUsage;
  }
  std::filesystem::path path = *name;
  if (path.extension() != ".md") path += ".md";
  std::error_code failure;
  if (!force && std::filesystem::exists(path, failure)) {
    print_error(Error{ErrorKind::unwritable, "'" + path.string() +
                                                 "' is there already; choose another name, or "
                                                 "replace it with --force"});
    return kFailed;
  }
  if (auto written = write_file(path, script_for(title_of(path.stem().string()))); !written) {
    print_error(written.error());
    return kFailed;
  }
  std::cout << path.string() << " is there. To see it: talkie render " << path.string()
            << std::endl;
  return kDone;
}

}  // namespace

const Verb kNew = {"new", "writes a script to start from", kHelp, run};

}  // namespace talkie::tool
