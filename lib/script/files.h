// SPDX-License-Identifier: LGPL-2.1-or-later
// The files a script may use: those in its own folder, and in others that its user names.
#pragma once

#include <string>
#include <string_view>

#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// The absolute path of `path`, which is relative to `folder` or absolute, with symbolic links
// followed. Refused: URLs, and whatever lies outside of `folder` and of those that are allowed
// besides (script/folders.h). The file need not be there.
Result<std::string> resolve_asset(const std::string& folder, std::string_view path,
                                  const Place& where);

// Warns of a picture that is not there; a placeholder is drawn for it.
void warn_if_missing(const std::string& path, const Place& where, Findings& findings,
                     const std::string& instead = "a placeholder is shown");
// The same for what a film cannot be made without: an error. True where it is there.
bool fail_if_missing(const std::string& path, const Place& where, Findings& findings);
inline constexpr const char* kThemesGround = "the theme's own ground is shown";

// The folder of a script's file; of inline text ("") the current one. Absolute, links followed.
std::string folder_of(const std::string& file);

// "#rgb", "#rrggbb" or a name such as "navy" -> "#rrggbb"; empty where it is no colour.
std::string css_colour(std::string_view text);

}  // namespace talkie
