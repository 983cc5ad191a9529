// SPDX-License-Identifier: LGPL-2.1-or-later
// The shapes of characters, each in its cell: painted once, then laid over a ground many times.
#pragma once

#include <cairo.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "visual/terminal/screen.h"

namespace talkie::terminal {

// Lengths are in pixels. Cells are whole pixels, so that lines of them meet.
struct Type {
  std::string families;
  std::string language;
  double size = 0;
  int cell_width = 0;
  int cell_height = 0;
  int baseline = 0;                  // from the cell's upper edge
  [[nodiscard]] int stroke() const;  // of light lines
};

// Of one font pixel, of the family that serves.
struct TypeMeasure {
  double advance = 0.6;
  double ascent = 1;
  double descent = 0.3;
};
TypeMeasure measure_type(const std::string& families, const std::string& language);

// As high as its cell; it may begin left of it and end right of it, by a cell's width.
struct Glyph {
  int x = 0;
  int width = 0;
  bool coloured = false;        // 4 bytes a pixel, as Bitmap's; else 1: how much is covered
  std::vector<uint8_t> pixels;  // rows of `width`
};

// Box drawing, block and braille characters fill cells of any shape to their edges (U+2500 to 259F,
// U+2800 to 28FF). Empty for all others.
std::optional<Glyph> line_glyph(uint32_t character, const Type& type);

// Text in one line from (0, baseline) on, as outlines. For the window's title; elided at its end.
void show_text(cairo_t* cairo, const Type& type, const std::string& text, double centre,
               double baseline, double most_width);

class GlyphCache {
 public:
  explicit GlyphCache(const Type& type);
  ~GlyphCache();
  // Null for an empty cell. Valid until the next call.
  const Glyph* of(const Cell& cell);

 private:
  struct Key {
    std::array<uint32_t, VTERM_MAX_CHARS_PER_CELL> characters;
    uint32_t style;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const;
  };
  [[nodiscard]] Glyph paint(const Cell& cell) const;

  const Type& type_;
  struct Fonts;
  const std::unique_ptr<Fonts> fonts_;
  std::unordered_map<Key, Glyph, Hash> glyphs_;
};

}  // namespace talkie::terminal
