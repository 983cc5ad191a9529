// SPDX-License-Identifier: LGPL-2.1-or-later
// What a text in another language (a diagram's, a formula's, a chart's) becomes: SVG in parts that
// can come in one after another. One file a kind in kinds/.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/scene.h"
#include "visual/drawing.h"

namespace talkie {

// The theme, as drawings see it. Colours are 0xRRGGBB, and readable on `ground`.
struct DrawnLook {
  uint32_t ground = 0xffffff;
  uint32_t surface = 0xeeeeee;
  uint32_t text = 0;
  uint32_t muted = 0x666666;
  uint32_t accent = 0x2457c5;
  uint32_t accent_2 = 0xe4572e;
  uint32_t positive = 0x1c7c4a;
  uint32_t negative = 0xc0342b;
  std::array<uint32_t, 8> series{};
  std::string family = "Inter";  // of text
  std::string mono = "JetBrains Mono";
  double text_px = 32;  // how large text is to be where the drawing fills its box
  double width = 1600;  // the box, in pixels of the frame
  double height = 800;
  bool rtl = false;
  std::string language;  // BCP 47
};

// A part of a drawing that comes in, lights up or is pointed at as one.
struct DrawnPart {
  std::string id;     // its author's name for it ("A", "mux"), by which cues name it; may be empty
  std::string words;  // the text in it, for finding when it is spoken of
  int order = -1;     // parts of one number come in together; -1: there from the start
  Box box;            // in the drawing's units
  Enter::Kind enter = Enter::Kind::fade;
  std::string svg;  // elements that stand by themselves, but for `defs`
};

struct Drawn {
  double width = 0;  // in units of its own; a box is filled by scaling
  double height = 0;
  double text_size = 0;  // of its usual text, in those units: how far it may be scaled up and down
  double baseline = 0;   // of a formula in a line of text: from its top
  std::string defs;      // gradients, markers, clip paths, with ids that no other drawing has
  std::vector<DrawnPart> parts;  // from back to front
};

// Draws it, or says what is wrong with its text: `where` is the place of the text's first line.
// The same text and look give the same drawing, always. Drawings of this process are kept
// (bounded), so that asking again is free. unsupported names the build option that was left out.
Result<Drawn> draw(const Drawing& drawing, const DrawnLook& look, const Place& where);
// A formula in a line of text; text_size is that of the type around it.
Result<Drawn> draw_formula(std::string_view tex, const DrawnLook& look, const Place& where);

// Code in colours.
struct CodeToken {
  std::string text;
  uint32_t colour = 0;
  bool bold = false;
  bool italic = false;
};
using CodeLines = std::vector<std::vector<CodeToken>>;
struct CodeStyle {
  uint32_t ground = 0x16161a;
  uint32_t text = 0xe6edf3;
  std::string theme;  // the name of a colour theme; empty: by whether the ground is dark
};
// As many lines as the text has. A language that is not known is plain text (empty: likewise).
Result<CodeLines> colour_code(std::string_view text, const std::string& language,
                              const CodeStyle& style);

}  // namespace talkie
