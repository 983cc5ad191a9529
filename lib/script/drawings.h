// SPDX-License-Identifier: LGPL-2.1-or-later
// Fenced blocks in languages that are drawn, and the files that they name.
#pragma once

#include <string>

#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// Reads what a chart (`data: sales.csv`) or Vega-Lite ("data": {"url": "sales.csv"}) names into
// `drawing.files`. Files outside of `folder`, missing or too large ones, and addresses are errors.
// What is wrong with the language itself is its kind's business. `where` is the place of the text's
// first line.
void read_files(Drawing& drawing, const std::string& folder, const Place& where,
                Findings& findings);

// The first word of a visual's info is its name: ```visual clock 24h. `where` is the info's place.
void take_visual_name(Drawing& drawing, const Place& where, Findings& findings);

}  // namespace talkie
