// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie theme: a theme of one's own to start from.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "base/text.h"
#include "command_line.h"
#include "terminal.h"
#include "verbs.h"
#include "visual/painter.h"

namespace talkie::tool {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHelp = R"(talkie theme new NAME | talkie theme list

'new' writes a theme of your own, the folder themes/NAME, which looks like another one until you
change it. It can be used at once. 'list' is the same as 'talkie themes'.

    talkie theme new seaside
    talkie theme new seaside --from midnight
    TALKIE_THEME_PATH=themes talkie render talk.md    (with 'theme: seaside' in its header)

Options
  --from THEME          what it begins as; ink where nothing is said
  --dir DIR             where its folder goes; the folder 'themes' where nothing is said

docs/themes.md describes the files.
)";

// %FROM% and %NAME% become what they say. Only what differs from the theme that it extends needs
// to stand here.
constexpr std::string_view kThemeFile =
    R"(# The theme '%NAME%'. What is not here is as in '%FROM%'; docs/themes.md describes every key.
# Lengths are in u: a 45th of the frame's shorter side (24 pixels at 1920x1080).
extends: %FROM%
description: "My own: like %FROM%, until it is changed"

# colours:
#   accent: "#0a7d6c"
#   accent-2: "#0b3d5c"

# fonts:
#   display: EB Garamond 12, EB Garamond

# logo: {file: logo.svg, corner: top-right, size: 2.2}
# watermark: {text: DRAFT, opacity: 0.06}

progress: {edge: bottom, height: 0.2}

decorations:
  page-numbers: true
)";

// The page that a heading alone makes, drawn: the named rectangles keep places, the others show.
constexpr std::string_view kSection =
    R"svg(<!-- A section page: the boxes say where things stand, all else is painted. -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 900" data-ground="surface">
  <rect width="1600" height="900" fill="var(--surface)"/>
  <circle cx="1420" cy="840" r="420" fill="var(--accent)" opacity="0.5"/>
  <rect id="title" x="120" y="120" width="1100" height="660" data-valign="middle"/>
  <rect id="footer" x="120" y="806" width="900" height="40" data-valign="middle"/>
</svg>
)svg";

struct Arguments {
  std::string from = "ink";
  std::string folder = "themes";
};

std::string filled(std::string_view text, const std::string& name, const std::string& from) {
  std::string out(text);
  for (const auto& [mark, value] :
       {std::pair<std::string_view, const std::string&>{"%NAME%", name},
        std::pair<std::string_view, const std::string&>{"%FROM%", from}})
    for (size_t at = 0; (at = out.find(mark, at)) != std::string::npos; at += value.size())
      out.replace(at, mark.size(), value);
  return out;
}

bool is_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

Result<void> check_names(const std::string& name, const Arguments& arguments) {
  if (!is_name(name))
    return Error{ErrorKind::bad_value, "'" + name +
                                           "' cannot be a theme's name; letters, digits, "
                                           "'-' and '_' can"};
  std::vector<std::string_view> known;
  const std::vector<ThemeInfo> themes = list_themes();
  for (const ThemeInfo& theme : themes)
    known.push_back(theme.name);
  const auto has = [&](const std::string& one) {
    return std::find(known.begin(), known.end(), one) != known.end();
  };
  if (has(name))
    return Error{ErrorKind::unwritable,
                 "there is a theme '" + name + "' already; choose another name"};
  if (!has(arguments.from))
    return Error{ErrorKind::not_found,
                 "there is no theme '" + arguments.from + "'." + suggestion(arguments.from, known)};
  return {};
}

int write_theme(const std::string& name, const Arguments& arguments) {
  const auto refuse = [](const Error& error) {
    print_error(error);
    return kFailed;
  };
  if (auto checked = check_names(name, arguments); !checked) return refuse(checked.error());
  const fs::path folder = fs::path(arguments.folder) / name;
  std::error_code failure;
  if (fs::exists(folder, failure))
    return refuse(Error{ErrorKind::unwritable, "'" + folder.string() +
                                                   "' is there already; choose "
                                                   "another name"});
  fs::create_directories(folder / "layouts", failure);
  if (failure)
    return refuse(Error{ErrorKind::unwritable,
                        "cannot make the folder '" + folder.string() + "': " + failure.message()});
  for (const auto& [file, text] :
       {std::pair{folder / "theme.yaml", filled(kThemeFile, name, arguments.from)},
        std::pair{folder / "layouts" / "section.svg", std::string(kSection)}})
    if (auto written = write_file(file, text); !written) return refuse(written.error());
  std::cout << folder.string() << " is there. Change its theme.yaml. To see it:\n"
            << "  TALKIE_THEME_PATH=" << arguments.folder << " talkie render talk.md --theme "
            << name << " --sheet " << name << ".png\n"
            << "To have it always: move the folder to ~/.config/talkie/themes" << std::endl;
  return kDone;
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  Arguments arguments;
  line.text("from", 0, &arguments.from);
  line.text("dir", 0, &arguments.folder);
  const auto rest = line.parse();
  if (line.wants_help()) return std::cout << verb.help, kDone;
  const auto usage = [](const std::string& message) {
    std::cerr << "talkie theme: " << message << " ('talkie theme --help' shows how it is used)"
              << std::endl;
    return kUsage;
  };
  if (!rest) {
    std::cerr << "talkie theme: " << rest.error().message << std::endl;
    return kUsage;
  }
  if (rest->size() == 1 && rest->front() == "list") return kThemes.run(kThemes, {});
  if (rest->empty() || rest->front() != "new") return usage("say 'new' and a name, or 'list'.");
  if (rest->size() != 2) return usage("'new' needs one name.");
  return write_theme((*rest)[1], arguments);
}

}  // namespace

const Verb kTheme = {"theme", "writes a theme to start from", kHelp, run};

}  // namespace talkie::tool
