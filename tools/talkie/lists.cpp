// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie voices, themes, presets: what there is to choose from.
#include <iostream>
#include <nlohmann/json.hpp>

#include "command_line.h"
#include "render/preset.h"
#include "speech/narrator.h"
#include "terminal.h"
#include "verbs.h"
#include "visual/painter.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kVoicesHelp = R"(talkie voices [LANGUAGE]

Lists the voices of every speech engine that is installed; with LANGUAGE only those that speak it.
A script takes the name, or just a language: voice: en-GB

    talkie voices
    talkie voices de

Options
  --json                for programs
)";

constexpr std::string_view kThemesHelp = R"(talkie themes

Lists the themes that a script or --theme can name. Own themes belong in ~/.config/talkie/themes.

Options
  --json                for programs
)";

constexpr std::string_view kPresetsHelp = R"(talkie presets

Lists the presets that --preset can name, and the kinds of files they are for. Own presets belong
in ~/.config/talkie/presets.

Options
  --json                for programs
)";

// What the three have in common: a table, or the same as JSON objects.
struct Listing {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  void print(bool as_json) const {
    if (as_json) {
      nlohmann::ordered_json list = nlohmann::ordered_json::array();
      for (const auto& row : rows) {
        nlohmann::ordered_json one;
        for (size_t i = 0; i < columns.size(); ++i)
          one[columns[i]] = row[i];
        list.push_back(one);
      }
      std::cout << list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
      return;
    }
    TextTable table(columns);
    for (const auto& row : rows)
      table.row(row);
    table.print();
  }
};

int usage(const Verb& verb, const Error& error) {
  std::cerr << "talkie " << verb.name << ": " << error.message << std::endl;
  return kUsage;
}

// "en" and "en-GB" speak "en"; "en-GB" does not stand for "en-US".
bool speaks(const std::string& voice, const std::string& language) {
  return voice == language || voice.starts_with(language + "-");
}

int voices(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  bool as_json = false;
  line.flag("json", 0, &as_json);
  const auto languages = line.parse();
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!languages) return usage(verb, languages.error());
  const auto all = list_voices();
  if (!all) {
    print_error(all.error());
    return kFailed;
  }
  Listing listing{{"language", "voice", "gender", "engine"}, {}};
  for (const VoiceInfo& voice : *all) {
    bool wanted = languages->empty();
    for (const std::string& language : *languages)
      wanted = wanted || speaks(voice.language, language);
    if (wanted) listing.rows.push_back({voice.language, voice.name, voice.gender, voice.engine});
  }
  if (listing.rows.empty()) {
    std::cerr << "No voice that is installed speaks "
              << (languages->empty() ? "" : languages->front())
              << "; 'talkie voices' lists those that are." << std::endl;
    return kFailed;
  }
  listing.print(as_json);
  return kDone;
}

int themes(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  bool as_json = false;
  line.flag("json", 0, &as_json);
  const auto parsed = line.parse_none();
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!parsed) return usage(verb, parsed.error());
  Listing listing{{"theme", "description"}, {}};
  for (const ThemeInfo& theme : list_themes())
    listing.rows.push_back({theme.name, theme.description});
  if (listing.rows.empty()) {
    std::cerr << "No themes were found; 'talkie doctor' says where they are looked for."
              << std::endl;
    return kFailed;
  }
  listing.print(as_json);
  return kDone;
}

int presets(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  bool as_json = false;
  line.flag("json", 0, &as_json);
  const auto parsed = line.parse_none();
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!parsed) return usage(verb, parsed.error());
  Problems problems;
  Listing listing{{"preset", "files", "description"}, {}};
  for (const Preset& preset : list_presets(problems)) {
    std::string files;
    for (const std::string& extension : preset.extensions)
      files += (files.empty() ? "." : " .") + extension;
    listing.rows.push_back({preset.name, files, preset.description});
  }
  print_problems(problems);
  if (listing.rows.empty()) {
    std::cerr << "No presets were found; 'talkie doctor' says where they are looked for."
              << std::endl;
    return kFailed;
  }
  listing.print(as_json);
  return kDone;
}

}  // namespace

const Verb kVoices = {"voices", "the voices that are installed", kVoicesHelp, voices};
const Verb kThemes = {"themes", "the looks that pages can have", kThemesHelp, themes};
const Verb kPresets = {"presets", "the kinds of files that films can be", kPresetsHelp, presets};

}  // namespace talkie::tool
