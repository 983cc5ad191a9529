// SPDX-License-Identifier: LGPL-2.1-or-later
// The screen of a terminal: bytes in, cells out. libvterm does the work.
#pragma once

#include <vterm.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "visual/terminal/looks.h"

namespace talkie::terminal {

// What one place of the grid shows. Colours are 0xRRGGBB, as they are painted.
struct Cell {
  std::array<uint32_t, VTERM_MAX_CHARS_PER_CELL> characters{};  // the first is 0 where it is empty
  uint32_t text = 0;
  uint32_t ground = 0;
  uint8_t width = 1;  // 2: reaches over the next cell, whose own is 0
  bool bold = false;
  bool italic = false;
  bool strike = false;
  uint8_t underline = 0;  // VTERM_UNDERLINE_…
  uint8_t cursor = 0;  // VTERM_PROP_CURSORSHAPE_… where there is one; the block is in the colours
  bool operator==(const Cell&) const = default;
};

// Ends are not included.
struct CellRect {
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;
  [[nodiscard]] bool empty() const { return top >= bottom || left >= right; }
  void add(const CellRect& other);
};

// Lets only those bytes through that libvterm understands and that cannot harm it, and turns what
// it does not know into what it does: faint text becomes the first alternative font. Sequences may
// be cut anywhere between two writes.
class EscapeFilter {
 public:
  // The result is valid until the next call.
  std::string_view pass(std::string_view bytes);

 private:
  void take(char c);
  void begin(char c);            // the first one after an escape
  void within_sequence(char c);  // of a control sequence
  void sequence();               // it is complete
  void renditions();             // it is one that sets how text looks
  enum class State { text, escape, control, string, string_escape } state_ = State::text;
  std::string pending_;  // of a control sequence, without its introducer
  std::string out_;
};

class Screen {
 public:
  // `look` must stay.
  Screen(const Look& look, int columns, int rows);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void write(std::string_view bytes);
  void resize(int columns, int rows);
  // Where cells may differ from those of the last call.
  CellRect take_damage();
  // Cells outside of the screen are empty.
  [[nodiscard]] Cell cell(int row, int column) const;
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] VTermPos cursor() const { return cursor_; }

 private:
  static const VTermScreenCallbacks kCallbacks;
  void colour(Cell& cell, const VTermScreenCell& from) const;
  void put_cursor(Cell& cell, int row, int column) const;
  void damage_cursor();

  const Look& look_;
  int columns_;
  int rows_;
  VTerm* vterm_;
  VTermScreen* screen_;
  EscapeFilter filter_;
  CellRect damage_;
  VTermPos cursor_{0, 0};
  bool cursor_visible_ = true;
  int cursor_shape_ = VTERM_PROP_CURSORSHAPE_BLOCK;
};

}  // namespace talkie::terminal
