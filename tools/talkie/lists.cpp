// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie voices, themes, presets: what there is to choose from.
#include <iostream>
#include <nlohmann/json.hpp>

#include "command_line.h"
#include "render/chains.h"
#include "render/gstreamer.h"
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

Lists the presets that --preset can name: the kinds of files they are for, and what they say of
size, frames a second, loudness and captions. A ! marks those that something is missing for; what,
and in which package it is, stands below. Own presets belong in ~/.config/talkie/presets.

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

std::string extensions_text(const Preset& preset) {
  std::string text;
  for (const std::string& extension : preset.extensions)
    text += (text.empty() ? "." : " .") + extension;
  return text;
}

int presets(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  bool as_json = false;
  line.flag("json", 0, &as_json);
  const auto parsed = line.parse_none();
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!parsed) return usage(verb, parsed.error());
  if (auto started = start_gstreamer(); !started) {
    print_error(started.error());
    return kFailed;
  }
  Problems problems;
  Listing listing{{"preset", "files", "size", "fps", "LUFS", "captions", "description"}, {}};
  std::vector<std::string> lines;
  for (const Preset& preset : list_presets(problems)) {
    const auto missing = missing_part_of(preset);
    if (missing) lines.push_back("! " + preset.name + ": " + missing->message);
    // Programs get the whole sentence, people a mark and the sentence below.
    const std::string mark = missing && !as_json ? "! " : "";
    listing.rows.push_back({preset.name, extensions_text(preset), preset.setting("size"),
                            preset.setting("fps"), preset.setting("loudness"),
                            preset.setting("captions"), mark + preset.description});
    if (as_json) listing.rows.back().push_back(missing ? missing->message : "");
  }
  if (as_json) listing.columns.emplace_back("missing");
  print_problems(problems);
  if (listing.rows.empty()) {
    std::cerr << "No presets were found; 'talkie doctor' says where they are looked for."
              << std::endl;
    return kFailed;
  }
  listing.print(as_json);
  for (const std::string& line : lines)
    if (!as_json) std::cout << line << "\n";
  return kDone;
}

}  // namespace

const Verb kVoices = {"voices", "the voices that are installed", kVoicesHelp, voices};
const Verb kThemes = {"themes", "the looks that pages can have", kThemesHelp, themes};
const Verb kPresets = {"presets", "the kinds of files that films can be", kPresetsHelp, presets};

}  // namespace talkie::tool
