// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie preview: the film in a browser, while it is being written.
#include "preview/preview.h"

#include <gio/gio.h>

#include <iostream>

#include "interrupt.h"
#include "script_arguments.h"
#include "terminal.h"
#include "verbs.h"

namespace talkie::tool {

namespace {

constexpr int kLastPort = 65535;

constexpr std::string_view kHelp = R"(talkie preview SCRIPT [options]

Shows the film in a browser while you write it. The page plays the scene that you edit as soon as
you save the script, and says what is wrong and where. The first line that is printed is the page's
address; Ctrl-C ends it.

    talkie preview talk.md
    talkie preview talk.md --open --port 8000

What is made for the page is kept: the film that 'talkie render' makes afterwards is nearly done.

Options
  --open                opens the page in your browser
  --port NUMBER         where the page is; by default any port that is free
  --cache DIR           where what is made is kept; by default the user's cache
  --workers N           how many things are made at once; by default one for each core
  --theme, --voice, --language, --size, --fps, --scenes, --set, --allow-dir, --engine,
  --dialect
                        as 'talkie help render' says
)";

// The page says everything; the terminal only what is wrong with the script, and when.
void print_findings(const Problems& problems, std::string& before) {
  std::string now;
  for (const Problem& problem : problems.all())
    now += problem.to_string() + "\n";
  if (now != before) print_problems(problems);
  before = now;
}

void announce(const std::string& address, bool open) {
  std::cout << address << std::endl;
  if (open && !g_app_info_launch_default_for_uri(address.c_str(), nullptr, nullptr))
    std::cerr << "talkie preview: no browser could be opened; open the address yourself"
              << std::endl;
}

int usage(const std::string& message) {
  std::cerr << "talkie preview: " << message << std::endl;
  return kUsage;
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  ScriptArguments arguments;
  PreviewOptions options;
  bool open = false;
  std::string port, workers;
  arguments.add_to(line);
  line.flag("open", 0, &open);
  line.text("port", 0, &port);
  line.text("cache", 0, &options.cache);
  line.text("workers", 0, &workers);
  const auto script = line.parse_one("a script");
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!script) return usage(script.error().message);
  if (*script == "-") return usage("the script has to be a file, since it is followed");
  options.port = port.empty() ? 0 : parse_count(port).value_or(-1);
  if (options.port < 0 || options.port > kLastPort)
    return usage("--port takes a number up to 65535, not '" + port + "'");
  options.workers = workers.empty() ? 0 : parse_count(workers).value_or(0);
  if (!workers.empty() && options.workers == 0)
    return usage("--workers takes a number from 1 on, not '" + workers + "'");
  auto source = arguments.source(*script);
  if (!source) {
    print_error(source.error());
    return kFailed;
  }
  options.source = *std::move(source);
  options.engine = arguments.engine();
  const Interrupt interrupt;
  std::string found_before;
  const PreviewHooks hooks = {
      [&](const std::string& address) { announce(address, open); },
      [&](const Problems& problems) { print_findings(problems, found_before); }};
  const auto ended = preview(options, hooks, interrupt.token());
  if (!ended) {
    print_error(ended.error());
    return kFailed;
  }
  return kInterrupted;
}

}  // namespace

const Verb kPreview = {"preview", "the film in a browser, while it is being written", kHelp, run};

}  // namespace talkie::tool
