// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie inspect: the scenes and their times.
#include <iostream>
#include <nlohmann/json.hpp>

#include "interrupt.h"
#include "render/render.h"
#include "script_arguments.h"
#include "terminal.h"
#include "verbs.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kHelp = R"(talkie inspect SCRIPT

Lists the scenes of a script with the times they will have in the film.

    talkie inspect talk.md
    talkie inspect talk.md --json | jq '.scenes[].start'

Options
  --json                for programs; times are in seconds
  --theme, --voice, --language, --size, --fps, --scenes, --set, --allow-dir, --engine,
  --dialect
                        as 'talkie help render' says
)";

void print_table(const Outline& outline) {
  TextTable table({"#", "start", "length", "words", "scene", "layout", "begins with"});
  for (const size_t column : {0, 1, 2, 3})
    table.right_align(column);
  for (const SceneOutline& scene : outline.scenes)
    table.row({std::to_string(scene.number), clock_text(scene.start), clock_text(scene.duration),
               std::to_string(scene.words), scene.id, scene.layout, scene.first_words});
  table.print();
  for (const SceneOutline& scene : outline.scenes)
    if (!scene.fallback.empty())
      std::cout << "\nscene " << scene.number << ": " << scene.fallback << "; '"
                << scene.voices.front() << "' reads it";
  std::cout << "\n"
            << clock_text(outline.duration) << " at " << outline.film.size.width << "x"
            << outline.film.size.height << std::endl;
}

void print_json(const Outline& outline) {
  nlohmann::ordered_json scenes = nlohmann::ordered_json::array();
  for (const SceneOutline& scene : outline.scenes)
    scenes.push_back({{"number", scene.number},
                      {"id", scene.id},
                      {"layout", scene.layout},
                      {"start", to_seconds(scene.start)},
                      {"duration", to_seconds(scene.duration)},
                      {"words", scene.words},
                      {"first_words", scene.first_words},
                      {"voices", scene.voices},
                      {"fallback", scene.fallback},
                      {"line", scene.where.line}});
  const Film& film = outline.film;
  const nlohmann::ordered_json json = {
      {"title", film.title},
      {"language", film.language},
      {"width", film.size.width},
      {"height", film.size.height},
      {"frame_rate", {film.frame_rate.numerator, film.frame_rate.denominator}},
      {"duration", to_seconds(outline.duration)},
      {"scenes", scenes}};
  std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  ScriptArguments arguments;
  bool as_json = false;
  arguments.add_to(line);
  line.flag("json", 0, &as_json);
  const auto script = line.parse_one("a script");
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!script) {
    std::cerr << "talkie inspect: " << script.error().message << std::endl;
    return kUsage;
  }
  const auto source = arguments.source(*script);
  if (!source) {
    print_error(source.error());
    return kFailed;
  }
  const Interrupt interrupt;
  Problems problems;
  const auto outline = inspect(*source, arguments.engine(), problems, interrupt.token());
  print_problems(problems);
  if (interrupt.happened()) return kInterrupted;
  if (!outline && !problems.has_errors()) print_error(outline.error());
  if (!outline || problems.has_errors()) return kFailed;
  if (as_json)
    print_json(*outline);
  else
    print_table(*outline);
  return kDone;
}

}  // namespace

const Verb kInspect = {"inspect", "the scenes with their times, as a table or as JSON", kHelp, run};

}  // namespace talkie::tool
