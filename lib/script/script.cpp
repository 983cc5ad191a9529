// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/script.h"

#include <filesystem>

#include "base/text.h"
#include "script/finish.h"
#include "script/json_script.h"
#include "script/markdown.h"
#include "script/names.h"
#include "script/source.h"
#include "script/text_script.h"

namespace talkie {

namespace {

constexpr Named<Dialect> kDialectNames[] = {{"auto", Dialect::automatic},
                                            {"talkie", Dialect::talkie},
                                            {"narakeet", Dialect::narakeet},
                                            {"json", Dialect::json},
                                            {"text", Dialect::text}};

Dialect dialect_of_file(const std::string& file) {
  const std::string ending = to_lower(std::filesystem::path(file).extension().string());
  if (ending == ".json") return Dialect::json;
  if (ending == ".txt") return Dialect::text;
  return Dialect::automatic;  // Markdown, whose header may say which
}

// Lexicons say how words are said in all of the film.
void look_words_up(const Lexicon& lexicon, Script& script) {
  if (lexicon.empty()) return;
  for (Scene& scene : script.scenes)
    for (NarrationStep& step : scene.narration)
      if (auto* utterance = std::get_if<Utterance>(&step))
        lexicon.apply(*utterance, script.film.language);
}

Result<Script> read_script(std::string_view text, const std::string& file,
                           const ScriptOptions& options, Findings& findings) {
  Result<std::string> normal = normalise(text, file);
  if (!normal) return normal.error();
  if (trim(*normal).empty())
    return Error{ErrorKind::syntax,
                 "the script is empty: write a heading, and a paragraph to be spoken",
                 {},
                 {file, 0, 0}};
  Header header = begin_header(file, options, findings);
  header.scene.lead = kNotSaid;
  header.scene.tail = kNotSaid;
  const Dialect dialect =
      options.dialect == Dialect::automatic ? dialect_of_file(file) : options.dialect;
  Script script;
  if (dialect == Dialect::json) {
    script.scenes = read_json_script(*normal, file, options, header, findings);
  } else if (dialect == Dialect::text) {
    apply_settings(options, header, findings);
    script.scenes = read_text_script(*std::move(normal), file, header, findings);
  } else {
    script.scenes = read_markdown(*std::move(normal), file, options, header, findings);
  }
  if (findings.has_errors()) return script;
  if (script.scenes.empty())
    return Error{ErrorKind::syntax,
                 "the script has no scenes: write a heading, and a paragraph to be spoken",
                 {},
                 {file, 0, 0}};
  script.film = header.scene.film;
  look_words_up(header.lexicon, script);
  finish_scenes(script, findings);
  return script;
}

}  // namespace

Result<Dialect> dialect_from_name(std::string_view name) {
  if (const auto dialect = value_of(name, kDialectNames)) return *dialect;
  return Error{ErrorKind::bad_value, "'" + std::string(name) +
                                         "' is no dialect of scripts; one of " +
                                         all_names(kDialectNames) + " is"};
}

Result<Script> parse_script(std::string_view text, const std::string& file,
                            const ScriptOptions& options, Problems& problems) {
  Findings findings;
  Result<Script> script = read_script(text, file, options, findings);
  if (!script) findings.fail(script.error());
  const Result<void> verdict = findings.verdict();
  findings.deliver(problems);
  if (!verdict) return verdict.error();
  return script;
}

Result<Script> load_script(const std::string& path, const ScriptOptions& options,
                           Problems& problems) {
  const Result<std::string> text = read_file(path, kMaxScriptBytes);
  if (!text) {
    problems.fail(text.error().where, text.error().message);
    return text.error();
  }
  return parse_script(*text, path, options, problems);
}

}  // namespace talkie
