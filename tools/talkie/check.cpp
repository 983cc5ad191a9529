// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie check: everything that can be found without rendering.
#include <iostream>

#include "interrupt.h"
#include "render/render.h"
#include "script_arguments.h"
#include "terminal.h"
#include "verbs.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kHelp = R"(talkie check SCRIPT

Reads a script, lays out every page and speaks every sentence to itself, and reports what is wrong
with file, line and column. Renders nothing. SCRIPT may be - for the standard input.

    talkie check talk.md
    talkie check talk.md --size vertical     would it also fit upright?
    talkie check *.md --strict               for a build server

Options
  --strict              a warning is enough for exit status 1
  -q, --quiet           nothing but problems
  --theme, --voice, --language, --size, --fps, --scenes, --set, --allow-dir, --engine,
  --dialect
                        as 'talkie help render' says

Ends with 0 when the script can be rendered, 1 when it cannot, 2 when the command line was not
understood.
)";

struct Arguments {
  ScriptArguments script;
  bool strict = false;
  bool quiet = false;
};

// "talk.md: 9 scenes, 2:14.5; no problems"
std::string summary(const std::string& script, const Outline& outline, size_t problems) {
  const size_t scenes = outline.scenes.size();
  std::string text = script + ": " + std::to_string(scenes) +
                     (scenes == 1 ? " scene, " : " scenes, ") + clock_text(outline.duration) + "; ";
  if (problems == 0) return text + "no problems";
  return text + std::to_string(problems) + (problems == 1 ? " problem" : " problems");
}

int check_one(const Arguments& arguments, const std::string& script, const std::stop_token& stop) {
  const auto source = arguments.script.source(script);
  if (!source) {
    print_error(source.error());
    return kFailed;
  }
  Problems problems;
  const auto outline = check(*source, arguments.script.engine(), problems, stop);
  print_problems(problems);
  const bool passed = static_cast<bool>(problems.verdict(arguments.strict));
  if (!outline) {
    // The error that ended it is one of the problems, or comes on top of them.
    if (!problems.has_errors()) print_error(outline.error());
    return kFailed;
  }
  if (!arguments.quiet) std::cout << summary(script, *outline, problems.all().size()) << std::endl;
  return passed ? kDone : kFailed;
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  Arguments arguments;
  arguments.script.add_to(line);
  line.flag("strict", 0, &arguments.strict);
  line.flag("quiet", 'q', &arguments.quiet);
  const auto scripts = line.parse();
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!scripts || scripts->empty()) {
    std::cerr << "talkie check: "
              << (scripts ? "a script is missing. ('talkie check --help' shows how it is used)"
                          : scripts.error().message)
              << std::endl;
    return kUsage;
  }
  const Interrupt interrupt;
  int status = kDone;
  for (const std::string& script : *scripts) {
    if (check_one(arguments, script, interrupt.token()) != kDone) status = kFailed;
    if (interrupt.happened()) return kInterrupted;
  }
  return status;
}

}  // namespace

const Verb kCheck = {"check", "reads and lays out everything, reports problems, renders nothing",
                     kHelp, run};

}  // namespace talkie::tool
