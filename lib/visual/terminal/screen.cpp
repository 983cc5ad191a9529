// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/terminal/screen.h"

#include <algorithm>
#include <utility>

#include "visual/theme_data.h"

namespace talkie::terminal {
namespace {

constexpr auto kRightHalf = static_cast<uint32_t>(-1);  // libvterm's mark
constexpr double kFaint = 0.36;                         // of the ground in faint text

// xterm's 256 colours: after the first sixteen a cube of six levels a channel, then greys.
// libvterm has other levels, which no program counts on.
uint32_t beyond_sixteen(int index) {
  constexpr uint32_t kLevels[] = {0, 95, 135, 175, 215, 255};
  if (index >= 232) return static_cast<uint32_t>(8 + 10 * (index - 232)) * 0x010101;
  const int place = index - 16;
  return kLevels[place / 36] << 16 | kLevels[place / 6 % 6] << 8 | kLevels[place % 6];
}

uint32_t rgb_of(const VTermColor& colour, const Look& look) {
  if (VTERM_COLOR_IS_INDEXED(&colour)) {
    const uint8_t index = colour.indexed.idx;
    return index < look.colours.size() ? look.colours[index] : beyond_sixteen(index);
  }
  return uint32_t{colour.rgb.red} << 16 | uint32_t{colour.rgb.green} << 8 | colour.rgb.blue;
}

}  // namespace

void CellRect::add(const CellRect& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  top = std::min(top, other.top);
  left = std::min(left, other.left);
  bottom = std::max(bottom, other.bottom);
  right = std::max(right, other.right);
}

const VTermScreenCallbacks Screen::kCallbacks = {
    .damage =
        [](VTermRect rect, void* self) {
          static_cast<Screen*>(self)->damage_.add(
              {rect.start_row, rect.start_col, rect.end_row, rect.end_col});
          return 1;
        },
    .moverect = nullptr,
    .movecursor =
        [](VTermPos to, VTermPos /*from*/, int /*visible*/, void* self) {
          auto& screen = *static_cast<Screen*>(self);
          screen.damage_cursor();
          screen.cursor_ = to;
          screen.damage_cursor();
          return 1;
        },
    .settermprop =
        [](VTermProp property, VTermValue* value, void* self) {
          auto& screen = *static_cast<Screen*>(self);
          if (property == VTERM_PROP_CURSORVISIBLE) screen.cursor_visible_ = value->boolean;
          if (property == VTERM_PROP_CURSORSHAPE) screen.cursor_shape_ = value->number;
          screen.damage_cursor();
          return 1;
        },
    .bell = nullptr,
    .resize = nullptr,
    .sb_pushline = nullptr,
    .sb_popline = nullptr,
};

Screen::Screen(const Look& look, int columns, int rows)
    : look_(look),
      columns_(columns),
      rows_(rows),
      vterm_(vterm_new(rows, columns)),
      screen_(vterm_obtain_screen(vterm_)) {
  vterm_set_utf8(vterm_, 1);
  // What the terminal would answer to a program's questions.
  vterm_output_set_callback(
      vterm_, [](const char*, size_t, void*) {}, nullptr);
  vterm_screen_set_callbacks(screen_, &kCallbacks, this);
  vterm_screen_set_damage_merge(screen_, VTERM_DAMAGE_SCREEN);
  vterm_screen_enable_altscreen(screen_, 1);
  vterm_screen_reset(screen_, 1);
  damage_ = {0, 0, rows, columns};
}

Screen::~Screen() {
  vterm_free(vterm_);
}

void Screen::write(std::string_view bytes) {
  const std::string_view passed = filter_.pass(bytes);
  vterm_input_write(vterm_, passed.data(), passed.size());
}

void Screen::resize(int columns, int rows) {
  damage_.add({0, 0, std::max(rows, rows_), std::max(columns, columns_)});
  columns_ = columns;
  rows_ = rows;
  vterm_set_size(vterm_, rows, columns);
}

CellRect Screen::take_damage() {
  vterm_screen_flush_damage(screen_);
  return std::exchange(damage_, {});
}

// Wide characters reach over the cell to the right.
void Screen::damage_cursor() {
  damage_.add({cursor_.row, std::max(cursor_.col - 1, 0), cursor_.row + 1, cursor_.col + 2});
}

Cell Screen::cell(int row, int column) const {
  Cell cell;
  cell.text = look_.text;
  cell.ground = look_.ground;
  VTermScreenCell from;
  if (row >= rows_ || column >= columns_ || !vterm_screen_get_cell(screen_, {row, column}, &from))
    return cell;
  const bool right_half = from.chars[0] == kRightHalf;
  cell.width = right_half ? 0 : static_cast<uint8_t>(from.width);
  // Only as many as there are: what is behind them is not set.
  for (size_t i = 0; i < cell.characters.size() && from.chars[i] && !right_half; ++i)
    cell.characters[i] = from.chars[i];
  cell.bold = from.attrs.bold;
  cell.italic = from.attrs.italic;
  cell.strike = from.attrs.strike;
  cell.underline = from.attrs.underline;
  colour(cell, from);
  put_cursor(cell, row, column);
  return cell;
}

void Screen::colour(Cell& cell, const VTermScreenCell& from) const {
  if (!VTERM_COLOR_IS_DEFAULT_FG(&from.fg)) cell.text = rgb_of(from.fg, look_);
  if (!VTERM_COLOR_IS_DEFAULT_BG(&from.bg)) cell.ground = rgb_of(from.bg, look_);
  if (from.attrs.reverse) std::swap(cell.text, cell.ground);
  if (from.attrs.font == 1) cell.text = mix(cell.text, cell.ground, kFaint);
}

void Screen::put_cursor(Cell& cell, int row, int column) const {
  if (!cursor_visible_ || row != cursor_.row) return;
  const bool here = column == cursor_.col;
  if (!here && !(cell.width == 0 && column == cursor_.col + 1)) return;
  cell.cursor = static_cast<uint8_t>(cursor_shape_);
  if (cursor_shape_ != VTERM_PROP_CURSORSHAPE_BLOCK) return;
  cell.ground = look_.cursor;
  cell.text = look_.ground;
}

}  // namespace talkie::terminal
