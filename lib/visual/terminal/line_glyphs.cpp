// SPDX-License-Identifier: LGPL-2.1-or-later
// Characters that are lines and areas: those of neighbouring cells must meet, which those of a font
// only do in cells of the font's own size.
#include <cairo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string_view>

#include "visual/terminal/glyphs.h"

namespace talkie::terminal {
namespace {

enum Arm { kNone, kLight, kHeavy, kDouble };

// The arms of U+2500 to U+257F from the cell's middle, as their names in the Unicode standard say:
// up, right, down, left.
constexpr std::string_view kArms =
    "0101 0202 1010 2020 0101 0202 1010 2020 0101 0202 1010 2020 0110 0210 0120 0220 "
    "0011 0012 0021 0022 1100 1200 2100 2200 1001 1002 2001 2002 1110 1210 2110 1120 "
    "2120 2210 1220 2220 1011 1012 2011 1021 2021 2012 1022 2022 0111 0112 0211 0212 "
    "0121 0122 0221 0222 1101 1102 1201 1202 2101 2102 2201 2202 1111 1112 1211 1212 "
    "2111 1121 2121 2112 2211 1122 1221 2212 1222 2122 2221 2222 0101 0202 1010 2020 "
    "0303 3030 0310 0130 0330 0013 0031 0033 1300 3100 3300 1003 3001 3003 1310 3130 "
    "3330 1013 3031 3033 0313 0131 0333 1303 3101 3303 1313 3131 3333 0000 0000 0000 "
    "0000 0000 0000 0000 0001 1000 0100 0010 0002 2000 0200 0020 0201 1020 0102 2010 ";

struct Arms {
  int up, right, down, left;
};

Arms arms_of(uint32_t character) {
  const auto at = static_cast<size_t>(character - 0x2500) * 5;
  const auto arm = [&](size_t i) { return kArms[at + i] - '0'; };
  return {arm(0), arm(1), arm(2), arm(3)};
}

class Canvas {
 public:
  explicit Canvas(const Type& type) : width(type.cell_width), height(type.cell_height) {
    glyph.width = width;
    glyph.pixels.resize(static_cast<size_t>(width) * static_cast<size_t>(height));
  }

  void fill(int left, int top, int right, int bottom, uint8_t value = 255) {
    left = std::max(left, 0);
    right = std::min(right, width);
    for (int y = std::max(top, 0); y < std::min(bottom, height) && left < right; ++y)
      std::fill_n(glyph.pixels.begin() + ptrdiff_t{y} * width + left, right - left, value);
  }
  // Shares of the cell.
  void area(double left, double top, double right, double bottom, uint8_t value = 255) {
    const auto at = [](double share, int length) {
      return static_cast<int>(std::lround(share * length));
    };
    fill(at(left, width), at(top, height), at(right, width), at(bottom, height), value);
  }

  const int width;
  const int height;
  Glyph glyph;
};

// One axis of a junction; the other one's arms decide where its arms begin.
struct Axis {
  int middle;  // of the axis' lines, across
  int stroke;
  [[nodiscard]] int from(int strokes) const { return middle - strokes * stroke / 2; }
  [[nodiscard]] int to(int strokes) const { return from(strokes) + strokes * stroke; }
};

constexpr int strokes_of(int arm) {
  return arm == kDouble ? 3 : arm;
}

class Junction {
 public:
  Junction(const Arms& arms, const Type& type)
      : canvas_(type),
        arms_(arms),
        column_{canvas_.width / 2, type.stroke()},
        row_{canvas_.height / 2, type.stroke()} {
    for (const bool inner : {false, true})
      doubles(inner);
    singles();
  }
  Glyph take() { return std::move(canvas_.glyph); }

 private:
  // Double lines are wide ones, and then their inner third is taken out, so that corners are right.
  void doubles(bool inner) {
    const int strokes = inner ? 1 : 3;
    const uint8_t value = inner ? 0 : 255;
    const int left = column_.from(strokes);
    const int right = column_.to(strokes);
    const int top = row_.from(strokes);
    const int bottom = row_.to(strokes);
    const bool upright = arms_.up == kDouble || arms_.down == kDouble;
    const bool level = arms_.left == kDouble || arms_.right == kDouble;
    // One that goes no further than a single line across ends with that.
    const int x = upright || arms_.left == arms_.right ? 0 : column_.stroke;
    const int y = level || arms_.up == arms_.down ? 0 : row_.stroke;
    if (arms_.up == kDouble) canvas_.fill(left, 0, right, bottom - y, value);
    if (arms_.down == kDouble) canvas_.fill(left, top + y, right, canvas_.height, value);
    if (arms_.left == kDouble) canvas_.fill(0, top, right - x, bottom, value);
    if (arms_.right == kDouble) canvas_.fill(left + x, top, canvas_.width, bottom, value);
  }

  void singles() {
    const int across = std::max(strokes_of(arms_.left), strokes_of(arms_.right));
    const int along = std::max(strokes_of(arms_.up), strokes_of(arms_.down));
    // Into a double line from one side: only up to that line's nearer stroke.
    const bool through_x = arms_.up == kDouble && arms_.down == kDouble;
    const bool through_y = arms_.left == kDouble && arms_.right == kDouble;
    if (single(arms_.up))
      vertical(0, through_y && !arms_.down ? row_.from(3) + 1 : row_.to(across ? across : 1),
               arms_.up);
    if (single(arms_.down))
      vertical(through_y && !arms_.up ? row_.to(3) - 1 : row_.from(across ? across : 1),
               canvas_.height, arms_.down);
    if (single(arms_.left))
      horizontal(0, through_x && !arms_.right ? column_.from(3) + 1 : column_.to(along ? along : 1),
                 arms_.left);
    if (single(arms_.right))
      horizontal(through_x && !arms_.left ? column_.to(3) - 1 : column_.from(along ? along : 1),
                 canvas_.width, arms_.right);
  }

  static bool single(int arm) { return arm == kLight || arm == kHeavy; }
  void vertical(int top, int bottom, int strokes) {
    canvas_.fill(column_.from(strokes), top, column_.to(strokes), bottom);
  }
  void horizontal(int left, int right, int strokes) {
    canvas_.fill(left, row_.from(strokes), right, row_.to(strokes));
  }

  Canvas canvas_;
  const Arms arms_;
  const Axis column_;
  const Axis row_;
};

int dashes_of(uint32_t character) {
  if (character >= 0x2504 && character <= 0x2507) return 3;
  if (character >= 0x2508 && character <= 0x250b) return 4;
  return character >= 0x254c && character <= 0x254f ? 2 : 0;
}

// Gaps in a line that is there; half of one at each end, so that neighbours make whole ones.
void cut_dashes(Glyph& glyph, int dashes, bool upright) {
  const auto height = static_cast<int>(glyph.pixels.size()) / glyph.width;
  const int length = upright ? height : glyph.width;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < glyph.width; ++x) {
      const int at = (upright ? y : x) * dashes * 8 / length % 8;
      if (at < 1 || at >= 6) glyph.pixels[static_cast<size_t>(y) * glyph.width + x] = 0;
    }
  }
}

// Arcs and diagonals have soft edges: cairo's.
Glyph curve(uint32_t character, const Type& type) {
  const int width = type.cell_width;
  const int height = type.cell_height;
  const int stroke = type.stroke();
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
  cairo_t* cairo = cairo_create(surface);
  cairo_set_line_width(cairo, stroke);
  // As Axis has it, in the middle of the stroke.
  const double x = width / 2 - stroke / 2 + stroke / 2.0;
  const double y = height / 2 - stroke / 2 + stroke / 2.0;
  if (character <= 0x2570) {
    const bool right = character == 0x256d || character == 0x2570;
    const bool down = character <= 0x256e;
    const double radius = std::min(x, y);
    const double end_x = right ? width : 0;
    const double end_y = down ? height : 0;
    const double turn_x = x + (right ? radius : -radius);
    const double turn_y = y + (down ? radius : -radius);
    constexpr double kRound = 0.5523;  // a quarter of a circle as a cubic curve
    cairo_move_to(cairo, x, end_y);
    cairo_line_to(cairo, x, turn_y);
    cairo_curve_to(cairo, x, turn_y + (y - turn_y) * kRound, turn_x + (x - turn_x) * kRound, y,
                   turn_x, y);
    cairo_line_to(cairo, end_x, y);
  } else {
    if (character != 0x2572) {
      cairo_move_to(cairo, width, 0);
      cairo_line_to(cairo, 0, height);
    }
    if (character != 0x2571) {
      cairo_move_to(cairo, 0, 0);
      cairo_line_to(cairo, width, height);
    }
  }
  cairo_stroke(cairo);
  cairo_destroy(cairo);
  cairo_surface_flush(surface);
  Glyph glyph{0, width, false, {}};
  for (int row = 0; row < height; ++row) {
    const uint8_t* from = cairo_image_surface_get_data(surface) +
                          ptrdiff_t{row} * cairo_image_surface_get_stride(surface);
    glyph.pixels.insert(glyph.pixels.end(), from, from + width);
  }
  cairo_surface_destroy(surface);
  return glyph;
}

Glyph box(uint32_t character, const Type& type) {
  if (character >= 0x256d && character <= 0x2573) return curve(character, type);
  const Arms arms = arms_of(character);
  Glyph glyph = Junction(arms, type).take();
  if (const int dashes = dashes_of(character)) cut_dashes(glyph, dashes, arms.up != kNone);
  return glyph;
}

// U+2580 to U+259F.
Glyph block(uint32_t character, const Type& type) {
  Canvas canvas(type);
  const int n = static_cast<int>(character) - 0x2580;
  if (n == 0)
    canvas.area(0, 0, 1, 0.5);
  else if (n <= 8)
    canvas.area(0, 1 - n / 8.0, 1, 1);
  else if (n <= 0xf)
    canvas.area(0, 0, (0x10 - n) / 8.0, 1);
  else if (n == 0x10)
    canvas.area(0.5, 0, 1, 1);
  else if (n <= 0x13)
    canvas.area(0, 0, 1, 1, static_cast<uint8_t>(64 * (n - 0x10)));
  else if (n == 0x14)
    canvas.area(0, 0, 1, 0.125);
  else if (n == 0x15)
    canvas.area(0.875, 0, 1, 1);
  if (n < 0x16) return std::move(canvas.glyph);
  // Quarters: upper left 1, upper right 2, lower left 4, lower right 8.
  constexpr std::array<int, 10> kQuarters = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
  const int quarters = kQuarters[static_cast<size_t>(n - 0x16)];
  for (int i = 0; i < 4; ++i)
    if (quarters >> i & 1)
      canvas.area(i % 2 / 2.0, i / 2 / 2.0, (i % 2 + 1) / 2.0, (i / 2 + 1) / 2.0);
  return std::move(canvas.glyph);
}

// U+2800 to U+28FF: eight dots, which programs draw graphs with.
Glyph braille(uint32_t character, const Type& type) {
  constexpr std::array<int, 8> kPlaces = {0, 2, 4, 1, 3, 5, 6, 7};  // row * 2 + column, of each bit
  Canvas canvas(type);
  const int dot = std::max(1, std::min(canvas.width / 4, canvas.height / 8));
  for (size_t i = 0; i < kPlaces.size(); ++i) {
    if (!(character >> i & 1)) continue;
    const int x = canvas.width * (2 * (kPlaces[i] % 2) + 1) / 4 - dot / 2;
    const int y = canvas.height * (2 * (kPlaces[i] / 2) + 1) / 8 - dot / 2;
    canvas.fill(x, y, x + dot, y + dot);
  }
  return std::move(canvas.glyph);
}

}  // namespace

std::optional<Glyph> line_glyph(uint32_t character, const Type& type) {
  if (character >= 0x2500 && character <= 0x257f) return box(character, type);
  if (character >= 0x2580 && character <= 0x259f) return block(character, type);
  if (character >= 0x2800 && character <= 0x28ff) return braille(character, type);
  return {};
}

}  // namespace talkie::terminal
