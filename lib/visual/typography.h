// SPDX-License-Identifier: LGPL-2.1-or-later
// Text -> lines that fit a width, measured and shaped by Pango just as librsvg will draw them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/scene.h"
#include "visual/visual.h"

namespace talkie {

struct Drawn;      // drawn.h
struct DrawnLook;  // likewise

// All lengths in this file are in pixels.
struct Typeface {
  std::string family;
  std::string mono_family;  // of Span::code
  std::string behind;       // ", Family" for each that stands in where those lack a script
  double size = 0;
  int weight = 400;
  bool italic = false;
  bool slants = true;  // false: a script without italics, whose emphasis is weight
  bool upper = false;
  double tracking = 0;  // between letters
  double leading = 0;   // from baseline to baseline; more where the script needs it
  uint32_t colour = 0;
  uint32_t strong_colour = 0;  // of Span::strong
  int strong_weight = 700;     // likewise
  bool tabular = false;        // all figures as wide as the widest one
};

// A run of one style and one direction, as one <text> element shows it.
struct TextRun {
  double x = 0;  // of its left edge, from the line's left edge
  double width = 0;
  std::string text;
  std::string family;
  double size = 0;
  int weight = 400;
  bool italic = false;
  double tracking = 0;
  uint32_t colour = 0;
  int level = 0;               // of the bidirectional algorithm; odd: right to left
  bool colour_glyphs = false;  // emoji: a font that brings its own colours
  // Where parts of the text begin that stand at places of their own (tabular figures): the offset
  // in bytes, and x from the run's left edge. Empty: all of it as it comes.
  std::vector<std::pair<size_t, double>> stops;
  // A formula in place of the text, and how much larger it is than it was drawn.
  std::shared_ptr<const Drawn> formula = nullptr;
  double formula_scale = 1;
};

struct TextLine {
  double x = 0;  // from the starting edge
  double baseline = 0;
  double width = 0;
  std::vector<TextRun> runs;  // from left to right
  double ink_left = 0;        // of what is painted, from the line's left edge
  double ink_right = 0;
  double ink_top = 0;  // likewise, from the baseline, negative above it
  double ink_bottom = 0;
};

// Lines under one another. The first line's box begins at 0; x counts from the starting edge (left,
// or right in a right-to-left text), which a page mirrors.
struct TextBlock {
  std::vector<TextLine> lines;
  double width = 0;   // of the widest line
  double height = 0;  // lines * leading
  bool torn = false;  // a word was too long for a line and had to be cut
};

enum class Flow {
  balanced,  // lines of about the same length: headings, quotes
  running,   // full lines, no short word alone on the last one: lists
  single,    // one line, however wide
};

struct TextSetting {
  double max_width = 0;
  Flow flow = Flow::running;
  Align align = Align::left;  // left is the starting edge; needs a width for anything else
  bool rtl = false;           // the page reads from right to left
  std::string language;       // BCP 47
};

// How formulas look in such type.
DrawnLook formula_look(const Typeface& face, const std::string& language);

TextBlock set_text(const RichText& text, const Typeface& face, const TextSetting& setting);

// Monospaced lines as they are, leading spaces included; for code.
TextBlock set_lines(std::string_view text, const Typeface& face, const std::string& language);

// How far a capital's stem stands from the left edge of its box: large type starts that much
// further left, so that edges line up.
double side_bearing(const Typeface& face);
// The height of a capital letter.
double cap_height(const Typeface& face);

// A run of colour glyphs as a picture, `scale` pixels of it to a pixel of the page: librsvg draws
// text by its outlines, which such glyphs have none of. The run's left edge and baseline are at
// `x` and `y` of the bitmap, in its pixels.
struct GlyphPicture {
  Bitmap bitmap;
  double x = 0;
  double y = 0;
};
GlyphPicture paint_run(const TextRun& run, const std::string& language, double scale);

// Families as an SVG's font-family: "EB Garamond 12, Inter" -> "'EB Garamond 12', 'Inter'". A name
// with a figure needs the quotes.
std::string quoted_families(const std::string& families);

// The rules (text_rules.cpp).

// With the language's own idea of capitals.
std::string in_capitals(std::string_view text, std::string_view language);
// Whether its letters are Latin, Greek or Cyrillic, for which the themes' fonts and spacing are
// made. Letter-spacing would tear Arabic words and the headlines of Devanagari.
bool is_plain_alphabet(std::string_view text);
// How badly a line ends after `word`: below 0 well, above 0 badly.
double break_penalty(std::string_view word);
// Numbers and their units, and what must not stand alone, are kept together by non-breaking spaces.
std::string with_bound_units(std::string_view text);

// For pages without a clear language: whether most of its letters are of right-to-left scripts.
struct LetterCount {
  int ltr = 0;
  int rtl = 0;
};
LetterCount count_letters(std::string_view text);

}  // namespace talkie
