// SPDX-License-Identifier: LGPL-2.1-or-later
// A terminal's window: how large it is, its frame, and its cells painted.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "visual/terminal/glyphs.h"
#include "visual/terminal/looks.h"
#include "visual/terminal/screen.h"
#include "visual/terminal/terminal.h"
#include "visual/visual.h"

namespace talkie::terminal {

// Lengths are in pixels.
struct Window {
  Size size;
  int columns = 0;
  int rows = 0;
  int left = 0;  // of the grid
  int top = 0;
  int bar = 0;  // the title bar's height
  double u = 0;
  double corner = 0;
  Type type;
  Look look{};
  std::string title;
  uint32_t page_ground = 0;
  // Where those cells are, with what their neighbours' letters may reach into.
  [[nodiscard]] View pixels_of(const CellRect& cells) const;
};

// What decides a window's size. A number of columns or rows that is not `fixed` may become less.
struct Content {
  int columns = 80;
  int rows = 24;
  bool fixed_columns = false;
  bool fixed_rows = false;
};
// too_large where cells would be too small to be painted. `look` and `title` are left open.
Result<Window> fit_window(const Content& content, const TerminalStyle& style);

struct Grid {
  Grid(int columns_, int rows_)
      : columns(columns_), rows(rows_), cells(static_cast<size_t>(columns_ * rows_)) {}
  [[nodiscard]] Cell& at(int row, int column) {
    return cells[static_cast<size_t>(row * columns + column)];
  }
  int columns;
  int rows;
  std::vector<Cell> cells;
};

// The window with nothing in it.
Bitmap paint_window(const Window& window);

class CellPainter {
 public:
  explicit CellPainter(const Window& window) : window_(window), glyphs_(window.type) {}
  void paint(Bitmap& bitmap, Grid& grid, const CellRect& changed);

 private:
  struct Span {  // of pixels in a row of cells
    int left, right, top, bottom;
  };
  void paint_ground(Bitmap& bitmap, const Span& span, Grid& grid, int row) const;
  void paint_cell(Bitmap& bitmap, const Span& span, const Cell& cell, int column);
  void paint_lines(Bitmap& bitmap, const Span& span, const Cell& cell, int column) const;

  const Window& window_;
  GlyphCache glyphs_;
};

}  // namespace talkie::terminal
