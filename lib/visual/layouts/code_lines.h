// SPDX-License-Identifier: LGPL-2.1-or-later
// Code as lines of coloured runs, at the size at which it fits. For layouts/code.cpp.
#pragma once

#include <string>
#include <vector>

#include "visual/layout.h"

namespace talkie {

// A line as it is set: with its top at 0, one run a token, blanks left out.
struct CodeLine {
  int number = 1;          // of the source's line, from 1
  bool continued = false;  // goes on from the line above, which was too long
  TextLine line;           // its baseline counts from the top of the whole text
};

struct CodeText {
  std::vector<CodeLine> lines;
  Typeface face;
  double width = 0;
  double height = 0;
  bool torn = false;  // lines had to be broken
};

// At the largest size, from page.fit on, at which no line is wider than `room`; where there is
// none, lines are broken. Colours as the theme says; a language that cannot be coloured is plain.
CodeText set_code(const Page& page, const Code& code, double room);
// The same at a given size, for what has to match.
CodeText set_code_at(const Page& page, const Code& code, double room, double fit);
// The fit that set_code() finds.
double code_fit(const Page& page, const Code& code, double room);

}  // namespace talkie
